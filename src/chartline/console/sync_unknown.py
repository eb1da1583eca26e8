"""Words of a vendor that we do not know: what they said, and what was kept here in its place.

The page shows values, so each look is audited. Refuses to guess: a person sees to the record, and closes the line.
"""

from __future__ import annotations

from uuid import UUID

from litestar import Response, get, post
from litestar.response import Redirect

from chartline.console.visitor import PEOPLE, SYNC_STARTS, Visiting
from chartline.domains.sync.fields import Kind
from chartline.domains.sync.quarantine import close_quarantined, list_quarantined
from chartline.kernel.sealed import Purpose
from chartline.platform.audit import Target

PAGE = 50
PLACES = {Kind.PATIENT: "/patients/", Kind.VISIT: "/visits/"}


@get("/sync/unknown", sync_to_thread=True)
def unknown_page(visitor: Visiting, cursor: UUID | None = None) -> Response:
    """Unknown values that nobody has seen to, oldest first; one line for each value."""
    with visitor.showing("console.unknown", permissions=PEOPLE) as work:
        found, after = list_quarantined(work, visitor.services.vault, cursor=str(cursor) if cursor else "", limit=PAGE)
        lines = [(one, one.value.reveal(Purpose.SHOW), one.taken.reveal(Purpose.SHOW)) for one in found]
        names = {one.id: one.name for one in visitor.services.connections.all(work)}
    return visitor.page(
        "sync_unknown.html",
        "sync",
        lines=lines,
        cursor=after,
        names=names,
        places=PLACES,
        may_close=visitor.may(SYNC_STARTS),
    )


@post("/sync/unknown/{unknown_id:uuid}", sync_to_thread=True)
def close_unknown(visitor: Visiting, unknown_id: UUID) -> Redirect:
    """Somebody has seen to it: the value leaves the list and is not listed anew."""
    visitor.require(SYNC_STARTS)
    identity = str(unknown_id)
    with visitor.work() as work:
        close_quarantined(work, identity, visitor.actor)
        visitor.record(work, "sync.unknown_close", Target("unknown", identity))
    return visitor.go("/sync/unknown", "seen_to")


PAGES = [unknown_page, close_unknown]
