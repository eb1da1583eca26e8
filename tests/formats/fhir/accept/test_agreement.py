"""The quick check passes only what the thorough one finds no fault in, and what either is given stays as it was."""

from __future__ import annotations

import copy
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.formats.fhir.accept.samples import SAMPLES

from chartline.formats.fhir import JsonObject, encode, faults, parse
from chartline.formats.fhir.accept.quick import accept, passes
from chartline.kernel.errors import ChartlineError

ODD: list[object] = [
    None,
    True,
    0,
    -1,
    2**31,
    Decimal("1.50"),
    1.5,
    "",
    " ",
    "two  blanks",
    "a b",
    "\u00a0",
    "x\x0by",
    "line\nbreak",
    "2026-02-30",
    "2024-02-29",
    "2026-03-02T10:00:00+14:30",
    "http://example.org/a b",
    "aGk",
    "aGk=",
    "<div>x</div>",
    "<div>",
    "male",
    [],
    {},
    [None],
    [{}],
    ["a", None],
    {"id": "a"},
    {"extension": [{"url": "http://example.org/e", "valueCode": "a"}]},
    {"extension": [{"url": "http://example.org/e", "valueCode": "a", "valueString": "b"}]},
    {"resourceType": "Patient", "gender": "male"},
    {"resourceType": "Patient", "gender": "unheard"},
]
NAMES = [
    "id",
    "extension",
    "value",
    "valueString",
    "valueQuantity",
    "resourceType",
    "contained",
    "status",
    "code",
    "fhir_comments",
]


def holders(value: object) -> list[dict[str, object] | list[object]]:
    """Every object and list in a value, itself first."""
    found: list[dict[str, object] | list[object]] = []
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            found.append(one)
            waiting += one.values()
        elif isinstance(one, list):
            found.append(one)
            waiting += one
    return found


@st.composite
def spoiled(draw: st.DrawFn) -> JsonObject:
    """An example with one to three odd changes."""
    resource = parse(SAMPLES[draw(st.sampled_from(sorted(SAMPLES)))])
    for _ in range(draw(st.integers(1, 3))):
        places = holders(resource)
        holder = places[draw(st.integers(0, len(places) - 1))]
        odd = copy.deepcopy(draw(st.sampled_from(ODD)))
        if isinstance(holder, list):
            change_list(draw, holder, odd)
        else:
            change_object(draw, holder, odd)
    return resource


def change_list(draw: st.DrawFn, holder: list[object], odd: object) -> None:
    what = draw(st.integers(0, 2))
    if what == 0 or not holder:
        holder.append(odd)
    elif what == 1:
        holder[draw(st.integers(0, len(holder) - 1))] = odd
    else:
        holder.pop()


def change_object(draw: st.DrawFn, holder: JsonObject, odd: object) -> None:
    names = sorted(holder)
    name = draw(st.sampled_from([*names, *NAMES]))
    what = draw(st.integers(0, 4))
    if what == 0:
        holder.pop(name, None)
    elif what == 1:
        holder[f"_{name}"] = odd
    elif what == 2 and name in holder:
        holder[name] = [holder[name]]
    elif what == 3 and name in holder:
        holder[draw(st.sampled_from(NAMES))] = holder.pop(name)
    else:
        holder[name] = odd


@settings(max_examples=250, deadline=None)
@given(spoiled())
def test_the_quick_check_passes_nothing_that_has_a_fault(resource: JsonObject) -> None:
    before = copy.deepcopy(resource)
    sure, found = passes(resource), faults(resource)
    assert not (sure and found), found
    assert resource == before


@settings(max_examples=100, deadline=None)
@given(spoiled())
def test_bytes_are_refused_exactly_when_there_is_a_fault(resource: JsonObject) -> None:
    body = encode(resource)
    found = faults(parse(body))
    try:
        accepted = accept(body)
    except ChartlineError as refused:
        assert refused.problem.fields["count"] == str(len(found))
    else:
        assert found == []
        assert accepted == parse(body)
