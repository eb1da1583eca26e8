"""Who a resource belongs to, by its bytes."""

from __future__ import annotations

import pytest

from chartline.formats.fhir import JsonObject, encode
from chartline.platform.bulk.membership import Members, group_members, targets

ANN: JsonObject = {"reference": "Patient/ann"}


@pytest.mark.parametrize(
    ("resource", "anns", "anybodys"),
    [
        ({"resourceType": "Patient", "id": "ann"}, True, True),
        ({"resourceType": "Patient", "id": "bob"}, False, True),
        ({"resourceType": "Patient", "id": "bob", "link": [{"other": ANN}]}, True, True),
        ({"resourceType": "Observation", "id": "o", "subject": ANN}, True, True),
        ({"resourceType": "Observation", "id": "o", "subject": {"reference": "Patient/bob"}}, False, True),
        ({"resourceType": "Observation", "id": "o", "performer": [ANN]}, True, True),
        ({"resourceType": "Observation", "id": "o", "focus": [ANN]}, False, False),
        ({"resourceType": "Observation", "id": "o", "device": {"reference": "Device/ann"}}, False, False),
        (
            {
                "resourceType": "Observation",
                "id": "o",
                "contained": [{"resourceType": "Flag", "subject": ANN}],
                "subject": {"reference": "Patient/bob"},
            },
            False,
            True,
        ),
    ],
)
def test_a_resource_belongs_to_whose_compartment_it_is_in(resource: JsonObject, anns: bool, anybodys: bool) -> None:
    body, rtype = encode(resource), str(resource["resourceType"])
    assert (Members(["ann"]).hold(rtype, body), Members(None).hold(rtype, body)) == (anns, anybodys)


def test_members_of_a_group_are_its_active_patients_once() -> None:
    group: JsonObject = {
        "resourceType": "Group",
        "member": [
            {"entity": ANN},
            {"entity": ANN},
            {"entity": {"reference": "Patient/bob"}, "inactive": True},
            {"entity": {"reference": "Device/d"}},
            {"entity": {"reference": "http://invented.example/fhir/Patient/cat"}},
            {"entity": {"reference": "http://other.example/fhir/Patient/dot"}},
        ],
    }
    assert group_members(group, "http://invented.example/fhir") == ["ann", "cat"]


def test_a_provenance_names_what_it_is_about() -> None:
    named = [{"reference": "Observation/o/_history/3"}, {"reference": "Patient/p"}, {"display": "paper"}]
    assert targets({"resourceType": "Provenance", "target": named}) == [("Observation", "o"), ("Patient", "p")]
