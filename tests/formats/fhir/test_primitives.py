"""Each primitive type takes what the R4 datatypes page allows, and the quick rules are never laxer."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartline.formats.fhir.accept.rules import Doubt, primitive
from chartline.formats.fhir.primitives import PRIMITIVES, fits

UUID = "urn:uuid:c757873d-ec9a-4326-a141-556f43239520"


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("decimal", [1, Decimal("1.10"), -3], [1.5, "1", True, None, Decimal("NaN")]),
        ("integer", [0, -5, 2**31 - 1], [2**31, Decimal(1), "1", True]),
        ("unsignedInt", [0, 5], [-1]),
        ("positiveInt", [1], [0]),
        ("boolean", [True, False], ["true", 1]),
        ("date", ["2026", "2026-02", "2028-02-29", "2000-02-29"], ["2026-02-29", "1900-02-29", "2026-2", "0000", ""]),
        ("date", ["9999-12-31"], ["2026-02-01T00:00:00Z", "2026-00", "2026-13", "2026-04-31", "２０２６"]),
        ("dateTime", ["2026", "2026-03-02T10:00:00Z", "2026-03-02T10:00:00.123-07:00"], ["2026-03-02T10:00Z", "x"]),
        (
            "dateTime",
            ["2016-12-31T23:59:60Z"],
            ["2026-03-02T10:00:00", "2026-03-02T24:00:00Z", "2026-03-02T10:00:00+14:01"],
        ),
        ("instant", ["2026-03-02T10:00:00Z"], ["2026-03-02", "2026-03-02T25:00:00Z", "2026-03-02T10:00:00z"]),
        ("time", ["10:00:00", "23:59:59.9"], ["24:00:00", "10:00"]),
        ("code", ["a", "a b"], ["", "a  b", " a", "a "]),
        ("id", ["a.B-1", "x" * 64], ["", "a_b", "x" * 65, "a\n"]),
        ("uri", ["urn:x", "http://a/b", "naïve:é"], ["", "a b", "a\n"]),
        ("string", ["x", " x", "a\nb\tc\r", "\u00a0"], ["", " ", "\n", 3, "a\x0bb", "\x00", "x" * (1024 * 1024 + 1)]),
        ("oid", ["urn:oid:1.2.840"], ["1.2.840", "urn:oid:9.1"]),
        (
            "uuid",
            ["urn:uuid:c757873d-ec9a-4326-a141-556f43239520"],
            ["urn:uuid:c757873d", "urn:uuid:C757873D-EC9A-4326-A141-556F43239520"],
        ),
        ("base64Binary", ["aGk=", "aGkh", "aGkh\r\n aGk="], ["a?", "aGk", "aGk=aGkh", "="]),
    ],
)
def test_primitives_have_their_formats(kind: str, good: list[object], bad: list[object]) -> None:
    assert [value for value in good if not fits(kind, value)] == []
    assert [value for value in bad if fits(kind, value)] == []


@given(st.dates())
def test_every_day_of_the_calendar_is_a_date(day: date) -> None:
    assert fits("date", day.isoformat())


@given(st.integers(1, 9999), st.integers(0, 14), st.integers(0, 33))
def test_what_is_no_day_of_the_calendar_is_no_date(year: int, month: int, day: int) -> None:
    text = f"{year:04}-{month:02}-{day:02}"
    try:
        date.fromisoformat(text)
    except ValueError:
        assert not fits("date", text)
    else:
        assert fits("date", text)


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.decimals(),
    st.text(max_size=12),
    st.from_regex(r"\A[ -~\s]{0,12}\Z"),
    st.lists(st.text()),
)


@given(st.sampled_from(sorted(PRIMITIVES)), VALUES)
def test_a_quick_rule_passes_nothing_that_does_not_fit(kind: str, value: object) -> None:
    try:
        primitive(kind)(value, 0)
    except Doubt:
        return
    assert fits(kind, value)
