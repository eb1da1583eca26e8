from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from chartline.formats.fhir import (
    JsonObject,
    address,
    code_of,
    concept,
    contact_point,
    contact_value,
    fhir_money,
    fhir_period,
    human_name,
    identifier,
    identifier_value,
    name_words,
    preferred_name,
    read_money,
    read_period,
    reference,
    reference_target,
    shown_name,
    with_identifier,
)
from chartline.formats.fhir.elements import child, children, flag, text, texts
from chartline.kernel.money import Money


def test_a_name_built_over_another_keeps_its_unknown_parts() -> None:
    prior: JsonObject = {"family": "Old", "text": "Old Name", "prefix": ["Dr"], "extension": [{"url": "urn:e"}]}
    assert human_name("Quillfeather", ["Isolde"], prior=prior) == {
        "family": "Quillfeather",
        "given": ["Isolde"],
        "prefix": ["Dr"],
        "extension": [{"url": "urn:e"}],
        "use": "official",
    }
    assert prior["family"] == "Old"


def test_an_unchanged_name_keeps_its_text() -> None:
    assert human_name("Old", prior={"family": "Old", "text": "Old Name"})["text"] == "Old Name"


def test_the_official_name_is_preferred_and_the_maiden_name_is_not() -> None:
    names = [human_name(family, use=use) for family, use in (("A", "maiden"), ("B", None), ("C", "usual"))]
    assert shown_name(preferred_name({"name": names})) == "C"
    assert shown_name(preferred_name({"name": [*names, human_name("D")]})) == "D"
    assert shown_name(preferred_name({})) == ""
    assert shown_name({"text": "Isolde Q"}) == "Isolde Q"


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["oneil", "ray"], "O'Néil-Ray"),
        (["van", "der", "quist"], "van der Quist"),
        (["strasse"], "STRAẞE"),
        (["jr"], " Jr. "),
        ([], "--"),
    ],
)
def test_names_are_compared_by_plain_words(words: list[str], text: str) -> None:
    assert words == name_words(text)


def test_an_address_and_a_number_keep_what_was_there() -> None:
    kept = address(["1 Sparrow Way", ""], "Juniper Flats", "CO", "80999", prior={"district": "X", "period": {}})
    assert (kept["line"], kept["district"]) == (["1 Sparrow Way"], "X")
    assert contact_point("phone", "303-555-0147", prior={"use": "home", "rank": 1}) == {
        "system": "phone",
        "value": "303-555-0147",
        "use": "home",
        "rank": 1,
    }
    points = [contact_point("phone", "1", "old"), contact_point("phone", "2", "home"), contact_point("email", "e@x")]
    assert (
        contact_value({"telecom": points}, "phone"),
        contact_value({"telecom": points}, "email"),
        contact_value({"telecom": points}, "phone", "work"),
    ) == ("2", "e@x", None)


@pytest.mark.parametrize(
    ("target", "text"),
    [
        (("Patient", "p1"), "Patient/p1"),
        (("Patient", "p1"), "Patient/p1/_history/3"),
        (("Patient", "p1"), "https://fhir.example.org/r4/Patient/p1"),
        (None, "#contained"),
        (None, "urn:uuid:0190a1b2-0000-7000-8000-000000000000"),
        (None, "patient/p1"),
        (None, ""),
    ],
)
def test_a_reference_has_a_target_or_none(target: tuple[str, str] | None, text: str) -> None:
    assert target == reference_target({"reference": text})


def test_a_reference_reads_back() -> None:
    assert reference_target(reference("Claim", "c1", "a claim")) == ("Claim", "c1")
    assert reference_target(None) is None


def test_an_identifier_is_replaced_in_place_and_others_stay() -> None:
    resource: JsonObject = {"identifier": [identifier("urn:a", "1"), {"system": "urn:b", "value": "2", "use": "usual"}]}
    changed = with_identifier(with_identifier(resource, "urn:b", "3"), "urn:c", "4")
    assert [(one["system"], one["value"]) for one in children(changed, "identifier")] == [
        ("urn:a", "1"),
        ("urn:b", "3"),
        ("urn:c", "4"),
    ]
    assert (
        identifier_value(changed, "urn:b"),
        identifier_value(changed, "urn:z"),
        identifier_value(resource, "urn:b"),
    ) == ("3", None, "2")


def test_a_code_is_found_by_its_system() -> None:
    value = concept("urn:cpt", "90837", words="visit")
    assert (code_of(value), code_of(value, "urn:cpt"), code_of(value, "urn:icd")) == ("90837", "90837", None)
    assert code_of(None) is None


def test_money_is_exact_both_ways() -> None:
    assert {"value": Decimal("-12.50"), "currency": "USD"} == fhir_money(Money(-1250))
    assert str(fhir_money(Money(-1250))["value"]) == "-12.50"
    assert Money(1250) == read_money({"value": Decimal("12.5")})
    assert Money(100000, "EUR") == read_money({"value": Decimal("1E+3"), "currency": "EUR"})
    assert [read_money(None), read_money({}), read_money({"value": True})] == [None, None, None]
    with pytest.raises(ValueError, match="two decimal places"):
        read_money({"value": Decimal("0.001")})


def test_a_period_is_written_in_utc_and_read_as_a_span() -> None:
    start = datetime(2026, 3, 2, 15, tzinfo=UTC)
    written = fhir_period(start, None, prior={"end": "2025", "extension": []})
    assert written == {"start": "2026-03-02T15:00:00.000Z", "extension": []}
    read = read_period(written)
    assert read is not None
    assert start == read.start
    assert read_period({}) is None
    with pytest.raises(ValueError, match="zone"):
        fhir_period(datetime(2026, 3, 2), None)  # noqa: DTZ001


def test_readers_answer_nothing_for_the_wrong_kind() -> None:
    odd: JsonObject = {"a": 1, "b": [1, "x", {"c": 2}], "d": {"e": 1}, "f": ""}
    assert [text(odd, "a"), text(odd, "f"), text(None, "a")] == [None, None, None]
    assert (texts(odd, "b"), children(odd, "b"), children(odd, "d")) == (["x"], [{"c": 2}], [{"e": 1}])
    assert (child(odd, "d"), child(odd, "b"), flag(odd, "a")) == ({"e": 1}, None, None)
