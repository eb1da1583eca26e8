"""A posting that was a mistake is taken back by counter-entries, and can be posted again; single parts can be moved."""

from __future__ import annotations

import msgspec
import pytest
from tests.domains.money_world import Practice, source
from tests.domains.remits.test_posting import held_by, settle, take, word
from tests.domains.remittances import decided, provider, remittance, reversed_claim

from chartline.domains.claims import Word, history, read_claim
from chartline.domains.ledger.accounts import (
    CONTRACTUAL,
    INSURANCE,
    PATIENT,
    PATIENT_CREDIT,
    PAYER_CASH,
    REVENUE,
    UNAPPLIED,
)
from chartline.domains.remits import (
    MatchState,
    RemittanceState,
    Trust,
    adjustments,
    candidates,
    count_desk,
    credit_patient,
    match,
    match_by_hand,
    one_click_waiting,
    post,
    put_aside,
    read_head,
    read_remittance,
    remittance_history,
    set_trust,
    standings,
    undo,
    undo_portion,
    unmatch,
    unmatched,
    waits,
)
from chartline.formats.x12.record import PersonName
from chartline.formats.x12.remittance import Insured
from chartline.kernel.errors import ChartlineError
from chartline.kernel.ids import new_id
from chartline.kernel.money import Money
from chartline.kernel.sealed import Purpose

UNTOUCHED = {INSURANCE: 30000, REVENUE: -30000}


def undone(practice: Practice, identity: str) -> None:
    with practice.work() as work:
        undo(work, practice.vault, practice.records, identity, "desk")


def refused(practice: Practice, identity: str) -> str:
    with practice.work() as work, pytest.raises(ChartlineError) as caught:
        undo(work, practice.vault, practice.records, identity, "desk")
    return caught.value.problem.code


def test_an_undone_posting_leaves_everything_as_before_and_can_be_posted_again(practice: Practice) -> None:
    paid, denied = practice.sent(source(), source())
    advice = remittance(
        decided("C000001", 15000, 9000, ("CO-45", 3000), ("PR-2", 3000)),
        decided("C000002", 15000, 0, ("CO-197", 15000), status="4"),
        decided("NOBODY", 5000, 4000, ("CO-45", 1000)),
        provider=(provider("WO", 1000),),
    )
    identity = settle(practice, advice)
    posted = held_by(practice)
    undone(practice, identity)
    assert held_by(practice) == UNTOUCHED
    assert word(practice, paid) is Word.SUBMITTED or word(practice, paid) is Word.ACCEPTED
    with practice.work() as work:
        for claim in (paid, denied):
            one = read_claim(work, claim)
            assert (one.paid, one.adjusted, one.patient_responsibility, one.denied) == (Money(0),) * 4
        row, parts = read_remittance(work, identity)
        assert (row.state, row.generation, row.posted) == (RemittanceState.UNDONE, 2, None)
        assert [one.state for one in parts] == [MatchState.MATCHED, MatchState.MATCHED, MatchState.UNMATCHED]
        assert [event.kind for event in history(work, paid)][-2:] == ["adjudicated", "undone"]
        assert remittance_history(work, identity)[-1]["kind"] == "undone"
    assert refused(practice, identity) == "remits.not_posted"
    with practice.work() as work:
        assert waits(work, identity)
        post(work, practice.vault, practice.records, identity)
        assert post(work, practice.vault, practice.records, identity).entries == 0
    assert held_by(practice) == posted
    assert word(practice, denied) is Word.DENIED
    undone(practice, identity)
    assert held_by(practice) == UNTOUCHED


def test_a_large_one_is_undone_from_its_end_portion_by_portion(practice: Practice) -> None:
    practice.sent(*[source() for _ in range(5)])
    parts = [decided(f"C{number:06d}", 15000, 9000, ("CO-45", 6000)) for number in range(1, 6)]
    identity = settle(practice, remittance(*parts, provider=(provider("L6", -100),)))
    left = []
    while True:
        with practice.work() as work:
            done = undo_portion(work, practice.vault, practice.records, identity, "desk", size=2)
            left.append(read_head(work, identity).posted_to)
        if done.through:
            break
    assert left == [3, 1, 0]
    assert held_by(practice) == {INSURANCE: 75000, REVENUE: -75000}


def test_undo_is_refused_when_a_later_decision_stands_on_it_and_possible_once_that_is_undone(
    practice: Practice,
) -> None:
    (claim, _) = practice.sent(source(), source())
    first = decided("C000001", 15000, 9000, ("CO-45", 6000))
    one = settle(practice, remittance(first, trace="A"), "1")
    two = settle(
        practice,
        remittance(reversed_claim(first), decided("C000001", 15000, 10000, ("CO-45", 5000)), trace="B"),
        "2",
    )
    assert refused(practice, one) == "remits.built_on"
    undone(practice, two)
    assert word(practice, claim) is Word.PAID
    undone(practice, one)
    assert held_by(practice) == UNTOUCHED


def test_a_match_is_taken_back_and_given_to_another_claim(practice: Practice) -> None:
    wrong, right = practice.sent(source(), source())
    identity = settle(practice, remittance(decided("C000001", 15000, 9000, ("CO-45", 6000))))
    for _ in range(2):
        with practice.work() as work:
            unmatch(work, practice.vault, practice.records, identity, 1, "desk")
            assert [one.state for one in unmatched(work)] == [MatchState.UNAPPLIED]
            assert read_claim(work, wrong).paid == Money(0)
        assert held_by(practice) == {PAYER_CASH: 9000, UNAPPLIED: -9000, **UNTOUCHED}
        with practice.work() as work:
            match_by_hand(work, practice.vault, practice.records, identity, 1, right, "desk")
            assert read_claim(work, right).paid == Money(9000)
        assert held_by(practice) == {PAYER_CASH: 9000, CONTRACTUAL: 6000, INSURANCE: 15000, REVENUE: -30000}
    undone(practice, identity)
    assert held_by(practice) == UNTOUCHED
    with practice.work() as work:
        assert read_claim(work, right).paid == Money(0)


