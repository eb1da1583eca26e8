from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.formats.fhir.terminology.shelf import ANIMALS, R4, Shelf, rule, value_set

from chartline.formats.fhir.terminology import (
    Asked,
    Coding,
    Columns,
    MemorySystem,
    Rule,
    Terminology,
    ValueSet,
    shipped,
    shipped_terminology,
)
from chartline.kernel.errors import ChartlineError


def codes(terminology: Terminology, canonical: str, **asked: object) -> list[str]:
    found = terminology.expand(terminology.value_set(canonical), Asked(**asked))  # ty: ignore[invalid-argument-type]
    return [entry.code for entry in found.entries]


@pytest.mark.parametrize(
    ("canonical", "expected"),
    [
        (R4 + "administrative-gender", "male female other unknown"),
        (
            R4 + "observation-status",
            "registered preliminary final amended corrected cancelled entered-in-error unknown",
        ),
        (R4 + "yesnodontknow", "N Y asked-unknown"),
        ("http://hl7.org/fhir/us/core/ValueSet/omb-ethnicity-category", "2135-2 2186-5 ASKU UNK"),
    ],
)
def test_known_value_sets_have_the_known_codes(canonical: str, expected: str) -> None:
    assert codes(shipped_terminology(), canonical) == expected.split()


def test_the_official_expansion_of_cholesterol_comes_out_again() -> None:
    listed = "14647-2 2093-3 48620-9 9342-7 2096-6 35200-5 48089-7 55838-7".split()
    loinc = MemorySystem(
        "http://loinc.org",
        "2.50",
        "LOINC",
        "complete",
        Columns(
            ["LP43571-6", *listed, "718-7"],
            [""] * 10,
            parents={code: ["LP43571-6"] for code in listed},
        ),
    )
    assert codes(Terminology([Shelf(loinc)]), R4 + "example-expansion") == listed


def test_nearly_every_shipped_value_set_can_be_listed_and_its_codes_are_its_members() -> None:
    terminology, refused = shipped_terminology(), 0
    urls = shipped().value_set_urls()
    for url in urls[::7]:
        try:
            found = terminology.expand(terminology.value_set(url))
        except ChartlineError as error:
            assert error.problem.code in {
                "fhir.too_costly",
                "terminology.unknown_system",
                "terminology.unknown_value_set",
            }
            refused += 1
            continue
        for entry in found.entries[::5]:
            assert terminology.member(url, entry.system, entry.code) is True
            asked = [Coding(entry.system, entry.code, "", entry.display)]
            assert terminology.validate_in_value_set(terminology.value_set(url), asked).result
        assert found.total == len(found.entries)
    assert refused < len(urls[::7]) / 10


@settings(max_examples=60)
@given(st.data())
def test_what_a_set_lists_is_what_it_contains(data: st.DataObject) -> None:
    every = ["animal", "dog", "terrier", "cat", "lapdog"]
    some_codes = st.lists(st.sampled_from(every), unique=True).map(lambda found: Rule("urn:animals", "", tuple(found)))
    operators = st.sampled_from(["is-a", "descendent-of", "is-not-a", "generalizes", "=", "in", "not-in"])
    filtered = st.builds(lambda op, code: rule(("concept", op, code)), operators, st.sampled_from(every))
    rules = st.lists(some_codes | filtered, max_size=3).map(tuple)
    made = value_set(*data.draw(rules), exclude=data.draw(rules), active_only=data.draw(st.booleans()))
    terminology = Terminology([Shelf(ANIMALS, made)])
    listed = codes(terminology, "urn:set")
    assert len(listed) == len(set(listed))
    assert set(listed) == {code for code in every if terminology.member("urn:set", "urn:animals", code)}


def test_pages_put_together_are_the_whole() -> None:
    terminology = shipped_terminology()
    url = "http://terminology.hl7.org/ValueSet/v3-ActCode"
    whole = codes(terminology, url)
    pages = [code for start in range(0, len(whole), 100) for code in codes(terminology, url, offset=start, count=100)]
    assert pages == whole
    assert terminology.expand(terminology.value_set(url), Asked(count=0)).total == len(whole)


