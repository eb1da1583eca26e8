"""What buttons on the claim pages do: on one claim, and on those that were chosen in the list."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from litestar import Response, get, post
from litestar.response import Redirect

from chartline.console.failures import BAD_FORM
from chartline.console.forms import Form, typed
from chartline.console.visitor import BILLING, BILLING_CHANGES, Visiting, Visitor
from chartline.domains.claims.acts import Act
from chartline.domains.claims.ending import ClosedReason
from chartline.flows import claim_desk, claim_paper, secondary
from chartline.kernel.sealed import Purpose, Sealed
from chartline.platform.audit import Target

_CHOSEN = "claim:"


def _on(does: Callable[..., object]) -> Callable[[Visitor, str, dict[str, str]], object]:
    return lambda visitor, claim, form: does(visitor.services.ground, visitor.organisation, visitor.actor, claim)


def _because(does: Callable[..., object]) -> Callable[[Visitor, str, dict[str, str]], object]:
    return lambda visitor, claim, form: does(
        visitor.services.ground, visitor.organisation, visitor.actor, claim, typed(form, "reason")[:80]
    )


def _close(visitor: Visitor, claim: str, form: dict[str, str]) -> None:
    known = {one.value for one in ClosedReason}
    reason = typed(form, "reason", needed=True)
    if reason not in known:
        raise BAD_FORM.error(field="reason")
    claim_desk.close(visitor.services.ground, visitor.organisation, visitor.actor, claim, ClosedReason(reason))


_ACTS: dict[str, Callable[[Visitor, str, dict[str, str]], object]] = {
    Act.VALIDATE.value: _on(claim_desk.validate),
    Act.SUBMIT.value: _on(claim_desk.submit),
    Act.HOLD.value: _because(claim_desk.hold),
    Act.RELEASE.value: _on(claim_desk.release),
    Act.RESUBMIT.value: _because(claim_desk.send_again),
    Act.VOID.value: _because(claim_desk.void),
    Act.UNDO_VOID.value: _on(claim_desk.undo_void),
    Act.CANCEL.value: _because(claim_desk.cancel),
    Act.APPEAL.value: _on(claim_desk.appeal),
    Act.UNDO_APPEAL.value: _on(claim_desk.undo_appeal),
    Act.CLOSE.value: _close,
    Act.REOPEN.value: _on(claim_desk.reopen),
}


@post("/claims/{claim_id:uuid}/do/{act:str}", sync_to_thread=True)
def act_on_claim(visitor: Visiting, claim_id: UUID, act: str, data: Form) -> Redirect:
    """One act on one claim; a refusal says why."""
    visitor.require(BILLING_CHANGES)
    does = _ACTS.get(act)
    if does is None:
        raise BAD_FORM.error(field="act")
    does(visitor, str(claim_id), data)
    return visitor.go(f"/claims/{claim_id}", f"claim_{act}")


@post("/claims/{claim_id:uuid}/note", sync_to_thread=True)
def note(visitor: Visiting, claim_id: UUID, data: Form) -> Redirect:
    """Write a note."""
    visitor.require(BILLING_CHANGES)
    text = Sealed(data.get("text", "")[:2000])
    claim_desk.note(visitor.services.ground, visitor.organisation, visitor.actor, str(claim_id), text)
    return visitor.go(f"/claims/{claim_id}", "claim_noted")


@post("/claims/{claim_id:uuid}/tags", sync_to_thread=True)
def tags(visitor: Visiting, claim_id: UUID, data: Form) -> Redirect:
    """Give the claim the tags that were typed."""
    visitor.require(BILLING_CHANGES)
    wanted = typed(data, "tags").replace(",", " ").split()
    claim_desk.tag(visitor.services.ground, visitor.organisation, visitor.actor, str(claim_id), wanted)
    return visitor.go(f"/claims/{claim_id}", "claim_tagged")


@post("/claims/{claim_id:uuid}/next-payer", sync_to_thread=True)
def next_payer(visitor: Visiting, claim_id: UUID) -> Redirect:
    """Claim from the patient's next coverage; opens that claim."""
    visitor.require(BILLING_CHANGES)
    made = secondary.pass_claim_on(visitor.services.ground, visitor.organisation, visitor.actor, str(claim_id))
    return visitor.go(f"/claims/{made.claim}", "claim_passed_on")


@get("/claims/{claim_id:uuid}/paper", sync_to_thread=True)
def paper(visitor: Visiting, claim_id: UUID, data_only: bool = False) -> Response[bytes]:
    """The claim as PDF, with the form drawn or for paper on which it is printed."""
    identity = str(claim_id)
    with visitor.showing("console.claim.paper", Target("Claim", identity), BILLING) as work:
        printed = claim_paper.print_claim(visitor.services.ground, work, identity, data_only=data_only)
    headers = {"Content-Disposition": f'inline; filename="{printed.name}"'}
    return Response(printed.content.reveal(Purpose.SHOW), media_type="application/pdf", headers=headers)


@post("/claims/many", sync_to_thread=True)
def act_on_many(visitor: Visiting, data: Form) -> Redirect:
    """Hold, release or send the chosen claims; those that cannot be are left as they are."""
    visitor.require(BILLING_CHANGES)
    chosen = [str(_id(name.removeprefix(_CHOSEN))) for name in data if name.startswith(_CHOSEN)]
    back = "/claims?word=" + typed(data, "word")[:20] if typed(data, "word") else "/claims"
    if not chosen:
        return visitor.go(back, "nothing_chosen")
    ground, organisation, actor = visitor.services.ground, visitor.organisation, visitor.actor
    act = typed(data, "act")
    if act == Act.HOLD.value:
        claim_desk.hold_many(ground, organisation, actor, chosen, typed(data, "reason"))
    elif act == Act.RELEASE.value:
        claim_desk.release_many(ground, organisation, actor, chosen)
    elif act == Act.SUBMIT.value:
        claim_desk.submit_many(ground, organisation, actor, chosen)
    else:
        raise BAD_FORM.error(field="act")
    return visitor.go(back, f"claims_{act}")


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise BAD_FORM.error(field="claim") from None


PAGES = [act_on_claim, note, tags, next_payer, paper, act_on_many]
