"""Remittances: what payers paid, every cent in words and accounts, page by page, and the buttons for what waits."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.params import Body, Parameter
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
    one_click_waiting,
    plan_page,
    read_head,
    remittance_history,
    unmatch,
)
from chartline.domains.remits.plan import plan_end
from chartline.domains.remits.planning import plan_head
from chartline.domains.remits.remittance import claim_rows
from chartline.domains.remits.uploads import LARGEST, PIECE
from chartline.flows import remittances as flow
from chartline.flows.publishing import queue_publishing
from chartline.platform.audit import Target

PAGE = 50
CLAIMS = 25
"""Claims of a plan on one page."""
_ROW = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


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
        clicks = len(one_click_waiting(work)) if waiting["waiting"] else 0
    return visitor.page(
        "remittances.html",
        "remittances",
        remittances=page.remittances,
        cursor=page.next,
        waiting=waiting,
        clicks=clicks,
        states=list(RemittanceState),
        standing=states[0].value if states else "",
    )


@get("/remittances/{remittance_id:uuid}", sync_to_thread=True)
def remittance_page(
    visitor: Visiting,
    remittance_id: UUID,
    after: Annotated[int, Parameter(query="cursor", ge=0, le=1_000_000)] = 0,
) -> Response:
    """One remittance with a page of its plan."""
    identity = str(remittance_id)
    with visitor.showing("console.remittance", Target("remittance", identity), BILLING) as work:
        row = read_head(work, identity)
        parts = claim_rows(work, identity, after, CLAIMS)
        made = plan_page(work, visitor.services.vault, row, parts)
        end = plan_end(plan_head(work, visitor.services.vault, row), row.paid_total)
        claims = read_claims(work, {one.claim_id for one in parts if one.claim_id})
        events = remittance_history(work, identity)
    last = parts[-1].place if parts else row.claims
    return visitor.page(
        "remittance.html",
        "remittances",
        remittance=row,
        parts={one.place: one for one in parts},
        plan=made,
        end=end,
        claims=claims,
        first=after + 1,
        last=last,
        cursor=str(last) if last < row.claims else None,
        events=events,
        codes={one["seq"]: _codes(one["codes"]) for one in events},
    )


@post("/remittances/{remittance_id:uuid}/release", sync_to_thread=True)
def release_remittance(visitor: Visiting, remittance_id: UUID) -> Redirect:
    """Lets a held remittance go, and posts it."""
    return _do(visitor, remittance_id, "release", "released")


@post("/remittances/{remittance_id:uuid}/post", sync_to_thread=True)
def post_now(visitor: Visiting, remittance_id: UUID) -> Redirect:
    """Posts a remittance that waits to be posted."""
    return _do(visitor, remittance_id, "post", "posted")


@post("/remittances/{remittance_id:uuid}/undo", sync_to_thread=True)
def undo_now(visitor: Visiting, remittance_id: UUID) -> Redirect:
    """Takes the posting of a remittance back."""
    return _do(visitor, remittance_id, "undo", "undone")


@post("/remittances/post-waiting", sync_to_thread=True)
def post_waiting(visitor: Visiting) -> Redirect:
    """Posts all that one click may post."""
    visitor.require(BILLING_CHANGES)
    posted = flow.post_waiting(visitor.services.ground, visitor.organisation, visitor.actor)
    with visitor.work() as work:
        for one in posted:
            visitor.record(work, "remittance.post", Target("remittance", one))
    return visitor.go("/remittances", "posted")


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
        queue_publishing(services.ground, work)
        visitor.record(work, "remittance.match", Target("remittance", identity), place=str(place))
    return visitor.go(f"/remittances/{identity}?cursor={place - 1}", "matched")


@post("/remittances/{remittance_id:uuid}/unmatch", sync_to_thread=True)
def unmatch_part(visitor: Visiting, remittance_id: UUID, data: Form) -> Redirect:
    """Takes a match back."""
    visitor.require(BILLING_CHANGES)
    identity, services, place = str(remittance_id), visitor.services, typed_number(data, "place", 1)
    with visitor.work() as work:
        unmatch(work, services.vault, services.records, identity, place, visitor.actor)
        queue_publishing(services.ground, work)
        visitor.record(work, "remittance.unmatch", Target("remittance", identity), place=str(place))
    return visitor.go(f"/remittances/{identity}?cursor={place - 1}", "unmatched")


@dataclass
class FileForm:
    """A remittance file from disk."""

    form_token: str
    file: UploadFile


@post("/remittances/upload", sync_to_thread=True, request_max_body_size=LARGEST + (1 << 16))
def upload(visitor: Visiting, data: Annotated[FileForm, Body(media_type=RequestEncodingType.MULTI_PART)]) -> Redirect:
    """Takes in an 835 file, or puts a large one in line."""
    visitor.require(BILLING_CHANGES)
    stream = data.file.file
    chunks = iter(lambda: stream.read(PIECE), b"")
    file = flow.bring_file(visitor.services.ground, visitor.organisation, chunks, visitor.actor)
    with visitor.work() as work:
        visitor.record(work, "remittance.upload", Target("remittance_upload", file.id))
    if len(file.remittances) == 1:
        return visitor.go(f"/remittances/{file.remittances[0]}", "file_taken")
    return visitor.go("/remittances", "file_taken" if file.remittances else "in_line")


def _do(visitor: Visiting, remittance_id: UUID, action: str, said: str) -> Redirect:
    visitor.require(BILLING_CHANGES)
    identity, ground = str(remittance_id), visitor.services.ground
    verb = {"post": flow.post_remittance, "release": flow.release_remittance, "undo": flow.undo_remittance}[action]
    now = verb(ground, visitor.organisation, identity, visitor.actor)
    with visitor.work() as work:
        visitor.record(work, f"remittance.{action}", Target("remittance", identity))
    return visitor.go(f"/remittances/{identity}", said if now else "in_line")


def _codes(codes: dict[str, object]) -> str:
    """An event's codes in one line: words for codes, and no ids of rows, which say nothing to people."""
    return ", ".join(f"{label(name)} {said}" for name, value in codes.items() if (said := _said(value)))


def _said(value: object) -> str:
    """One value, or several with commas, as people read it."""
    if isinstance(value, list | tuple):
        return ", ".join(said for one in value if (said := _said(one)))
    text = str(value)
    return "" if _ROW.fullmatch(text) else label(text.removeprefix("x12."))


PAGES = [
    remittances_page,
    remittance_page,
    release_remittance,
    post_now,
    undo_now,
    post_waiting,
    match_part,
    unmatch_part,
    upload,
]