def test_what_is_not_ours_leaves_the_desk_and_money_can_be_credited_to_a_patient(practice: Practice) -> None:
    practice.sent(source(), source())
    stranger = Insured(name=PersonName(last="NOBODY", first="NO"))
    identity = settle(
        practice,
        remittance(
            decided("X-1", 4000, 3000, ("CO-45", 1000), patient=stranger),
            decided("X-2", 4000, 2500, ("CO-45", 1500), patient=stranger),
        ),
    )
    patient = new_id()
    with practice.work() as work:
        assert count_desk(work)["unmatched"] == 2
        put_aside(work, identity, 1, "desk")
        credit_patient(work, identity, 2, patient, "desk")
        assert count_desk(work)["unmatched"] == 0
        with pytest.raises(ChartlineError):
            credit_patient(work, identity, 2, patient, "desk")
    assert held_by(practice) == {PAYER_CASH: 5500, UNAPPLIED: -3000, PATIENT_CREDIT: -2500, **UNTOUCHED}
    undone(practice, identity)
    assert held_by(practice) == UNTOUCHED


def test_candidates_come_with_their_reasons(practice: Practice) -> None:
    claim, _ = practice.sent(source(), source())
    insured = Insured(name=PersonName(last="ZZYZXDOTTIR", first="QUILLON"), member_id="XQZ7771234")
    identity = take(practice, remittance(decided("C000010", 15000, 15000, patient=insured)))
    with practice.work() as work:
        match(work, practice.vault, identity)
        (part,) = unmatched(work)
        found = candidates(work, practice.vault, part)
    assert {"member", "charge", "day", "last_name", "first_name"} <= set(found[0].reasons)
    assert len(found) == 2
    best = next(one for one in found if one.claim.id == claim)
    assert best.points >= 14


def test_trust_decides_who_posts(practice: Practice) -> None:
    practice.sent(source(), source())
    with practice.work() as work:
        set_trust(work, "00123", Trust.REVIEW, "desk")
    first = take(practice, remittance(decided("C000001", 15000, 9000, ("CO-45", 6000)), trace="A"), "1")
    with practice.work() as work:
        assert waits(work, first)
        assert waits(work, first)
        assert read_head(work, first).state is RemittanceState.WAITING
        assert one_click_waiting(work) == []
        set_trust(work, "00123", Trust.ONE_CLICK, "desk")
        assert one_click_waiting(work) == [first]
        assert count_desk(work)["waiting"] == 1
        post(work, practice.vault, practice.records, first)
        set_trust(work, "00123", Trust.AUTOMATIC, "desk")
    second = take(practice, remittance(decided("C000002", 15000, 8000, ("CO-45", 7000)), trace="B"), "2")
    with practice.work() as work:
        assert not waits(work, second)


def test_money_outside_claims_is_kept_with_its_reference_and_its_claim(practice: Practice) -> None:
    (claim,) = practice.sent(source())
    settle(practice, remittance(decided("C000001", 15000, 9000, ("CO-45", 6000)), trace="A"), "1")
    taken = provider("WO", 2000)
    carried = provider("FB", -500)
    advice = remittance(
        decided("C000001", 15000, 1, ("CO-45", 14999)),
        provider=(msgspec.structs.replace(taken, reference="ICNC000001 77"), carried),
        trace="B",
    )
    identity = settle(practice, advice, "2")
    with practice.work() as work:
        both = adjustments(work, practice.vault, payer="00123")
        assert [(one.reason, one.claim_id, one.amount) for one in both] == [
            ("WO", claim, Money(2000)),
            ("FB", None, Money(-500)),
        ]
        assert both[0].reference.reveal(Purpose.SHOW) == "ICNC000001 77"
        assert {one.reason: one.amount for one in standings(work)} == {"WO": Money(2000), "FB": Money(-500)}
    undone(practice, identity)
    with practice.work() as work:
        assert standings(work) == []


def test_a_later_payer_decides_on_what_the_patient_was_asked_for(practice: Practice) -> None:
    (claim,) = practice.sent(source())
    first = decided("C000001", 15000, 9000, ("CO-45", 3000), ("PR-2", 3000))
    settle(practice, remittance(first, trace="A"), "1")
    second = decided("C000001", 15000, 2500, ("OA-23", 12000), ("PR-2", 500), status="2", payer_number="ICN2")
    settle(practice, remittance(second, trace="B"), "2")
    assert held_by(practice) == {PAYER_CASH: 11500, CONTRACTUAL: 3000, PATIENT: 500, REVENUE: -15000}
    assert word(practice, claim) is Word.PAID
    with practice.work() as work:
        one = read_claim(work, claim)
        assert (one.paid, one.patient_responsibility, one.denied) == (Money(11500), Money(500), Money(0))


def test_an_estimate_moves_nothing(practice: Practice) -> None:
    (claim,) = practice.sent(source())
    before = word(practice, claim)
    settle(practice, remittance(decided("C000001", 15000, 0, ("CO-45", 15000), status="25"), method="NON"))
    assert held_by(practice) == {INSURANCE: 15000, REVENUE: -15000}
    assert word(practice, claim) is before
