"""The ledger: every account with its balance and its meaning, the proof, and the numbers of a span of days."""

from __future__ import annotations

from datetime import date, timedelta

from litestar import Response, get

from chartline.console.visitor import BILLING, Visiting
from chartline.domains.ledger import account, balances
from chartline.domains.reports import numbers, prove

SPAN = timedelta(days=30)


@get("/ledger", sync_to_thread=True)
def ledger_page(visitor: Visiting, begin: str = "", end: str = "") -> Response:
    """Balances, proof and numbers."""
    visitor.require(BILLING)
    with visitor.read() as work:
        last = _day(end) or visitor.today()
        first = _day(begin) or last - SPAN
        found = balances(work)
        values = {"numbers": numbers(work, first, last), "proof": prove(work)}
    return visitor.page(
        "ledger.html",
        "ledger",
        balances=[(account(name), amount) for name, amount in found.items()],
        begin=first,
        end=last,
        **values,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


PAGES = [ledger_page]
