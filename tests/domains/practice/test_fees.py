from __future__ import annotations

from datetime import date

import pytest
from tests.domains.practice_world import World

from chartline.domains.practice.fees import Fee, fee_for, fees_for, load_fees, read_fees
from chartline.kernel.errors import ChartlineError
from chartline.kernel.money import Money

ON = date(2026, 3, 2)
YEAR = date(2026, 1, 1)


def test_the_payers_own_price_comes_first_and_a_later_begin_wins(world: World) -> None:
    fees = [
        Fee("90837", Money(17000), date(2025, 1, 1)),
        Fee("90837", Money(18000), YEAR),
        Fee("90837", Money(19000), date(2026, 4, 1)),
        Fee("90837", Money(15000), date(2025, 6, 1), date(2026, 3, 31), "00999"),
        Fee("90791", Money(25000), date(2024, 1, 1), date(2025, 12, 31)),
    ]
    with world.work() as work:
        assert load_fees(work, fees) == 5
        assert load_fees(work, fees) == 5
        assert Money(18000) == fee_for(work, "90837", "00998", ON)
        assert Money(15000) == fee_for(work, "90837", "00999", ON)
        assert Money(19000) == fee_for(work, "90837", "00999", date(2026, 4, 2))
        with pytest.raises(ChartlineError, match=r"practice\.no_fee"):
            fee_for(work, "90791", "", ON)
        with world.counted() as statements:
            assert {"90837": Money(15000)} == fees_for(work, ["90837", "90791", "90834"], "00999", ON)
        assert len(statements) == 1


def test_a_schedule_is_read_from_csv() -> None:
    text = "procedure,amount,begin,end,payer_id\n90837,180.00,2026-01-01,,\n 90834 ,150,2026-01-01,2026-12-31,00999\n"
    assert [
        Fee("90837", Money(18000), YEAR),
        Fee("90834", Money(15000), YEAR, date(2026, 12, 31), "00999"),
    ] == read_fees(text)


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("9083,1,2026-01-01", "procedure"),
        ("90837,1.005,2026-01-01", "amount"),
        ("90837,-1,2026-01-01", "amount"),
        ("90837,1,01/01/2026", "begin"),
        ("90837,1", "begin"),
        ("90837,1,2026-01-01,2025-01-01", "end"),
    ],
)
def test_a_line_that_cannot_be_read_is_named_and_nothing_is_loaded(row: str, column: str) -> None:
    with pytest.raises(ChartlineError) as caught:
        read_fees(f"procedure,amount,begin,end\n90834,1,2026-01-01\n{row}\n")
    assert {"line": "3", "column": column} == caught.value.problem.fields
