"""Remittances that wait at Claim.MD, and their raw 835 (vendor sheet 7). Seen before or not: the cursor decides.

``NewOnly`` is 0: the vendor's own memory of what was downloaded loses a remittance when we crash after the download
(trap 14). All pages are read before the cursor moves, because the order of the rows is not documented. Refuses data
that is not an 835 interchange; eradata is not used, as it loses segments (trap 18).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from chartline.connect.clearing import RemittanceSearch
from chartline.connect.facts import Page, RemittanceNotice
from chartline.connectors.claimmd import problems
from chartline.connectors.claimmd.client import Client
from chartline.connectors.claimmd.translate import american_date, notice_of
from chartline.connectors.claimmd.wire import EraRow, Unreadable, is_number
from chartline.kernel.outcome import Later, Receipt, Refused
from chartline.kernel.sealed import Sealed

REMITTANCES_PER_PAGE: Final = 100
"""Sheet 2."""

MOST_PAGES: Final = 200


def read(client: Client, cursor: str) -> Receipt[Page[RemittanceNotice]] | Later | Refused:
    """All remittances after the cursor, oldest first."""
    if cursor and not is_number(cursor):
        return Refused(problems.BAD_CURSOR.problem(service="eralist"))
    listed = _listed(client, {"ERAID": cursor} if cursor else {}, int(cursor or "0"))
    if not isinstance(listed, Receipt):
        return listed
    return Receipt(Page(listed.value, listed.value[-1].vendor_id if listed.value else cursor), listed.exchange)


def find(client: Client, search: RemittanceSearch) -> Receipt[tuple[RemittanceNotice, ...]] | Later | Refused:
    """Remittances that fit, oldest first. Refuses to search for nothing: that is what the feed is for."""
    given = {
        "CheckNumber": search.check_number,
        "CheckAmount": search.amount.text() if search.amount is not None else "",
        "CheckDate": american_date(search.paid_on) if search.paid_on else "",
        "ReceivedAfterDate": american_date(search.received_after) if search.received_after else "",
        "PayerID": search.payer_id,
        "NPI": search.npi,
        "TaxID": search.tax_id,
    }
    filters = {name: value for name, value in given.items() if value}
    if not filters:
        return Refused(problems.EMPTY_SEARCH.problem(service="eralist"))
    return _listed(client, filters, 0)


def _listed(
    client: Client, filters: Mapping[str, str], after: int
) -> Receipt[tuple[RemittanceNotice, ...]] | Later | Refused:
    rows: dict[str, EraRow] = {}
    exchange: str | None = None
    for page in range(1, MOST_PAGES + 1):
        answer = client.era_list(filters, page)
        if not isinstance(answer, Receipt):
            return answer
        exchange = answer.exchange
        if not all(is_number(row.era) for row in answer.value):
            return Refused(problems.UNREADABLE.problem(evidence=exchange, service="eralist"))
        before = len(rows)
        rows.update({row.era: row for row in answer.value})
        if len(rows) == before:
            if len(answer.value) >= REMITTANCES_PER_PAGE:
                # A full page again: the page number was not heeded, so the end is not in sight.
                return Refused(problems.INCOMPLETE.problem(evidence=exchange, service="eralist"))
            break
    else:
        return Refused(problems.INCOMPLETE.problem(evidence=exchange, service="eralist"))
    fresh = sorted((row for row in rows.values() if int(row.era) > after), key=lambda row: int(row.era))
    notices: list[RemittanceNotice] = []
    for row in fresh:
        try:
            notices.append(notice_of(row))
        except Unreadable:
            return Refused(problems.UNREADABLE.problem(evidence=exchange, service="eralist", eraid=row.era))
    return Receipt(tuple(notices), exchange)


def raw(client: Client, vendor_id: str) -> Receipt[Sealed[bytes]] | Later | Refused:
    """The 835 of one remittance, its pieces put together."""
    answer = client.era_835(vendor_id)
    if not isinstance(answer, Receipt):
        return answer
    record = answer.value.record
    holders = (record, *record.rows("era"), *record.rows("data"))
    data = next((joined for holder in holders if (joined := holder.joined("data").strip())), "")
    echoed = next((holder.text("eraid") for holder in holders if holder.text("eraid")), vendor_id)
    if not data.startswith("ISA") or echoed != vendor_id:
        return Refused(problems.UNREADABLE.problem(evidence=answer.exchange, service="era835", eraid=vendor_id))
    return Receipt(Sealed(data.encode("utf-8")), answer.exchange)
