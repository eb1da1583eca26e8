"""Two workers at the same thing at the same moment: it happens once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from tests.domains.money_world import FACTS, TODAY, Practice, source
from tests.domains.remittances import decided, raw, remittance

from chartline.domains.claims import build_file, draft, mark_submitted, validate
from chartline.domains.ledger import balance, trial_balance
from chartline.domains.ledger.accounts import INSURANCE, PAYER_CASH
from chartline.domains.remits import list_remittances, match, post, receive
from chartline.kernel.errors import ChartlineError
from chartline.kernel.money import Money

T = TypeVar("T")
WORKERS = 4


def together(do: Callable[[], T]) -> list[T]:
    """The answers of several threads that begin at once."""
    gate = Barrier(WORKERS)

    def run(_: int) -> T:
        gate.wait()
        return do()

    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(run, range(WORKERS)))


def test_one_visit_drafted_by_several_workers_is_one_claim(practice: Practice) -> None:
    visit = source()

    def once() -> str:
        with practice.work() as work:
            return draft(work, practice.vault, practice.records, visit)

    assert len(set(together(once))) == 1
    with practice.work() as work:
        assert balance(work, INSURANCE) == Money(15000)


def test_several_visits_drafted_at_once_have_numbers_of_their_own(practice: Practice) -> None:
    def once() -> str:
        with practice.work() as work:
            claim = draft(work, practice.vault, practice.records, source())
            validate(work, practice.vault, practice.records, claim, today=TODAY)
            return claim

    assert len(set(together(once))) == WORKERS


def test_one_claim_built_by_several_workers_is_in_one_file(practice: Practice) -> None:
    (claim,) = practice.drafted(source())

    def once() -> tuple[str, int]:
        with practice.work() as work:
            file = build_file(work, practice.vault, [claim], FACTS)
            return file.name, mark_submitted(work, practice.vault, practice.records, file)

    found = together(once)
    assert len({name for name, _ in found}) == 1
    assert sum(moved for _, moved in found) == 1


def test_one_remittance_taken_and_posted_by_several_workers_is_posted_once(practice: Practice) -> None:
    practice.sent(source())
    file = raw(remittance(decided("C000001", 15000, 9000, ("CO-45", 6000))))

    def once() -> int:
        with practice.work() as work:
            (identity,) = receive(work, practice.vault, file, "claimmd", "41001")
        with practice.work() as work:
            match(work, practice.vault, identity)
            return post(work, practice.vault, practice.records, identity).entries

    assert sum(together(once)) == 1
    with practice.work() as work:
        assert len(list_remittances(work).remittances) == 1
        assert balance(work, PAYER_CASH) == Money(9000)
        assert trial_balance(work) == {"USD": Money(0)}


def test_a_posting_that_breaks_off_leaves_nothing_behind(practice: Practice) -> None:
    practice.sent(source())
    with practice.work() as work:
        paid = raw(remittance(decided("C000001", 15000, 9000, ("CO-45", 6000))))
        (identity,) = receive(work, practice.vault, paid, "claimmd", "1")
        match(work, practice.vault, identity)
    try:
        with practice.work() as work:
            post(work, practice.vault, practice.records, identity)
            raise KeyboardInterrupt
    except KeyboardInterrupt:
        pass
    with practice.work() as work:
        assert balance(work, PAYER_CASH) == Money(0)
        assert post(work, practice.vault, practice.records, identity).entries == 1
    try:
        with practice.work() as work:
            post(work, practice.vault, practice.records, "00000000-0000-7000-8000-000000000000")
    except ChartlineError as error:
        assert error.problem.code == "remits.not_found"
