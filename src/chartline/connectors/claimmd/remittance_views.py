"""A remittance as a page to print, and as fields to compare the 835 with (vendor sheet 7.2, 7.3).

Neither is posted from: the 835 is the source of truth (trap 18). Refuses a page that is no PDF, and fields about
another remittance.
"""

from __future__ import annotations

import base64
import binascii
from typing import Final

from chartline.connect.clearing import OutlinedClaim, RemittanceOutline
from chartline.connectors.claimmd import problems
from chartline.connectors.claimmd.client import Client
from chartline.connectors.claimmd.era_rows import EraDataRow, PaidClaimRow
from chartline.connectors.claimmd.translate import iso_date
from chartline.connectors.claimmd.wire import Unreadable
from chartline.kernel.outcome import Later, Receipt, Refused
from chartline.kernel.sealed import Sealed

PDF: Final = b"%PDF-"


def page(client: Client, vendor_id: str, control_number: str) -> Receipt[Sealed[bytes]] | Later | Refused:
    """The PDF; ``data`` may come in one piece, in several, or in a list of one (trap 5)."""
    answer = client.era_pdf(vendor_id, control_number)
    if not isinstance(answer, Receipt):
        return answer
    record = answer.value.record
    holders = (record, *record.rows("era"), *record.rows("data"))
    text = next((joined for holder in holders if (joined := "".join(holder.joined("data").split()))), "")
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        content = b""
    if not content.startswith(PDF):
        return Refused(problems.UNREADABLE.problem(evidence=answer.exchange, service="erapdf", eraid=vendor_id))
    return Receipt(Sealed(content), answer.exchange)


def outline(client: Client, vendor_id: str) -> Receipt[RemittanceOutline] | Later | Refused:
    """The remittance's sums, claim by claim."""
    answer = client.era_data(vendor_id)
    if not isinstance(answer, Receipt):
        return answer
    record = answer.value.record
    holder = next(iter(record.rows("era")), record)
    unreadable = problems.UNREADABLE.problem(evidence=answer.exchange, service="eradata", eraid=vendor_id)
    try:
        row = EraDataRow.of(holder)
    except Unreadable:
        return Refused(unreadable)
    if row.era not in ("", vendor_id) or not (row.era or row.claims):
        return Refused(unreadable)
    return Receipt(
        RemittanceOutline(
            vendor_id=vendor_id,
            payer_id=row.payer,
            check_number=row.check_number,
            paid=row.paid,
            paid_date=iso_date(row.paid_date),
            claims=tuple(_claim(each) for each in row.claims),
        ),
        answer.exchange,
    )


def _claim(row: PaidClaimRow) -> OutlinedClaim:
    return OutlinedClaim(
        control_number=row.control_number,
        payer_number=row.payer_number,
        status=row.status,
        charged=row.charged,
        paid=row.paid,
        patient=row.patient,
        adjusted=row.adjusted,
        lines=len(row.charges),
    )
