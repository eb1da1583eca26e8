"""A remittance from its bytes to the ledger: matched, planned, posted once."""

from __future__ import annotations

from datetime import date

import pytest
from tests.domains.money_world import Practice, charge, counted, coverage, person, source
from tests.domains.remittances import decided, provider, raw, remittance, reversed_claim

from chartline.domains.claims import Word, history, read_claim
from chartline.domains.ledger import balance, balances, trial_balance
from chartline.domains.ledger.accounts import (
    CONTRACTUAL,
    INSURANCE,
    INTEREST,
    PATIENT,
    PAYER_CASH,
    REVENUE,
    UNAPPLIED,
)
from chartline.domains.remits import (
    MatchReason,
    MatchState,
    Posted,
    RemittanceState,
    count_desk,
    explanation_id,
    list_remittances,
    match,
    match_by_hand,
    plan,
    post,
    read_remittance,
    receive,
    release,
    remittance_history,
    unmatched,
)
from chartline.domains.reports import prove
from chartline.formats.fhir import child, parse, read_money
from chartline.formats.x12.record import PersonName
from chartline.formats.x12.remittance import Insured, Remittance
from chartline.kernel.errors import ChartlineError
from chartline.kernel.money import Money
from chartline.kernel.sealed import Purpose, Sealed


def take(practice: Practice, paid: Remittance, vendor_id: str = "41001", *, unchecked: bool = False) -> str:
    with practice.work() as work:
        (identity,) = receive(work, practice.vault, raw(paid, unchecked=unchecked), "claimmd", vendor_id)
        return identity


def settle(practice: Practice, paid: Remittance, vendor_id: str = "41001") -> str:
    """Receive, match and post."""
    identity = take(practice, paid, vendor_id)
    with practice.work() as work:
        match(work, practice.vault, identity)
        post(work, practice.vault, practice.records, identity)
    return identity


def held_by(practice: Practice) -> dict[str, int]:
    with practice.work() as work:
        assert trial_balance(work) in ({}, {"USD": Money(0)})
        assert prove(work).agrees
        return {name: amount.minor for name, amount in balances(work).items() if amount}


def word(practice: Practice, claim: str) -> Word:
    with practice.work() as work:
        return read_claim(work, claim).word


def test_a_whole_remittance_is_posted_to_the_cent(practice: Practice) -> None:
    full, share, denied, part = practice.sent(*[source() for _ in range(4)])
    paid = remittance(
        decided("C000001", 15000, 15000),
        decided("C000002", 15000, 9600, ("CO-45", 3000), ("PR-2", 2400)),
        decided("C000003", 15000, 0, ("CO-197", 15000), status="4"),
        decided("C000004", 15000, 8000, ("CO-45", 3000), ("CO-151", 4000)),
        provider=(provider("WO", 1000), provider("L6", -150)),
    )
    identity = settle(practice, paid)
    assert held_by(practice) == {
        PAYER_CASH: 15000 + 9600 + 8000 - 1000 + 150,
        CONTRACTUAL: 6000,
        PATIENT: 2400,
        INSURANCE: 15000 + 4000,
        REVENUE: -60000,
        "provider_level.WO": 1000,
        INTEREST: -150,
    }
    assert [word(practice, claim) for claim in (full, share, denied, part)] == [
        Word.PAID,
        Word.PAID,
        Word.DENIED,
        Word.PARTIALLY_PAID,
    ]
    with practice.work() as work:
        claim = read_claim(work, share)
        assert (claim.paid, claim.adjusted, claim.patient_responsibility, claim.denied) == (
            Money(9600),
            Money(3000),
            Money(2400),
            Money(0),
        )
        assert claim.payer_number == "ICNC000002"
        row, parts = read_remittance(work, identity)
        assert row.state is RemittanceState.POSTED
        assert {one.state for one in parts} == {MatchState.POSTED}
        body = parse(practice.records.read(work, "PaymentReconciliation", identity).body.reveal(Purpose.SHOW))
        assert read_money(child(body, "paymentAmount")) == Money(31750)
        practice.records.read(work, "ExplanationOfBenefit", explanation_id(identity, 2))
        assert history(work, denied)[-1].codes["reasons"] == ["CO-197"]


