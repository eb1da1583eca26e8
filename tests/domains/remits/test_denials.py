"""Denials from the posting to their end: opened once, ranked, appealed, given up, won; on both makes of database."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domains.money_world import Practice, charge, counted, source
from tests.domains.remittances import PAID_ON, decided, raw, remittance, reversed_claim

from chartline.domains.claims import read_claim
from chartline.domains.claims.copy import open_first_copies
from chartline.domains.claims.practice_rules import EffectKind, back_test
from chartline.domains.remits import match, post, receive
from chartline.domains.remits.denials import (
    AppealState,
    Deadlines,
    Denial,
    DenialFilter,
    DenialState,
    Taken,
    Way,
    add_note,
    appeals_of,
    assign,
    count_denials,
    decide,
    denial_history,
    draft_letter,
    end,
    mark_sent,
    open_letter,
    open_note,
    propose_rule,
    rank,
    read_denial,
    reopen,
    save_deadlines,
    take_denials,
    worklist,
    write_appeal,
)
from chartline.formats.x12.codes import Category
from chartline.formats.x12.remittance import RemittanceClaim
from chartline.kernel.errors import ChartlineError
from chartline.kernel.money import Money
from chartline.kernel.sealed import Purpose, Sealed

TODAY = PAID_ON + timedelta(days=10)


def number(practice: Practice, claim: str) -> str:
    with practice.work() as work:
        return read_claim(work, claim).number


def pay(practice: Practice, *parts: RemittanceClaim, trace: str) -> str:
    with practice.work() as work:
        (identity,) = receive(work, practice.vault, raw(remittance(*parts, trace=trace)), "claimmd", trace)
        match(work, practice.vault, identity)
        post(work, practice.vault, practice.records, identity)
    return identity


def refused(practice: Practice, *codes: tuple[str, int], amount: int = 15000, trace: str = "EFT1") -> tuple[str, str]:
    """A claim that was denied, and the remittance that says so."""
    (claim,) = practice.sent(source(charge(amount)))
    part = decided(number(practice, claim), amount, 0, *(codes or (("CO-197", amount),)), status="4")
    return claim, pay(practice, part, trace=trace)


def taken(practice: Practice, remittance: str) -> Taken:
    with practice.work() as work:
        return take_denials(work, remittance)


def only(practice: Practice, *states: DenialState) -> Denial:
    with practice.work() as work:
        (row,) = worklist(work, DenialFilter(states=states), TODAY).rows
    return row.denial


def problem(act: object) -> str:
    assert isinstance(act, pytest.ExceptionInfo)
    return act.value.problem.code


def test_a_denied_claim_becomes_work_once(practice: Practice) -> None:
    claim, remit = refused(practice)
    assert taken(practice, remit) == Taken(1, 0, 0, 0)
    assert taken(practice, remit) == Taken(0, 0, 0, 0)
    found = only(practice)
    assert (found.claim_id, found.kind, found.reasons) == (claim, Category.AUTHORIZATION, ("CO-197",))
    assert (found.amount, found.state) == (Money(15000), DenialState.OPEN)
    assert found.appeal_by == PAID_ON + timedelta(days=180)


def test_the_contractual_part_is_no_reason_of_a_denial(practice: Practice) -> None:
    (claim,) = practice.sent(source(charge(15000)))
    part = decided(number(practice, claim), 15000, 10000, ("CO-45", 3000), ("CO-50", 2000))
    taken(practice, pay(practice, part, trace="EFT2"))
    found = only(practice)
    assert found.reasons == ("CO-50",)
    assert found.kind is Category.MEDICAL_NECESSITY


def test_what_was_paid_in_full_is_no_work(practice: Practice) -> None:
    (claim,) = practice.sent(source(charge()))
    remit = pay(practice, decided(number(practice, claim), 15000, 15000), trace="EFT3")
    assert taken(practice, remit) == Taken(0, 0, 0, 0)


def test_a_second_refusal_is_another_event_of_the_same_work(practice: Practice) -> None:
    claim, first = refused(practice)
    taken(practice, first)
    denied = decided(number(practice, claim), 15000, 0, ("CO-197", 15000), status="4")
    again = decided(number(practice, claim), 15000, 0, ("CO-50", 15000), status="4")
    second = pay(practice, reversed_claim(denied), again, trace="EFT4")
    assert taken(practice, second).again == 1
    found = only(practice)
    assert (found.kind, found.reasons) == (Category.MEDICAL_NECESSITY, ("CO-50",))
    with practice.work() as work:
        assert [row["kind"] for row in denial_history(work, found.id)] == ["opened", "decided"]


def test_payment_after_all_ends_it(practice: Practice) -> None:
    claim, first = refused(practice)
    taken(practice, first)
    denied = decided(number(practice, claim), 15000, 0, ("CO-197", 15000), status="4")
    paid = decided(number(practice, claim), 15000, 15000)
    second = pay(practice, reversed_claim(denied), paid, trace="EFT5")
    assert taken(practice, second).ended == 1
    found = only(practice, DenialState.WON)
    assert found.amount == Money(0)


def test_a_large_remittance_is_taken_in_portions_of_few_statements(practice: Practice) -> None:
    claims = practice.sent(*(source(charge(10000 + n)) for n in range(12)))
    parts = [
        decided(number(practice, claim), 10000 + n, 0, ("CO-29", 10000 + n), status="4")
        for n, claim in enumerate(claims)
    ]
    remit = pay(practice, *parts, trace="EFT6")
    opened, after, statements = 0, 0, []
    while True:
        with counted(practice.database) as seen, practice.work() as work:
            portion = take_denials(work, remit, after, limit=5)
        statements.append(len(seen))
        opened, after = opened + portion.opened, portion.last
        if not after:
            break
    assert opened == 12
    assert len(statements) == 3
    assert max(statements) <= 16


def test_the_worklist_ranks_by_money_deadline_and_effort(practice: Practice) -> None:
    with practice.work() as work:
        save_deadlines(work, "00123", Deadlines(appeal_days=12))
    _, small = refused(practice, amount=2000, trace="EFT7")
    _, large = refused(practice, amount=90000, trace="EFT8")
    _, hard = refused(practice, ("CO-50", 90000), amount=90000, trace="EFT9")
    for one in (small, large, hard):
        taken(practice, one)
    with practice.work() as work:
        page = worklist(work, DenialFilter(), TODAY, limit=2)
        rest = worklist(work, DenialFilter(), TODAY, begin=2)
        counts = count_denials(work, TODAY)
    amounts = [(one.denial.amount.minor, one.denial.minutes) for one in [*page.rows, *rest.rows]]
    assert amounts == [(90000, 25), (90000, 45), (2000, 25)]
    assert (page.next, rest.next, page.total) == (2, None, 3)
    assert (counts.number, counts.amount, counts.late) == (3, Money(182000), 0)
    assert page.rows[0].why == "$900.00 in dispute, 2 days to appeal, about 25 minutes of work"


@given(
    st.integers(1, 10_000_000), st.integers(1, 10_000_000), st.integers(0, 400), st.integers(1, 90), st.integers(1, 90)
)
def test_more_money_a_nearer_deadline_and_less_work_never_rank_lower(
    less: int, more: int, days: int, minutes: int, longer: int
) -> None:
    def denial(amount: int, left: int, effort: int) -> Denial:
        now = date(2026, 3, 1)
        values = {"claim_number": "", "payer_id": "", "payer_name": "", "remittance_id": "", "reasons": ()}
        row: dict[str, object] = {
            "id": "",
            "claim_id": "",
            "kind": "other",
            "amount": amount,
            "state": "open",
            "decided_on": now,
        }
        row |= {"appeal_by": now + timedelta(days=left), "follow_up": None, "assignee": "", "minutes": effort}
        return Denial.of({**values, **row, "opened": None, "updated": None})

    less, more = sorted((less, more))
    quick, slow = sorted((minutes, longer))
    today = date(2026, 3, 1)
    assert rank(denial(more, days, quick), today).score >= rank(denial(less, days, quick), today).score
    assert rank(denial(less, days, quick), today).score >= rank(denial(less, days + 1, quick), today).score
    assert rank(denial(less, days, quick), today).score >= rank(denial(less, days, slow), today).score


def test_notes_are_sealed_and_assignment_is_work_in_hand(practice: Practice) -> None:
    _, remit = refused(practice)
    taken(practice, remit)
    found = only(practice)
    with practice.work() as work:
        assign(work, found.id, "user:1", "user:2")
        add_note(work, practice.vault, found.id, Sealed("called Quillon"), "user:1")
        state = read_denial(work, found.id).state
        sealed = denial_history(work, found.id)[-1]["sealed"]
        text = open_note(work, practice.vault, found.id, bytes(sealed)).reveal(Purpose.SHOW)
    assert state is DenialState.WORKING
    assert text == "called Quillon"
    assert b"Quillon" not in bytes(sealed)


def test_an_appeal_is_written_sent_and_lost_and_the_next_level_begins(practice: Practice) -> None:
    _, remit = refused(practice)
    taken(practice, remit)
    found = only(practice)
    with practice.work() as work:
        appeal = write_appeal(work, practice.vault, found.id, None, Way.FAX, "user:1", TODAY)
        with pytest.raises(ChartlineError) as twice:
            write_appeal(work, practice.vault, found.id, None, Way.FAX, "user:1", TODAY)
        with pytest.raises(ChartlineError) as early:
            decide(work, appeal, AppealState.LOST, Money(0), TODAY, "user:1")
        sent = mark_sent(work, appeal, TODAY, "fax 1", "user:1")
        assert read_denial(work, found.id).state is DenialState.APPEALED
        decide(work, appeal, AppealState.LOST, Money(0), TODAY + timedelta(days=30), "user:1")
        after = read_denial(work, found.id)
        second = write_appeal(work, practice.vault, found.id, Sealed("in my own words"), Way.MAIL, "user:1", TODAY)
        levels = [one.level for one in appeals_of(work, found.id)]
        own = open_letter(work, practice.vault, second).reveal(Purpose.SHOW)
    assert (problem(twice), problem(early)) == ("appeals.under_way", "appeals.not_then")
    assert sent.answer_by == TODAY + timedelta(days=60)
    assert (after.state, after.appeal_by) == (DenialState.OPEN, TODAY + timedelta(days=90))
    assert (levels, own) == ([1, 2], "in my own words")


def test_the_letter_names_the_claim_and_the_reason_and_shows_nothing_by_itself(practice: Practice) -> None:
    claim, remit = refused(practice)
    taken(practice, remit)
    found = only(practice)
    with practice.work() as work:
        letter = draft_letter(work, practice.vault, found.id, TODAY)
        named = read_claim(work, claim).number
    text = letter.text()
    assert named in text
    assert "Zzyzxdottir" in text
    assert text.count("CO-197") == 1
    assert "authorized" in text
    assert "Zzyzxdottir" not in repr(letter)


def test_an_end_is_taken_back_and_a_settled_denial_takes_no_more_acts(practice: Practice) -> None:
    _, remit = refused(practice)
    taken(practice, remit)
    found = only(practice)
    with practice.work() as work:
        end(work, found.id, DenialState.DISMISSED, "billed twice by mistake", "user:1")
        with pytest.raises(ChartlineError) as settled:
            assign(work, found.id, "user:1", "user:1")
        reopen(work, found.id, "user:1")
        assert read_denial(work, found.id).state is DenialState.OPEN
        with pytest.raises(ChartlineError) as nothing:
            reopen(work, found.id, "user:1")
    assert (problem(settled), problem(nothing)) == ("denials.not_open", "denials.not_ended")


def test_the_proposed_rule_catches_the_claim_that_taught_it_and_leaves_others_alone(practice: Practice) -> None:
    claim, remit = refused(practice)
    practice.sent(source(charge(9000, "90834")))
    taken(practice, remit)
    found = only(practice)
    with practice.work() as work:
        copy = open_first_copies(work, practice.vault, [claim])[claim]
        rule = propose_rule(found, copy)
        assert rule is not None
        tested = back_test(work, practice.vault, rule)
    assert [one.claim for one in tested.caught] == [claim]
    assert (tested.looked, tested.refused, tested.harmless) == (2, 1, 0)
    assert "authorization number" in rule.sentence()
    assert rule.effect.kind is EffectKind.HOLD


def test_no_rule_is_proposed_where_nothing_on_the_claim_could_have_told(practice: Practice) -> None:
    claim, remit = refused(practice, ("CO-27", 15000))
    taken(practice, remit)
    with practice.work() as work:
        copy = open_first_copies(work, practice.vault, [claim])[claim]
    assert propose_rule(only(practice), copy) is None
