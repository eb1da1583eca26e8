"""Contracts, fee tables and fees: what is loaded, loading a file, and how patients' money is handled."""

from __future__ import annotations

import dataclasses
from typing import Annotated

from litestar import Response, get, post
from litestar.params import Parameter
from litestar.response import Redirect

from chartline.app.spreadsheet import Row, as_csv
from chartline.console.failures import BAD_FORM
from chartline.console.forms import Form, typed, typed_money, typed_number
from chartline.console.visitor import BILLING, BILLING_CHANGES, Visiting
from chartline.domains.payments import MoneySettings, read_money_settings, save_money_settings
from chartline.domains.payments.contract_files import CONTRACT_COLUMNS, FEE_TABLE_COLUMNS, read_fee_table, read_rates
from chartline.domains.payments.contracts import fee_tables, list_rates, load_fee_table, load_rates
from chartline.domains.practice.fees import list_fees, load_fees, read_fees
from chartline.kernel.money import Money

SHOWN = 200
MOST_ROWS = 50_000
FILES = {
    "contracts": ("Contracts of payers", CONTRACT_COLUMNS),
    "fee_table": ("A fee table", FEE_TABLE_COLUMNS),
    "fees": ("The practice's own fees", ("procedure", "amount", "begin", "end", "payer_id")),
}
"""What can be loaded, and the columns of each file."""
AMOUNTS = ("small_balance_under", "statement_minimum", "underpaid_tolerance")
DAYS = ("small_balance_days", "statement_days", "statement_due_days")
SWITCHES = ("small_balance_automatic", "statement_waits_for_insurance", "apply_credits")


@get("/contracts", sync_to_thread=True)
def contracts_page(visitor: Visiting, payer: Annotated[str, Parameter(max_length=40)] = "") -> Response:
    """What is loaded."""
    visitor.require(BILLING)
    with visitor.read() as work:
        rates, tables, fees = (
            list_rates(work, payer.strip(), limit=SHOWN),
            fee_tables(work),
            list_fees(work, limit=SHOWN),
        )
    return visitor.page(
        "contracts.html",
        "payments",
        rates=rates,
        tables=tables,
        fees=fees,
        files=FILES,
        payer=payer.strip(),
        shown=SHOWN,
    )


@get("/contracts.csv", sync_to_thread=True)
def contracts_file(visitor: Visiting) -> Response:
    """The contracts as they can be loaded again."""
    visitor.require(BILLING)
    with visitor.read() as work:
        rates = list_rates(work, limit=MOST_ROWS)
    rows: list[Row] = [
        {
            "payer_id": one.payer_id,
            "procedure": one.procedure,
            "modifier": one.modifier,
            "place": one.place,
            "begin": one.begin,
            "end": one.end,
            "amount": one.amount,
            "percent": "" if one.share is None else f"{one.share // 100}.{one.share % 100:02d}",
            "fee_table": one.fee_table,
        }
        for one in rates
    ]
    headers = {"Content-Disposition": 'attachment; filename="contracts.csv"'}
    return Response(as_csv(rows, CONTRACT_COLUMNS), media_type="text/csv", headers=headers)


@post("/contracts", sync_to_thread=True)
def load_file(visitor: Visiting, data: Form) -> Redirect:
    """Loads a file that was pasted; every line of it or none."""
    visitor.require(BILLING_CHANGES)
    what, text = typed(data, "what", needed=True), data.get("csv", "")
    if what not in FILES or not text.strip():
        raise BAD_FORM.error(field="csv" if what in FILES else "what")
    with visitor.work() as work:
        if what == "contracts":
            lines = load_rates(work, read_rates(text))
        elif what == "fee_table":
            lines = load_fee_table(work, typed(data, "name", needed=True)[:40], read_fee_table(text))
        else:
            lines = load_fees(work, read_fees(text))
        visitor.record(work, "fees.load", None, what=what, lines=str(lines))
    return visitor.go("/contracts", "file_loaded")


@get("/money-settings", sync_to_thread=True)
def settings_page(visitor: Visiting) -> Response:
    """How small balances, statements, underpayments and credits are handled."""
    visitor.require(BILLING)
    with visitor.read() as work:
        settings = read_money_settings(work)
    shown = {name: Money(getattr(settings, name)).text() for name in AMOUNTS}
    return visitor.page("money_settings.html", "payments", settings=dataclasses.asdict(settings), amounts=shown)


@post("/money-settings", sync_to_thread=True)
def change_settings(visitor: Visiting, data: Form) -> Redirect:
    """Stores all of them."""
    visitor.require(BILLING_CHANGES)
    values: dict[str, int] = {name: typed_number(data, name, 1) for name in DAYS}
    for name in AMOUNTS:
        amount = typed_money(data, name)
        if amount is None:
            raise BAD_FORM.error(field=name)
        values[name] = amount.minor
    automatic, waits, credits = (bool(typed(data, name)) for name in SWITCHES)
    settings = MoneySettings(
        small_balance_under=values["small_balance_under"],
        small_balance_days=values["small_balance_days"],
        small_balance_automatic=automatic,
        statement_minimum=values["statement_minimum"],
        statement_days=values["statement_days"],
        statement_waits_for_insurance=waits,
        statement_due_days=values["statement_due_days"],
        underpaid_tolerance=values["underpaid_tolerance"],
        apply_credits=credits,
    )
    with visitor.work() as work:
        save_money_settings(work, settings, visitor.actor)
        visitor.record(work, "money.settings")
    return visitor.go("/money-settings", "settings_saved")


PAGES = [contracts_page, contracts_file, load_file, settings_page, change_settings]
