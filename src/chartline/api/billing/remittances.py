"""Remittances: brought or fetched, planned to the cent, posted, taken back, and matched by people."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Annotated
from uuid import UUID

from anyio.to_thread import run_sync
from litestar import Request, Router
from litestar.params import Parameter

from chartline.api.billing.file_body import FileOperation, arriving
from chartline.api.billing.remittance_shapes import (
    CandidateShape,
    CreditAsked,
    MatchAsked,
    OutsideShape,
    PartShape,
    PlaceAsked,
    PlanShape,
    PostedShape,
    PostingShape,
    RemittanceShape,
    TrustAsked,
    TrustShape,
    UploadShape,
    adjusted_shape,
    candidate_shape,
    line_shape,
    part_shape,
    planned_shape,
    remittance_shape,
    standing_shape,
)
from chartline.api.billing.shapes import Answered, Listed, dollars
from chartline.api.billing.texts import PayerQuery
from chartline.api.caller import BILLING, BILLING_CHANGES, Caller, Calling
from chartline.api.problems import INVALID, id_cursor
from chartline.api.routes import Cursor, Limit, act, read, replace
from chartline.domains.remits import (
    RemittanceState,
    adjustments,
    all_trust,
    candidates,
    credit_patient,
    list_remittances,
    match_by_hand,
    plan_page,
    put_aside,
    read_head,
    read_part,
    set_trust,
    standings,
    unmatch,
    unmatched,
)
from chartline.domains.remits.plan import plan_end
from chartline.domains.remits.planning import plan_head
from chartline.domains.remits.remittance import claim_rows
from chartline.domains.remits.uploads import LARGEST, Upload, read_upload
from chartline.flows import remittances as flow
from chartline.flows.ground import Ground
from chartline.flows.publishing import queue_publishing
from chartline.platform.audit import Target
from chartline.platform.database import Work

PlaceNumber = Annotated[int, Parameter(ge=1, le=1_000_000, description="A claim of the remittance, from 1.")]


@read("/", summary="List remittances")
def remittances(
    caller: Calling,
    standing: Annotated[RemittanceState | None, Parameter(query="state")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Listed[RemittanceShape]:
    """Remittances, newest received first."""
    caller.require(BILLING)
    with caller.read() as work:
        states = (standing,) if standing else ()
        page = list_remittances(work, states=states, cursor=id_cursor(cursor) or None, limit=limit)
    return Listed(data=[remittance_shape(one) for one in page.remittances], next=page.next)


@act(
    "/upload",
    summary="Bring a remittance file",
    request_max_body_size=LARGEST + 1,
    sync_to_thread=None,
    operation_class=FileOperation,
)
async def upload(caller: Calling, request: Request) -> Answered[UploadShape]:
    """The body is the 835 file as it is, at most 100 megabytes. A small one is taken in at once, a large one is put in
    line. The same file again is the same upload, and the same money is never posted twice."""
    caller.require(BILLING_CHANGES)
    return await run_sync(_keep, caller, request.stream())


def _keep(caller: Caller, pieces: AsyncIterator[bytes]) -> Answered[UploadShape]:
    """Keep the file while it comes in, in a thread that may wait for the database."""
    file = flow.bring_file(caller.ground, caller.organisation, arriving(pieces), caller.actor)
    with caller.work() as work:
        caller.record(work, "remittance.upload", Target("remittance_upload", file.id))
    return Answered(data=_upload(file))


@read("/uploads/{upload_id:uuid}", summary="Read an upload")
def read_one_upload(caller: Calling, upload_id: UUID) -> Answered[UploadShape]:
    """Where a file stands that was brought."""
    caller.require(BILLING)
    with caller.read() as work:
        return Answered(data=_upload(read_upload(work, str(upload_id))))


@act("/post-waiting", summary="Post all that one click may post")
def post_waiting(caller: Calling) -> Answered[PostedShape]:
    """Posts every remittance that waits, but for those of payers whose remittances are read one by one."""
    caller.require(BILLING_CHANGES)
    posted = flow.post_waiting(caller.ground, caller.organisation, caller.actor)
    with caller.work() as work:
        for one in posted:
            caller.record(work, "remittance.post", Target("remittance", one))
    return Answered(data=PostedShape(remittances=posted))


@read("/unmatched", summary="List parts without a claim")
def list_unmatched(caller: Calling, limit: Limit = 50, cursor: Cursor = None) -> Listed[PartShape]:
    """Parts of remittances that belong to no claim of ours yet, oldest first."""
    caller.require(BILLING)
    with caller.read() as work:
        found = unmatched(work, limit + 1, _behind(cursor))
    last = found[limit - 1] if len(found) > limit else None
    return Listed(
        data=[part_shape(one) for one in found[:limit]], next=f"{last.remittance_id}~{last.place}" if last else None
    )


@read("/outside-claims", summary="Money outside claims")
def outside(caller: Calling, payer: PayerQuery = "", limit: Limit = 50) -> Answered[OutsideShape]:
    """Recoveries, carried balances, interest and the like: what stands by payer and reason, and the latest amounts."""
    with caller.showing("api.remittance.outside", None, BILLING) as work:
        found = adjustments(work, caller.services.vault, payer=payer or None, limit=limit)
        stand = [one for one in standings(work) if not payer or one.payer_id == payer]
        return Answered(
            data=OutsideShape(
                standings=[standing_shape(one) for one in stand], adjustments=[adjusted_shape(one) for one in found]
            )
        )


@read("/trust", summary="How far payers are trusted")
def read_trust(caller: Calling) -> Listed[TrustShape]:
    """The settings there are; a payer without one is trusted as all others, and those are automatic at first."""
    caller.require(BILLING)
    with caller.read() as work:
        return _trust(work)


@replace("/trust", summary="Trust a payer so far")
def replace_trust(caller: Calling, data: TrustAsked) -> Listed[TrustShape]:
    """Decides who posts the remittances that come from now on."""
    caller.require(BILLING_CHANGES)
    with caller.work() as work:
        set_trust(work, data.payer_id, data.trust, caller.actor)
        caller.record(work, "remittance.trust", None, payer=data.payer_id, trust=data.trust.value)
        return _trust(work)


@read("/{remittance_id:uuid}", summary="Read a remittance")
def remittance(caller: Calling, remittance_id: UUID) -> Answered[RemittanceShape]:
    """One payment without its claims; see the plan for them."""
    caller.require(BILLING)
    with caller.read() as work:
        return Answered(data=remittance_shape(read_head(work, str(remittance_id))))


@read("/{remittance_id:uuid}/plan", summary="Read the posting plan")
def plan(caller: Calling, remittance_id: UUID, limit: Limit = 50, cursor: Cursor = None) -> Answered[PlanShape]:
    """Every cent of some claims in words and accounts; ``next`` is the cursor of the next page."""
    identity, vault = str(remittance_id), caller.services.vault
    with caller.showing("api.remittance.plan", Target("remittance", identity), BILLING) as work:
        row = read_head(work, identity)
        parts = claim_rows(work, identity, _after(cursor), limit)
        made = plan_page(work, vault, row, parts)
        end = plan_end(plan_head(work, vault, row), row.paid_total)
    by_place = {one.place: one for one in parts}
    last = parts[-1].place if parts else row.claims
    return Answered(
        data=PlanShape(
            remittance=remittance_shape(row),
            claims=[planned_shape(one, by_place[one.place]) for one in made.claims],
            provider=[line_shape(one) for one in end.provider],
            difference=dollars(end.difference),
            cash_agrees=end.cash.ok,
            failed=[one.name for one in made.failed],
            next=str(last) if last < row.claims else None,
        )
    )


@act("/{remittance_id:uuid}/post", summary="Post a remittance")
def post(caller: Calling, remittance_id: UUID) -> Answered[PostingShape]:
    """Posts it; posting it again changes nothing. A large one is put in line."""
    return _do(caller, remittance_id, "remittance.post", flow.post_remittance)


@act("/{remittance_id:uuid}/release", summary="Let a held remittance go, and post it")
def release(caller: Calling, remittance_id: UUID) -> Answered[PostingShape]:
    """A person says that the money really arrived; a difference waits as unapplied."""
    return _do(caller, remittance_id, "remittance.release", flow.release_remittance)


@act("/{remittance_id:uuid}/undo", summary="Take a posting back")
def undo(caller: Calling, remittance_id: UUID) -> Answered[PostingShape]:
    """A counter-entry for every entry, and every decision off its claim; it may be posted again then."""
    return _do(caller, remittance_id, "remittance.undo", flow.undo_remittance)


@read("/{remittance_id:uuid}/claims/{place:int}/candidates", summary="Claims that a part may be for")
def part_candidates(caller: Calling, remittance_id: UUID, place: PlaceNumber) -> Listed[CandidateShape]:
    """The likeliest claims of ours with their reasons, best first."""
    identity = str(remittance_id)
    with caller.showing("api.remittance.candidates", Target("remittance", identity), BILLING) as work:
        found = candidates(work, caller.services.vault, read_part(work, identity, place))
    return Listed(data=[candidate_shape(one) for one in found])


@act("/{remittance_id:uuid}/match", summary="Say whose claim a part is")
def match(caller: Calling, remittance_id: UUID, data: MatchAsked) -> Answered[RemittanceShape]:
    """When the remittance is posted, the part's money moves to the claim at once."""
    caller.require(BILLING_CHANGES)
    identity, services = str(remittance_id), caller.services
    with caller.work() as work:
        claim = str(data.claim_id)
        match_by_hand(work, services.vault, services.records, identity, data.place, claim, caller.actor)
        return _moved(caller, work, "remittance.match", identity, data.place)


