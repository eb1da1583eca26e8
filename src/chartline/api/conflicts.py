"""Fields that both sides changed apart, and deciding them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar import Router
from litestar.params import Parameter

from chartline.api.caller import PEOPLE, Calling
from chartline.api.problems import id_cursor
from chartline.api.routes import Cursor, Done, Limit, act, read
from chartline.domains.sync.conflicts import Choice, ConflictState, StoredConflict, list_conflicts
from chartline.domains.sync.resolution import reopen, resolve
from chartline.kernel.sealed import Purpose, Sealed
from chartline.platform.access import Permission
from chartline.platform.audit import Target

DECIDERS = (Permission.PROVIDER_READ, Permission.SYNC)
"""Front desk and integration people."""


class ConflictBody(msgspec.Struct, kw_only=True):
    """One field with both values and what both sides last agreed on (null where they never did)."""

    id: str
    connection: str
    kind: str
    local_id: str
    field: str
    base: str | None
    ours: str
    theirs: str
    state: str
    opened: datetime
    closed: datetime | None
    closed_by: str | None
    choice: str | None


class ConflictPageBody(msgspec.Struct):
    """Conflicts, oldest first, and the cursor of the next page."""

    conflicts: list[ConflictBody]
    next: str | None


class ChoiceBody(msgspec.Struct, forbid_unknown_fields=True):
    """``value`` goes with the choice ``value`` only; ``reopen`` takes a decision back."""

    choice: Literal["ours", "theirs", "value", "reopen"]
    value: Annotated[str, msgspec.Meta(max_length=200)] | None = None


@read("/", summary="List conflicts")
def list_conflict_bodies(
    caller: Calling,
    standing: Annotated[ConflictState, Parameter(query="state")] = ConflictState.OPEN,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> ConflictPageBody:
    """Conflicts with both values; the look is audited."""
    with caller.showing("api.conflicts.read", permissions=PEOPLE) as work:
        page = list_conflicts(work, caller.services.vault, state=standing, cursor=id_cursor(cursor), limit=limit)
        return ConflictPageBody([_body(one) for one in page.conflicts], page.cursor or None)


@act("/{conflict_id:uuid}", summary="Decide a conflict")
def decide_conflict(caller: Calling, conflict_id: UUID, data: ChoiceBody) -> Done:
    """Makes one value the value of both sides, or takes such a decision back."""
    caller.require(DECIDERS)
    identity, services = str(conflict_id), caller.services
    with caller.work() as work:
        if data.choice == "reopen":
            reopen(work, services.records, services.vault, identity, caller.actor)
        else:
            value = Sealed(data.value) if data.value is not None else None
            resolve(work, services.records, services.vault, identity, Choice(data.choice), caller.actor, value)
        caller.record(work, "conflict.decide", Target("conflict", identity), choice=data.choice)
    return Done()


def _body(conflict: StoredConflict) -> ConflictBody:
    return ConflictBody(
        id=conflict.id,
        connection=conflict.connection,
        kind=conflict.kind.value,
        local_id=conflict.local_id,
        field=conflict.field,
        base=conflict.base.reveal(Purpose.SHOW),
        ours=conflict.ours.reveal(Purpose.SHOW),
        theirs=conflict.theirs.reveal(Purpose.SHOW),
        state=conflict.state.value,
        opened=conflict.opened,
        closed=conflict.closed,
        closed_by=conflict.closed_by,
        choice=conflict.choice.value if conflict.choice else None,
    )


router = Router(path="/sync/conflicts", tags=["sync"], route_handlers=[list_conflict_bodies, decide_conflict])
