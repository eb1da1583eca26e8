from __future__ import annotations

import pytest

from chartline.formats.fhir.care_dates import CARE_DATES, care_range
from chartline.formats.fhir.definitions import search_parameters
from chartline.formats.fhir.search import extract


def test_the_table_names_date_parameters_that_exist() -> None:
    for rtype, codes in CARE_DATES.items():
        assert {search_parameters(rtype)[code].type for code in codes} == {"date"}, rtype


@pytest.mark.parametrize(
    ("start", "end", "inside"),
    [
        ("2026-03-02", "2026-03-02", True),
        ("2026-03", None, True),
        (None, "2026", True),
        ("2026-03-04", None, False),
        (None, "2026-03-01", False),
        (None, None, True),
    ],
)
def test_care_is_inside_when_its_time_touches_the_range(start: str | None, end: str | None, inside: bool) -> None:
    asked = care_range(start, end)
    period = {"start": "2026-03-02T09:00:00Z", "end": "2026-03-03T10:00:00Z"}
    assert asked is not None
    assert asked.holds(extract({"resourceType": "Encounter", "period": period})) is inside


def test_what_has_no_date_of_care_is_always_inside() -> None:
    asked = care_range("2026-01-01", "2026-12-31")
    assert asked is not None
    assert asked.holds(extract({"resourceType": "Patient", "birthDate": "1950-01-01"}))
    assert asked.holds(extract({"resourceType": "Condition"}))
    assert not asked.holds(extract({"resourceType": "Condition", "recordedDate": "2025-05-05"}))
    assert asked.holds(extract({"resourceType": "Condition", "recordedDate": "2025-05-05", "onsetDateTime": "2026-02"}))


def test_a_range_between_texts_that_are_no_dates_is_none() -> None:
    assert care_range("spring", None) is care_range(None, "2026-13") is None
