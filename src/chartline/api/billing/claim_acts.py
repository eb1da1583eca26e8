"""What can be done with a claim over HTTP: void, replace, hold, release, appeal and the rest, each with its undo."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, Router

from chartline.api.billing.claim_asked import FILLED, PLAIN, ClaimChange
from chartline.api.billing.claim_change import correction_of
from chartline.api.billing.claims import MadeClaim, ValidatedShape, made_claim, validated_shape
from chartline.api.billing.shapes import Answered, Asked, Listed, Shape
from chartline.api.caller import BILLING, BILLING_CHANGES, Caller, Calling
from chartline.api.routes import act, read, replace
from chartline.domains.claims import Finding
from chartline.domains.claims.acts import Act
from chartline.domains.claims.differences import Difference
from chartline.domains.claims.ending import ClosedReason
from chartline.domains.claims.notes import notes_of
from chartline.domains.claims.queries import read_claim
from chartline.domains.claims.settings import ClaimSettings, read_claim_settings, save_claim_settings
from chartline.flows import claim_desk, claim_paper, secondary
from chartline.kernel.sealed import Purpose, Sealed
from chartline.platform.audit import Target

Word = Annotated[str, msgspec.Meta(max_length=40, pattern=PLAIN)]


class ReasonAsked(Asked):
    """Why, as a code or a few words without patient values; it stands in the open in lists and logs."""

    reason: Word = ""


class HoldAsked(Asked):
    """Why the claim is held, in a few words without patient values."""

    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=80, pattern=FILLED)]


class CloseAsked(Asked):
    """Why the claim is closed."""

    reason: ClosedReason = ClosedReason.PAID


class NoteAsked(Asked):
    """What is to be remembered; it may name the patient and is kept sealed."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


class TagsAsked(Asked):
    """All tags of the claim: small letters, digits, hyphens."""

    tags: Annotated[list[Annotated[str, msgspec.Meta(max_length=30)]], msgspec.Meta(max_length=20)]


class NoteShape(Shape):
    """A note with its writer."""

    at: datetime
    actor: str
    text: str


class TagsShape(Shape):
    """The tags as they are kept."""

    tags: list[str]


class SettingsShape(Shape):
    """How claims go on by themselves."""

    next_payer_by_itself: bool


class SettingsAsked(Asked):
    """How claims are to go on by themselves."""

    next_payer_by_itself: bool


class DifferenceShape(Shape):
    """A place of the claim, and what stands there in the claim and in the practice today."""

    place: str
    label: str
    on_claim: str
    today: str


@act("/{claim_id:uuid}/void", summary="Void a claim")
def void_claim(caller: Calling, claim_id: UUID, data: ReasonAsked) -> Answered[ValidatedShape]:
    """Asks the payer to void a claim that it has (frequency 8); its charge is taken back in the ledger at once."""
    caller.require(BILLING_CHANGES)
    claim_desk.void(caller.ground, caller.organisation, caller.actor, str(claim_id), data.reason)
    return _standing(caller, claim_id)


@act("/{claim_id:uuid}/void/undo", summary="Call a void off")
def undo_void_claim(caller: Calling, claim_id: UUID) -> Answered[ValidatedShape]:
    """The charge stands again, and the claim goes out as a replacement."""
    caller.require(BILLING_CHANGES)
    claim_desk.undo_void(caller.ground, caller.organisation, caller.actor, str(claim_id))
    return _standing(caller, claim_id)


@act("/{claim_id:uuid}/replace", summary="Replace a claim that the payer has")
def replace_claim(caller: Calling, claim_id: UUID, data: ClaimChange) -> Answered[ValidatedShape]:
    """A new version with the change and frequency 7; the rules look at it."""
    caller.require(BILLING_CHANGES)
    identity = str(claim_id)
    correction = correction_of(caller, identity, data)
    claim_desk.require(caller.ground, caller.organisation, identity, Act.REPLACE)
    found = claim_desk.change(caller.ground, caller.organisation, caller.actor, identity, correction, data.reason)
    return _standing(caller, claim_id, found)


@act("/{claim_id:uuid}/resubmit", summary="Send a claim again as it is")
def resubmit_claim(caller: Calling, claim_id: UUID, data: ReasonAsked) -> Answered[ValidatedShape]:
    """A new version with the same content: an original when no payer took it in, else a replacement."""
    caller.require(BILLING_CHANGES)
    found = claim_desk.send_again(caller.ground, caller.organisation, caller.actor, str(claim_id), data.reason)
    return _standing(caller, claim_id, found)