@act("/{remittance_id:uuid}/unmatch", summary="Take a match back")
def take_match_back(caller: Calling, remittance_id: UUID, data: PlaceAsked) -> Answered[RemittanceShape]:
    """Posted money goes back to unapplied, and the decision is taken off the claim."""
    caller.require(BILLING_CHANGES)
    identity, services = str(remittance_id), caller.services
    with caller.work() as work:
        unmatch(work, services.vault, services.records, identity, data.place, caller.actor)
        return _moved(caller, work, "remittance.unmatch", identity, data.place)


@act("/{remittance_id:uuid}/aside", summary="Say that a part is not ours")
def aside(caller: Calling, remittance_id: UUID, data: PlaceAsked) -> Answered[RemittanceShape]:
    """It leaves the desk; its money stays unapplied until the payer takes it back."""
    caller.require(BILLING_CHANGES)
    identity = str(remittance_id)
    with caller.work() as work:
        put_aside(work, identity, data.place, caller.actor)
        return _moved(caller, work, "remittance.aside", identity, data.place)


@act("/{remittance_id:uuid}/credit", summary="Credit a part to a patient")
def credit(caller: Calling, remittance_id: UUID, data: CreditAsked) -> Answered[RemittanceShape]:
    """A part's unapplied money becomes a patient's credit."""
    caller.require(BILLING_CHANGES)
    identity, patient = str(remittance_id), str(data.patient_id)
    with caller.work() as work:
        caller.services.records.read(work, "Patient", patient)
        credit_patient(work, identity, data.place, patient, caller.actor)
        return _moved(caller, work, "remittance.credit", identity, data.place)


