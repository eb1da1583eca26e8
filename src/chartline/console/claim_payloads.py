"""One claim as each connected clearinghouse would be sent it, side by side.

Looking is audited; the patient's own values are shown on a click. Refuses nothing that a biller may see.
"""

from __future__ import annotations

from uuid import UUID

from litestar import Response, get, post

from chartline.console.visitor import BILLING, Visiting
from chartline.domains.claims import read_claim
from chartline.flows.payloads import payloads
from chartline.platform.audit import Target


@get("/claims/{claim_id:uuid}/payloads", sync_to_thread=True)
def payloads_page(visitor: Visiting, claim_id: UUID) -> Response:
    """The columns, with people, numbers and days replaced."""
    return _page(visitor, claim_id, values=False)


@post("/claims/{claim_id:uuid}/payloads", sync_to_thread=True, status_code=200)
def open_payloads(visitor: Visiting, claim_id: UUID) -> Response:
    """The columns with the patient's own values."""
    return _page(visitor, claim_id, values=True)


def _page(visitor: Visiting, claim_id: UUID, *, values: bool) -> Response:
    identity = str(claim_id)
    action = "console.claim.payloads.values" if values else "console.claim.payloads"
    with visitor.showing(action, Target("Claim", identity), BILLING) as work:
        claim = read_claim(work, identity)
        columns = payloads(visitor.services.ground, work, identity, values=values)
    return visitor.page("claim_payloads.html", "claims", claim=claim, columns=columns, values=values)


PAGES = [payloads_page, open_payloads]
