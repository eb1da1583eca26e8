"""The oracle itself, by the examples of the R4 search page: what judges others has to be right first."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.platform.records.oracle.evaluating import Oracle
from tests.platform.records.oracle.meaning import (
    UCUM,
    Amount,
    Link,
    Token,
    amount_holds,
    date_holds,
    link_holds,
    number_holds,
    plain,
    span,
    split,
    string_holds,
    token_holds,
)


@pytest.mark.parametrize(
    ("asked", "found", "holds"),
    [
        ("2013-01-14", "2013-01-14T10:00:00Z", True),
        ("2013-01-14", "2013-01-15", False),
        ("2013-01-14T10:00", "2013-01-14", False),
        ("ne2013-01-14", "2013-01-15T00:00:00Z", True),
        ("ne2013-01-14", "2013-01-14T10:00:00Z", False),
        ("lt2013-01-14T10:00", "2013-01-14", True),
        ("gt2013-01-14T10:00", "2013-01-14", True),
        ("ge2013-03-14", "2013-03-14", True),
        ("ge2013-03-14", "2013-01", False),
        ("le2013-03-14", "2013-03", True),
        ("sa2013-03-14", "2013-03-15", True),
        ("sa2013-03-14", "2013-03", False),
        ("eb2013-03-14", "2013-03-13", True),
        ("eb2013-03-14", "2013-03", False),
    ],
)
def test_dates_are_spans_of_time(asked: str, found: str, holds: bool) -> None:
    assert date_holds(asked, *span(found)) is holds


@pytest.mark.parametrize(
    ("asked", "found", "holds"),
    [
        ("100", "99.5", True),
        ("100", "100.5", False),
        ("100.00", "99.996", True),
        ("100.00", "100.01", False),
        ("lt100", "99.9999", True),
        ("le100", "100.1", False),
        ("gt100", "100", False),
        ("ge100", "100", True),
        ("ne100", "100.4", False),
        ("ap100", "109", True),
        ("ap100", "111", False),
    ],
)
def test_numbers_have_the_precision_they_are_written_with(asked: str, found: str, holds: bool) -> None:
    assert number_holds(asked, Decimal(found)) is holds


@pytest.mark.parametrize(
    ("asked", "holds"),
    [
        ("5.4", True),
        (f"5.4|{UCUM}|mg", True),
        ("5.4||mg", True),
        ("5.4||milligram", True),
        (f"0.0054|{UCUM}|g", True),
        (f"5.4|{UCUM}|g", False),
        ("5.4|urn:other|mg", False),
    ],
)
def test_quantities_are_compared_in_their_unit_or_one_that_converts(asked: str, holds: bool) -> None:
    assert amount_holds(asked, Amount(Decimal("5.4"), UCUM, "mg", "milligram")) is holds


@pytest.mark.parametrize(
    ("asked", "holds"), [("c", True), ("s|c", True), ("|c", False), ("s|", True), ("t|", False), ("t|c", False)]
)
def test_tokens_are_codes_with_or_without_their_system(asked: str, holds: bool) -> None:
    assert token_holds(asked, Token("s", "c")) is holds
    assert token_holds("|c", Token(None, "c"))


@pytest.mark.parametrize(
    ("asked", "modifier", "holds"),
    [
        ("carre", "", True),
        ("CARREÑ", "", True),
        ("arre", "", False),
        ("arre", "contains", True),
        ("Carreno", "exact", False),
        ("Carreño", "exact", True),
    ],
)
def test_strings_begin_alike_without_case_and_accents(asked: str, modifier: str, holds: bool) -> None:
    assert string_holds(asked, modifier, "Carreño") is holds


@pytest.mark.parametrize(
    ("asked", "modifier", "found", "holds"),
    [
        ("23", "", "Patient/23", True),
        ("Patient/23", "", "Patient/23", True),
        ("23", "Patient", "Patient/23", True),
        ("23", "Group", "Patient/23", False),
        ("Patient/23", "", "Patient/23/_history/2", True),
        ("Patient/23/_history/2", "", "Patient/23", False),
        ("Patient/23", "", "https://other.example/fhir/Patient/23", False),
        ("https://other.example/fhir/Patient/23", "", "https://other.example/fhir/Patient/23", True),
        ("23", "", "#23", False),
    ],
)
def test_references_point_into_this_store_unless_they_say_where(
    asked: str, modifier: str, found: str, holds: bool
) -> None:
    assert link_holds(asked, modifier, Link(found)) is holds


def test_marks_can_be_escaped() -> None:
    assert [plain(part) for part in split(r"a\,b,c\$d,e\\", ",")] == ["a,b", "c$d", "e\\"]


def test_chains_reverse_chains_and_absence() -> None:
    patient = {"resourceType": "Patient", "id": "p", "name": [{"family": "Quill"}]}
    pulse = {
        "resourceType": "Observation",
        "id": "o",
        "subject": {"reference": "Patient/p"},
        "code": {"coding": [{"code": "pulse"}]},
        "performer": [{"reference": "Practitioner/nobody"}],
    }
    oracle = Oracle([patient, pulse])
    assert oracle.search(["Observation"], [("subject:Patient.family", "quil")]) == {("Observation", "o")}
    assert oracle.search(["Observation"], [("performer:Practitioner.active", "true")]) == set()
    assert oracle.search(["Patient"], [("_has:Observation:patient:code", "pulse")]) == {("Patient", "p")}
    assert oracle.search(["Patient"], [("_has:Observation:patient:code", "other")]) == set()
    assert oracle.search(["Patient"], [("birthdate:missing", "true"), ("gender:not", "male")]) == {("Patient", "p")}
    assert oracle.included([("Observation", "o")], [("_include", "Observation:subject")]) == ({("Patient", "p")}, 2)
    assert oracle.included([("Patient", "p")], [("_revinclude", "Observation:patient")])[0] == {("Observation", "o")}
    assert Oracle([patient, pulse], types=["Patient"]).search(["Observation"], []) == set()
    assert Oracle([patient, pulse], patient="q").present == {}
