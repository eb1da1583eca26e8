"""What billing publishes follows from the aggregates and the ledger alone: it is sound, and it can be made again."""

from __future__ import annotations

import pytest
from tests.support.filled import Filled

from chartline.domains.claims.ending import cancel
from chartline.domains.claims.publish_money import account_id, invoice_id
from chartline.domains.codes.terminology import practice_terminology
from chartline.domains.ledger import balance
from chartline.domains.ledger.accounts import INSURANCE, PATIENT
from chartline.domains.practice.published import BILLING
from chartline.domains.remits import match_by_hand
from chartline.flows.front_desk import correct_claim
from chartline.flows.republish import Republisher
from chartline.formats.fhir import JsonObject, children, read_money, text
from chartline.formats.fhir.elements import child
from chartline.formats.fhir.validation import Severity, validate
from chartline.kernel.money import Money
from chartline.kernel.sealed import Purpose, Sealed
from chartline.platform.records import Stored

TYPES = {
    "Account",
    "Claim",
    "ClaimResponse",
    "CoverageEligibilityRequest",
    "CoverageEligibilityResponse",
    "ExplanationOfBenefit",
    "Invoice",
    "PaymentReconciliation",
}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def lived(request: pytest.FixtureRequest) -> Filled:
    """A practice in the middle of its day, with a corrected, a cancelled and a hand-matched claim besides."""
    filled: Filled = request.getfixturevalue(f"filled_{request.param}")
    services = filled.services
    correct_claim(services.ground, filled.organisation, "user:desk", filled.claims[7], Sealed("CRH000999"))
    with services.database.work(filled.organisation) as work:
        cancel(work, services.vault, services.records, filled.claims[-1], "user:desk")
        one, claim = filled.remittances[0], filled.claims[5]
        match_by_hand(work, services.vault, services.records, one, 4, claim, "user:desk")
    return filled


def republisher(lived: Filled) -> Republisher:
    return Republisher(lived.services.database, lived.services.vault, lived.services.records)


def published(lived: Filled) -> dict[tuple[str, str], Stored]:
    """Everything that should be published, as it is stored."""
    asked = sorted(republisher(lived).run(lived.organisation, store=False).made)
    with lived.services.database.read(lived.organisation) as work:
        return lived.services.records.read_many(work, asked)


def contents(stored: dict[tuple[str, str], Stored]) -> dict[tuple[str, str], JsonObject]:
    """The resources without their version marks."""
    return {
        key: {name: value for name, value in one.reveal(Purpose.MATCH).items() if name != "meta"}
        for key, one in stored.items()
    }


def test_everything_is_published_with_its_cause(lived: Filled) -> None:
    done = republisher(lived).run(lived.organisation, store=False)
    assert {rtype for rtype, _ in done.made} == TYPES
    assert done.changed == set()


def test_all_of_it_belongs_to_billing_and_is_sound(lived: Filled) -> None:
    found = published(lived)
    assert {one.owner for one in found.values()} == {BILLING}
    with lived.services.database.read(lived.organisation) as work:
        terminology = practice_terminology(work, lived.services.records)
        wrong = [
            (one.type, issue.at, issue.rule)
            for one in found.values()
            for issue in validate(one.reveal(Purpose.MATCH), terminology=terminology)
            if issue.severity is Severity.ERROR
        ]
    assert wrong == []


def test_what_is_gone_comes_back_as_it_was(lived: Filled) -> None:
    before = published(lived)
    records = lived.services.records
    with lived.services.database.work(lived.organisation) as work:
        for rtype, identity in before:
            records.delete(work, rtype, identity)
    done = republisher(lived).run(lived.organisation)
    assert done.changed == done.made == set(before)
    assert contents(published(lived)) == contents(before)
    assert republisher(lived).run(lived.organisation).changed == set()


def test_what_was_published_before_anybody_owned_it_is_taken_over(lived: Filled) -> None:
    records, claim = lived.services.records, lived.claims[0]
    with lived.services.database.work(lived.organisation) as work:
        body = records.read(work, "Claim", claim).reveal(Purpose.MATCH)
        records.put(work, body, owner="")
    assert republisher(lived).run(lived.organisation).changed == {("Claim", claim)}
    with lived.services.database.read(lived.organisation) as work:
        assert records.read(work, "Claim", claim).owner == BILLING


def test_accounts_and_invoices_say_what_the_ledger_says(lived: Filled) -> None:
    found = contents(published(lived))
    claims = [body for (rtype, _), body in found.items() if rtype == "Claim"]
    patients = {(text(child(one, "patient"), "reference") or "").partition("/")[2] for one in claims}
    with lived.services.database.read(lived.organisation) as work:
        for patient in patients:
            owed = balances(found["Account", account_id(patient)])
            assert owed["insurance"] == balance(work, INSURANCE, patient=patient)
            assert owed["patient"] == balance(work, PATIENT, patient=patient)
        invoice = found["Invoice", invoice_id(lived.claims[0])]
        assert read_money(child(invoice, "totalNet")) == balance(work, PATIENT, claim=lived.claims[0]) == Money(2000)
    assert text(invoice, "status") == "issued"


def test_a_corrected_claim_leaves_its_answer_cancelled(lived: Filled) -> None:
    found = contents(published(lived))
    answers = {
        text(child(body, "request"), "reference"): text(body, "status")
        for (rtype, _), body in found.items()
        if rtype == "ClaimResponse"
    }
    assert answers[f"Claim/{lived.claims[7]}"] == "cancelled"
    assert answers[f"Claim/{lived.claims[0]}"] == "active"
    assert text(found["Claim", lived.claims[-1]], "status") == "cancelled"


def balances(resource: JsonObject) -> dict[str, Money]:
    """What the extension says."""
    parts = children(children(resource, "extension")[0], "extension")
    return {text(one, "url") or "": read_money(child(one, "valueMoney")) or Money.zero() for one in parts}
