"""Remittances: what payers paid, every cent in words and accounts, and the buttons for what waits."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from litestar import Response, get, post
from litestar.params import Parameter
from litestar.response import Redirect

from chartline.console.failures import BAD_FORM
from chartline.console.forms import Form, typed, typed_number
from chartline.console.visitor import BILLING, BILLING_CHANGES, Visiting
from chartline.console.words import label
from chartline.domains.claims import ClaimFilter, list_claims, read_claims
from chartline.domains.remits import (
    RemittanceState,
    count_desk,
    list_remittances,
    match_by_hand,
    plan,
    read_remittance,
    release,
    remittance_history,
)
from chartline.domains.remits import (
    post as post_remittance,
)
from chartline.platform.audit import Target

PAGE = 50


@get("/remittances", sync_to_thread=True)
def remittances_page(
    visitor: Visiting,
    standing: Annotated[str, Parameter(query="state", max_length=12)] = "",
    cursor: UUID | None = None,
) -> Response:
    """Remittances, newest received first."""
    visitor.require(BILLING)
    states = (RemittanceState(standing),) if standing in {one.value for one in RemittanceState} else ()
    with visitor.read() as work:
        page = list_remittances(work, states=states, cursor=str(cursor) if cursor else None, limit=PAGE)
        waiting = count_desk(work)
    return visitor.page(
        "remittances.html",
        "remittances",
        remittances=page.remittances,
        cursor=page.next,
        waiting=waiting,
        states=list(RemittanceState),
        standing=states[0].value if states else "",
    )


@get("/remittances/{remittance_id:uuid}", sync_to_thread=True)
def remittance_page(visitor: Visiting, remittance_id: UUID) -> Response:
    """One remittance with its plan."""
    identity = str(remittance_id)
    with visitor.showing("console.remittance", Target("remittance", identity), BILLING) as work:
        row, parts = read_remittance(work, identity)
        made = plan(work, visitor.services.vault, identity)
        claims = read_claims(work, {one.claim_id for one in parts if one.claim_id})
        events = remittance_history(work, identity)
    return visitor.page(
        "remittance.html",
        "remittances",
        remittance=row,
        parts={one.place: one for one in parts},
        plan=made,
        claims=claims,
        events=events,
        codes={one["seq"]: _codes(one["codes"]) for one in events},
    )


@post("/remittances/{remittance_id:uuid}/release", sync_to_thread=True)
def release_remittance(visitor: Visiting, remittance_id: UUID) -> Redirect:
    """Lets a held remittance go, and posts it."""
    visitor.require(BILLING_CHANGES)
    identity, services = str(remittance_id), visitor.services
    with visitor.work() as work:
        release(work, identity, visitor.actor)
        post_remittance(work, services.vault, services.records, identity, visitor.actor)
        visitor.record(work, "remittance.release", Target("remittance", identity))
    return visitor.go(f"/remittances/{identity}", "released")


@post("/remittances/{remittance_id:uuid}/post", sync_to_thread=True)
def post_now(visitor: Visiting, remittance_id: UUID) -> Redirect:
    """Posts a remittance that waits to be posted."""
    visitor.require(BILLING_CHANGES)
    identity, services = str(remittance_id), visitor.services
    with visitor.work() as work:
        post_remittance(work, services.vault, services.records, identity, visitor.actor)
        visitor.record(work, "remittance.post", Target("remittance", identity))
    return visitor.go(f"/remittances/{identity}", "posted")


@post("/remittances/{remittance_id:uuid}/match", sync_to_thread=True)
def match_part(visitor: Visiting, remittance_id: UUID, data: Form) -> Redirect:
    """Says whose claim a part is, by the claim's number."""
    visitor.require(BILLING_CHANGES)
    identity, services = str(remittance_id), visitor.services
    number, place = typed(data, "number", needed=True).upper(), typed_number(data, "place", 1)
    with visitor.work() as work:
        found = list_claims(work, ClaimFilter(number=number), limit=1).claims
        if not found:
            raise BAD_FORM.error(field="number")
        match_by_hand(work, services.vault, services.records, identity, place, found[0].id, visitor.actor)
        visitor.record(work, "remittance.match", Target("remittance", identity), place=str(place))
    return visitor.go(f"/remittances/{identity}", "matched")


def _codes(codes: dict[str, object]) -> str:
    """An event's codes in one line."""
    return ", ".join(f"{label(name)} {value}" for name, value in codes.items())


PAGES = [remittances_page, remittance_page, release_remittance, post_now, match_part]
