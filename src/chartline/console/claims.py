"""Claims: the list with its filters, one claim with everything that happened to it, and correcting it."""

from __future__ import annotations

import csv
import io
from typing import Annotated
from uuid import UUID

from litestar import Response, get, post
from litestar.params import Parameter
from litestar.response import Redirect

from chartline.console.forms import Form, typed
from chartline.console.people import names_of
from chartline.console.visitor import BILLING, BILLING_CHANGES, Visiting, Visitor
from chartline.domains.claims import (
    Claim,
    ClaimFilter,
    Word,
    claim_lines,
    count_by_word,
    findings_of,
    history,
    list_claims,
    read_claim,
)
from chartline.domains.ledger import claim_balances
from chartline.flows import front_desk
from chartline.kernel.sealed import Purpose, Sealed
from chartline.platform.audit import Target

PAGE = 50
MOST_ROWS = 20_000
"""A download ends here."""

Number = Annotated[str, Parameter(max_length=20)]
WordFilter = Annotated[str, Parameter(max_length=20)]


@get("/claims", sync_to_thread=True)
def claims_page(visitor: Visiting, word: WordFilter = "", number: Number = "", cursor: str | None = None) -> Response:
    """Claims, the newest service date first."""
    asked = _asked(word, number)
    with visitor.showing("console.claims", permissions=BILLING) as work:
        page = list_claims(work, asked, cursor or None, PAGE)
        counts = count_by_word(work)
        names = names_of(work, visitor.services.records, [one.patient_id for one in page.claims])
    return visitor.page(
        "claims.html",
        "claims",
        claims=page.claims,
        cursor=page.next,
        counts=counts,
        names=names,
        word=asked.word.value if asked.word else "",
        number=number,
    )


@get("/claims.csv", sync_to_thread=True)
def claims_file(visitor: Visiting, word: WordFilter = "", number: Number = "") -> Response:
    """The filtered claims as CSV, without patient values."""
    visitor.require(BILLING)
    lines = io.StringIO()
    writer = csv.writer(lines)
    heading = "number version service_date payer_id payer_name word charged paid adjusted patient denied open currency"
    writer.writerow(heading.split())
    cursor: str | None = None
    written = 0
    with visitor.read() as work:
        while written < MOST_ROWS:
            page = list_claims(work, _asked(word, number), cursor, 500)
            writer.writerows(_csv_row(one) for one in page.claims)
            written, cursor = written + len(page.claims), page.next
            if cursor is None:
                break
    with visitor.work() as work:
        visitor.record(work, "claims.download", count=str(written))
    headers = {"Content-Disposition": 'attachment; filename="claims.csv"'}
    return Response(lines.getvalue(), media_type="text/csv", headers=headers)


@get("/claims/{claim_id:uuid}", sync_to_thread=True)
def claim_page(visitor: Visiting, claim_id: UUID) -> Response:
    """One claim."""
    identity = str(claim_id)
    with visitor.showing("console.claim", Target("Claim", identity), BILLING) as work:
        claim = read_claim(work, identity)
        events = [
            {
                "event": one,
                "messages": [(each, each.text.reveal(Purpose.SHOW)) for each in one.messages],
            }
            for one in reversed(history(work, identity, visitor.services.vault))
        ]
        values = {
            "lines": claim_lines(work, identity),
            "findings": findings_of(work, identity),
            "accounts": claim_balances(work, [identity]).get(identity, {}),
            "name": names_of(work, visitor.services.records, [claim.patient_id]).get(claim.patient_id, "(no name)"),
        }
    return visitor.page("claim.html", "claims", claim=claim, events=events, people=_people(visitor), **values)


@post("/claims/{claim_id:uuid}/correct", sync_to_thread=True)
def correct_claim(visitor: Visiting, claim_id: UUID, data: Form) -> Redirect:
    """Begins a new version with another member id."""
    visitor.require(BILLING_CHANGES)
    identity = str(claim_id)
    member = Sealed(typed(data, "member_id", needed=True))
    front_desk.correct_claim(visitor.services.ground, visitor.organisation, visitor.actor, identity, member)
    return visitor.go(f"/claims/{identity}", "corrected")


def _asked(word: str, number: str) -> ClaimFilter:
    known = {one.value for one in Word}
    return ClaimFilter(word=Word(word) if word in known else None, number=number.strip().upper() or None)


def _csv_row(claim: Claim) -> list[str]:
    amounts = (claim.total, claim.paid, claim.adjusted, claim.patient_responsibility, claim.denied, claim.open)
    cells = [
        claim.number,
        str(claim.version),
        claim.service_date.isoformat(),
        claim.payer_id,
        claim.payer_name,
        claim.word.value,
        *(one.text() for one in amounts),
        claim.total.currency,
    ]
    # A text that begins like a formula would be run by a spreadsheet; amounts may begin with a minus.
    return [f"'{cell}" if cell[:1] in "=+@\t\r" else cell for cell in cells]


def _people(visitor: Visitor) -> dict[str, str]:
    """Names of the users who acted, by actor."""
    users = visitor.services.access.users(visitor.organisation)
    return {f"user:{one.id}": one.name for one in users}


PAGES = [claims_page, claims_file, claim_page, correct_claim]
