"""The vendor's own lists: providers, facilities, procedure and diagnosis codes, and the rest."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from litestar.params import Parameter

from chartline.api.caller import SYNC_STATUS
from chartline.api.connections.chosen import Choosing
from chartline.api.routes import Cursor, read
from chartline.connect.facts import LookupKind
from chartline.flows import sync_desk
from chartline.kernel.errors import Again, Blame, ChartlineError, ErrorKind
from chartline.kernel.outcome import Later, Receipt, Refused

NO_LIST = ErrorKind(
    "api.no_such_list",
    Blame.PRACTICE,
    Again.NEVER,
    "There is no list of this name.",
    "Use one of the names in the fields.",
    status=404,
)
NO_BUDGET = ErrorKind(
    "api.no_budget_now",
    Blame.VENDOR,
    Again.AFTER,
    "The vendor's limit of calls is used up, so the list cannot be read just now.",
    "Ask again at the time in the fields.",
    status=503,
)

LISTS = {
    "providers": LookupKind.PROFILE,
    "rendering-providers": LookupKind.PROVIDER,
    "facilities": LookupKind.FACILITY,
    "carriers": LookupKind.CARRIER,
    "proc-codes": LookupKind.PROCEDURE,
    "diag-codes": LookupKind.DIAGNOSIS,
    "mod-codes": LookupKind.MODIFIER,
    "fin-classes": LookupKind.FINANCIAL_CLASS,
    "account-types": LookupKind.ACCOUNT_TYPE,
    "zip-codes": LookupKind.POSTAL_CODE,
}
"""The lists by their names in addresses. ``providers`` are the billing profiles that visits and charges name."""

Begins = Annotated[str, Parameter(query="q", max_length=60, description="What code or name begins with.")]


class LookupRowBody(msgspec.Struct, kw_only=True):
    """One row; ``more`` holds the vendor's further columns."""

    vendor_id: str
    code: str
    name: str
    more: dict[str, str]


class LookupPage(msgspec.Struct):
    """Rows of the vendor's list, and the cursor of the next page."""

    rows: list[LookupRowBody]
    next: str | None


@read("/lookup/{name:str}", summary="Read one of the vendor's lists")
def lookup(
    chosen: Choosing, name: Annotated[str, Parameter(max_length=40)], begins: Begins = "", cursor: Cursor = None
) -> LookupPage:
    """Rows whose code or name begins with ``q``. Kept for a while, so most readings cost no call."""
    ground, organisation, connection = chosen.to_look(SYNC_STATUS)
    if name not in LISTS:
        raise NO_LIST.error(lists=", ".join(LISTS))
    match sync_desk.lookup(ground, organisation, connection, LISTS[name], begins, cursor or ""):
        case Receipt(page):
            rows = [
                LookupRowBody(vendor_id=one.vendor_id, code=one.code, name=one.name, more=dict(one.more))
                for one in page.rows
            ]
            return LookupPage(rows, page.cursor if page.more else None)
        case Later(at):
            raise NO_BUDGET.error(at=_moment(at))
        case Refused(problem):
            raise ChartlineError(problem)


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


HANDLERS = [lookup]
