from __future__ import annotations

from datetime import date

import pytest

from chartline.domains.sync.fields import FIELDS, Kind
from chartline.domains.sync.values import STATES, fitting

TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("kind", "field", "typed", "stored"),
    [
        (Kind.PATIENT, "family", "  O'Néil   Ray ", "O'Néil Ray"),
        (Kind.PATIENT, "birth_date", "1984-05-17", "1984-05-17"),
        (Kind.PATIENT, "birth_date", "2026-03-02", "2026-03-02"),
        (Kind.PATIENT, "sex", "f", "F"),
        (Kind.PATIENT, "phone", "(303) 555-0142", "(303) 555-0142"),
        (Kind.PATIENT, "mobile_phone", "+1 303 555 0142", "+1 303 555 0142"),
        (Kind.PATIENT, "email", "ada@example.org", "ada@example.org"),
        (Kind.PATIENT, "state", "co", "CO"),
        (Kind.PATIENT, "postal_code", "80298", "80298"),
        (Kind.PATIENT, "postal_code", "802981234", "80298-1234"),
        (Kind.COVERAGE, "order", "2", "2"),
        (Kind.COVERAGE, "relationship", "child", "child"),
        (Kind.COVERAGE, "end", "2026-12-31", "2026-12-31"),
        (Kind.COVERAGE, "copay", "25", "25.00"),
        (Kind.VISIT, "start", "2026-03-02T10:00:00-07:00", "2026-03-02T17:00:00+00:00"),
        (Kind.VISIT, "minutes", "050", "50"),
        (Kind.VISIT, "status", "cancelled:pat", "cancelled:pat"),
        (Kind.VISIT, "column", "col2", "col2"),
    ],
)
def test_a_value_that_fits_is_brought_to_one_form(kind: Kind, field: str, typed: str, stored: str) -> None:
    assert fitting(kind, field, typed, TODAY) == stored


@pytest.mark.parametrize(
    ("kind", "field", "typed"),
    [
        *((kind, field, empty) for kind, names in FIELDS.items() for field in names for empty in ("", "  ")),
        (Kind.PATIENT, "family", "x" * 121),
        (Kind.PATIENT, "family", "a\x00b"),
        (Kind.PATIENT, "birth_date", "17.05.1984"),
        (Kind.PATIENT, "birth_date", "1984-05"),
        (Kind.PATIENT, "birth_date", "2026-03-03"),
        (Kind.PATIENT, "birth_date", "1700-01-01"),
        (Kind.PATIENT, "sex", "X"),
        (Kind.PATIENT, "phone", "call me"),
        (Kind.PATIENT, "work_phone", "12345"),
        (Kind.PATIENT, "email", "ada at home"),
        (Kind.PATIENT, "state", "Colorado"),
        (Kind.PATIENT, "state", "ZZ"),
        (Kind.PATIENT, "postal_code", "8029"),
        (Kind.PATIENT, "chart", "C 77"),
        (Kind.COVERAGE, "order", "0"),
        (Kind.COVERAGE, "relationship", "cousin"),
        (Kind.COVERAGE, "begin", "2026-02-30"),
        (Kind.COVERAGE, "copay", "25.001"),
        (Kind.COVERAGE, "copay", "-1"),
        (Kind.COVERAGE, "copay", "lots"),
        (Kind.VISIT, "start", "2026-03-02T10:00:00"),
        (Kind.VISIT, "minutes", "0"),
        (Kind.VISIT, "minutes", "1441"),
        (Kind.VISIT, "status", "gone"),
        (Kind.VISIT, "status", "other:2"),
        (Kind.VISIT, "status", "cancelled:she was ill"),
        (Kind.VISIT, "provider", "prof 1"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_without_being_repeated(kind: Kind, field: str, typed: str) -> None:
    with pytest.raises(ValueError, match=f"^not a value for {field}$"):
        fitting(kind, field, typed, TODAY)


def test_the_states_are_those_of_the_postal_service() -> None:
    assert (len(STATES), {"CO", "DC", "PR", "AE"} <= STATES) == (59, True)
