"""The pages of rules: the catalogue, the practice's own rules from the editor to activation, and repairs of a claim."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from tests.support.filled import Filled

from chartline.domains.claims.queries import ClaimFilter, list_claims
from chartline.domains.claims.rules import catalogue

if TYPE_CHECKING:
    from tests.console.conftest import Entry

FORM = {
    "name": "Hours of one payer",
    "join": "all",
    "field_1": "procedure",
    "operator_1": "is",
    "values_1": "90837, 90834",
    "field_2": "modifier",
    "operator_2": "has_not",
    "values_2": "XQ",
    "effect": "warn",
    "say": "Somebody looks at hours first.",
}


def token(page: str) -> str:
    found = re.search(r'name="form_token" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def test_the_catalogue_is_filtered_and_explains_a_rule(entry: Entry) -> None:
    client = entry("biller")
    whole = client.get("/rules").text
    assert all(f'href="/rules/catalogue/{rule.id}"' in whole for rule in catalogue())
    few = client.get("/rules", params={"q": "telehealth", "severity": "error"}).text
    assert "telehealth-place" in few
    assert "telehealth-modifier" not in few
    assert "No rule fits." in client.get("/rules", params={"q": "zzzz"}).text
    page = client.get("/rules/catalogue/billing-zip-whole").text
    assert "ZIP+4" in page
    assert "CO-16" in page
    assert client.get("/rules/catalogue/nothing").status_code in (400, 422)
    assert client.get("/rules/findings.csv").text.startswith("claim,payer_id,")


def test_a_rule_goes_from_the_editor_to_counting(entry: Entry) -> None:
    client = entry("biller")
    assert "No rules of your own yet." in client.get("/rules/own").text
    editor = client.get("/rules/own/new").text
    form = {**FORM, "form_token": token(editor)}
    said = client.post("/rules/own/sentence", data={**form, "trial": "yes"}).text
    assert "the procedure is 90837 or 90834 and the modifiers do not have XQ" in said
    assert "Looked at" in said
    wrong = client.post("/rules/own/sentence", data={**form, "operator_1": "more_than"})
    assert "when.all.1.operator" in wrong.text
    made = client.post("/rules/own", data=form)
    assert made.status_code == 303
    at = made.headers["location"].partition("?")[0]
    assert "was not tested" in client.get(at).text
    tested = client.post(f"{at}/test", data={"claims": "200", "form_token": form["form_token"]})
    assert "Caught" in tested.text
    assert client.post(f"{at}/activate", data={"form_token": form["form_token"]}).status_code == 303
    again = client.get(f"{at}/edit").text
    assert 'value="90837 90834"' in again
    nested = {**form, "when": '{"not": {"field": "payer", "operator": "is", "values": ["X"]}}'}
    assert client.post(at, data=nested).status_code == 303
    page = client.get(at).text
    assert "it is not so that the payer is X" in page
    assert "version 1 counts" in page
    assert "&#34;not&#34;" in client.get(f"{at}/edit").text
    assert client.post(f"{at}/retire", data={"form_token": form["form_token"]}).status_code == 303
    assert "Retired" in client.get(at).text


def test_repairs_of_a_claim_are_shown(entry: Entry, filled: Filled) -> None:
    client = entry("biller")
    with filled.services.database.read(filled.organisation) as work:
        claim = list_claims(work, ClaimFilter(), None, 1).claims[0]
    page = client.get(f"/claims/{claim.id}/repairs")
    assert page.status_code == 200
    assert "What rules propose" in page.text


@pytest.mark.parametrize("page", ["/rules", "/rules/own", "/rules/own/new"])
def test_who_does_not_bill_sees_no_rules(entry: Entry, page: str) -> None:
    assert entry("clinician").get(page).status_code == 403