def test_posting_twice_changes_nothing(practice: Practice) -> None:
    practice.sent(source())
    identity = settle(practice, remittance(decided("C000001", 15000, 9000, ("CO-45", 6000))))
    before = held_by(practice)
    with practice.work() as work:
        assert post(work, practice.vault, practice.records, identity) == Posted(0, 0, 0)
    assert held_by(practice) == before


def test_the_plan_says_what_will_happen_before_it_does(practice: Practice) -> None:
    practice.sent(source())
    identity = take(practice, remittance(decided("C000001", 15000, 9000, ("CO-45", 6000))))
    with practice.work() as work:
        match(work, practice.vault, identity)
        made = plan(work, practice.vault, identity)
        assert made.sound
        assert [(line.account, line.amount.minor) for line in made.claims[0].split.lines] == [
            (PAYER_CASH, 9000),
            (CONTRACTUAL, 6000),
            (INSURANCE, -15000),
        ]
        assert balance(work, PAYER_CASH) == Money(0)


def test_the_same_remittance_is_known_again_by_id_and_by_content(practice: Practice) -> None:
    paid = remittance(decided("C000001", 15000, 15000))
    first = take(practice, paid, "41001")
    assert take(practice, paid, "41001") == first
    assert take(practice, paid, "41777") == first
    with practice.work() as work:
        kinds = [event["kind"] for event in remittance_history(work, first)]
        assert kinds == ["received", "duplicate", "duplicate"]
        assert len(list_remittances(work).remittances) == 1


def test_another_content_under_a_known_id_is_noted_and_not_posted(practice: Practice) -> None:
    first = take(practice, remittance(decided("C000001", 15000, 15000)))
    assert take(practice, remittance(decided("C000001", 15000, 15000), trace="EFT9")) == first
    with practice.work() as work:
        assert [event["kind"] for event in remittance_history(work, first)] == ["received", "changed"]


def test_two_empty_payments_are_told_apart_by_their_claims(practice: Practice) -> None:
    one = remittance(decided("C000001", 15000, 0, ("PR-1", 15000)), method="NON", trace="0")
    two = remittance(decided("C000002", 15000, 0, ("PR-1", 15000)), method="NON", trace="0")
    assert take(practice, one, "1") != take(practice, two, "2")


def test_sums_that_disagree_hold_it_and_a_person_may_release_it(practice: Practice) -> None:
    (claim,) = practice.sent(source())
    identity = take(practice, remittance(decided("C000001", 15000, 9000, ("CO-45", 6000)), amount=Money(9500)))
    with practice.work() as work:
        match(work, practice.vault, identity)
        row, _ = read_remittance(work, identity)
        assert row.state is RemittanceState.HELD
        assert [finding.code for finding in row.findings] == ["x12.payment_balance"]
        assert count_desk(work)["held"] == 1
        assert not plan(work, practice.vault, identity).sound
    with practice.work() as work, pytest.raises(ChartlineError) as caught:
        post(work, practice.vault, practice.records, identity)
    assert caught.value.problem.code == "remits.held"
    assert held_by(practice) == {INSURANCE: 15000, REVENUE: -15000}
    with practice.work() as work:
        release(work, identity, "desk")
        post(work, practice.vault, practice.records, identity)
    assert held_by(practice) == {PAYER_CASH: 9500, CONTRACTUAL: 6000, UNAPPLIED: -500, REVENUE: -15000}
    assert word(practice, claim) is Word.PAID
    with practice.work() as work, pytest.raises(ChartlineError):
        release(work, identity, "desk")