@act("/{claim_id:uuid}/hold", summary="Hold a claim back")
def hold_claim(caller: Calling, claim_id: UUID, data: HoldAsked) -> Answered[ValidatedShape]:
    """It is not sent before somebody releases it."""
    caller.require(BILLING_CHANGES)
    claim_desk.hold(caller.ground, caller.organisation, caller.actor, str(claim_id), data.reason)
    return _standing(caller, claim_id)


@act("/{claim_id:uuid}/release", summary="Let a held claim go")
def release_claim(caller: Calling, claim_id: UUID) -> Answered[ValidatedShape]:
    """It goes out with the next file when the rules let it pass."""
    caller.require(BILLING_CHANGES)
    claim_desk.release(caller.ground, caller.organisation, caller.actor, str(claim_id))
    return _standing(caller, claim_id)


@act("/{claim_id:uuid}/appeal", summary="Mark a denial as appealed")
def appeal_claim(caller: Calling, claim_id: UUID) -> Answered[ValidatedShape]:
    """Notes that the denial was appealed; letters and deadlines are under denials."""
    caller.require(BILLING_CHANGES)
    claim_desk.appeal(caller.ground, caller.organisation, caller.actor, str(claim_id))
    return _standing(caller, claim_id)


@act("/{claim_id:uuid}/appeal/undo", summary="Take an appeal back")
def undo_appeal_claim(caller: Calling, claim_id: UUID) -> Answered[ValidatedShape]:
    """The decision stands as it was."""
    caller.require(BILLING_CHANGES)
    claim_desk.undo_appeal(caller.ground, caller.organisation, caller.actor, str(claim_id))
    return _standing(caller, claim_id)


@act("/{claim_id:uuid}/cancel", summary="Cancel a claim that no payer has")
def cancel_claim(caller: Calling, claim_id: UUID, data: ReasonAsked) -> Answered[ValidatedShape]:
    """Its charge is taken back in the ledger."""
    caller.require(BILLING_CHANGES)
    claim_desk.cancel(caller.ground, caller.organisation, caller.actor, str(claim_id), data.reason)
    return _standing(caller, claim_id)


@act("/{claim_id:uuid}/close", summary="Close a claim")
def close_claim(caller: Calling, claim_id: UUID, data: CloseAsked) -> Answered[ValidatedShape]:
    """Only when insurance owes nothing on it any more."""
    caller.require(BILLING_CHANGES)
    claim_desk.close(caller.ground, caller.organisation, caller.actor, str(claim_id), data.reason)
    return _standing(caller, claim_id)


@act("/{claim_id:uuid}/reopen", summary="Open a closed or cancelled claim again")
def reopen_claim(caller: Calling, claim_id: UUID) -> Answered[ValidatedShape]:
    """A cancelled claim becomes a draft, and its charge stands again."""
    caller.require(BILLING_CHANGES)
    claim_desk.reopen(caller.ground, caller.organisation, caller.actor, str(claim_id))
    return _standing(caller, claim_id)


@act("/{claim_id:uuid}/notes", summary="Write a note on a claim")
def note_claim(caller: Calling, claim_id: UUID, data: NoteAsked) -> Answered[ValidatedShape]:
    """Notes stay inside the practice."""
    caller.require(BILLING_CHANGES)
    claim_desk.note(caller.ground, caller.organisation, caller.actor, str(claim_id), Sealed(data.text))
    return _standing(caller, claim_id)


@read("/{claim_id:uuid}/notes", summary="Read the notes on a claim")
def claim_notes(caller: Calling, claim_id: UUID) -> Listed[NoteShape]:
    """The newest first; they may name the patient, so the look is audited."""
    identity = str(claim_id)
    with caller.showing("api.claim.notes", Target("Claim", identity), BILLING) as work:
        read_claim(work, identity)
        found = notes_of(work, caller.services.vault, identity)
        return Listed(data=[NoteShape(at=one.at, actor=one.actor, text=one.text.reveal(Purpose.SHOW)) for one in found])


@replace("/{claim_id:uuid}/tags", summary="Tag a claim")
def tag_claim(caller: Calling, claim_id: UUID, data: TagsAsked) -> Answered[TagsShape]:
    """Gives the claim exactly these tags."""
    caller.require(BILLING_CHANGES)
    tags = claim_desk.tag(caller.ground, caller.organisation, caller.actor, str(claim_id), data.tags)
    return Answered(data=TagsShape(tags=tags))


