"""Every number equals what it opens to, and what another way of counting finds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domains.money_world import counted

from chartline.domains.reports.comparisons import REPORTS
from chartline.domains.reports.kpis import kpis
from chartline.domains.reports.lineage import lineage
from chartline.domains.reports.listing import Kind, page_of
from chartline.domains.reports.measures import MEASURES, Unit
from chartline.domains.reports.recount import read_books, recount
from chartline.domains.reports.scope import BY_CLAIM, PERIODS, Dimension, Scope
from chartline.kernel.errors import ChartlineError
from chartline.kernel.ids import new_id
from chartline.platform.database import Database, Work
from chartline.sandbox.books import Plan, lay_books

DENVER = ZoneInfo("America/Denver")
BEGIN = date(2026, 1, 1)
YEAR = Scope(BEGIN, date(2026, 12, 31), zone=DENVER)


def laid(database: Database, seed: int, claims: int = 60) -> str:
    organisation = new_id()
    with database.work(organisation) as work:
        lay_books(work, Plan(claims, BEGIN, 150, seed))
    return organisation


def opened(work: Work, scope: Scope, figure: str) -> tuple[int, int]:
    """Sum and number of all rows, page by page."""
    total, count, cursor = 0, 0, None
    seen: set[tuple[object, ...]] = set()
    while True:
        page = lineage(work, scope, figure, cursor, 40)
        total += sum(row.amount for row in page.rows)
        count += len(page.rows)
        seen |= {(row.entry, row.claim, row.patient, row.account, row.code, row.amount, row.day) for row in page.rows}
        cursor = page.next
        if cursor is None:
            assert (page.amount, page.count) == (total, count)
            return total, count


scopes = st.builds(
    lambda first, days, known: Scope(
        date.fromordinal(BEGIN.toordinal() + first),
        date.fromordinal(BEGIN.toordinal() + first + days),
        None if known is None else date.fromordinal(BEGIN.toordinal() + known),
        zone=DENVER,
    ),
    st.integers(0, 120),
    st.integers(0, 200),
    st.none() | st.integers(0, 260),
)


def test_every_number_equals_the_rows_it_opens_to(database: Database) -> None:
    organisation = laid(database, 3)
    with database.read(organisation) as work:
        (found,) = kpis(work, YEAR)
        for name, one in MEASURES.items():
            total, count = opened(work, YEAR, name)
            assert total == found[name], name
            if one.unit in (Unit.CLAIMS, Unit.PAYMENTS):
                assert count == total, name


def test_numbers_equal_an_independent_count_for_any_days(database: Database) -> None:
    organisation = laid(database, 5)
    with database.read(organisation) as work:
        books = read_books(work)

        @settings(max_examples=8, database=None)
        @given(scopes)
        def agree(scope: Scope) -> None:
            (found,) = kpis(work, scope)
            counts = recount(books, scope)
            names = {name for name in MEASURES if found[name] or counts.get(name)}
            assert {name: found[name] for name in names} == {name: counts.get(name, 0) for name in names}

        agree()


def test_a_random_number_of_random_books_opens_to_its_sum(sqlite_database: Database) -> None:
    organisations: dict[int, str] = {}

    @settings(max_examples=12, database=None)
    @given(st.integers(1, 4), scopes, st.sampled_from(sorted(MEASURES)), st.sampled_from(list(BY_CLAIM)))
    def holds(seed: int, scope: Scope, figure: str, by: Dimension) -> None:
        if seed not in organisations:
            organisations[seed] = laid(sqlite_database, seed, 40)
        with sqlite_database.read(organisations[seed]) as work:
            parts = kpis(work, scope, by)
            (whole,) = kpis(work, scope)
            assert sum(one[figure] for one in parts) == whole[figure]
            for one in parts:
                assert opened(work, scope.within(by, one.key), figure)[0] == one[figure]

    holds()


@pytest.mark.parametrize("by", PERIODS)
def test_periods_add_up_to_the_span(sqlite_database: Database, by: Dimension) -> None:
    organisation = laid(sqlite_database, 2)
    scope = replace(YEAR, begin=date(2026, 1, 15), end=date(2026, 5, 20))
    with sqlite_database.read(organisation) as work:
        (whole,) = kpis(work, scope)
        parts = kpis(work, scope, by)
        for name in ("billed", "collected", "submitted", "decided", "claims", "lag_days"):
            assert sum(one[name] for one in parts) == whole[name]
        for one in parts[:3]:
            assert opened(work, scope.within(by, one.key), "billed")[0] == one["billed"]


def test_what_was_not_known_then_is_not_counted(database: Database) -> None:
    organisation = laid(database, 7)
    with database.read(organisation) as work:
        early = replace(YEAR, known=date(2026, 2, 15))
        (then,), (now,) = kpis(work, early), kpis(work, YEAR)
        assert 0 < then["billed"] < now["billed"]
        assert then["collected"] < now["collected"]
        (never,) = kpis(work, replace(YEAR, known=date(2025, 12, 31)))
        assert not any(never.values.values())


def test_numbers_cost_the_same_few_queries_whatever_there_is(database: Database) -> None:
    few, many = laid(database, 1, 10), laid(database, 1, 60)
    for by in (None, *Dimension):
        spent = []
        for organisation in (few, many):
            with database.read(organisation) as work, counted(database) as seen:
                kpis(work, YEAR, by)
            spent.append(len(seen))
        assert spent[0] == spent[1] <= 10


@pytest.mark.parametrize("name", sorted(REPORTS))
def test_reports_are_whole_sorted_and_paged(database: Database, name: str) -> None:
    report = REPORTS[name]
    organisation = laid(database, 4)
    with database.read(organisation) as work:
        whole = page_of(work, report, YEAR, limit=100_000)
        assert whole.rows and whole.next is None
        assert all(column.key in row for row in whole.rows for column in report.columns)
        first = page_of(work, report, YEAR, limit=2)
        assert first.rows == whole.rows[:2]
        column = next(one for one in report.columns if one.kind in (Kind.MONEY, Kind.NUMBER))
        turned = page_of(work, report, YEAR, order=column.key, descending=False, limit=100_000)
        assert turned.count == whole.count
        known = [value for row in turned.rows if isinstance(value := row[column.key], int)]
        assert known == sorted(known)


def test_unpaid_claims_are_what_insurance_owes(database: Database) -> None:
    organisation = laid(database, 6)
    with database.read(organisation) as work:
        (found,) = kpis(work, YEAR)
        unpaid = page_of(work, REPORTS["unpaid-claims"], YEAR, limit=1)
        credits = page_of(work, REPORTS["credit-balances"], YEAR, limit=1000)
        too_much = sum(
            row["amount"] for row in credits.rows if row["who"] == "payer" and isinstance(row["amount"], int)
        )
        assert unpaid.totals["open"] - too_much == found["insurance_open"]
        ages = sum(found[f"insurance_open:{age}"] for age in ("0-30", "31-60", "61-90", "91-120", "120+", "credit"))
        assert ages == found["insurance_open"]


@pytest.mark.parametrize(
    ("figure", "scope", "cursor", "code"),
    [
        ("nonsense", YEAR, None, "reports.no_figure"),
        ("billed", replace(YEAR, end=date(2025, 1, 1)), None, "reports.bad_span"),
        ("billed", YEAR, "x~y", "reports.bad_cursor"),
        ("decided", YEAR, "2026-01-01~x~1", "reports.bad_cursor"),
    ],
)
def test_what_makes_no_sense_is_refused(
    sqlite_database: Database, figure: str, scope: Scope, cursor: str | None, code: str
) -> None:
    with sqlite_database.read(new_id()) as work, pytest.raises(ChartlineError) as refused:
        lineage(work, scope, figure, cursor)
    assert refused.value.problem.code == code


def test_an_empty_practice_has_no_rates(sqlite_database: Database) -> None:
    with sqlite_database.read(new_id()) as work:
        (found,) = kpis(work, YEAR)
        assert not found.values or not any(found.values.values())
        assert set(found.ratios.values()) == {None}
