from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from tests.domains.practice_world import AMD, PLAN

from chartline.connect.facts import CoverageFact, Relationship
from chartline.domains.practice.coverages import (
    beneficiary_of,
    payer_of,
    primary_on,
    read_coverage,
    write_coverage,
)
from chartline.formats.fhir import encode, parse, require_shape
from chartline.kernel.money import Money
from chartline.kernel.sealed import Sealed

WORD = st.text("ABC019", min_size=1, max_size=8)
DAY = st.none() | st.dates(date(2000, 1, 1), date(2030, 1, 1))
COVERAGES = st.builds(
    CoverageFact,
    vendor_id=st.none(),
    payer_id=WORD,
    payer_name=st.just("") | WORD,
    member_id=(st.just("") | WORD).map(Sealed),
    group_number=(st.just("") | WORD).map(Sealed),
    order=st.integers(1, 3),
    relationship=st.sampled_from(list(Relationship)),
    begin=DAY,
    end=DAY,
    copay=st.none() | st.integers(0, 99_999).map(Money),
    carrier_vendor_id=st.none() | WORD,
)


@given(COVERAGES, COVERAGES)
def test_a_coverage_comes_back_as_it_went_in(one: CoverageFact, other: CoverageFact) -> None:
    first = parse(encode(write_coverage(one, "c1", "p1", None, AMD)))
    require_shape(first)
    assert one == read_coverage(first, AMD)
    second = parse(encode(write_coverage(other, "c1", "p1", first, AMD)))
    require_shape(second)
    read = read_coverage(second, AMD)
    assert read.carrier_vendor_id == (other.carrier_vendor_id or one.carrier_vendor_id)
    assert (other.payer_id, other.member_id, other.group_number, other.begin, other.copay) == (
        read.payer_id,
        read.member_id,
        read.group_number,
        read.begin,
        read.copay,
    )


def test_leading_zeros_of_a_payer_id_stay() -> None:
    resource = write_coverage(PLAN, "c1", "p1")
    assert (payer_of(resource), beneficiary_of(resource)) == ("00999", "p1")


def test_a_payer_without_an_electronic_id_is_still_a_coverage() -> None:
    resource = write_coverage(replace(PLAN, payer_id="", payer_name=""), "c1", "p1")
    require_shape(resource)
    assert read_coverage(resource).payer_id == ""


def test_what_a_vendor_does_not_know_of_a_coverage_stays() -> None:
    existing = {
        **write_coverage(PLAN, "c1", "p1"),
        "network": "kept",
        "class": [
            {"type": {"coding": [{"system": "urn:x", "code": "rxbin"}]}, "value": "610"},
            *write_coverage(PLAN, "c1", "p1")["class"],  # ty: ignore[not-iterable]
        ],
    }
    resource = write_coverage(PLAN, "c1", "p1", existing)
    assert resource["network"] == "kept"
    assert {"610", "GRP-900"} == {one["value"] for one in resource["class"]}  # ty: ignore[not-iterable]


def test_the_primary_coverage_is_the_first_in_order_that_holds_on_the_day() -> None:
    second = write_coverage(replace(PLAN, order=2, begin=None), "c2", "p1")
    first = write_coverage(PLAN, "c1", "p1")
    cancelled = {**write_coverage(PLAN, "c0", "p1"), "status": "cancelled"}
    every = [second, first, cancelled]
    assert (primary_on(every, date(2026, 3, 2)) or {})["id"] == "c1"
    assert (primary_on(every, date(2025, 12, 31)) or {})["id"] == "c2"
    assert primary_on([first], date(2025, 12, 31)) is None
