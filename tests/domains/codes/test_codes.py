"""Codes: shapes, check digits, and validity on a date."""

from __future__ import annotations

from datetime import date

import pytest

from chartline.domains.codes import (
    PLACES,
    Code,
    CodeSystem,
    check_code,
    code_book,
    load_codes,
    load_reference,
    npi_is_valid,
    plain_diagnosis,
    shape_problem,
)
from chartline.kernel.ids import new_id
from chartline.platform.database import Database

TODAY = date(2026, 5, 4)


@pytest.mark.parametrize(
    ("system", "good", "bad"),
    [
        (CodeSystem.PROCEDURE, ["90837", "0362T", "1111F", "G0442"], ["9083", "90837 ", "W1234", "g0442"]),
        (CodeSystem.DIAGNOSIS, ["F411", "F32A", "Z63", "S72001A"], ["F41.1", "411", "F4", "F4111111"]),
        (CodeSystem.MODIFIER, ["95", "GT", "U1"], ["9", "955", "g t"]),
        (CodeSystem.PLACE_OF_SERVICE, ["02", "10", "11", "53"], ["00", "1", "29"]),
        (CodeSystem.NPI, ["1999999984"], ["1999999983", "199999998", "9999999984", "１999999984"]),
        (CodeSystem.TAXONOMY, ["103TC0700X"], ["103TC0700", "103TC0700Y"]),
    ],
)
def test_each_system_has_its_shape(system: CodeSystem, good: list[str], bad: list[str]) -> None:
    assert [code for code in good if shape_problem(system, code)] == []
    assert [code for code in bad if shape_problem(system, code) is None] == []


def test_exactly_one_check_digit_fits() -> None:
    assert [n for n in range(1999999980, 1999999990) if npi_is_valid(str(n))] == [1999999984]


def test_a_diagnosis_is_cleaned_where_it_comes_in() -> None:
    assert plain_diagnosis(" f41.1 ") == "F411"


def test_places_know_when_they_began() -> None:
    assert PLACES["10"].begin == date(2022, 1, 1)


def test_a_code_must_be_valid_on_the_service_date(database: Database) -> None:
    with database.work(new_id()) as work:
        assert load_reference(work) > 800
        assert check_code(work, CodeSystem.DIAGNOSIS, "F411", TODAY) is None
        late = check_code(work, CodeSystem.DIAGNOSIS, "F438", TODAY)
        assert late is not None
        assert (late.code, late.fields["end"]) == ("codes.not_valid_then", "2022-09-30")
        assert check_code(work, CodeSystem.DIAGNOSIS, "F438", date(2022, 9, 30)) is None


def test_a_heading_is_not_a_code(database: Database) -> None:
    with database.work(new_id()) as work:
        load_reference(work)
        heading = check_code(work, CodeSystem.DIAGNOSIS, "F32", TODAY)
        assert heading is not None
        assert heading.code == "codes.unknown"


def test_what_no_loaded_list_covers_is_not_called_wrong(database: Database) -> None:
    with database.work(new_id()) as work:
        load_reference(work)
        assert check_code(work, CodeSystem.DIAGNOSIS, "Z630", TODAY) is None
        assert check_code(work, CodeSystem.PROCEDURE, "90837", TODAY) is None


def test_a_loaded_procedure_list_is_complete_and_can_be_loaded_again(database: Database) -> None:
    with database.work(new_id()) as work:
        for _ in range(2):
            assert load_codes(work, [Code(CodeSystem.PROCEDURE, "90837", date(2013, 1, 1), label="own name")]) == 1
        assert check_code(work, CodeSystem.PROCEDURE, "90837", TODAY) is None
        absent = check_code(work, CodeSystem.PROCEDURE, "90834", TODAY)
        assert absent is not None
        assert absent.code == "codes.unknown"
        book = code_book(work, [(CodeSystem.PROCEDURE, "90837")])
        assert book.label(CodeSystem.PROCEDURE, "90837") == "own name"
