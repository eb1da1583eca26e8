from __future__ import annotations

from chartline.formats.fhir import encode
from chartline.formats.fhir.mentions import mentions

BASE = "https://invented.example/fhir/R4"


def test_references_are_found_at_any_depth_once_and_in_order() -> None:
    body = encode(
        {
            "resourceType": "Encounter",
            "subject": {"reference": "Patient/1"},
            "participant": [{"individual": {"reference": "Practitioner/d-1/_history/3"}}],
            "location": [{"location": {"reference": f"{BASE}/Location/x.1"}}, {"location": {"reference": "Patient/1"}}],
        }
    )
    assert mentions(body, BASE) == [("Patient", "1"), ("Practitioner", "d-1"), ("Location", "x.1")]
    assert ("Location", "x.1") not in mentions(body)


def test_attachments_point_at_files_and_other_addresses_at_nothing() -> None:
    body = encode(
        {
            "content": [{"attachment": {"url": "Binary/b"}}, {"attachment": {"url": "Patient/7"}}],
            "basedOn": [{"reference": "#inside"}, {"reference": "urn:uuid:1"}, {"reference": "Shoe/1"}],
            "author": [{"reference": "https://elsewhere.example/fhir/Patient/9"}],
        }
    )
    assert mentions(body, BASE) == [("Binary", "b")]


def test_text_that_quotes_a_reference_is_none() -> None:
    quote = '"reference":"Patient/1"'
    assert mentions(encode({"note": [{"text": quote}, {"text": f'x,{quote},"y'}]}), BASE) == []
