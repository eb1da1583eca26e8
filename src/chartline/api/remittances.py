"""Remittances: what a payer paid, what it will do to the ledger, and letting a held one go."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Router
from litestar.params import Parameter

from chartline.api.caller import BILLING, BILLING_CHANGES, Calling
from chartline.api.problems import id_cursor
from chartline.api.routes import Amount, Cursor, Done, Limit, act, read, stated
from chartline.domains.remits import (
    RemittanceState,
    list_remittances,
    match_by_hand,
    plan,
    read_remittance,
)
from chartline.flows import remittances as flow
from chartline.flows.publishing import queue_publishing
from chartline.platform.audit import Target


class FoundFault(msgspec.Struct, kw_only=True):
    """Why a remittance is held: sums that disagree, with what was expected and found."""

    code: str
    place: str
    say: str
    do: str
    expected: str
    found: str


class RemittanceBody(msgspec.Struct, kw_only=True):
    """One payment; a negative amount goes from the practice to the payer."""

    id: str
    payer_id: str
    payer_name: str
    trace: str
    amount: Amount
    method: str
    paid_on: date
    state: str
    claims: int
    findings: list[FoundFault]
    received: datetime
    posted: datetime | None


class RemittanceListBody(msgspec.Struct):
    """Remittances, newest received first, and the cursor of the next page."""

    remittances: list[RemittanceBody]
    next: str | None


class PlanLineBody(msgspec.Struct, kw_only=True):
    """One amount in words; ``account`` is empty for what stays open."""

    account: str
    amount: Amount
    code: str
    words: str


class PlanClaimBody(msgspec.Struct, kw_only=True):
    """What happens to one claim: lines that are posted, and what the payer refused."""

    place: int
    claim_id: str | None
    match_reason: str
    state: str
    status: str
    reversal: bool
    charged: Amount
    paid: Amount
    patient: Amount
    adjusted: Amount
    denied: Amount
    lines: list[PlanLineBody]
    open: list[PlanLineBody]


class PlanCheckBody(msgspec.Struct, kw_only=True):
    """One sum that must agree."""

    name: str
    say: str
    expected: Amount
    found: Amount
    ok: bool


class RemittanceDetail(msgspec.Struct, kw_only=True):
    """A remittance with its posting plan: every cent, and the checks that must hold."""

    remittance: RemittanceBody
    plan: list[PlanClaimBody]
    provider: list[PlanLineBody]
    difference: Amount
    checks: list[PlanCheckBody]
    sound: bool


class MatchBody(msgspec.Struct, forbid_unknown_fields=True):
    """Which part of the remittance belongs to which claim of ours."""

    place: Annotated[int, msgspec.Meta(ge=1, le=100_000)]
    claim_id: UUID


@read("/", summary="List remittances")
def list_remittance_bodies(
    caller: Calling,
    standing: Annotated[RemittanceState | None, Parameter(query="state")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> RemittanceListBody:
    """Remittances, newest received first."""
    caller.require(BILLING)
    states = (standing,) if standing else ()
    with caller.read() as work:
        page = list_remittances(work, states=states, cursor=id_cursor(cursor) or None, limit=limit)
    return RemittanceListBody([stated(one, RemittanceBody) for one in page.remittances], page.next)


@read("/{remittance_id:uuid}", summary="Read a remittance and its posting plan")
def read_remittance_body(caller: Calling, remittance_id: UUID) -> RemittanceDetail:
    """A remittance with what it did, or will do, to the ledger."""
    identity = str(remittance_id)
    with caller.showing("api.remittance.read", Target("remittance", identity), BILLING) as work:
        row, parts = read_remittance(work, identity)
        made = plan(work, caller.services.vault, identity)
    by_place = {one.place: one for one in parts}
    return RemittanceDetail(
        remittance=stated(row, RemittanceBody),
        plan=[
            PlanClaimBody(
                place=one.place,
                claim_id=one.claim_id,
                match_reason=by_place[one.place].match_reason,
                state=by_place[one.place].state.value,
                status=one.status,
                reversal=one.reversal,
                charged=stated(one.charged, Amount),
                paid=stated(one.split.paid, Amount),
                patient=stated(one.split.patient, Amount),
                adjusted=stated(one.split.adjusted, Amount),
                denied=stated(one.split.denied, Amount),
                lines=[stated(line, PlanLineBody) for line in one.split.lines],
                open=[stated(line, PlanLineBody) for line in one.split.open],
            )
            for one in made.claims
        ],
        provider=[stated(line, PlanLineBody) for line in made.provider],
        difference=stated(made.difference, Amount),
        checks=[stated(one, PlanCheckBody) for one in made.checks],
        sound=made.sound,
    )


@act("/{remittance_id:uuid}/release", summary="Let a held remittance go, and post it")
def release_remittance(caller: Calling, remittance_id: UUID) -> Done:
    """A person says that the money really arrived although the sums disagree; the difference waits as unapplied."""
    caller.require(BILLING_CHANGES)
    identity = str(remittance_id)
    flow.release_remittance(caller.ground, caller.organisation, identity, caller.actor)
    with caller.work() as work:
        caller.record(work, "remittance.release", Target("remittance", identity))
    return Done()


@act("/{remittance_id:uuid}/match", summary="Say whose claim a part is")
def match_part(caller: Calling, remittance_id: UUID, data: MatchBody) -> Done:
    """Matches a part by hand; when the remittance is posted its money moves to the claim at once."""
    caller.require(BILLING_CHANGES)
    identity, services = str(remittance_id), caller.services
    with caller.work() as work:
        match_by_hand(work, services.vault, services.records, identity, data.place, str(data.claim_id), caller.actor)
        queue_publishing(caller.ground, work)
        caller.record(work, "remittance.match", Target("remittance", identity), place=str(data.place))
    return Done()


router = Router(
    path="/remittances",
    tags=["money"],
    route_handlers=[list_remittance_bodies, read_remittance_body, release_remittance, match_part],
)
