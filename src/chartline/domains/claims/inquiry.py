"""Asking how a claim stands at its payer (276/277), and keeping what was said.

Asked are claims that a payer should have decided by now and that nobody spoke of for a while. A status informs and
moves little: a refusal before any decision rejects the claim, a payer that works on it makes it pending, and nothing
else changes, for what is paid is in a remittance and nowhere else (Claim.MD sheet 14.19). The same answer twice is
noted once. Refuses to ask about a patient without a birth date: payers find nobody by a name alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from chartline.connect.clearing import StatusAnswer, StatusQuestion
from chartline.domains.claims.axes import AdjudicationAxis, SubmissionAxis, WorkAxis
from chartline.domains.claims.changes import ClaimChanges
from chartline.domains.claims.claim import Claim
from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.events import EventKind
from chartline.domains.claims.publish import publish_claims
from chartline.domains.claims.tables import claim_event_table, claim_table
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.ids import derived_id
from chartline.kernel.sealed import Sealed
from chartline.platform.database import Work
from chartline.platform.records import Records
from chartline.platform.vault import Vault

NO_BIRTH_DATE = ErrorKind(
    "claims.no_birth_date",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The patient's birth date is not known, and payers find nobody by a name alone.",
    "Enter the birth date, refresh the claim, and ask again.",
    status=422,
)
PATIENCE = timedelta(days=14)
"""So long after it was sent a claim is first asked about."""
AGAIN = timedelta(days=7)
"""So long after the last answer it is asked about again."""
REFUSED = frozenset({"A3", "A4", "A6", "A7", "A8", "E0", "E1", "E2", "E3", "E4", "D0"})
"""Categories (STC01-1) of a claim that no payer works on: returned, not found, in error."""
_WAITING = (AdjudicationAxis.NONE.value, AdjudicationAxis.PENDING.value)
_SENT = (SubmissionAxis.SUBMITTED.value, SubmissionAxis.ACKNOWLEDGED.value)


def claims_to_ask(work: Work, now: datetime, limit: int = 50) -> list[str]:
    """Claims that wait for a payer too long, those longest without news first; one query."""
    claim, event = claim_table.c, claim_event_table.c
    asked = sa.exists().where(
        event.organisation_id == claim.organisation_id,
        event.claim_id == claim.id,
        event.kind == EventKind.STATUS.value,
        event.at > now - AGAIN,
    )
    query = work.select(claim_table, claim.id).where(
        claim.submission_axis.in_(_SENT),
        claim.adjudication_axis.in_(_WAITING),
        claim.work_axis == WorkAxis.READY.value,
        claim.submitted < now - PATIENCE,
        ~asked,
    )
    return [row["id"] for row in work.rows(query.order_by(claim.updated, claim.id).limit(limit))]


def question_of(claim: Claim, copy: ClaimCopy) -> StatusQuestion:
    """The question about a claim as it was sent. Raises ``claims.no_birth_date``."""
    person, billing = copy.patient, copy.billing
    if person.born is None:
        raise NO_BIRTH_DATE.error(claim=claim.id)
    member = copy.subscriber
    return StatusQuestion(
        payer_id=claim.payer_id,
        payer_name=claim.payer_name,
        provider_npi=billing.npi,
        provider_name=billing.name,
        family=Sealed(person.last),
        given=Sealed(person.first),
        birth_date=Sealed(person.born),
        sex=person.sex,
        member_id=Sealed(copy.coverage.member_id),
        control_number=claim.number,
        payer_number=claim.payer_number,
        amount=claim.total,
        first_day=copy.service_date,
        last_day=max((line.service_date for line in copy.lines), default=copy.service_date),
        member_family=Sealed(member.last) if member is not None else None,
        member_given=Sealed(member.first) if member is not None else None,
    )


def record_status(
    work: Work,
    vault: Vault,
    records: Records,
    claim: str,
    answers: Sequence[StatusAnswer],
    exchange: str | None = None,
    actor: str = "payer",
) -> bool:
    """Keep what a payer said of a claim; whether there was anything new. No answer at all is kept as well."""
    changes = ClaimChanges.of(work, [claim], actor)
    said = answers or [StatusAnswer("", "", "", None)]
    sources = {_source(one, work.now if not answers else None): one for one in said}
    known = changes.known_sources(list(sources))
    fresh = [(source, one) for source, one in sources.items() if (claim, source) not in known]
    for source, answer in fresh:
        present = changes.claim(claim)
        if answer.payer_number:
            changes.change(claim, payer_number=answer.payer_number[:60])
        to = _moves(present, answer)
        changes.event(claim, EventKind.STATUS, to, codes=_codes(answer), source=source, exchange=exchange)
    moved = list(changes.changed.values())
    changes.save()
    publish_claims(work, vault, records, moved)
    return bool(fresh)


def _moves(claim: Claim, answer: StatusAnswer) -> SubmissionAxis | AdjudicationAxis | None:
    waiting = claim.adjudication in (AdjudicationAxis.NONE, AdjudicationAxis.PENDING)
    if not waiting or claim.work is not WorkAxis.READY:
        return None
    if answer.category in REFUSED - {"D0"} and claim.submission is SubmissionAxis.SUBMITTED:
        return SubmissionAxis.REJECTED
    if answer.category.startswith("P") and claim.adjudication is AdjudicationAxis.NONE:
        return AdjudicationAxis.PENDING
    return None


def _codes(answer: StatusAnswer) -> dict[str, object]:
    return {
        "answered": bool(answer.category),
        "category": answer.category,
        "status": answer.status,
        "entity": answer.entity,
        "paid": answer.paid.minor if answer.paid is not None else None,
        "paid_on": answer.paid_on.isoformat() if answer.paid_on else None,
        "check": answer.check_number[:30],
    }


def _source(answer: StatusAnswer, moment: datetime | None) -> str:
    """The same text for the same answer; silence has the moment in it, so that it counts as asked."""
    parts = (answer.category, answer.status, answer.entity, answer.at.isoformat() if answer.at else "")
    paid = answer.paid.text() if answer.paid is not None else ""
    return "status/" + derived_id(*parts, answer.payer_number, paid, moment.isoformat() if moment else "")