def test_a_reversal_and_its_correction_leave_only_the_correction(practice: Practice) -> None:
    (claim,) = practice.sent(source())
    first = decided("C000001", 15000, 9000, ("CO-45", 3000), ("PR-3", 3000))
    settle(practice, remittance(first, trace="A"), "1")
    settle(practice, remittance(reversed_claim(first), trace="B"), "2")
    assert word(practice, claim) is Word.ACCEPTED
    assert held_by(practice) == {INSURANCE: 15000, REVENUE: -15000}
    settle(practice, remittance(decided("C000001", 15000, 12000, ("CO-45", 3000)), trace="C"), "3")
    assert held_by(practice) == {PAYER_CASH: 12000, CONTRACTUAL: 3000, REVENUE: -15000}
    assert word(practice, claim) is Word.PAID


@pytest.mark.parametrize("reversal_first", [True, False])
def test_reversal_and_correction_may_come_together_in_any_order(practice: Practice, reversal_first: bool) -> None:
    (claim,) = practice.sent(source())
    first = decided("C000001", 15000, 9000, ("CO-45", 6000))
    settle(practice, remittance(first, trace="A"), "1")
    both = [reversed_claim(first), decided("C000001", 15000, 10000, ("CO-45", 3000), ("CO-50", 2000))]
    settle(practice, remittance(*(both if reversal_first else both[::-1]), trace="B"), "2")
    assert held_by(practice) == {PAYER_CASH: 10000, CONTRACTUAL: 3000, INSURANCE: 2000, REVENUE: -15000}
    assert word(practice, claim) is Word.PARTIALLY_PAID


def test_a_reversed_denial_gives_back_nothing_that_was_never_taken(practice: Practice) -> None:
    (claim,) = practice.sent(source())
    denial = decided("C000001", 15000, 0, ("CO-45", 15000), status="4")
    settle(practice, remittance(denial, trace="A", method="NON"), "1")
    assert word(practice, claim) is Word.DENIED
    settle(practice, remittance(reversed_claim(denial), trace="B", method="NON"), "2")
    assert held_by(practice) == {INSURANCE: 15000, REVENUE: -15000}
    with practice.work() as work:
        assert read_claim(work, claim).denied == Money(0)


def test_a_payment_that_goes_to_the_payer_posts_as_negative_cash(practice: Practice) -> None:
    practice.sent(source())
    first = decided("C000001", 15000, 9000, ("CO-45", 6000))
    settle(practice, remittance(first, trace="A"), "1")
    settle(practice, remittance(reversed_claim(first), trace="B"), "2")
    with practice.work() as work:
        assert balance(work, PAYER_CASH) == Money(0)
        assert [one.amount for one in list_remittances(work).remittances] == [Money(-9000), Money(9000)]


def test_an_unknown_patient_waits_on_the_desk_and_the_rest_goes_on(practice: Practice) -> None:
    known, other = practice.sent(source(), source())
    stranger = Insured(name=PersonName(last="NOBODY", first="NO"))
    paid = remittance(
        decided("C000001", 15000, 15000),
        decided("X-77", 4000, 3000, ("CO-45", 1000), patient=stranger),
    )
    identity = settle(practice, paid)
    assert word(practice, known) is Word.PAID
    assert held_by(practice) == {PAYER_CASH: 18000, UNAPPLIED: -3000, INSURANCE: 15000, REVENUE: -30000}
    with practice.work() as work:
        (waiting,) = unmatched(work)
        assert (waiting.place, waiting.state, count_desk(work)["unmatched"]) == (2, MatchState.UNAPPLIED, 1)
        match_by_hand(work, practice.vault, practice.records, identity, 2, other, "desk")
        assert unmatched(work) == []
        claim = read_claim(work, other)
        assert (claim.word, claim.paid, claim.adjusted) == (Word.PARTIALLY_PAID, Money(3000), Money(1000))
    assert held_by(practice) == {PAYER_CASH: 18000, CONTRACTUAL: 1000, INSURANCE: 11000, REVENUE: -30000}
    with practice.work() as work, pytest.raises(ChartlineError) as caught:
        match_by_hand(work, practice.vault, practice.records, identity, 2, other, "desk")
    assert caught.value.problem.code == "remits.matched_already"


