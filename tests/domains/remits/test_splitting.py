"""Every cent of a claim told apart."""

from __future__ import annotations

import pytest
from tests.domains.remittances import decided, reversed_claim

from chartline.domains.ledger.accounts import CONTRACTUAL, INSURANCE, OTHER_ADJUSTMENT, PATIENT, PAYER_CASH
from chartline.domains.remits import split_claim
from chartline.kernel.money import Money


def accounts(charged: int, paid: int, *codes: tuple[str, int], denied: bool = False) -> dict[str, int]:
    split = split_claim(decided("C000001", charged, paid, *codes), denied=denied)
    found: dict[str, int] = {}
    for line in split.lines:
        found[line.account] = found.get(line.account, 0) + line.amount.minor
    return found


def test_paid_in_full() -> None:
    assert accounts(15000, 15000) == {PAYER_CASH: 15000, INSURANCE: -15000}


def test_the_contract_and_the_patient_take_their_parts() -> None:
    assert accounts(15000, 9600, ("CO-45", 3000), ("PR-2", 2400)) == {
        PAYER_CASH: 9600,
        CONTRACTUAL: 3000,
        PATIENT: 2400,
        INSURANCE: -15000,
    }


def test_all_to_the_deductible_is_no_denial() -> None:
    assert accounts(15000, 0, ("CO-45", 3000), ("PR-1", 12000)) == {
        CONTRACTUAL: 3000,
        PATIENT: 12000,
        INSURANCE: -15000,
    }


def test_a_denial_writes_nothing_off() -> None:
    assert accounts(15000, 0, ("CO-197", 15000), denied=True) == {}
    assert accounts(15000, 0, ("CO-45", 3000), ("CO-197", 12000), denied=True) == {}
    assert accounts(15000, 0, ("CO-45", 15000), denied=True) == {}


def test_a_refused_line_on_a_decided_claim_stays_open_too() -> None:
    assert accounts(15000, 0, ("CO-45", 3000), ("CO-50", 12000)) == {}


def test_a_partly_refused_line_keeps_the_refused_part_open() -> None:
    split = split_claim(decided("C000001", 15000, 8000, ("CO-45", 3000), ("CO-151", 4000)), denied=False)
    assert (split.paid, split.adjusted, split.denied) == (Money(8000), Money(3000), Money(4000))
    assert [(line.code, line.account) for line in split.open] == [("CO-151", "")]


def test_the_sequester_is_an_adjustment_of_its_own() -> None:
    assert accounts(10000, 9800, ("CO-253", 200))[OTHER_ADJUSTMENT] == 200


def test_an_unknown_reason_stays_open() -> None:
    split = split_claim(decided("C000001", 15000, 8000, ("CO-999", 7000)), denied=False)
    assert split.denied == Money(7000)


def test_a_patient_share_that_is_no_share_stays_open_on_a_denial() -> None:
    assert accounts(15000, 0, ("PR-27", 15000), denied=True) == {}
    assert accounts(15000, 0, ("PR-96", 15000)) == {PATIENT: 15000, INSURANCE: -15000}


@pytest.mark.parametrize("denied", [False, True])
def test_a_reversal_mirrors_its_decision(denied: bool) -> None:
    for codes in ([("CO-45", 3000), ("PR-2", 2400)], [("CO-45", 3000), ("CO-50", 2400)], [("CO-197", 5400)]):
        plain = decided("C000001", 15000, 15000 - sum(amount for _, amount in codes), *codes)
        there, back = split_claim(plain, denied=denied), split_claim(reversed_claim(plain), denied=denied)
        assert [(line.account, -line.amount) for line in there.lines] == [
            (line.account, line.amount) for line in back.lines
        ]


def test_every_line_has_words() -> None:
    split = split_claim(decided("C000001", 15000, 9600, ("CO-45", 3000), ("PR-2", 2400)), denied=False)
    assert all(line.words for line in split.lines)
