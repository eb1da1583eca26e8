"""Conflicts: both values, what was agreed before, and the choice."""

from __future__ import annotations

from uuid import UUID

from litestar import Response, get, post
from litestar.response import Redirect

from chartline.console.failures import BAD_FORM
from chartline.console.forms import Form, typed
from chartline.console.visitor import PEOPLE, Visiting
from chartline.domains.sync.conflicts import Choice, ConflictState, list_conflicts
from chartline.domains.sync.fields import Kind
from chartline.domains.sync.resolution import reopen, resolve
from chartline.kernel.sealed import Purpose, Sealed
from chartline.platform.access import Permission
from chartline.platform.audit import Target

DECIDERS = (Permission.PROVIDER_READ, Permission.SYNC)
PAGE = 50
_PLACES = {Kind.PATIENT: "/patients/", Kind.VISIT: "/visits/"}


@get("/conflicts", sync_to_thread=True)
def conflicts_page(visitor: Visiting, decided: bool = False, cursor: UUID | None = None) -> Response:
    """Open conflicts, or the decided ones."""
    state = ConflictState.RESOLVED if decided else ConflictState.OPEN
    vault = visitor.services.vault
    with visitor.showing("console.conflicts", permissions=PEOPLE) as work:
        page = list_conflicts(work, vault, state=state, cursor=str(cursor) if cursor else "", limit=PAGE)
        shown = [
            {
                "conflict": one,
                "base": one.base.reveal(Purpose.SHOW),
                "ours": one.ours.reveal(Purpose.SHOW),
                "theirs": one.theirs.reveal(Purpose.SHOW),
                "place": _PLACES.get(one.kind),
            }
            for one in page.conflicts
        ]
        names = {one.id: one.name for one in visitor.services.connections.all(work)}
    return visitor.page(
        "conflicts.html",
        "conflicts",
        conflicts=shown,
        cursor=page.cursor,
        names=names,
        decided=decided,
        may_decide=visitor.may(DECIDERS),
    )


@post("/conflicts/{conflict_id:uuid}", sync_to_thread=True)
def decide_conflict(visitor: Visiting, conflict_id: UUID, data: Form) -> Redirect:
    """Decides a conflict, or takes a decision back."""
    visitor.require(DECIDERS)
    identity, services, choice = str(conflict_id), visitor.services, typed(data, "choice", needed=True)
    if choice not in {"reopen", *(one.value for one in Choice)}:
        raise BAD_FORM.error(field="choice")
    with visitor.work() as work:
        if choice == "reopen":
            reopen(work, services.records, services.vault, identity, visitor.actor)
        else:
            value = Sealed(typed(data, "value")) if choice == Choice.VALUE else None
            resolve(work, services.records, services.vault, identity, Choice(choice), visitor.actor, value)
        visitor.record(work, "conflict.decide", Target("conflict", identity), choice=choice)
    return visitor.go("/conflicts", "decided" if choice != "reopen" else "reopened")


PAGES = [conflicts_page, decide_conflict]