def test_claims_are_found_by_number_then_payer_number_then_line_then_score(practice: Practice) -> None:
    ids = practice.sent(
        source(),
        source(),
        source(charge(9900)),
        source(charge(7700), patient=person(family="Imaginaria", given="Bo"), coverage=coverage(member_id="MEM9")),
    )
    settle(practice, remittance(decided("C000002", 15000, 100, ("CO-45", 14900), payer_number="ICN-2"), trace="A"), "1")
    insured = Insured(name=PersonName(last="IMAGINARIA", first="BO"), member_id="mem9")
    paid = remittance(
        decided("C000001V1", 15000, 15000),
        decided("LOST", 15000, 1, ("CO-45", 14999), payer_number="ICN-2"),
        decided("LOST", 9900, 9900, payer_number="", line_control="C000003L1"),
        decided("LOST", 7700, 7700, payer_number="", patient=insured),
        decided("LOST", 7700, 7700, payer_number="", service_date=date(2025, 1, 1), patient=insured),
    )
    # Without the payer's number a file breaks its guide; it is read all the same.
    identity = take(practice, paid, "2", unchecked=True)
    with practice.work() as work:
        found = match(work, practice.vault, identity)
    assert [(one.claim, one.reason) for one in found] == [
        (ids[0], MatchReason.CONTROL_NUMBER),
        (ids[1], MatchReason.PAYER_NUMBER),
        (ids[2], MatchReason.LINE_NUMBER),
        (ids[3], MatchReason.SCORE),
        (None, MatchReason.UNKNOWN),
    ]


def test_a_score_that_fits_two_claims_is_no_match(practice: Practice) -> None:
    practice.sent(source(), source())
    insured = Insured(name=PersonName(last="ZZYZXDOTTIR", first="QUILLON"), member_id="XQZ7771234")
    identity = take(practice, remittance(decided("LOST", 15000, 15000, patient=insured)))
    with practice.work() as work:
        assert [one.reason for one in match(work, practice.vault, identity)] == [MatchReason.UNKNOWN]


def test_a_file_that_cannot_be_read_stores_nothing(practice: Practice) -> None:
    whole = raw(remittance(decided("C000001", 15000, 15000))).reveal(Purpose.STORE)
    for broken in (whole[:200], b"<html>Bad gateway</html>", b""):
        with practice.work() as work, pytest.raises(ChartlineError):
            receive(work, practice.vault, Sealed(broken), "claimmd", "1")
    with practice.work() as work:
        assert list_remittances(work).remittances == []


def test_the_number_of_statements_does_not_grow_with_the_remittance(practice: Practice) -> None:
    practice.sent(*[source() for _ in range(6)])

    def statements(numbers: range, trace: str) -> int:
        parts = [decided(f"C{n:06d}", 15000, 9000, ("CO-45", 6000)) for n in numbers]
        with counted(practice.database) as seen:
            settle(practice, remittance(*parts, trace=trace), trace)
        return len([one for one in seen if "resource" not in one])

    assert statements(range(1, 2), "A") == statements(range(2, 7), "B")


def test_names_in_a_remittance_are_only_in_sealed_columns(practice: Practice) -> None:
    from chartline.domains.remits.tables import remittance_claim_table

    take(practice, remittance(decided("C000001", 15000, 15000)))
    with practice.work() as work:
        rows = work.rows(work.select(remittance_claim_table))
        assert all("ZZYZX" not in repr(row) for row in rows)
        assert rows


def test_remittances_page_by_keyset(practice: Practice) -> None:
    for number in range(3):
        take(practice, remittance(decided("C1", 100 + number, 100 + number), trace=f"T{number}"), str(number))
    with practice.work() as work:
        first = list_remittances(work, limit=2)
        rest = list_remittances(work, limit=2, cursor=first.next)
        assert [one.trace for one in first.remittances + rest.remittances] == ["T2", "T1", "T0"]
        assert rest.next is None
        assert list_remittances(work, states=[RemittanceState.HELD]).remittances == []