def _do(
    caller: Caller, remittance_id: UUID, action: str, verb: Callable[[Ground, str, str, str], bool]
) -> Answered[PostingShape]:
    caller.require(BILLING_CHANGES)
    identity = str(remittance_id)
    done = verb(caller.ground, caller.organisation, identity, caller.actor)
    with caller.work() as work:
        caller.record(work, action, Target("remittance", identity))
        return Answered(data=PostingShape(done=done, remittance=remittance_shape(read_head(work, identity))))


def _moved(caller: Caller, work: Work, action: str, identity: str, place: int) -> Answered[RemittanceShape]:
    queue_publishing(caller.ground, work)
    caller.record(work, action, Target("remittance", identity), place=str(place))
    return Answered(data=remittance_shape(read_head(work, identity)))


def _trust(work: Work) -> Listed[TrustShape]:
    found = all_trust(work)
    data = [TrustShape(payer_id=one.payer_id, trust=one.trust, changed=one.changed, actor=one.actor) for one in found]
    return Listed(data=data)


def _upload(file: Upload) -> UploadShape:
    return UploadShape(
        id=file.id,
        state=file.state.value,
        size=file.size,
        remittances=list(file.remittances),
        problem=file.problem,
    )


def _after(cursor: str | None) -> int:
    """A cursor that is a place. Raises ``api.invalid`` for other text."""
    if not cursor:
        return 0
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 8):
        raise INVALID.error(cursor="unreadable")
    return int(cursor)


def _behind(cursor: str | None) -> str:
    """A cursor that is a remittance and a place. Raises ``api.invalid`` for other text."""
    if not cursor:
        return ""
    remittance_id, _, place = cursor.partition("~")
    return f"{id_cursor(remittance_id)}~{_after(place)}"


router = Router(
    path="/remittances",
    route_handlers=[
        remittances,
        upload,
        read_one_upload,
        post_waiting,
        list_unmatched,
        outside,
        read_trust,
        replace_trust,
        remittance,
        plan,
        post,
        release,
        undo,
        part_candidates,
        match,
        take_match_back,
        aside,
        credit,
    ],
)
