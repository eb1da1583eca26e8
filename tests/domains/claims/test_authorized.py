"""Claims and authorizations: the number is put on, units are used once, and go back with the claim."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.domains.money_world import SERVICE_DATE, TODAY, Practice, charge, source

from chartline.connect.clearing import AuthorizationReply, Certified
from chartline.domains.claims import Correction, DraftSource, Word, cancel, correct, draft_many, read_claim, validate
from chartline.domains.claims.copy import open_copies
from chartline.domains.claims.ending import reopen
from chartline.domains.claims.validation import validate_many
from chartline.domains.coverage.authorizations import Procedure, read_authorization, used_by
from chartline.domains.coverage.authorizations.checklist import Template, save_template
from chartline.domains.coverage.authorizations.steps import Wanted, decide
from chartline.domains.coverage.authorizations.steps import draft as draft_authorization
from chartline.kernel.ids import new_id
from chartline.platform.database import Work

PATIENT = new_id()


def granted(
    work: Work, practice: Practice, units: int, number: str = "AUTH1", said: Certified = Certified.APPROVED
) -> str:
    wanted = Wanted(
        patient_id=PATIENT,
        coverage_id="c1",
        payer_id="00123",
        payer_name="Example Mutual",
        provider_npi="1999999984",
        procedures=(Procedure("97110", units),),
        diagnoses=("F411",),
        begin=SERVICE_DATE,
        end=SERVICE_DATE + timedelta(days=60),
    )
    one = draft_authorization(work, practice.vault, practice.records, wanted, "user:desk")
    reply = AuthorizationReply(said, number, wanted.begin, wanted.end, units)
    return decide(work, practice.vault, practice.records, one.id, reply, "job:x").id


def visit(units: int = 1, days: int = 0) -> DraftSource:
    return source(
        charge(15000 * units, "97110", units=units),
        patient_id=PATIENT,
        service_date=SERVICE_DATE + timedelta(days=days),
    )


def test_the_number_is_put_on_and_units_are_used_once(practice: Practice) -> None:
    with practice.work() as work:
        authorization = granted(work, practice, 3)
    (claim,) = practice.drafted(visit(2))
    with practice.work() as work:
        assert open_copies(work, practice.vault, [claim])[claim].prior_authorization == "AUTH1"
        assert used_by(work, claim) == {authorization: 2}
        assert validate(work, practice.vault, practice.records, claim, today=TODAY) == []
        assert read_authorization(work, authorization).units_left == 1
        correct(work, practice.vault, practice.records, claim, Correction(place_of_service="12"), "user:b")
        assert read_authorization(work, authorization).units_left == 3
        validate(work, practice.vault, practice.records, claim, today=TODAY)
        assert read_authorization(work, authorization).units_left == 1
        cancel(work, practice.vault, practice.records, claim, "user:b")
        assert read_authorization(work, authorization).units_left == 3
        reopen(work, practice.vault, practice.records, claim, "user:b")
        validate(work, practice.vault, practice.records, claim, today=TODAY)
        assert used_by(work, claim) == {authorization: 2}


def test_claims_of_one_batch_do_not_use_the_same_unit(practice: Practice) -> None:
    with practice.work() as work:
        authorization = granted(work, practice, 3)
        claims = draft_many(work, practice.vault, practice.records, [visit(2), visit(2, days=7), visit(1, days=14)])
        later = TODAY + timedelta(days=20)
        found = validate_many(work, practice.vault, practice.records, claims, today=later)
        short = [claim for claim in claims if "authorization-units" in [one.rule for one in found[claim]]]
        assert len(short) == 1
        assert read_claim(work, short[0]).word is Word.DRAFT
        assert used_by(work, short[0]) == {}
        assert read_authorization(work, authorization).units_used == sum(
            used_by(work, claim).get(authorization, 0) for claim in claims
        )


def test_a_service_that_needs_the_payers_word_waits_for_it(practice: Practice) -> None:
    with practice.work() as work:
        save_template(work, Template("00123", "97110", ("Treatment plan",)), "user:desk")
        (claim,) = draft_many(work, practice.vault, practice.records, [visit()])
        found = validate(work, practice.vault, practice.records, claim, today=TODAY)
        assert [one.rule for one in found] == ["authorization-needed"]
        granted(work, practice, 2)
        assert validate(work, practice.vault, practice.records, claim, today=TODAY) == []


@pytest.mark.parametrize("said", [Certified.NOT_REQUIRED])
def test_a_payer_may_call_it_not_required(practice: Practice, said: Certified) -> None:
    with practice.work() as work:
        save_template(work, Template("", "97110", ()), "user:desk")
        granted(work, practice, 2, number="", said=said)
        (claim,) = draft_many(work, practice.vault, practice.records, [visit()])
        assert validate(work, practice.vault, practice.records, claim, today=TODAY) == []
        assert open_copies(work, practice.vault, [claim])[claim].prior_authorization == ""
