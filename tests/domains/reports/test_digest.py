"""The weekly digest: its numbers, its text, and that it is kept once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.domains.money_world import counted

from chartline.domains.reports import Scope, kpis
from chartline.domains.reports.digest import as_markdown, compose, keep, kept, kept_text, last_monday
from chartline.kernel.errors import ChartlineError
from chartline.kernel.ids import new_id
from chartline.platform.database import Database
from chartline.sandbox.books import Plan, lay_books

WEEK = date(2026, 3, 2)


def laid(database: Database, claims: int = 40) -> str:
    organisation = new_id()
    with database.work(organisation) as work:
        lay_books(work, Plan(claims, date(2026, 1, 1), 120, 11))
    return organisation


def test_a_week_stands_beside_the_week_before(database: Database) -> None:
    organisation = laid(database)
    with database.read(organisation) as work:
        digest = compose(work, WEEK)
        (now,) = kpis(work, Scope(WEEK, date(2026, 3, 8)))
        (before,) = kpis(work, Scope(date(2026, 2, 23), date(2026, 3, 1)))
    billed = next(one for one in digest.lines if one.name == "billed")
    assert (billed.now, billed.before) == (now["billed"], before["billed"])
    assert [one.amount for one in digest.largest] == sorted((one.amount for one in digest.largest), reverse=True)
    assert dict(digest.waiting)["Claims denied"] > 0


def test_a_digest_is_kept_once_and_stays_as_it_was_made(database: Database) -> None:
    organisation = laid(database)
    with database.work(organisation) as work:
        digest = compose(work, WEEK)
        assert keep(work, digest)
        assert not keep(work, compose(work, WEEK))
        assert kept(work) == [WEEK]
        text = kept_text(work, WEEK)
        assert text == as_markdown(digest)
        assert text is not None and text.startswith("# The week of 2026-03-02\n")
        assert kept_text(work, WEEK + timedelta(days=7)) is None


def test_an_empty_week_says_so(sqlite_database: Database) -> None:
    with sqlite_database.read(new_id()) as work:
        text = as_markdown(compose(work, WEEK))
    assert "| Denial rate | — | — |" in text
    assert "## What waits\n\nNothing." in text


def test_a_digest_costs_the_same_few_queries_whatever_there_is(sqlite_database: Database) -> None:
    spent = []
    for claims in (5, 60):
        with sqlite_database.read(laid(sqlite_database, claims)) as work, counted(sqlite_database) as seen:
            compose(work, WEEK)
        spent.append(len(seen))
    assert spent[0] == spent[1]


def test_a_week_is_named_by_its_monday(sqlite_database: Database) -> None:
    assert [last_monday(day) for day in (date(2026, 3, 9), date(2026, 3, 15))] == [WEEK, WEEK]
    with sqlite_database.read(new_id()) as work, pytest.raises(ChartlineError) as refused:
        compose(work, date(2026, 3, 3))
    assert refused.value.problem.code == "reports.not_monday"
