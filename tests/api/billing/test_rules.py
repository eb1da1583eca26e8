"""Rules over HTTP: the catalogue, a rule of the practice from words to activation, findings, and repairs."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from tests.support.filled import Filled

from chartline.domains.claims.rules import catalogue
from chartline.kernel.ids import new_id

RULES = "/api/billing/rules"
ANY_THERAPY: dict[str, Any] = {
    "name": "Hour sessions of one payer",
    "when": {
        "all": [
            {"field": "procedure", "operator": "starts_with", "values": ["908"]},
            {"field": "modifier", "operator": "has_not", "values": ["XQ"]},
        ]
    },
    "effect": {"kind": "warn"},
    "say": "A session that somebody looks at first.",
}


def test_the_catalogue_is_there_with_reasons(api: httpx2.Client) -> None:
    rules = api.get(f"{RULES}/catalogue").json()["data"]
    assert len(rules) == len(catalogue())
    assert all(one["why"] and one["source"] and one["prevents"] for one in rules)
    fields = api.get(f"{RULES}/fields").json()["data"]
    assert {"payer", "procedure", "place"} <= {one["name"] for one in fields["fields"]}
    assert "procedure" not in fields["settable"]


def test_a_rule_is_written_tested_activated_changed_and_retired(api: httpx2.Client) -> None:
    key = {"Idempotency-Key": new_id()}
    made = api.post(f"{RULES}/", json=ANY_THERAPY, headers=key)
    assert made.status_code == 201, made.text
    rule = made.json()["data"]
    assert rule["state"] == "draft"
    assert rule["sentence"] == (
        "When the procedure begins with 908 and the modifiers do not have XQ, warn, and let the claim go."
    )
    assert api.post(f"{RULES}/", json=ANY_THERAPY, headers=key).json()["data"]["id"] == rule["id"]
    at = f"{RULES}/{rule['id']}"
    early = api.post(f"{at}/activate")
    assert (early.status_code, early.json()["code"]) == (409, "rules.untested")
    tested = api.post(f"{at}/test", json={"claims": 200}).json()["data"]
    assert tested["looked"] >= tested["found"] == tested["refused"] + tested["harmless"]
    assert api.post(f"{at}/activate").json()["data"]["state"] == "active"
    changed = api.put(at, json={**ANY_THERAPY, "effect": {"kind": "hold"}}).json()["data"]
    assert (changed["state"], changed["version"], changed["activeVersion"]) == ("changed", 2, 1)
    assert api.post(f"{at}/retire").json()["data"]["state"] == "retired"
    whole = api.get(at).json()["data"]
    assert [one["kind"] for one in whole["history"]] == ["written", "tested", "activated", "changed", "retired"]
    assert [one["version"] for one in whole["versions"]] == [2, 1]
    assert rule["id"] in {one["id"] for one in api.get(f"{RULES}/", params={"state": "retired"}).json()["data"]}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"when": {"field": "patient_name", "operator": "is", "values": ["X"]}}, "rules.bad_condition"),
        ({"when": {"field": "payer", "operator": "more_than", "values": ["X"]}}, "rules.bad_condition"),
        ({"when": {"all": []}}, "rules.bad_condition"),
        ({"when": {"field": "units", "operator": "is", "values": ["two"]}}, "rules.bad_condition"),
        ({"effect": {"kind": "set", "field": "procedure", "value": "90837"}}, "rules.bad_rule"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(api: httpx2.Client, change: dict[str, Any], code: str) -> None:
    refused = api.post(f"{RULES}/", json={**ANY_THERAPY, **change})
    assert (refused.status_code, refused.json()["code"]) == (422, code)


def test_words_can_be_tried_without_being_kept(api: httpx2.Client) -> None:
    before = len(api.get(f"{RULES}/").json()["data"])
    tried = api.post(f"{RULES}/try", json={"rule": ANY_THERAPY, "claims": 50}).json()["data"]
    assert tried["looked"] <= 50
    assert len(api.get(f"{RULES}/").json()["data"]) == before


def test_findings_are_listed_and_downloaded(api: httpx2.Client) -> None:
    page = api.get(f"{RULES}/findings", params={"limit": 1}).json()
    assert set(page) == {"data", "next", "success"}
    file = api.get(f"{RULES}/findings.csv")
    assert file.text.startswith("claim,payer_id,service_date,stands,rule,severity,place\n")
    assert api.get(f"{RULES}/findings", params={"cursor": "nonsense"}).status_code == 400


def test_a_claim_without_findings_has_no_repair_to_accept(api: httpx2.Client, filled: Filled) -> None:
    unknown = new_id()
    assert api.get(f"{RULES}/repairs/{unknown}").status_code == 404
    assert api.post(f"{RULES}/repairs/{unknown}", json={"rule": "telehealth-modifier"}).status_code == 404
    assert api.get(f"{RULES}/{unknown}").status_code == 404
