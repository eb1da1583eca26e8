"""The desk of payments without a claim, with likely claims and why; and how far each payer is trusted."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from litestar import Response, get, post
from litestar.params import Parameter
from litestar.response import Redirect

from chartline.console.failures import BAD_FORM
from chartline.console.forms import Form, typed, typed_number
from chartline.console.visitor import BILLING, BILLING_CHANGES, Visiting
from chartline.domains.remits import (
    WEIGHTS,
    Trust,
    adjustments,
    all_trust,
    candidates,
    credit_patient,
    match_by_hand,
    put_aside,
    set_trust,
    standings,
    unmatched,
)
from chartline.domains.remits.trust import payers_seen
from chartline.flows.publishing import queue_publishing
from chartline.kernel.sealed import Purpose
from chartline.platform.audit import Target

PAGE = 20


@get("/remittances/unmatched", sync_to_thread=True)
def unmatched_page(
    visitor: Visiting,
    cursor: Annotated[str, Parameter(pattern="^([0-9a-f-]{36}~[0-9]{1,7})?$", max_length=50)] = "",
) -> Response:
    """Parts that belong to no claim of ours, each with the likeliest claims."""
    with visitor.showing("console.remittances.unmatched", None, BILLING) as work:
        found = unmatched(work, PAGE + 1, cursor)
        parts = found[:PAGE]
        likely = {(one.remittance_id, one.place): candidates(work, visitor.services.vault, one, 3) for one in parts}
    last = parts[-1] if len(found) > PAGE else None
    return visitor.page(
        "unmatched.html",
        "remittances",
        parts=parts,
        likely=likely,
        weights=WEIGHTS,
        cursor=f"{last.remittance_id}~{last.place}" if last else None,
    )


@post("/remittances/unmatched/{remittance_id:uuid}", sync_to_thread=True)
def say(visitor: Visiting, remittance_id: UUID, data: Form) -> Redirect:
    """Says whose a part is: a claim's, nobody's of ours, or a patient's."""
    visitor.require(BILLING_CHANGES)
    identity, services, place = str(remittance_id), visitor.services, typed_number(data, "place", 1)
    verb, said = typed(data, "verb", needed=True), "matched"
    with visitor.work() as work:
        if verb == "match":
            claim = _id(typed(data, "claim", needed=True), "claim")
            match_by_hand(work, services.vault, services.records, identity, place, claim, visitor.actor)
        elif verb == "aside":
            put_aside(work, identity, place, visitor.actor)
            said = "aside"
        elif verb == "credit":
            patient = _id(typed(data, "patient", needed=True), "patient")
            services.records.read(work, "Patient", patient)
            credit_patient(work, identity, place, patient, visitor.actor)
            said = "credited"
        else:
            raise BAD_FORM.error(field="verb")
        queue_publishing(services.ground, work)
        visitor.record(work, f"remittance.{verb}", Target("remittance", identity), place=str(place))
    return visitor.go("/remittances/unmatched", said)


@get("/remittances/trust", sync_to_thread=True)
def trust_page(visitor: Visiting) -> Response:
    """How far each payer is trusted, and what stands between payers and the practice outside claims."""
    with visitor.showing("console.remittances.trust", None, BILLING) as work:
        settings = {one.payer_id: one for one in all_trust(work)}
        payers = payers_seen(work)
        stand = standings(work)
        outside = adjustments(work, visitor.services.vault, limit=PAGE)
        latest = [(one, one.reference.reveal(Purpose.SHOW)) for one in outside]
    return visitor.page(
        "trust.html",
        "remittances",
        settings=settings,
        payers=[("", "All others"), *payers],
        levels=list(Trust),
        standings=stand,
        latest=latest,
    )


@post("/remittances/trust", sync_to_thread=True)
def keep_trust(visitor: Visiting, data: Form) -> Redirect:
    """Keeps how far a payer is trusted."""
    visitor.require(BILLING_CHANGES)
    level, payer = typed(data, "trust", needed=True), typed(data, "payer")
    if level not in {one.value for one in Trust}:
        raise BAD_FORM.error(field="trust")
    with visitor.work() as work:
        set_trust(work, payer, Trust(level), visitor.actor)
        visitor.record(work, "remittance.trust", None, payer=payer, trust=level)
    return visitor.go("/remittances/trust", "trusted")


def _id(text: str, field: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise BAD_FORM.error(field=field) from None


PAGES = [unmatched_page, say, trust_page, keep_trust]
