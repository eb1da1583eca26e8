"""A posted remittance is compared with the contracts once; a reversal takes what was found off the list."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from tests.domains.money_world import Practice, open_practice, source
from tests.domains.practice_world import PRACTICE
from tests.domains.remittances import decided, raw, remittance, reversed_claim

from chartline.domains.payments.contracts import Rate, load_rates
from chartline.domains.payments.dispute import letter_of
from chartline.domains.payments.expected import expected_of
from chartline.domains.payments.underpayments import (
    UnderpaymentState,
    compare,
    decide_underpayments,
    list_underpayments,
    read_underpayments,
    unchecked,
)
from chartline.domains.practice.settings import save_practice
from chartline.domains.remits import match, post, receive
from chartline.formats.x12.remittance import Remittance
from chartline.kernel.errors import ChartlineError
from chartline.kernel.ids import new_id
from chartline.kernel.money import Money
from chartline.platform.database import Database

RATE = Rate("00123", "90837", date(2026, 1, 1), amount=Money(12000))
TOLERANCE = Money(100)


@pytest.fixture
def practice(database: Database, tmp_path: Path) -> Practice:
    return open_practice(database, tmp_path)


def settle(practice: Practice, paid: Remittance, vendor_id: str) -> str:
    with practice.work() as work:
        (identity,) = receive(work, practice.vault, raw(paid), "claimmd", vendor_id)
        match(work, practice.vault, identity)
        post(work, practice.vault, practice.records, identity)
    return identity


def test_what_a_payer_allowed_below_its_contract_is_found_once_disputed_and_withdrawn(practice: Practice) -> None:
    under, _near, _full, _denied = practice.sent(*[source() for _ in range(4)])
    first = decided("C000001", 15000, 8000, ("CO-45", 5000), ("PR-3", 2000))
    paid = remittance(
        first,
        decided("C000002", 15000, 9900, ("CO-45", 3100), ("PR-3", 2000)),
        decided("C000003", 15000, 10000, ("CO-45", 3000), ("PR-3", 2000)),
        decided("C000004", 15000, 0, ("CO-29", 15000), status="4"),
    )
    identity = settle(practice, paid, "41001")
    with practice.work() as work:
        assert unchecked(work) == []
        load_rates(work, [RATE])
        expected = expected_of(work, [under])[under]
        assert expected.allowed == Money(12000)
        assert unchecked(work) == [identity]
        assert compare(work, practice.vault, identity, TOLERANCE) is None
        assert unchecked(work) == []
        compare(work, practice.vault, identity, TOLERANCE)
        page = list_underpayments(work, states=[UnderpaymentState.OPEN])
        [found] = page.underpayments
        assert (found.claim_id, found.allowed, found.expected) == (under, Money(10000), Money(12000))
        assert (page.count, page.missing) == (1, Money(2000))
        decide_underpayments(work, [found.id], UnderpaymentState.DISPUTED, "letter sent", "user:x")
        with pytest.raises(ChartlineError):
            decide_underpayments(work, [new_id()], UnderpaymentState.ACCEPTED, "x", "user:x")
        save_practice(work, PRACTICE)
        [letter] = letter_of(work, read_underpayments(work, [found.id]))
        assert (letter.missing, "$20.00 is missing" in " ".join(letter.paragraphs)) == (Money(2000), True)
    again = settle(practice, remittance(reversed_claim(first), trace="EFT2"), "41002")
    with practice.work() as work:
        compare(work, practice.vault, again, TOLERANCE)
        [found] = read_underpayments(work, [found.id])
        assert found.state is UnderpaymentState.WITHDRAWN