def test_a_filter_finds_words_by_their_beginnings_without_case_and_accents() -> None:
    terminology = Terminology([Shelf(ANIMALS, value_set(rule()))])
    assert codes(terminology, "urn:set", filter="LAP do") == ["lapdog"]
    assert codes(terminology, "urn:set", filter="dog") == ["dog", "lapdog"]
    assert codes(terminology, "urn:set", filter="kätz") == ["cat"]
    assert codes(terminology, "urn:set", filter="og") == []
    assert codes(terminology, "urn:set", filter="--") == []


def test_a_large_system_answers_a_filter_as_a_small_one_does() -> None:
    many = [f"c{number}" for number in range(500)]
    system = MemorySystem("urn:many", "", "Many", "complete", Columns(many, [f"Thing {code} of many" for code in many]))
    terminology = Terminology([Shelf(system, value_set(Rule("urn:many")))])
    expected = [code for code in many if code.startswith("c49")]
    assert codes(terminology, "urn:set", filter="many c49") == expected


def test_inactive_and_abstract_codes_are_marked_and_can_be_left_out() -> None:
    terminology = Terminology([Shelf(ANIMALS, value_set(rule()))])
    found = terminology.expand(terminology.value_set("urn:set"))
    assert [entry.code for entry in found.entries if entry.abstract] == ["animal"]
    assert [entry.code for entry in found.entries if entry.inactive] == ["terrier"]
    assert "terrier" not in codes(terminology, "urn:set", active_only=True)


def test_names_in_another_language_are_shown_where_there_are_any() -> None:
    terminology = Terminology([Shelf(ANIMALS, value_set(rule()))])
    found = terminology.expand(terminology.value_set("urn:set"), Asked(language="de-AT", designations=True))
    shown = {entry.code: (entry.display, len(entry.designations)) for entry in found.entries}
    assert shown["cat"] == ("Katze", 1)
    assert shown["dog"] == ("Dog", 0)


def test_a_value_set_may_print_its_own_display() -> None:
    own = value_set(Rule("urn:animals", "", ("cat",), {"cat": "House cat"}))
    terminology = Terminology([Shelf(ANIMALS, own)])
    assert [entry.display for entry in terminology.expand(own).entries] == ["House cat"]


def problem(terminology: Terminology, canonical: str, asked: Asked | None = None) -> str:
    with pytest.raises(ChartlineError) as caught:
        terminology.expand(terminology.value_set(canonical), asked)
    return caught.value.problem.code


def test_what_cannot_be_listed_is_refused_and_never_half_listed() -> None:
    many = [f"c{number}" for number in range(10_001)]
    system = MemorySystem("urn:many", "", "Many", "complete", Columns(many, many))
    terminology = Terminology([Shelf(system, value_set(Rule("urn:many"), url="urn:all"))])
    assert problem(terminology, "urn:all") == "fhir.too_costly"
    assert problem(terminology, "urn:all", Asked(offset=100_001)) == "fhir.too_costly"
    page = terminology.expand(terminology.value_set("urn:all"), Asked(count=10, offset=10_000))
    assert [entry.code for entry in page.entries] == ["c10000"]
    assert terminology.expand(terminology.value_set("urn:all"), Asked(count=10)).total is None
    assert problem(terminology, R4 + "all-languages", Asked(count=10)) == "fhir.too_costly"
    assert problem(terminology, R4 + "condition-code") == "terminology.unknown_system"
    assert problem(terminology, R4 + "no-such-set") == "terminology.unknown_value_set"


def test_codes_for_a_search_are_bounded() -> None:
    terminology = shipped_terminology()
    found = terminology.codes_of(R4 + "administrative-gender")
    assert ("http://hl7.org/fhir/administrative-gender", "male") in found
    with pytest.raises(ChartlineError, match="too_costly"):
        terminology.codes_of(R4 + "c80-doc-typecodes")


def test_a_set_without_parts_is_empty() -> None:
    empty = ValueSet("urn:none", "", "", "", ())
    assert codes(Terminology([Shelf(empty)]), "urn:none") == []
