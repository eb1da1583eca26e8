"""Claims take the subscriber from the coverage, from wherever they come; and what stands beside a claim is found."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from tests.support.filled import Filled

from chartline.connect.facts import CoverageFact, Relationship
from chartline.domains.claims import ClaimCopy, open_copies, read_claim
from chartline.domains.coverage.subscriber import subscriber_fact
from chartline.domains.practice.coverages import read_coverage, write_coverage
from chartline.flows import claim_desk, claim_intake, coverage_desk, front_desk
from chartline.flows.claim_beside import beside
from chartline.flows.claim_facts import fresh_copy
from chartline.flows.claim_intake import AskedClaim, AskedLine
from chartline.flows.visits import view_visit
from chartline.formats.fhir import JsonObject
from chartline.kernel.money import Money
from chartline.kernel.sealed import Purpose, Sealed

PAYER = "00789"
PARENT = subscriber_fact("Inventada", "Parentia", date(1961, 5, 4), "F")


@pytest.fixture(scope="module")
def filled(filled_sqlite: Filled) -> Filled:
    return filled_sqlite


def child_of_a_parent(filled: Filled, patient: str) -> str:
    plan = CoverageFact(
        vendor_id=None,
        payer_id=PAYER,
        payer_name="Family Example Plan",
        member_id=Sealed("FAM100200"),
        group_number=Sealed(""),
        order=2,
        relationship=Relationship.CHILD,
    )
    ground = filled.services.ground
    coverage = front_desk.add_coverage(ground, filled.organisation, "user:1", patient, plan)
    coverage_desk.enter_subscriber(ground, filled.organisation, "user:1", patient, coverage, PARENT)
    return coverage


def asked(patient: str, **changes: object) -> AskedClaim:
    line = AskedLine(procedure="90837", amount=Money(15000), diagnoses=("F41.1",))
    plain = AskedClaim(patient_id=patient, payer_id=PAYER, begin=date(2026, 3, 9), lines=(line,))
    return replace(plain, **changes)


def copy_of(filled: Filled, claim: str) -> ClaimCopy:
    with filled.services.database.read(filled.organisation) as work:
        return open_copies(work, filled.services.vault, [claim])[claim]


def test_a_claim_sent_to_us_takes_the_subscriber_from_the_coverage(filled: Filled) -> None:
    patient = filled.patients[0]
    child_of_a_parent(filled, patient)
    ground = filled.services.ground
    (taken,) = claim_intake.take_claims(ground, filled.organisation, "user:1", [asked(patient)], check=False)
    claim = claim_intake.made(taken).id
    copy = copy_of(filled, claim)
    assert (copy.coverage.relationship, copy.coverage.member_id) == ("child", "FAM100200")
    assert copy.subscriber is not None
    assert (copy.subscriber.last, copy.subscriber.born) == ("Inventada", date(1961, 5, 4))
    with filled.services.database.read(filled.organisation) as work:
        assert fresh_copy(ground, work, read_claim(work, claim), copy).subscriber == copy.subscriber
        assert not [one for one in claim_desk.changed_since(ground, work, claim) if one.place.startswith("subscriber")]


def test_a_claim_that_brings_its_subscriber_leaves_them_on_the_new_coverage(filled: Filled) -> None:
    patient, ground = filled.patients[1], filled.services.ground
    brought = asked(patient, member_id=Sealed("NEW1"), subscriber=PARENT, relationship=Relationship.CHILD)
    (first,) = claim_intake.take_claims(ground, filled.organisation, "user:1", [brought], check=False)
    # The next one needs only the patient and the payer.
    (second,) = claim_intake.take_claims(ground, filled.organisation, "user:1", [asked(patient)], check=False)
    copies = [copy_of(filled, claim_intake.made(one).id) for one in (first, second)]
    assert copies[0].subscriber == copies[1].subscriber is not None


def test_a_visit_knows_whose_coverage_it_is(filled: Filled) -> None:
    visit, services = filled.visits[5], filled.services
    with services.database.read(filled.organisation) as work:
        view = view_visit(work, services.records, visit)
        assert view.coverage_id is not None and view.subscriber is None
        stored = services.records.read(work, "Coverage", view.coverage_id)
        fact = replace(read_coverage(stored.reveal(Purpose.STORE)), relationship=Relationship.CHILD)
        changed: JsonObject = write_coverage(fact, view.coverage_id, view.patient_id)
    with services.database.work(filled.organisation) as work:
        services.records.put(work, changed, if_version=stored.version)
    coverage_desk.enter_subscriber(
        services.ground, filled.organisation, "user:1", view.patient_id, view.coverage_id, PARENT
    )
    with services.database.read(filled.organisation) as work:
        found = view_visit(work, services.records, visit).subscriber
        assert found is not None
        assert found.given.reveal(Purpose.MATCH) == "Parentia"


def test_what_stands_beside_a_claim_is_found(filled: Filled) -> None:
    with filled.services.database.read(filled.organisation) as work:
        around = [beside(work, read_claim(work, one)) for one in filled.claims]
    assert any(one.check is not None for one in around)
    assert all(one.authorizations == () and one.underpayments == () for one in around)
