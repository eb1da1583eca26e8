"""Closed days stay as they were: what comes later is booked on the first open day and keeps its own date."""

from __future__ import annotations

from datetime import date

import pytest

from chartline.domains.ledger import balance, charge_entry, post, post_many
from chartline.domains.ledger.accounts import INSURANCE, REVENUE
from chartline.domains.ledger.closing import close, closed_through, closings, reopen
from chartline.domains.ledger.reading import EntryFilter, account_moves, entry_of, list_entries
from chartline.kernel.errors import ChartlineError
from chartline.kernel.ids import new_id
from chartline.kernel.money import Money
from chartline.platform.database import Database, Work

MONDAY, TUESDAY, WEDNESDAY = date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 4)


def charged(work: Work, day: date, cents: int = 100) -> str:
    encounter = new_id()
    post(
        work,
        charge_entry(encounter_id=encounter, patient_id=new_id(), service_date=day, amount=Money(cents)),
    )
    return f"charge/{encounter}"


def test_what_is_posted_for_a_closed_day_is_booked_on_the_next_open_one(database: Database) -> None:
    with database.work(new_id()) as work:
        before = charged(work, MONDAY)
        close(work, TUESDAY, WEDNESDAY, {"entries": 1}, "user:x")
        late, on_time = charged(work, MONDAY, 7), charged(work, WEDNESDAY, 30)
        days = [entry_of(work, one).day for one in (before, late, on_time)]
        assert days == [MONDAY, WEDNESDAY, WEDNESDAY]
        assert entry_of(work, late).entry.effective == MONDAY
        assert balance(work, INSURANCE, as_of=MONDAY) == Money(107)
        assert account_moves(work, REVENUE, MONDAY, WEDNESDAY) == [(MONDAY, Money(-100)), (WEDNESDAY, Money(-37))]
        shown = list_entries(work, EntryFilter(account=REVENUE, begin=WEDNESDAY, end=WEDNESDAY)).entries
        assert {one.entry.source_key for one in shown} == {late, on_time}


def test_days_are_closed_in_order_and_only_the_last_is_opened_again(database: Database) -> None:
    with database.work(new_id()) as work:
        for wrong in (WEDNESDAY,):
            with pytest.raises(ChartlineError) as caught:
                close(work, wrong, TUESDAY, {}, "user:x")
            assert caught.value.problem.code == "ledger.day_not_closable"
        close(work, MONDAY, WEDNESDAY, {}, "user:x")
        close(work, TUESDAY, WEDNESDAY, {}, "user:x")
        for day, reason in ((MONDAY, "x"), (TUESDAY, " ")):
            with pytest.raises(ChartlineError) as caught:
                reopen(work, day, reason, "user:y")
            assert caught.value.problem.code == "ledger.day_not_reopenable"
        reopen(work, TUESDAY, "a slip", "user:y")
        assert closed_through(work) == MONDAY
        close(work, TUESDAY, WEDNESDAY, {"again": True}, "user:x")
        assert [(one.day, one.reason) for one in closings(work)] == [
            (TUESDAY, None),
            (TUESDAY, "a slip"),
            (MONDAY, None),
        ]


def test_another_organisation_closes_its_own_days(database: Database) -> None:
    with database.work(new_id()) as work:
        close(work, MONDAY, WEDNESDAY, {}, "user:x")
    with database.work(new_id()) as work:
        assert closed_through(work) is None
        assert entry_of(work, charged(work, MONDAY)).day == MONDAY


def test_many_entries_are_posted_in_few_statements_and_paged_back(sqlite_database: Database) -> None:
    with sqlite_database.work(new_id()) as work:
        entries = [
            charge_entry(encounter_id=new_id(), patient_id=new_id(), service_date=MONDAY, amount=Money(one))
            for one in range(1, 1501)
        ]
        assert (post_many(work, entries), post_many(work, entries[:3])) == (1500, 0)
        seen = 0
        cursor: str | None = None
        while True:
            page = list_entries(work, EntryFilter(kind="charge"), cursor, 500)
            seen += sum(one.amount(INSURANCE).minor for one in page.entries)
            cursor = page.next
            if cursor is None:
                break
        assert seen == sum(range(1, 1501))
