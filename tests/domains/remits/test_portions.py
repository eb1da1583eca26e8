"""A large remittance in portions is what it would be in one piece, whatever breaks off in between."""

from __future__ import annotations

import re
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from tests.domains.money_world import Practice, open_practice, source
from tests.domains.remittances import decided, provider, raw, remittance, reversed_claim

from chartline.domains.claims.tables import claim_event_table, claim_table
from chartline.domains.ledger import entry_line_table, entry_table, trial_balance
from chartline.domains.practice.due import Due, due
from chartline.domains.remits import (
    Delivery,
    RemittanceState,
    Transactions,
    post,
    post_in_portions,
    post_portion,
    read_head,
    read_remittance,
    receive,
    remittance_history,
    take_in,
)
from chartline.domains.remits import intake as intake_module
from chartline.domains.remits.publishing import publish_portion
from chartline.domains.remits.tables import remittance_table
from chartline.domains.reports import prove
from chartline.formats.x12.envelope_check import check_envelope, check_envelope_stream
from chartline.formats.x12.remittance import Remittance
from chartline.kernel.errors import ChartlineError
from chartline.kernel.money import Money
from chartline.kernel.sealed import Purpose
from chartline.platform.database import Database, Work

MANY = 48
SIZE = 7


class Stop(Exception):
    """The process ends here."""


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Portions of seven claims."""
    real = intake_module.portions
    monkeypatch.setattr(intake_module, "portions", lambda things, size=SIZE: real(things, size))


def many() -> Remittance:
    """Many claims: paid, shared, denied, taken back and corrected in portions far from each other, and strangers."""
    claims = []
    for number in range(1, MANY + 1):
        if number % 11 == 0:
            claims.append(decided(f"C{number:06d}", 15000, 0, ("CO-197", 15000), status="4"))
        elif number % 13 == 0:
            claims.append(decided(f"STRANGE{number}", 15000, 7000, ("CO-45", 8000), payer_number=f"S{number}"))
        else:
            claims.append(decided(f"C{number:06d}", 15000, 9000, ("CO-45", 3000), ("PR-2", 3000)))
    claims.append(reversed_claim(claims[0]))
    claims.append(decided("C000001", 15000, 12000, ("CO-45", 3000)))
    claims.append(reversed_claim(claims[10]))
    return remittance(*claims, provider=(provider("WO", 1000), provider("L6", -150)))


def ledger(practice: Practice) -> list[tuple[object, ...]]:
    """Every line of every entry by its source, without what differs from one run to the next."""
    entry, line = entry_table.c, entry_line_table.c
    with practice.work() as work:
        assert trial_balance(work) in ({}, {"USD": Money(0)})
        numbers = {row["id"]: row["number"] for row in work.rows(work.select(claim_table))}
        query = (
            sa.select(entry.source_key, entry.kind, entry.claim_id, entry.effective, line.ordinal, line.account)
            .add_columns(line.amount, line.code)
            .join(entry_table, sa.and_(entry.organisation_id == line.organisation_id, entry.id == line.entry_id))
            .where(work.mine(entry_table), entry.remittance_id.is_not(None))
        )
        rows = [tuple(row.values()) for row in work.rows(query)]
    return sorted(
        (re.sub("[0-9a-f-]{36}", "", row[0]), row[1], numbers.get(row[2], ""), *(str(one) for one in row[3:]))
        for row in rows
    )


def standing(practice: Practice) -> list[tuple[object, ...]]:
    """Where every claim stands, and how many events of each kind it has."""
    with practice.work() as work:
        claims = work.rows(work.select(claim_table))
        kinds = work.rows(work.select(claim_event_table, claim_event_table.c.claim_id, claim_event_table.c.kind))
    told: dict[str, list[str]] = {}
    for row in kinds:
        told.setdefault(row["claim_id"], []).append(row["kind"])
    names = ("number", "paid", "patient_responsibility", "adjusted", "denied", "adjudication_axis", "payer_number")
    return sorted((*(row[name] for name in names), tuple(sorted(told[row["id"]]))) for row in claims)


def practice_with_claims(database: Database, folder: Path) -> Practice:
    practice = open_practice(database, folder)
    practice.sent(*[source() for _ in range(MANY)])
    return practice


@pytest.fixture
def busy(database: Database, tmp_path: Path) -> Practice:
    return practice_with_claims(database, tmp_path)


def breaking(practice: Practice, after: int) -> Transactions:
    """Transactions of which so many are committed, then the process ends within the next one."""
    left = [after]

    @contextmanager
    def transactions() -> Generator[Work]:
        with practice.work() as work:
            yield work
            left[0] -= 1
            if left[0] < 0:
                raise Stop

    return transactions


def finish(practice: Practice, content: bytes, after: int) -> str:
    """Take in and post, broken off every ``after`` transactions, begun again until it is through."""
    for _ in range(200):
        transactions = breaking(practice, after)
        try:
            (identity,) = take_in(transactions, practice.vault, lambda: content, Delivery("test", "1"))
            while True:
                with transactions() as work:
                    if post_portion(work, practice.vault, practice.records, identity, size=SIZE).through:
                        return identity
        except Stop:
            continue
    raise AssertionError("it never ends")


def whole(practice: Practice, content: bytes) -> str:
    """Take in and post in two transactions."""
    with practice.work() as work:
        (identity,) = receive(work, practice.vault, raw(many()), "test", "1")
        post(work, practice.vault, practice.records, identity)
    return identity


def test_in_portions_and_broken_off_it_is_what_it_is_in_one_piece(sqlite_database: Database, tmp_path: Path) -> None:
    content = raw(many()).reveal(Purpose.STORE)
    first = practice_with_claims(sqlite_database, tmp_path)
    whole(first, content)
    unbroken, stood = ledger(first), standing(first)
    assert len(unbroken) > 3 * MANY
    for after in (13, 14, 17):
        other = practice_with_claims(sqlite_database, tmp_path)
        finish(other, content, after)
        assert ledger(other) == unbroken
        assert standing(other) == stood


def test_a_remittance_that_is_being_taken_in_is_not_posted_and_goes_on_where_it_was(busy: Practice) -> None:
    content = raw(many()).reveal(Purpose.STORE)
    with pytest.raises(Stop):
        take_in(breaking(busy, 4), busy.vault, lambda: content, Delivery("test", "1"))
    with busy.work() as work:
        (identity,) = _ids(work)
        row = read_head(work, identity)
        assert (row.state, row.stored_to) == (RemittanceState.RECEIVING, 2 * SIZE)
    with busy.work() as work, pytest.raises(ChartlineError) as caught:
        post(work, busy.vault, busy.records, identity)
    assert caught.value.problem.code == "remits.busy"
    assert take_in(busy.work, busy.vault, lambda: content, Delivery("other", "2")) == [identity]
    with busy.work() as work:
        row, parts = read_remittance(work, identity)
        assert row.state is RemittanceState.RECEIVED
        assert [one.place for one in parts] == list(range(1, row.claims + 1))
        assert row.paid_total == Money(sum(one.paid.minor for one in parts))
        kinds = [event["kind"] for event in remittance_history(work, identity)]
        assert kinds == ["received", "duplicate", "matched"]
    posted = post_in_portions(busy.work, busy.vault, busy.records, identity)
    assert (posted.through, posted.unmatched) == (True, 3)
    with busy.work() as work:
        assert prove(work).agrees
        assert post(work, busy.vault, busy.records, identity).entries == 0
        assert due(work, Due.REMITTANCE, 9, work.now) == [identity]


def _ids(work: Work) -> list[str]:
    return [row["id"] for row in work.rows(work.select(remittance_table, remittance_table.c.id))]


def test_a_large_one_is_published_portion_by_portion(sqlite_database: Database, tmp_path: Path) -> None:
    practice = practice_with_claims(sqlite_database, tmp_path)
    identity = whole(practice, b"")
    places = []
    while True:
        with practice.work() as work:
            done = publish_portion(work, practice.vault, practice.records, identity)
        if not done:
            break
        places.append(done)
    assert sum(places) == MANY + 3
    with practice.work() as work:
        assert practice.records.read(work, "PaymentReconciliation", identity) is not None


def test_counts_of_an_envelope_are_checked_in_a_stream_as_they_are_in_memory() -> None:
    good = raw(many()).reveal(Purpose.STORE)
    for old, new in ((b"SE*", b"SE*9"), (b"GE*1*", b"GE*2*"), (b"IEA*1*", b"IEA*1*9"), (b"~GE*", b"~GE*")):
        bad = good.replace(old, new)
        assert sorted(map(repr, check_envelope_stream(bad))) == sorted(map(repr, check_envelope(bad)))
    assert list(check_envelope_stream(good)) == []


def test_money_that_looks_known_is_held(practice: Practice) -> None:
    claim = decided("C000001", 15000, 9000, ("CO-45", 6000))
    with practice.work() as work:
        (first,) = receive(work, practice.vault, raw(remittance(claim, trace="A1")), "x", "1")
        (same,) = receive(work, practice.vault, raw(remittance(claim, trace="A2")), "x", "2")
        other = decided("C000002", 15000, 8000, ("CO-45", 7000))
        (again,) = receive(work, practice.vault, raw(remittance(other, trace="A1")), "x", "3")
        codes = [[one.code for one in read_head(work, one).findings] for one in (first, same, again)]
    assert codes == [[], ["remits.same_decisions"], ["remits.trace_again"]]
