from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from tests.domains.practice.test_coverages import COVERAGES
from tests.domains.practice.test_people import PEOPLE
from tests.domains.practice.test_visits import VISITS, as_kept

from chartline.connect.facts import CoverageFact, PersonFact, VisitFact
from chartline.domains.sync.fields import (
    coverage_fields,
    coverage_from,
    person_fields,
    person_from,
    same,
    visit_fields,
    visit_from,
)


@given(PEOPLE)
def test_a_person_comes_back_from_their_fields(person: PersonFact) -> None:
    assert replace(person, vendor_id="9") == person_from(person_fields(person), "9")


@given(COVERAGES)
def test_a_coverage_comes_back_from_its_fields(coverage: CoverageFact) -> None:
    assert replace(coverage, vendor_id="9") == coverage_from(coverage_fields(coverage), "9")


@given(VISITS)
def test_a_visit_comes_back_from_its_fields(visit: VisitFact) -> None:
    visit = as_kept(visit)
    assert replace(visit, vendor_id="9") == visit_from(visit_fields(visit), "900", "9")


def test_spelling_is_not_meaning_but_digits_are() -> None:
    assert same("phone", "(303) 555-0142", "+13035550142")
    assert same("family", "O'NEIL-RAY", "Oneil Ray")
    assert same("member_id", "zzq 123", "ZZQ-123")
    assert same("start", "2026-03-02T10:00:00-07:00", "2026-03-02T17:00:00+00:00")
    assert same("postal_code", "80298-1234", "802981234")
    assert not same("postal_code", "80298", "80299")
    assert not same("phone", "", "3035550142")
    assert not same("sex", "F", "M")
