"""What a transaction rewrites in a resource, and what it leaves alone."""

from __future__ import annotations

from typing import Any

from chartline.api.fhir.rewriting import rewrite

NAME = "urn:uuid:4a1d1d5c-9a2f-4c59-9a3a-1a2b3c4d5e6f"
TARGETS = {NAME: "Patient/1", "http://other.example/fhir/Patient/9": "Patient/2", "Patient/9": "Patient/2"}


def rewritten(**content: Any) -> dict[str, Any]:
    rewrite(content, TARGETS, "Basic")
    return content


def test_references_are_rewritten_at_any_depth() -> None:
    made = rewritten(
        subject={"reference": NAME},
        contained=[{"resourceType": "Group", "member": [{"entity": {"reference": f"{NAME}#part"}}]}],
        other={"reference": "http://other.example/fhir/Patient/9"},
        relative={"reference": "Patient/9"},
    )
    assert made["subject"]["reference"] == "Patient/1"
    assert made["contained"][0]["member"][0]["entity"]["reference"] == "Patient/1#part"
    assert made["other"]["reference"] == made["relative"]["reference"] == "Patient/2"


def test_addresses_are_rewritten_and_texts_are_not() -> None:
    made = rewritten(
        url=NAME,
        valueUri=NAME,
        instantiatesUri=[NAME, "urn:else"],
        description=NAME,
        identifier=[{"system": NAME, "value": NAME}],
    )
    assert (made["url"], made["valueUri"], made["instantiatesUri"]) == (
        "Patient/1",
        "Patient/1",
        ["Patient/1", "urn:else"],
    )
    assert made["description"] == NAME
    assert made["identifier"] == [{"system": NAME, "value": NAME}]


def test_a_canonical_address_that_equals_an_entry_stays() -> None:
    assert rewritten(url="http://other.example/fhir/Patient/9")["url"] == "http://other.example/fhir/Patient/9"


def test_links_of_a_narrative_are_rewritten_in_both_quotes() -> None:
    made = rewritten(text={"div": f"<div><a href=\"{NAME}\">a</a><img src='{NAME}'/>{NAME}<a href='#x'>b</a></div>"})
    expected = f'<div><a href="Patient/1">a</a><img src="Patient/1"/>{NAME}<a href=\'#x\'>b</a></div>'
    assert made["text"]["div"] == expected


def test_searches_in_references_are_handed_back_with_their_place() -> None:
    content: dict[str, Any] = {"performer": [{"reference": "Practitioner?identifier=a|1"}, {"reference": "Patient/3"}]}
    (found,) = rewrite(content, TARGETS, "Bundle.entry[2].resource")
    assert (found.text, found.place) == (
        "Practitioner?identifier=a|1",
        "Bundle.entry[2].resource.performer[0].reference",
    )
