"""What administrators do: dead letters, the dry run, the session, and the address that the vendor calls."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar.params import Parameter

from chartline.api.caller import SYNC_ADMIN, SYNC_VIEW
from chartline.api.connections.bodies import problem_body
from chartline.api.connections.chosen import Choosing
from chartline.api.problems import id_cursor
from chartline.api.routes import Cursor, Done, Limit, ProblemBody, act, read
from chartline.domains.sync.fields import Kind
from chartline.domains.sync.letters import Discarded, LetterFilter, discard_letter, list_letters, retry_letters
from chartline.flows import sync_desk
from chartline.flows.sync_plan import plan
from chartline.kernel.sealed import Purpose
from chartline.platform.audit import Target

Code = Annotated[str | None, Parameter(max_length=80, description="Only letters with this problem code.")]


class LetterBody(msgspec.Struct, kw_only=True):
    """A change that the vendor did not take and that nobody tries again until a person says so."""

    kind: str
    id: str
    vendor_id: str | None
    since: datetime
    tried: datetime | None
    attempts: int
    code: str
    say: str
    do: str
    blame: str
    exchange_id: str | None


class LetterPageBody(msgspec.Struct):
    """Dead letters, oldest first, and the cursor of the next page."""

    letters: list[LetterBody]
    next: str | None


class RetryLetters(msgspec.Struct, forbid_unknown_fields=True):
    """Which letters; everything that is left out means all."""

    ids: Annotated[list[UUID], msgspec.Meta(max_length=500)] | None = None
    kind: Kind | None = None
    code: Annotated[str, msgspec.Meta(max_length=80)] | None = None


class Retried(msgspec.Struct):
    """How many are sent again with the next push."""

    retried: int


class DiscardBody(msgspec.Struct, forbid_unknown_fields=True):
    """Which letter, and why it is never sent."""

    kind: Kind
    id: UUID
    reason: Discarded


class PlannedBody(msgspec.Struct, kw_only=True):
    """One record that waits: what would be done, the names of the fields that would leave, the calls it takes."""

    kind: str
    id: str
    vendor_id: str | None
    operation: str
    fields: list[str]
    calls: int
    refused: ProblemBody | None


class CostBody(msgspec.Struct):
    """What the plan costs of one tier, and when its last call is expected to have got its slot."""

    tier: str
    calls: int
    done_at: datetime


class PlanBody(msgspec.Struct, kw_only=True):
    """What would be sent now, in order. Nothing is."""

    sends: int
    waiting: int
    done_at: datetime | None
    costs: list[CostBody]
    writes: list[PlannedBody]


class HookAddress(msgspec.Struct):
    """The path that the vendor shall call. It is shown once; a new one ends the one before."""

    path: str


@read("/sync/letters", summary="List dead letters")
def letters(
    chosen: Choosing, kind: Kind | None = None, code: Code = None, limit: Limit = 50, cursor: Cursor = None
) -> LetterPageBody:
    """What the vendor did not take, each with its reason and the next step."""
    _, _, connection = chosen.to_look(SYNC_VIEW)
    with chosen.caller.read() as work:
        wanted = LetterFilter(connection=connection, kind=kind, code=code)
        page = list_letters(work, wanted, id_cursor(cursor), limit)
    rows = [
        LetterBody(
            kind=one.kind.value,
            id=one.local_id,
            vendor_id=one.vendor_id,
            since=one.since,
            tried=one.at,
            attempts=one.attempts,
            code=one.code,
            say=one.say,
            do=one.do,
            blame=one.blame,
            exchange_id=one.exchange_id,
        )
        for one in page.letters
    ]
    return LetterPageBody(rows, page.cursor or None)


@act("/sync/letters/retry", summary="Send dead letters again")
def retry(chosen: Choosing, data: RetryLetters) -> Retried:
    """Lets one, some or all letters be sent with the next push, with all their tries."""
    _, _, connection, _ = chosen.to_change()
    ids = tuple(str(one) for one in data.ids) if data.ids is not None else None
    with chosen.caller.work() as work:
        wanted = LetterFilter(connection=connection, kind=data.kind, code=data.code, local_ids=ids)
        number = retry_letters(work, wanted)
        chosen.caller.record(work, "sync.letters_retry", Target("connection", connection), number=str(number))
    return Retried(number)


@act("/sync/letters/discard", summary="Never send a dead letter")
def discard(chosen: Choosing, data: DiscardBody) -> Done:
    """Drops one letter for a reason. The record here stays as it is."""
    _, _, connection, _ = chosen.to_change()
    identity = str(data.id)
    with chosen.caller.work() as work:
        discard_letter(work, connection, data.kind, identity, data.reason)
        target = Target(data.kind.value, identity)
        chosen.caller.record(work, "sync.letter_discard", target, reason=data.reason.value)
    return Done()


@read("/sync/plan", summary="What would be sent now")
def dry_run(chosen: Choosing) -> PlanBody:
    """Every change that waits, what it would cost, and when it would be done. Calls no vendor and changes nothing."""
    found = plan(*chosen.to_look(SYNC_VIEW))
    writes = [
        PlannedBody(
            kind=one.kind.value,
            id=one.local_id,
            vendor_id=one.vendor_id,
            operation=one.operation,
            fields=list(one.fields),
            calls=one.calls,
            refused=problem_body(one.refused) if one.refused else None,
        )
        for one in found.writes
    ]
    costs = [CostBody(one.tier, one.calls, one.done_at) for one in found.costs]
    return PlanBody(sends=found.sends, waiting=found.waiting, done_at=found.done_at, costs=costs, writes=writes)


@act("/admin/reset-token", summary="Sign in anew")
def reset_token(chosen: Choosing) -> Done:
    """Drops the kept session: the next call signs in again. Vendors allow about one sign-in a minute."""
    chosen.allow(SYNC_ADMIN)
    ground, organisation, connection, actor = chosen.to_change()
    sync_desk.reset_token(ground, organisation, connection, actor)
    return Done()


@act("/admin/hook-address", summary="Make the address that the vendor calls")
def make_hook_address(chosen: Choosing) -> HookAddress:
    """Makes a new address with an unguessable end; the one before stops to work."""
    chosen.allow(SYNC_ADMIN)
    ground, organisation, connection, actor = chosen.to_change()
    token = sync_desk.make_hook_address(ground, organisation, connection, actor)
    return HookAddress(f"/hooks/{token.reveal(Purpose.SHOW)}")


@act("/admin/hook-address/end", summary="End the address that the vendor calls")
def end_hook_address(chosen: Choosing) -> Done:
    """The address stops to work at once."""
    chosen.allow(SYNC_ADMIN)
    ground, organisation, connection, actor = chosen.to_change()
    return Done(sync_desk.end_hook_address(ground, organisation, connection, actor))


HANDLERS = [letters, retry, discard, dry_run, reset_token, make_hook_address, end_hook_address]
