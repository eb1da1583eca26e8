"""The claim row that upload/ and response/ share (sheet 5.1)."""

from __future__ import annotations

from chartline.connectors.claimmd.simulator.envelope import Node, Number
from chartline.connectors.claimmd.simulator.service import amount
from chartline.connectors.claimmd.simulator.stamps import iso, local
from chartline.connectors.claimmd.simulator.state import Claim, Row


def claim_row(claim: Claim, row: Row, *, feed: bool) -> Node:
    """One ``<claim>``; ``response_time`` and ``responseid`` exist in the feed only."""
    node = Node(
        "claim",
        {
            "claimid": Number(claim.id),
            "claimmd_id": Number(claim.id),
            "batchid": Number(claim.batch),
            "fileid": Number(claim.file),
            "filename": claim.filename,
            "pcn": claim.pcn,
            "remote_claimid": claim.remote_claimid,
            "payerid": claim.payerid,
            "ins_number": claim.ins_number,
            "bill_npi": claim.bill_npi,
            "bill_taxid": claim.bill_taxid,
            "fdos": iso(claim.first_day),
            "total_charge": Number(amount(claim.total)) if claim.total is not None else "",
            "status": row.status,
            "sender_name": row.sender_name,
            "sender_icn": row.sender_icn,
            "senderid": row.senderid,
        },
    )
    if feed:
        node.attributes["response_time"] = local(row.at)
    for message in row.messages:
        attributes = {
            "status": message.status,
            "mesgid": message.mesgid,
            "message": message.message,
            "fields": message.fields,
        }
        if feed:
            attributes["responseid"] = Number(message.position)
        node.children.append(Node("messages", attributes))
    return node
