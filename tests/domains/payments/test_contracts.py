"""Contracts: the most exact rate wins, files are read whole, and what a payer allowed is compared with them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from tests.domains.payments.world import Books

from chartline.domains.payments.contract_files import read_fee_table, read_rates
from chartline.domains.payments.contracts import (
    Rate,
    Service,
    TableFee,
    contracts_for,
    list_rates,
    load_fee_table,
    load_rates,
)
from chartline.domains.payments.underpayments import allowed_of
from chartline.domains.practice.fees import read_fees
from chartline.formats.x12.remittance import Adjustment, RemittanceLine
from chartline.kernel.errors import ChartlineError
from chartline.kernel.money import Money

YEAR, SUMMER, ON = date(2026, 1, 1), date(2026, 6, 1), date(2026, 3, 2)


def service(**changes: object) -> Service:
    values: dict[str, object] = {
        "payer_id": "00123",
        "procedure": "90837",
        "modifiers": (),
        "units": 1,
        "place": "11",
        "on": ON,
        "charged": Money(20000),
    }
    return Service(**{**values, **changes})  # type: ignore[arg-type]  # ty: ignore[invalid-argument-type]


def test_the_most_exact_rate_wins(books: Books) -> None:
    rates = [
        Rate("00123", "", YEAR, share=6000),
        Rate("00123", "90837", YEAR, amount=Money(11000)),
        Rate("00123", "90837", SUMMER, amount=Money(11500)),
        Rate("00123", "90837", YEAR, modifier="95", share=10500, fee_table="MPFS"),
        Rate("00123", "90837", YEAR, place="10", amount=Money(9000)),
        Rate("00999", "90837", YEAR, amount=Money(1)),
    ]
    fees = [TableFee("90837", YEAR, Money(10000)), TableFee("90837", SUMMER, Money(10200))]
    with books.work() as work:
        assert (load_rates(work, rates), load_rates(work, rates[:1])) == (6, 1)
        assert load_fee_table(work, "MPFS", fees) == 2
        known = contracts_for(work, {"00123"}, {"90837", "90834"})
        assert [one.payer_id for one in list_rates(work, after=("00123", "90837", "95", "", YEAR))] == ["00999"]
    for changes, cents in (
        ({}, 11000),
        ({"on": SUMMER}, 11500),
        ({"units": 2, "charged": Money(40000)}, 22000),
        ({"charged": Money(9900)}, 9900),
        ({"modifiers": ("95",)}, 10500),
        ({"modifiers": ("95",), "on": SUMMER}, 10710),
        ({"place": "10"}, 9000),
        ({"procedure": "90834"}, 12000),
    ):
        found = known.expected(service(**changes))
        assert found is not None and found.amount == Money(cents), changes
    assert known.expected(service(on=date(2025, 12, 31))) is None
    assert known.expected(service(payer_id="00999")) is None


@pytest.mark.parametrize(
    ("line", "column"),
    [
        (",90837,2026-01-01,1.00,,", "payer_id"),
        ("00123,9083,2026-01-01,1.00,,", "procedure"),
        ("00123,90837,,1.00,,", "begin"),
        ("00123,90837,2026-01-01,,,", "amount"),
        ("00123,90837,2026-01-01,1.00,50,", "amount"),
        ("00123,90837,2026-01-01,1.005,,", "amount"),
        ("00123,90837,2026-01-01,,0,", "percent"),
        ("00123,90837,2026-01-01,,12.345,", "percent"),
        ("00123,90837,2026-01-01,,NaN,", "percent"),
    ],
)
def test_a_line_that_cannot_be_a_rate_is_named(line: str, column: str) -> None:
    good = "00123,90837,2026-01-01,101.50,,"
    with pytest.raises(ChartlineError) as caught:
        read_rates(f"payer_id,procedure,begin,amount,percent,fee_table\n{good}\n{line}\n")
    assert caught.value.problem.fields == {"line": "3", "column": column}


def test_files_are_read_as_they_are_meant() -> None:
    [rate] = read_rates("payer_id,begin,percent,modifier\n00123,2026-01-01,112.5,hq\n")
    assert (rate.share, rate.modifier, rate.procedure) == (11250, "HQ", "")
    [fee] = read_fee_table("procedure,begin,amount\n90837,2026-01-01,120\n")
    assert fee == TableFee("90837", YEAR, Money(12000))


@pytest.mark.parametrize(
    ("paid", "adjustments", "stated", "allowed"),
    [
        (8000, (("CO", "45", 5000), ("PR", "3", 2000)), None, 10000),
        (8000, (("CO", "45", 5000), ("PR", "3", 2000)), 10100, 10100),
        (8000, (("CO", "45", 5000), ("PR", "1", 1000), ("PR", "2", 1000)), None, 10000),
        (9800, (("CO", "45", 5000), ("CO", "253", 200)), None, 10000),
        (0, (("CO", "45", 5000), ("PR", "1", 10000)), None, 10000),
        (0, (("CO", "29", 15000),), None, None),
        (8000, (("CO", "45", 5000), ("OA", "18", 2000)), None, None),
        (0, (("PR", "204", 15000),), None, None),
    ],
)
def test_what_was_allowed_is_what_was_paid_and_left_to_the_patient(
    paid: int, adjustments: tuple[tuple[str, str, int], ...], stated: int | None, allowed: int | None
) -> None:
    line = RemittanceLine(
        code="90837",
        charged=Money(15000),
        paid=Money(paid),
        units=Decimal(1),
        adjustments=tuple(Adjustment(group, reason, Money(cents)) for group, reason, cents in adjustments),
        allowed=None if stated is None else Money(stated),
    )
    assert allowed_of(line) == (None if allowed is None else Money(allowed))


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("P" * 140_000 + ",90837,2026-01-01,5", "length"),
        ("P\0,90837,2026-01-01,5", "payer_id"),
        (f"P,90837,2026-01-01,{'9' * 5000}", "amount"),
        ("P,90837,2026-01-01,99999999999999999999", "amount"),
    ],
)
def test_what_no_database_would_keep_is_refused_by_its_line(line: str, column: str) -> None:
    text = f"payer_id,procedure,begin,amount\n{line}"
    for read in (read_rates, read_fees):
        with pytest.raises(ChartlineError) as refused:
            read(text)
        assert refused.value.problem.fields == {"line": "2", "column": column}
