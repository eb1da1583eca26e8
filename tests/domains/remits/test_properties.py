"""Whatever a balanced remittance brings, the ledger stays sound."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.domains.money_world import Practice, charge, open_practice, source
from tests.domains.remittances import decided, provider, raw, remittance, reversed_claim

from chartline.domains.claims import read_claims
from chartline.domains.claims.tables import claim_table
from chartline.domains.ledger import balance, balances, claim_balances, trial_balance
from chartline.domains.ledger.accounts import CONTRACTUAL, INSURANCE, OTHER_ADJUSTMENT, PATIENT, PAYER_CASH
from chartline.domains.remits import match, plan, post, receive
from chartline.domains.reports import prove
from chartline.formats.x12.codes import REASONS
from chartline.formats.x12.remittance import Remittance, RemittanceClaim
from chartline.kernel.ids import new_id
from chartline.kernel.money import Money
from chartline.platform.database import Database

FOUND = (Phase.explicit, Phase.reuse, Phase.generate)
"""Examples are practices in databases: making a failing one smaller takes longer than understanding it."""
REASON = st.sampled_from(["WO", "FB", "L6", "72", "QQ"])
AMOUNT = st.integers(1, 50_000)
CODE = st.builds(
    "{}-{}".format, st.sampled_from(["CO", "PR", "OA", "PI", "CR"]), st.sampled_from([*sorted(REASONS), "999"])
)


@st.composite
def decisions(draw: st.DrawFn, number: str) -> RemittanceClaim:
    codes = draw(st.lists(st.tuples(CODE, AMOUNT), max_size=4))
    paid = draw(st.integers(0, 50_000))
    charged = paid + sum(amount for _, amount in codes)
    return decided(number, charged, paid, *codes, status=draw(st.sampled_from(["1", "2", "4", "19"])))


@st.composite
def remittances(draw: st.DrawFn) -> Remittance:
    numbers = draw(st.lists(st.sampled_from(["C000001", "C000002", "C000003", "STRANGER"]), max_size=6))
    claims: list[RemittanceClaim] = []
    for number in numbers:
        claim = draw(decisions(number))
        claims.append(claim)
        if draw(st.booleans()):
            claims.append(reversed_claim(claim))
    levels = draw(st.lists(st.tuples(REASON, st.integers(-9999, 9999)), max_size=3))
    adjustments = tuple(provider(reason, amount) for reason, amount in levels if amount)
    return remittance(*claims, provider=adjustments, trace=new_id())


def fresh(database: Database, folder: Path) -> Practice:
    practice = open_practice(database, folder)
    practice.sent(*[source(charge(12000 + place)) for place in range(3)])
    return practice


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def decisions_of(one: Remittance) -> object:
    named = [
        (claim.patient_control_number, claim.status, claim.charged.minor, claim.paid.minor) for claim in one.claims
    ]
    return tuple(named) or one.trace


@settings(max_examples=20, deadline=None, phases=FOUND, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(remittances(), min_size=1, max_size=3))
def test_any_balanced_remittance_posts_to_a_zero_sum_ledger_with_cash_as_paid(
    sqlite_database: Database, folder: Path, several: list[Remittance]
) -> None:
    practice = fresh(sqlite_database, folder)
    # The same decisions under another number look like the same money, and wait for a person.
    several = list({decisions_of(one): one for one in several}.values())
    signed = Money.total([-one.amount if one.debit else one.amount for one in several])
    for number, paid in enumerate(several):
        with practice.work() as work:
            (identity,) = receive(work, practice.vault, raw(paid, unchecked=True), "test", str(number))
            match(work, practice.vault, identity)
            assert plan(work, practice.vault, identity).sound
            post(work, practice.vault, practice.records, identity)
            before = balances(work)
            again = post(work, practice.vault, practice.records, identity)
            assert (again.entries, again.decisions) == (0, 0)
            assert balances(work) == before
    with practice.work() as work:
        assert trial_balance(work) == {"USD": Money(0)}
        assert balance(work, PAYER_CASH) == signed
        assert prove(work).agrees
        ids = [row["id"] for row in work.rows(work.select(claim_table))]
        derived = claim_balances(work, ids)
        for claim in read_claims(work, ids).values():
            own = derived[claim.id]
            zero = Money(0)
            assert claim.paid == own.get(PAYER_CASH, zero)
            assert claim.patient_responsibility == own.get(PATIENT, zero)
            assert claim.adjusted == own.get(CONTRACTUAL, zero) + own.get(OTHER_ADJUSTMENT, zero)
            assert claim.open == own[INSURANCE]


@settings(max_examples=20, deadline=None, phases=FOUND, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(decisions("C000001"), decisions("C000001"))
def test_reversal_and_correction_leave_what_the_correction_alone_would(
    sqlite_database: Database, folder: Path, first: RemittanceClaim, second: RemittanceClaim
) -> None:
    outcomes = []
    for story in ([[first], [reversed_claim(first), second]], [[second]]):
        practice = fresh(sqlite_database, folder)
        for number, claims in enumerate(story):
            with practice.work() as work:
                paid = raw(remittance(*claims, trace=f"T{number}"), unchecked=True)
                (identity,) = receive(work, practice.vault, paid, "test", str(number))
                match(work, practice.vault, identity)
                post(work, practice.vault, practice.records, identity)
        with practice.work() as work:
            outcomes.append({name: amount for name, amount in balances(work).items() if amount})
    assert outcomes[0] == outcomes[1]
