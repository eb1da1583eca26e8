"""Validation of many claims: what it repairs, what it knows beside them, and what it costs."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domains.claims.rules.examples import CLEAN, EXAMPLES
from tests.domains.money_world import BILLING, RENDERING, TODAY, Practice, charge, counted, person, source

from chartline.domains.claims import Word, history, read_claim, validate
from chartline.domains.claims.accepting import accept_repair, proposals
from chartline.domains.claims.copy import open_copies
from chartline.domains.claims.drafting import draft, draft_many
from chartline.domains.claims.findings import count_findings, list_findings
from chartline.domains.claims.rules.outline import outline_of
from chartline.domains.claims.rules.writable import try_writing
from chartline.domains.claims.validation import validate_many
from chartline.domains.practice.fees import Fee, load_fees
from chartline.domains.practice.providers import provider_table
from chartline.kernel.errors import ChartlineError
from chartline.kernel.ids import new_id
from chartline.kernel.money import Money
from chartline.kernel.sealed import Purpose


def rules_of(practice: Practice, claim: str) -> list[str]:
    with practice.work() as work:
        found = validate(work, practice.vault, practice.records, claim, today=TODAY)
    return [one.rule for one in found]


def test_safe_repairs_are_made_and_shown(practice: Practice) -> None:
    untidy = source(
        charge(procedure="g0463", diagnoses=("F411", "f41.1")),
        billing=msgspec.structs.replace(BILLING, phone="(555) 555-0100"),
        patient=person(postal_code="2134", state="ny"),
    )
    with practice.work() as work:
        claim = draft(work, practice.vault, practice.records, untidy)
        assert validate(work, practice.vault, practice.records, claim, today=TODAY) == []
        copy = open_copies(work, practice.vault, [claim])[claim]
        assert (copy.billing.phone, copy.patient.address.zip, copy.patient.address.state) == (
            "5555550100",
            "02134",
            "NY",
        )
        assert copy.lines[0].procedure == "G0463"
        (event,) = [one for one in history(work, claim, practice.vault) if one.kind == "repaired"]
        texts = {one.code: one.text.reveal(Purpose.SHOW) for one in event.messages}
        assert texts["billing phone"] == "(555) 555-0100 → 5555550100"
        assert texts["line 1 procedure"] == "g0463 → G0463"
        assert "5555550100" not in repr(event)
        assert read_claim(work, claim).word is Word.VALIDATED


def test_a_repair_that_is_asked_for_waits_for_a_click(practice: Practice) -> None:
    with practice.work() as work:
        claim = draft(work, practice.vault, practice.records, source(charge(modifiers=("95",))))
    assert rules_of(practice, claim) == ["telehealth-place"]
    with practice.work() as work:
        proposed = proposals(work, practice.vault, claim, today=TODAY)
        assert [(one.field, one.before, one.after) for one in proposed["telehealth-place"]] == [
            ("place of service", "11", "10"),
            ("line 1 place of service", "11", "10"),
        ]
        found = accept_repair(
            work, practice.vault, practice.records, claim, "telehealth-place", "user:somebody", today=TODAY
        )
        assert found == []
        assert read_claim(work, claim).word is Word.VALIDATED
        (event,) = [one for one in history(work, claim) if one.kind == "repaired"]
        assert event.actor == "user:somebody"
        with pytest.raises(ChartlineError) as over:
            accept_repair(
                work, practice.vault, practice.records, claim, "telehealth-place", "user:somebody", today=TODAY
            )
        assert over.value.problem.code == "rules.no_repair"


def test_what_was_sent_is_not_repaired(practice: Practice) -> None:
    (claim,) = practice.sent(source())
    with practice.work() as work, pytest.raises(ChartlineError) as refused:
        accept_repair(work, practice.vault, practice.records, claim, "billing-zip-whole", "user:somebody")
    assert refused.value.problem.code == "claims.in_flight"


def test_findings_are_counted_by_rule_until_the_claim_is_sent(practice: Practice) -> None:
    with practice.work() as work:
        claim = draft(work, practice.vault, practice.records, source(charge(modifiers=("95",))))
        fine = draft(work, practice.vault, practice.records, source())
        validate_many(work, practice.vault, practice.records, [claim, fine], today=TODAY)
        assert count_findings(work)["telehealth-place"].held == 1
        (line,) = list_findings(work)
        assert (line.claim, line.rule, line.place, line.work) == (claim, "telehealth-place", "line 1", "held")
        assert list_findings(work, "member-id") == []
        assert list_findings(work, "", (line.claim, line.seq)) == []


def test_a_thousand_claims_cost_as_many_statements_as_ten(practice: Practice) -> None:
    with practice.work() as work:
        few = draft_many(work, practice.vault, practice.records, [source() for _ in range(10)])
        many = draft_many(work, practice.vault, practice.records, [source() for _ in range(80)])
    with practice.work() as work, counted(practice.database) as some:
        validate_many(work, practice.vault, practice.records, few[:5], today=TODAY)
    with practice.work() as work, counted(practice.database) as all_of_them:
        validate_many(work, practice.vault, practice.records, many, today=TODAY)
    assert len(all_of_them) <= len(some)


def test_the_fee_schedule_and_those_who_left_are_known(practice: Practice) -> None:
    with practice.work() as work:
        load_fees(work, [Fee("90837", Money(16000), date(2026, 1, 1)), Fee("90837", Money(90000), date(2027, 1, 1))])
        work.insert(
            provider_table,
            id=new_id(),
            npi=RENDERING.npi,
            family=RENDERING.last,
            given=RENDERING.first,
            middle="",
            taxonomy=RENDERING.taxonomy,
            active=False,
        )
        claim = draft(work, practice.vault, practice.records, source())
    assert rules_of(practice, claim) == ["provider-active", "charge-as-scheduled"]


def test_a_new_patient_was_not_there_before(practice: Practice) -> None:
    patient = new_id()
    old = source(patient_id=patient, service_date=date(2026, 1, 5))
    new = source(charge(procedure="99204"), patient_id=patient)
    with practice.work() as work:
        _, claim = draft_many(work, practice.vault, practice.records, [old, new])
    assert rules_of(practice, claim) == ["new-patient"]


NAMES = st.text("abcdefghijklmnop -'.", min_size=1, max_size=30)
CODES = st.text("ABCDEFGHJ0123456789", min_size=1, max_size=12)


@settings(max_examples=60)
@given(
    last=NAMES,
    street=NAMES,
    city=NAMES,
    member=CODES,
    group=CODES,
    payer=NAMES,
    auth=CODES,
    amount=st.integers(1, 10**8),
)
def test_claims_of_one_outline_are_written_alike(
    last: str, street: str, city: str, member: str, group: str, payer: str, auth: str, amount: int
) -> None:
    """A claim whose outline is that of one that can be written can be written."""
    address = msgspec.structs.replace(CLEAN.patient.address, line1=street, city=city)
    copy = msgspec.structs.replace(
        CLEAN,
        patient=msgspec.structs.replace(CLEAN.patient, last=last, address=address),
        coverage=msgspec.structs.replace(CLEAN.coverage, member_id=member, group=group, payer_name=payer),
        prior_authorization=auth,
        total=amount,
        lines=(msgspec.structs.replace(CLEAN.lines[0], amount=amount),),
    )
    if outline_of(copy) is not None:
        assert list(try_writing(copy)) == []


def test_no_example_of_a_rule_has_the_outline_of_a_claim_that_can_be_written_and_cannot_be() -> None:
    good = {
        outline_of(one) for each in EXAMPLES.values() for one in (each.good, *each.bad) if not list(try_writing(one))
    }
    wrong = [one for each in EXAMPLES.values() for one in each.bad if list(try_writing(one))]
    assert not [one for one in wrong if outline_of(one) is not None and outline_of(one) in good]
