"""The feeds: claim acknowledgements (277CA) and remittances (835), a file at a time, by cursor.

The rule has no cursor. We assume, and say so in ``about.toml``, that a fetch names in PayloadID the last file we have,
and that the next one behind it comes; a fetch that names the zero id begins at the oldest file that is kept. So a file
is fetched again until its rows are stored together with the cursor, and nothing is ever deleted by us (trap 7). A
remittance's vendor id is its file's place: the file before it, and its own PayloadID.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from chartline.connect.facts import ClaimReport, Page, RemittanceNotice, ReportMessage
from chartline.connectors.core import messages, problems
from chartline.connectors.core.client import Client
from chartline.connectors.core.options import Account
from chartline.formats.x12.acknowledgement import ClaimAcknowledgement, ClaimAnswer, read_277ca
from chartline.formats.x12.remittance import Remittance, read_835
from chartline.kernel.errors import ChartlineError
from chartline.kernel.outcome import Later, Receipt, Refused
from chartline.kernel.sealed import Purpose, Sealed

REPORTS: Final = "277ca"
REMITTANCES: Final = "835"
BEGINNING: Final = "00000000-0000-0000-0000-000000000000"
_ID: Final = re.compile(r"[0-9A-Za-z-]{1,39}")
"""Two of them make the id of a remittance, which has 80 places."""


def reports(client: Client, account: Account, cursor: str) -> Receipt[Page[ClaimReport]] | Later | Refused:
    """The reports of the next file behind the cursor."""
    if cursor and not _ID.fullmatch(cursor):
        return Refused(problems.BAD_CURSOR.problem(operation=REPORTS))
    fetched = client.fetch(REPORTS, account.type_277ca_results, cursor or BEGINNING)
    if not isinstance(fetched, Receipt):
        return fetched
    if fetched.value is None:
        nothing: tuple[ClaimReport, ...] = ()
        return Receipt(Page(nothing, cursor), fetched.exchange)
    try:
        told = read_277ca(fetched.value.payload.reveal(Purpose.EXCHANGE))
    except ChartlineError:
        return Refused(problems.UNREADABLE.problem(evidence=fetched.exchange, operation=REPORTS))
    if not _ID.fullmatch(fetched.value.payload_id):
        return Refused(problems.UNREADABLE.problem(evidence=fetched.exchange, operation=REPORTS))
    rows = tuple(_report(one, claim) for one in told for claim in one.claims)
    return Receipt(Page(rows, fetched.value.payload_id, more=True), fetched.exchange)


def _report(told: ClaimAcknowledgement, claim: ClaimAnswer) -> ClaimReport:
    """What is said of one claim; A1 and A2 of a clearinghouse are not the payer's (trap 2)."""
    return ClaimReport(
        reference=claim.intermediary_reference,
        control_number=claim.reference,
        vendor_id="",
        status="A" if claim.is_accepted else "R",
        sender=told.source.name.last,
        payer_number=claim.payer_control_number,
        messages=tuple(_messages(claim)),
        at=told.processed.isoformat(),
        from_payer=told.source.role == "PR",
    )


def _messages(claim: ClaimAnswer) -> Iterator[ReportMessage]:
    decisions = [*claim.decisions, *(one for line in claim.lines for one in line.decisions)]
    for decision in decisions:
        for status in decision.statuses:
            yield ReportMessage("A" if decision.is_accepted else "R", status.text, decision.text)


def remittances(client: Client, cursor: str) -> Receipt[Page[RemittanceNotice]] | Later | Refused:
    """The remittances of the next file behind the cursor."""
    if cursor and not _ID.fullmatch(cursor):
        return Refused(problems.BAD_CURSOR.problem(operation=REMITTANCES))
    before = cursor or BEGINNING
    fetched = client.fetch(REMITTANCES, messages.REMITTANCES, before)
    if not isinstance(fetched, Receipt):
        return fetched
    if fetched.value is None:
        nothing: tuple[RemittanceNotice, ...] = ()
        return Receipt(Page(nothing, cursor), fetched.exchange)
    own = fetched.value.payload_id
    try:
        found = read_835(fetched.value.payload.reveal(Purpose.EXCHANGE))
    except ChartlineError:
        found = []
    if not found or not _ID.fullmatch(own):
        return Refused(problems.UNREADABLE.problem(evidence=fetched.exchange, operation=REMITTANCES))
    return Receipt(Page((_notice(found, f"{before}/{own}"),), own, more=True), fetched.exchange)


def _notice(found: list[Remittance], place: str) -> RemittanceNotice:
    """One file is one notice; the checks in it are told apart when it is read."""
    first = found[0]
    total = first.amount
    for one in found[1:]:
        total += one.amount
    return RemittanceNotice(
        vendor_id=place,
        payer_id=first.payer_id,
        payer_name=first.payer_name,
        check_number=first.trace,
        paid=total,
        paid_date=first.paid_on.isoformat(),
    )


def remittance(client: Client, vendor_id: str) -> Receipt[Sealed[bytes]] | Later | Refused:
    """The raw 835 file of a place. Refused when another file stands there now."""
    before, _, own = vendor_id.partition("/")
    if not _ID.fullmatch(before) or not _ID.fullmatch(own):
        return Refused(problems.BAD_CURSOR.problem(operation=REMITTANCES))
    fetched = client.fetch(REMITTANCES, messages.REMITTANCES, before)
    if not isinstance(fetched, Receipt):
        return fetched
    if fetched.value is None or fetched.value.payload_id != own:
        return Refused(problems.NO_FILE.problem(evidence=fetched.exchange))
    return Receipt(fetched.value.payload, fetched.exchange)
