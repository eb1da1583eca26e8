from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chartline.formats.fhir import JsonObject, canonical, encode, parse
from chartline.kernel.errors import ChartlineError

_LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(st.characters(exclude_categories=["Cs"]))
    | st.decimals(allow_nan=False, allow_infinity=False)
)
_VALUES = st.recursive(
    _LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abcé"), inner, max_size=3),
    max_leaves=8,
)
_OBJECTS = st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), _VALUES)


@settings(max_examples=40)
@given(_OBJECTS)
def test_an_object_comes_back_as_it_was(value: JsonObject) -> None:
    again = parse(encode(value))
    assert value == again
    assert encode(value) == encode(again)


@given(st.from_regex(r"-?(0|[1-9][0-9]{0,30})\.[0-9]{1,30}", fullmatch=True))
def test_a_decimal_keeps_every_digit(number: str) -> None:
    value = parse(f'{{"value":{number}}}')["value"]
    assert isinstance(value, Decimal)
    assert number == str(value) or abs(value) < Decimal("1e-5")
    again = parse(encode({"value": value}))["value"]
    assert isinstance(again, Decimal)
    assert Decimal(number).as_tuple() == again.as_tuple()


def test_1_10_is_written_as_1_10() -> None:
    assert (
        encode(parse(b'{"value": 1.10, "n": 3, "big": 12345678901234567890123}'))
        == b'{"value":1.10,"n":3,"big":12345678901234567890123}'
    )


def test_the_order_of_members_is_kept_and_canonical_sorts_it() -> None:
    assert encode(parse('{"b":1,"a":{"d":1,"c":2}}')) == b'{"b":1,"a":{"d":1,"c":2}}'
    assert canonical(parse('{"b":1,"a":{"d":1,"c":2}}')) == b'{"a":{"c":2,"d":1},"b":1}'


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"null",
        b"<html>",
        b'{"a":1',
        b'{"a":NaN}',
        b'{"a":01}',
        b"\xff\xfe",
        b'{"a":"\xff"}',
        b'{"a":"\\ud800"}',
        b'{"a":' + b"[" * 100_000,
    ],
)
def test_what_is_not_a_json_object_is_refused(data: bytes) -> None:
    with pytest.raises(ChartlineError, match=r"fhir\.not_json"):
        parse(data)


@settings(max_examples=40)
@given(_OBJECTS)
def test_other_readers_understand_what_is_written(value: JsonObject) -> None:
    assert value == json.loads(encode(value), parse_float=Decimal)
