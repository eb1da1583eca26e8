"""Editing a claim: the form, what it would change shown before anything is kept, and what changed in the practice."""

from __future__ import annotations

from uuid import UUID

from litestar import Response, get, post
from litestar.response import Redirect

from chartline.console.claim_forms import lines_shown, typed_correction
from chartline.console.forms import Form
from chartline.console.people import names_of
from chartline.console.visitor import BILLING, BILLING_CHANGES, Visiting
from chartline.domains.claims import open_copies
from chartline.domains.claims.acts import Act, why_not
from chartline.domains.claims.differences import Difference
from chartline.domains.claims.queries import read_claim
from chartline.domains.claims.standing import standing_of
from chartline.domains.practice.providers import list_providers
from chartline.flows import claim_desk
from chartline.kernel.sealed import Purpose
from chartline.platform.audit import Target


@get("/claims/{claim_id:uuid}/edit", sync_to_thread=True)
def edit_page(visitor: Visiting, claim_id: UUID) -> Response:
    """The claim as a form."""
    identity = str(claim_id)
    with visitor.showing("console.claim.edit", Target("Claim", identity), BILLING_CHANGES) as work:
        claim = read_claim(work, identity)
        copy = open_copies(work, visitor.services.vault, [identity])[identity]
        providers = list_providers(work)
        why = why_not(standing_of(work, claim), Act.EDIT)
        names = names_of(work, visitor.services.records, [claim.patient_id])
    return visitor.page(
        "claim_edit.html",
        "claims",
        claim=claim,
        copy=copy,
        providers=providers,
        why=why,
        name=names.get(claim.patient_id, "(no name)"),
        lines=lines_shown(copy),
        diagnoses=" ".join(copy.diagnoses),
    )


@post("/claims/{claim_id:uuid}/preview", sync_to_thread=True, status_code=200)
def preview(visitor: Visiting, claim_id: UUID, data: Form) -> Response:
    """What the edit would change, with both values; nothing is kept."""
    identity = str(claim_id)
    with visitor.showing("console.claim.preview", Target("Claim", identity), BILLING_CHANGES) as work:
        claim = read_claim(work, identity)
        copy = open_copies(work, visitor.services.vault, [identity])[identity]
        correction = typed_correction(data, copy, list_providers(work))
        found = _shown(claim_desk.preview(visitor.services.ground, work, identity, correction))
    kept = {name: value for name, value in data.items() if name != "form_token"}
    return visitor.page("claim_changes.html", "claims", claim=claim, changes=found, kept=kept)


@post("/claims/{claim_id:uuid}/edit", sync_to_thread=True)
def edit(visitor: Visiting, claim_id: UUID, data: Form) -> Redirect:
    """Keep the edit as a new version."""
    visitor.require(BILLING_CHANGES)
    identity = str(claim_id)
    with visitor.read() as work:
        copy = open_copies(work, visitor.services.vault, [identity])[identity]
        correction = typed_correction(data, copy, list_providers(work))
    claim_desk.change(visitor.services.ground, visitor.organisation, visitor.actor, identity, correction)
    return visitor.go(f"/claims/{identity}", "corrected")


@get("/claims/{claim_id:uuid}/changed", sync_to_thread=True)
def changed_page(visitor: Visiting, claim_id: UUID) -> Response:
    """The claim beside what the practice knows today."""
    identity = str(claim_id)
    with visitor.showing("console.claim.changed", Target("Claim", identity), BILLING) as work:
        claim = read_claim(work, identity)
        found = _shown(claim_desk.changed_since(visitor.services.ground, work, identity))
        why = why_not(standing_of(work, claim), Act.EDIT)
    return visitor.page("claim_changed.html", "claims", claim=claim, changes=found, why=why)


@post("/claims/{claim_id:uuid}/refresh", sync_to_thread=True)
def refresh(visitor: Visiting, claim_id: UUID) -> Redirect:
    """Take over what changed since."""
    visitor.require(BILLING_CHANGES)
    claim_desk.refresh(visitor.services.ground, visitor.organisation, visitor.actor, str(claim_id))
    return visitor.go(f"/claims/{claim_id}", "corrected")


def _shown(found: list[Difference]) -> list[dict[str, str]]:
    return [
        {"label": one.label, "before": one.before.reveal(Purpose.SHOW), "after": one.after.reveal(Purpose.SHOW)}
        for one in found
    ]


PAGES = [edit_page, preview, edit, changed_page, refresh]
