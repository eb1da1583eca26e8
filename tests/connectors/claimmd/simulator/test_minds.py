"""Payers with richer minds: shares, weekly runs, interest, recoveries, late claims, authorizations, next payers."""

from __future__ import annotations

import msgspec
from tests.connectors.claimmd.simulator.test_remittances import adjustments, advice, eras, rules
from tests.connectors.claimmd.simulator.world import Json, Vendor, claim

from chartline.formats.x12.remittance import Remittance
from chartline.kernel.money import Money


def posted(vendor: Vendor, days: int = 16) -> list[Remittance]:
    vendor.clock.move(days=days)
    return [advice(vendor, row["eraid"]) for row in eras(vendor)]


def mind(vendor: Vendor, payerid: str, **habits: object) -> None:
    payer: Json = {"payerid": payerid, "payer_name": "EXAMPLE PAYER", "mind": habits}
    vendor.control("accounts", {"payers": [payer]})


def test_a_share_of_claims_is_struck_and_always_the_same_ones(vendor: Vendor) -> None:
    rules(vendor, {"action": "deny", "share": 300, "lot": "a"})
    vendor.send(*(claim(f"PCN-{number}") for number in range(60)))
    (remittance,) = posted(vendor)
    denied = {one.patient_control_number for one in remittance.claims if one.status == "4"}
    assert 8 <= len(denied) <= 30
    rules(vendor, {"action": "deny", "share": 300, "lot": "a"})
    vendor.send(*(claim(f"PCN-{number}", remote=f"AGAIN-{number}") for number in range(60)))
    again = posted(vendor)[-1]
    assert {one.patient_control_number for one in again.claims if one.status == "4"} == denied


def test_a_rule_for_the_first_attempt_lets_the_second_one_pass(vendor: Vendor) -> None:
    rules(vendor, {"action": "deny", "reason": "CO22", "attempts": 1})
    vendor.send(claim("PCN-1"))
    (first,) = posted(vendor)
    vendor.send(claim("PCN-1", remote="PCN-1V2"))
    second = posted(vendor)[-1]
    assert [first.claims[0].status, second.claims[0].status] == ["4", "1"]


def test_a_claim_long_after_the_service_is_denied_for_its_lateness(vendor: Vendor) -> None:
    rules(vendor, {"action": "deny", "late_days": 90, "reason": "CO29"})
    vendor.send(claim("PCN-1"))
    vendor.clock.move(days=100)
    vendor.send(claim("PCN-2"))
    on_time, late = (one for remittance in posted(vendor, 20) for one in remittance.claims)
    assert (on_time.status, late.status) == ("1", "4")
    assert {(group, reason) for group, reason, _ in adjustments(late)} == {("CO", "29")}


def test_an_authorization_on_the_claim_is_what_the_rule_asks_for(vendor: Vendor) -> None:
    rules(vendor, {"action": "deny", "unauthorized": True})
    named = msgspec.structs.replace(claim("PCN-2"), prior_authorization="AUTH1")
    vendor.send(claim("PCN-1"), named)
    (remittance,) = posted(vendor)
    assert [(one.patient_control_number, one.status) for one in remittance.claims] == [("PCN-1", "4"), ("PCN-2", "1")]


def test_a_payer_with_a_pay_day_pays_on_that_weekday_only(vendor: Vendor) -> None:
    mind(vendor, "00123", pay_days=1, pay_weekday=4)
    vendor.send(claim("PCN-1"))
    vendor.clock.move(days=1)
    vendor.send(claim("PCN-2"))
    remittances = posted(vendor, 20)
    assert [len(one.claims) for one in remittances] == [2]
    assert remittances[0].paid_on.weekday() == 4


def test_a_pended_claim_is_paid_later_and_a_warning_says_so(vendor: Vendor) -> None:
    rules(vendor, {"action": "pay", "claim_prefix": "SLOW", "pend_days": 21})
    vendor.send(claim("SLOW-1"), claim("PCN-1"))
    first, second = posted(vendor, 60)
    assert (first.claims[0].patient_control_number, second.claims[0].patient_control_number) == ("PCN-1", "SLOW-1")
    assert (second.paid_on - first.paid_on).days == 21
    feed = vendor.call("response", ResponseID="0")["claim"]
    warned = {row["pcn"] for row in feed for one in row["messages"] if one["status"] == "W"}
    assert warned == {"SLOW-1"}


def test_a_late_payer_pays_interest_outside_the_claims(vendor: Vendor) -> None:
    mind(vendor, "00123", pay_days=40, interest_after_days=30, interest_percent=10, terms={"allowed_percent": 80})
    vendor.send(claim("PCN-1"))
    (remittance,) = posted(vendor, 60)
    (interest,) = remittance.provider_adjustments
    assert (interest.reason, interest.amount < Money(0)) == ("L6", True)
    assert remittance.amount == remittance.claims[0].paid - interest.amount


def test_what_was_paid_too_much_is_kept_back_outside_any_claim(vendor: Vendor) -> None:
    terms = {"allowed_percent": 80, "copay": "0"}
    rule = {"action": "recover", "claim_prefix": "MUCH", "terms": terms, "corrected": {"allowed_percent": 50}}
    rules(vendor, {**rule, "after_days": 7})
    vendor.send(claim("MUCH-1"))
    vendor.clock.move(days=7)
    vendor.send(claim("PCN-2"))
    first, second = posted(vendor, 30)
    assert [one.patient_control_number for one in second.claims] == ["PCN-2"]
    (kept,) = (one for one in second.provider_adjustments if one.reason == "WO")
    assert kept.reference == first.claims[0].payer_control_number
    assert kept.amount == first.claims[0].paid - Money(first.claims[0].charged.minor // 2)


def test_a_forwarded_claim_is_decided_by_its_next_payer_by_itself(vendor: Vendor) -> None:
    rule = {"action": "pay", "crossover": "EXAMPLE MUTUAL", "crossover_payer": "0SIM7"}
    rules(vendor, {**rule, "terms": {"allowed_percent": 80, "copay": "30.00"}})
    vendor.send(claim("PCN-1"))
    first, second = posted(vendor, 60)
    (primary,), (forwarded,) = first.claims, second.claims
    assert (primary.status, forwarded.status) == ("19", "2")
    assert forwarded.patient_control_number == "PCN-1"
    assert (forwarded.paid, forwarded.patient_responsibility) == (Money(3000), Money(0))
    assert adjustments(forwarded)[0][:2] == ("OA", "23")
