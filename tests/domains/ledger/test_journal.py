"""The journal: two equal sides, one posting for each source, nothing taken back."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chartline.domains.ledger import (
    ACCOUNTS,
    Entry,
    EntryKind,
    Line,
    balance,
    balances,
    charge_change_entry,
    charge_entry,
    claim_balances,
    post,
    post_many,
    protect,
    provider_level,
    statement,
    trial_balance,
)
from chartline.domains.ledger.accounts import INSURANCE, PATIENT, PATIENT_CASH, REVENUE
from chartline.kernel.errors import ChartlineError
from chartline.kernel.ids import new_id
from chartline.kernel.money import Money
from chartline.platform.database import Database

DAY = date(2026, 3, 2)


def charge(amount: int, encounter: str | None = None, patient: str | None = None, claim: str | None = None) -> Entry:
    return charge_entry(
        encounter_id=encounter or new_id(),
        patient_id=patient or new_id(),
        service_date=DAY,
        amount=Money(amount),
        claim_id=claim,
    )


def test_an_entry_that_does_not_sum_to_zero_is_refused_and_nothing_is_posted(database: Database) -> None:
    crooked = Entry(EntryKind.WRITE_OFF, DAY, "x", (Line(INSURANCE, Money(5)), Line(REVENUE, Money(-4))))
    with database.work(new_id()) as work:
        with pytest.raises(ChartlineError) as caught:
            post_many(work, [charge(100), crooked])
        assert caught.value.problem.code == "ledger.unbalanced"
        assert balances(work) == {}


def test_currencies_balance_each_for_itself(database: Database) -> None:
    mixed = Entry(EntryKind.WRITE_OFF, DAY, "x", (Line(INSURANCE, Money(5)), Line(REVENUE, Money(-5, "CAD"))))
    with database.work(new_id()) as work, pytest.raises(ChartlineError):
        post(work, mixed)


def test_an_unknown_account_is_refused(database: Database) -> None:
    strange = Entry(EntryKind.WRITE_OFF, DAY, "x", (Line("petty.cash", Money(5)), Line(REVENUE, Money(-5))))
    with database.work(new_id()) as work, pytest.raises(ChartlineError) as caught:
        post(work, strange)
    assert caught.value.problem.code == "ledger.unknown_account"


def test_the_same_source_posts_once(database: Database) -> None:
    organisation, encounter = new_id(), new_id()
    with database.work(organisation) as work:
        assert post(work, charge(100, encounter)) is True
    with database.work(organisation) as work:
        assert post(work, charge(100, encounter)) is False
        assert post_many(work, [charge(100, encounter), charge(70)]) == 1
        assert balance(work, INSURANCE) == Money(170)


def test_two_organisations_do_not_see_each_other(database: Database) -> None:
    encounter = new_id()
    for _ in range(2):
        with database.work(new_id()) as work:
            assert post(work, charge(100, encounter)) is True
            assert balance(work, INSURANCE) == Money(100)


def test_balances_follow_claim_patient_and_date(database: Database) -> None:
    patient, claim, encounter = new_id(), new_id(), new_id()
    with database.work(new_id()) as work:
        post(work, charge(100, encounter, patient, claim))
        post(work, charge(55))
        post(
            work,
            charge_change_entry(
                claim_id=claim,
                encounter_id=encounter,
                patient_id=patient,
                effective=date(2026, 4, 1),
                difference=Money(-20),
                cause="v2",
            ),
        )
        assert balance(work, INSURANCE) == Money(135)
        assert balance(work, INSURANCE, claim=claim) == Money(80)
        assert balance(work, INSURANCE, patient=patient, as_of=date(2026, 3, 31)) == Money(100)
        assert balances(work, as_of=DAY) == {INSURANCE: Money(155), REVENUE: Money(-155)}
        assert claim_balances(work, [claim]) == {claim: {INSURANCE: Money(80), REVENUE: Money(-80)}}


def test_a_statement_runs_a_balance(database: Database) -> None:
    patient = new_id()
    owed = Entry(
        EntryKind.REMITTANCE,
        DAY,
        "r/1",
        (Line(PATIENT, Money(2500), "PR-3"), Line(INSURANCE, Money(-2500))),
        patient_id=patient,
    )
    paid = Entry(
        EntryKind.PATIENT_PAYMENT,
        date(2026, 3, 9),
        "p/1",
        (Line(PATIENT_CASH, Money(1000)), Line(PATIENT, Money(-1000))),
        patient_id=patient,
    )
    with database.work(new_id()) as work:
        post_many(work, [paid, owed])
        lines = statement(work, patient)
        assert [(line.amount, line.balance) for line in lines] == [
            (Money(2500), Money(2500)),
            (Money(-1000), Money(1500)),
        ]


def test_posted_entries_can_be_neither_changed_nor_deleted(database: Database) -> None:
    organisation = new_id()
    with database.system() as system:
        protect(system.connection)
        protect(system.connection)
    with database.work(organisation) as work:
        post(work, charge(100))
    for statement_text in ("UPDATE entry_line SET amount = 1", "DELETE FROM entry_line", "DELETE FROM entry"):
        with pytest.raises(ChartlineError) as caught, database.work(organisation) as work:
            work.execute(sa.text(statement_text))
        assert caught.value.problem.code == "database.rejected"
    with database.read(organisation) as work:
        assert balance(work, INSURANCE) == Money(100)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(sorted(ACCOUNTS)), st.sampled_from(sorted(ACCOUNTS)), st.integers(-(10**12), 10**12)),
        max_size=8,
    )
)
def test_whatever_is_posted_the_ledger_sums_to_zero(
    sqlite_database: Database, moves: list[tuple[str, str, int]]
) -> None:
    with sqlite_database.work(new_id()) as work:
        post_many(
            work,
            [
                Entry(EntryKind.WRITE_OFF, DAY, f"m/{n}", (Line(to, Money(a)), Line(of, Money(-a))))
                for n, (to, of, a) in enumerate(moves)
            ],
        )
        assert all(total == Money(0) for total in trial_balance(work).values())


def test_provider_level_accounts_take_any_reason_code() -> None:
    assert provider_level("WO") == "provider_level.WO"
    assert provider_level("not a code") == "provider_level.ZZ"
