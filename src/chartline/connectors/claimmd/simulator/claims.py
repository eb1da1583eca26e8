"""Claims in, their status out: upload/, uploadlist/, response/ (sheet 5.1 to 5.5, 15.7 to 15.10).

A file is always taken when a claim can be read from it; each claim gets its own A or R. Refuses files without a
claim and files with more than 2000.
"""

from __future__ import annotations

from datetime import datetime

from chartline.connectors.claimmd.simulator.checks import check_claim
from chartline.connectors.claimmd.simulator.claim_row import claim_row
from chartline.connectors.claimmd.simulator.envelope import Node, Number, error
from chartline.connectors.claimmd.simulator.intake import Unreadable, read_claims
from chartline.connectors.claimmd.simulator.intake_other import DENTAL
from chartline.connectors.claimmd.simulator.lifecycle import Lifecycle
from chartline.connectors.claimmd.simulator.service import Call, Reply, amount, malformed, missing, whole
from chartline.connectors.claimmd.simulator.stamps import dashed_day, local_day
from chartline.connectors.claimmd.simulator.state import Claim, Message, Row, Upload, World

MOST_CLAIMS = 2000
UPLOADS_A_PAGE = 100
FIRST_FILE, FIRST_BATCH, FIRST_CLAIM = 9001, 3001, 700100200
NO_CLAIMS, TOO_MANY = "30", "31"
AGAIN = ("7", "8")
LIVE = ("acknowledged", "accepted", "reversing", "decided")


class Claims:
    """The claim services over the kept world."""

    def __init__(self, world: World, lifecycle: Lifecycle) -> None:
        self._world, self._lifecycle = world, lifecycle

    def upload(self, call: Call) -> Reply:
        """Take a claim file: file-level text and one row for each claim."""
        file = call.form.files.get("File")
        if file is None:
            return missing("File")
        try:
            claims = read_claims(file.body)
        except Unreadable:
            claims = []
        if not call.account.options.takes_dental and any(claim.form == DENTAL for claim in claims):
            claims = []
        if not claims:
            return Reply(error(NO_CLAIMS, "0 claims detected in file"))
        if len(claims) > MOST_CLAIMS:
            return Reply(error(TOO_MANY, f"More than {MOST_CLAIMS} claims in file"))
        name = call.form.text("Filename") or file.name
        fileid, batch = self._world.next_id("fileid", FIRST_FILE), self._world.next_id("batchid", FIRST_BATCH)
        plural = "" if len(claims) == 1 else "s"
        root = Node("result", {"messages": f"Received {len(claims)} claim{plural} in file: {name}"})
        for claim in claims:
            claim.id = self._world.next_id("claimid", FIRST_CLAIM)
            claim.account, claim.received = call.account.acct_number, call.now
            claim.file, claim.batch, claim.filename = fileid, batch, name
            row = self._lifecycle.acknowledge(claim, self._check(claim, call), call.now)
            root.children.append(claim_row(claim, row, feed=False))
        total = sum(claim.total or 0 for claim in claims)
        upload = Upload(
            id=fileid,
            account=call.account.acct_number,
            filename=name,
            count=len(claims),
            amount=total,
            at=call.now,
        )
        self._world.uploads.put(fileid, upload)
        self._world.count(call.account.acct_number, "uploads")
        self._world.count(call.account.acct_number, "claims_received", len(claims))
        return Reply(root)

    def _check(self, claim: Claim, call: Call) -> list[Message]:
        payer = self._world.payers.get(claim.payerid)
        messages = check_claim(claim, payer, local_day(call.now))
        if call.account.options.refuse_duplicates and self._repeats(claim):
            self._world.count(claim.account, "duplicates_refused")
            messages.append(
                Message(status="R", mesgid="DUP1", message="Claim was already received", fields="remote_claimid")
            )
        rule = self._lifecycle.refusal(claim)
        if rule is not None:
            messages.append(Message(status="R", mesgid=rule.mesgid, message=rule.message, fields=rule.fields))
        return messages

    def _repeats(self, claim: Claim) -> bool:
        if not claim.remote_claimid or claim.frequency in AGAIN:
            return False
        earlier = self._world.claims_sent_as(claim.account, claim.remote_claimid)
        return any(each.stage in LIVE for each in earlier)

    def uploadlist(self, call: Call) -> Reply:
        """Uploaded files, newest first, 100 a page; of one local day when UploadDate (yyyy-mm-dd) is given."""
        text = call.form.text("UploadDate")
        day = dashed_day(text)
        if text and day is None:
            return malformed("UploadDate")
        page = whole(call.form.text("Page") or "1")
        if not page:
            return malformed("Page")
        mine = [each for each in self._world.uploads if each.account == call.account.acct_number]
        shown = [each for each in reversed(mine) if day is None or local_day(each.at) == day]
        first = (page - 1) * UPLOADS_A_PAGE
        return Reply(Node("result", {}, [_file(each) for each in shown[first : first + UPLOADS_A_PAGE]]))

    def response(self, call: Call) -> Reply:
        """Rows newer than the cursor, oldest first. A ClaimID filter changes nothing that is kept here."""
        options = call.account.options
        if not call.form.text("ResponseID"):
            return missing("ResponseID")
        cursor = whole(call.form.text("ResponseID"))
        if cursor is None:
            return malformed("ResponseID")
        only = call.form.text("ClaimID")
        rows = [row for row in self._rows(call.account.acct_number, cursor) if only in ("", row.claim)]
        rows = rows[: options.response_page]
        root = Node("result")
        if rows:
            root.attributes["last_responseid"] = Number(rows[-1].position)
        elif options.empty_poll != "absent":
            root.attributes["last_responseid"] = Number(cursor if options.empty_poll == "repeat" else 0)
        root.children = [claim_row(self._world.claims[row.claim], row, feed=True) for row in rows]
        return Reply(root)

    def _rows(self, account: str, cursor: int) -> list[Row]:
        return self._world.rows_after(account, cursor)


def _file(upload: Upload) -> Node:
    return Node(
        "file",
        {
            "inboundid": Number(upload.id),
            "filename": upload.filename,
            "file_type": "claim",
            "file_count": Number(upload.count),
            "file_amount": Number(amount(upload.amount)),
            "uploadtime": Number(_epoch(upload.at)),
        },
    )


def _epoch(at: datetime) -> int:
    return int(at.timestamp())
