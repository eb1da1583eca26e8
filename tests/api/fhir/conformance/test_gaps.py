"""What R4 leaves to the server and is not there: it is not claimed, and asking for it is refused in words."""

from __future__ import annotations

import httpx2
import pytest
from tests.support.fhir import issue_of, patient


def claimed(client: httpx2.Client) -> set[str]:
    """Names of the operations and formats of the capability statement."""
    body = client.get("/metadata").json()
    rest = body["rest"][0]
    levels = [rest, *rest["resource"]]
    operations = {each["name"] for level in levels for each in level.get("operation", [])}
    return {name.removeprefix("$") for name in operations} | set(body.get("patchFormat", []))


@pytest.mark.conformance("I24", gap="optional in R4; not claimed, 415: JSON Patch and FHIRPath Patch are there")
def test_an_xml_patch_is_refused_and_not_claimed(one: httpx2.Client) -> None:
    made = one.post("/Patient", json=patient()).json()
    body = b'<diff><replace sel="Patient/gender/@value">male</replace></diff>'
    answer = one.patch(f"/Patient/{made['id']}", content=body, headers={"Content-Type": "application/xml-patch+xml"})
    assert answer.status_code == 415
    assert issue_of(answer)["severity"] == "error"
    assert one.get(f"/Patient/{made['id']}").json() == made
    assert "application/xml-patch+xml" not in claimed(one)


@pytest.mark.conformance(
    "op:$get-ws-binding-token",
    "op:$graphql",
    "op:$convert",
    gap="optional in R4; not claimed, refused with an OperationOutcome",
)
@pytest.mark.parametrize(
    "place", ["/Subscription/any/$get-ws-binding-token", "/$graphql?query=%7BPatient%7D", "/$convert"]
)
def test_operations_that_are_not_there_are_not_claimed_and_refused(one: httpx2.Client, place: str) -> None:
    name = place.partition("$")[2].partition("?")[0]
    assert name not in claimed(one)
    for answer in (one.get(place), one.post(place, json=patient())):
        assert answer.status_code in (404, 405), answer.text
        assert issue_of(answer)["details"]["text"]
