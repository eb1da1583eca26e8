"""What is published of claims of every kind is sound FHIR, and says what the claim goes under and follows."""

from __future__ import annotations

from typing import Any

import pytest
from tests.domains.claims.rules.examples import CLEAN, has, second, stay, tooth
from tests.domains.money_world import Practice, report, source

from chartline.domains.claims import (
    AdjudicationAxis,
    Claim,
    ClaimCopy,
    ClaimSource,
    EventKind,
    draft_many,
    history,
    read_claim,
    record_reports,
)
from chartline.domains.claims.copy import open_copies
from chartline.domains.claims.publish import fhir_claim, response_id
from chartline.domains.claims.source import CopySource
from chartline.domains.claims.voiding import void
from chartline.formats.fhir import JsonObject, child, children, parse, text
from chartline.formats.fhir.accept import faults
from chartline.formats.fhir.validation import Severity, validate
from chartline.kernel.ids import new_id
from chartline.kernel.sealed import Purpose

KINDS = {"professional": CLEAN, "institutional": stay(), "dental": tooth(), "second": second()}


def sent_to_us(practice: Practice, copy: ClaimCopy) -> Claim:
    order, primary = copy.coverage.order, new_id() if copy.coverage.order > 1 else None
    whole = CopySource(new_id(), new_id(), new_id(), copy, ClaimSource.API, order, primary)
    with practice.work() as work:
        (claim,) = draft_many(work, practice.vault, practice.records, [whole])
        return read_claim(work, claim)


def published(practice: Practice, kind: str, identity: str) -> JsonObject:
    with practice.work() as work:
        return parse(practice.records.read(work, kind, identity).body.reveal(Purpose.SHOW))


def wrong(resource: JsonObject) -> list[tuple[str, str | None]]:
    """Errors of structure and profile."""
    return [(one.at, one.key) for one in validate(resource) if one.severity is Severity.ERROR]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_claim_that_was_sent_to_us_is_published(practice: Practice, kind: str) -> None:
    claim = sent_to_us(practice, KINDS[kind])
    resource = published(practice, "Claim", claim.id)
    assert wrong(resource) == []
    assert faults(resource) == []
    types = {"institutional": "institutional", "dental": "oral"}
    (coding,) = children(child(resource, "type"), "coding")
    assert (resource["use"], text(coding, "code")) == ("claim", types.get(kind, "professional"))
    # No visit of ours stands behind it.
    assert all("encounter" not in item for item in children(resource, "item"))
    assert ("related" in resource) is (kind == "second")


def test_the_authorization_and_the_claim_before_are_named(practice: Practice) -> None:
    authorized = sent_to_us(practice, has(prior_authorization="AUTH-7"))
    (insurance,) = children(published(practice, "Claim", authorized.id), "insurance")
    assert insurance["preAuthRef"] == ["AUTH-7"]
    later = sent_to_us(practice, second())
    (related,) = children(published(practice, "Claim", later.id), "related")
    assert related["claim"] == {"reference": f"Claim/{later.primary_claim_id}"}


def test_a_void_names_the_payers_number_of_what_it_voids(practice: Practice) -> None:
    (claim,) = practice.sent(source())
    with practice.work() as work:
        accepted = report("C000001V1", "A", payer_number="ICN-55", from_payer=True)
        record_reports(work, practice.vault, practice.records, [accepted])
        void(work, practice.vault, practice.records, claim, "desk")
        whole = fhir_claim(read_claim(work, claim), open_copies(work, practice.vault, [claim])[claim])
    assert published(practice, "Claim", claim) == {**whole, "meta": published(practice, "Claim", claim)["meta"]}
    (related,) = children(whole, "related")
    assert related["reference"] == {"system": "urn:chartline:payer-claim-number", "value": "ICN-55"}
    assert wrong(whole) == []
    assert wrong(published(practice, "ClaimResponse", response_id(claim))) == []


def test_a_report_that_says_again_what_is_known_makes_no_version(practice: Practice) -> None:
    (claim,) = practice.sent(source())

    def versions() -> tuple[int, int]:
        with practice.work() as work:
            read = practice.records.read
            return read(work, "Claim", claim).version, read(work, "ClaimResponse", response_id(claim)).version

    def reported(sender: str, **more: Any) -> None:
        with practice.work() as work:
            one = report("C000001V1", "A", sender=sender, **more)
            assert record_reports(work, practice.vault, practice.records, [one]).applied == 1

    reported("house")
    first = versions()
    reported("payer", from_payer=True)  # it goes on to the payer, who has it: still accepted, still queued
    with practice.work() as work:
        assert read_claim(work, claim).adjudication is AdjudicationAxis.PENDING
    second = versions()
    reported("payer again", from_payer=True)
    assert versions() == second
    reported("the payer's number", from_payer=True, payer_number="ICN-55")
    assert versions() == (second[0], second[1] + 1)
    assert first[0] == second[0]
    # The day of the answer is the day on which it changed something, however often it is published.
    answer = published(practice, "ClaimResponse", response_id(claim))
    with practice.work() as work:
        heard = next(event for event in history(work, claim) if event.kind == EventKind.ACKNOWLEDGED)
    assert text(answer, "created") == heard.at.date().isoformat()