@read("/{claim_id:uuid}/changed-since", summary="What changed since a claim was drafted")
def changed_since(caller: Calling, claim_id: UUID) -> Listed[DifferenceShape]:
    """The frozen copy beside patient, coverage, provider, practice and fees of today; the look is audited."""
    identity = str(claim_id)
    with caller.showing("api.claim.changed", Target("Claim", identity), BILLING) as work:
        found = claim_desk.changed_since(caller.ground, work, identity)
        return Listed(data=[_difference(one) for one in found])


@act("/{claim_id:uuid}/refresh", summary="Take over what changed since")
def refresh_claim(caller: Calling, claim_id: UUID) -> Answered[ValidatedShape]:
    """A new version with the patient, coverage, provider, practice and fees of today; the rules look at it."""
    caller.require(BILLING_CHANGES)
    found = claim_desk.refresh(caller.ground, caller.organisation, caller.actor, str(claim_id))
    return _standing(caller, claim_id, found)


@act("/{claim_id:uuid}/next-payer", summary="Claim from the patient's next coverage")
def next_payer(caller: Calling, claim_id: UUID) -> Answered[MadeClaim]:
    """Drafts the claim that carries this payer's decision, checks it, and moves what the patient was to pay to it.
    Asking again answers with the same claim."""
    caller.require(BILLING_CHANGES)
    passed = secondary.pass_claim_on(caller.ground, caller.organisation, caller.actor, str(claim_id))
    with caller.read() as work:
        return Answered(data=made_claim(read_claim(work, passed.claim)))


@read("/settings", summary="Read how claims go on by themselves")
def claim_settings(caller: Calling) -> Answered[SettingsShape]:
    """The practice's settings for claims."""
    caller.require(BILLING)
    with caller.read() as work:
        return Answered(data=SettingsShape(next_payer_by_itself=read_claim_settings(work).next_payer_by_itself))


@replace("/settings", summary="Set how claims go on by themselves")
def set_claim_settings(caller: Calling, data: SettingsAsked) -> Answered[SettingsShape]:
    """With ``nextPayerByItself`` what a payer left to the patient is claimed from the next coverage without asking."""
    caller.require(BILLING_CHANGES)
    with caller.work() as work:
        save_claim_settings(work, ClaimSettings(next_payer_by_itself=data.next_payer_by_itself))
        caller.record(work, "claim.settings")
    return Answered(data=SettingsShape(next_payer_by_itself=data.next_payer_by_itself))


@read("/{claim_id:uuid}/paper", summary="Print a claim", media_type="application/pdf")
def claim_as_paper(caller: Calling, claim_id: UUID, data_only: bool = False) -> Response[bytes]:
    """The claim as PDF: a CMS-1500 for professional and dental claims, a UB-04 for institutional ones. ``data_only``
    leaves the form out, for paper on which it is printed already."""
    identity = str(claim_id)
    with caller.showing("api.claim.paper", Target("Claim", identity), BILLING) as work:
        paper = claim_paper.print_claim(caller.ground, work, identity, data_only=data_only)
    headers = {"Content-Disposition": f'attachment; filename="{paper.name}"', "Cache-Control": "no-store"}
    return Response(paper.content.reveal(Purpose.SHOW), media_type="application/pdf", headers=headers)


def _standing(caller: Caller, claim_id: UUID, found: list[Finding] | None = None) -> Answered[ValidatedShape]:
    with caller.read() as work:
        claim = read_claim(work, str(claim_id))
        return Answered(data=validated_shape(claim, found if found is not None else claim_desk.findings(work, claim)))


def _difference(one: Difference) -> DifferenceShape:
    return DifferenceShape(
        place=one.place,
        label=one.label,
        on_claim=one.before.reveal(Purpose.SHOW),
        today=one.after.reveal(Purpose.SHOW),
    )


router = Router(
    path="/claims",
    route_handlers=[
        void_claim,
        undo_void_claim,
        replace_claim,
        resubmit_claim,
        hold_claim,
        release_claim,
        appeal_claim,
        undo_appeal_claim,
        cancel_claim,
        close_claim,
        reopen_claim,
        note_claim,
        claim_notes,
        tag_claim,
        changed_since,
        refresh_claim,
        next_payer,
        claim_settings,
        set_claim_settings,
        claim_as_paper,
    ],
)
