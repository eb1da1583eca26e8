"""Correcting a claim: a new version with a new frozen copy; the old one stays as it was sent.

Refuses to change what is under way: a version that was sent and has no answer yet. A claim the payer has taken in
becomes a replacement (frequency 7) that names the payer's number; one that was rejected before is sent as an original.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date

import msgspec

from chartline.connect.facts import ChargeFact, CoverageFact, PersonFact
from chartline.domains.claims.acts import Act, Standing, why_not
from chartline.domains.claims.changes import ClaimChanges
from chartline.domains.claims.copy import (
    BillingIdentity,
    ClaimCopy,
    CopyFacility,
    CopyLine,
    DentalFacts,
    InstitutionalFacts,
    RenderingIdentity,
    open_copies,
)
from chartline.domains.claims.custody import IN_FLIGHT, in_file
from chartline.domains.claims.differences import differences
from chartline.domains.claims.events import EventKind
from chartline.domains.claims.numbers import line_control
from chartline.domains.claims.source import copy_coverage, copy_lines, copy_person
from chartline.domains.claims.standing import held_for
from chartline.domains.claims.versions import begin_version
from chartline.domains.codes import plain_diagnosis
from chartline.formats.x12.claim_parts.values import Attachment
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.sealed import Masked, Purpose, Sealed
from chartline.platform.database import Work
from chartline.platform.records import Records
from chartline.platform.vault import Vault

NOTHING_TO_CORRECT = ErrorKind(
    "claims.nothing_changed",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The correction changes nothing on the claim.",
    "Say what is to be different.",
    status=422,
)


@dataclass(frozen=True, slots=True, repr=False)
class Correction(Masked):
    """What is to be different; None leaves a part as it is.

    ``charges`` are lines with their own diagnoses and set the total; ``lines`` are lines as they stand, pointing at
    ``diagnoses``, and leave the total to ``total`` (their sum when that is None). Facts that can be absent are emptied
    by an empty text.
    """

    member_id: Sealed[str] | None = None
    patient: PersonFact | None = None
    coverage: CoverageFact | None = None
    subscriber: PersonFact | None = None
    charges: tuple[ChargeFact, ...] | None = None
    lines: tuple[CopyLine, ...] | None = None
    diagnoses: tuple[str, ...] | None = None
    total: int | None = None
    service_date: date | None = None
    service_through: date | None = None
    place_of_service: str | None = None
    billing: BillingIdentity | None = None
    rendering: RenderingIdentity | None = None
    supervising: RenderingIdentity | None = None
    referring: RenderingIdentity | None = None
    facility: CopyFacility | None = None
    prior_authorization: str | None = None
    referral: str | None = None
    note: Sealed[str] | None = None
    delay_reason: str | None = None
    attachments: tuple[Attachment, ...] | None = None
    institutional: InstitutionalFacts | None = None
    dental: DentalFacts | None = None


_AS_THEY_ARE = (
    "service_date",
    "service_through",
    "place_of_service",
    "billing",
    "rendering",
    "supervising",
    "referring",
    "facility",
    "prior_authorization",
    "referral",
    "delay_reason",
    "attachments",
    "institutional",
    "dental",
)


def correct(
    work: Work, vault: Vault, records: Records, claim: str, changes: Correction, actor: str, reason: str = ""
) -> int:
    """Begin a new version with the correction; returns its number. The event names the fields that changed, never
    their values; a changed total goes to the ledger. The new version must be validated again. ``reason`` is a code.

    Raises ``claims.not_found``, ``claims.in_flight``, ``claims.nothing_changed``.
    """
    held = ClaimChanges.of(work, [claim], actor)
    present = held.claim(claim)
    if why_not(Standing(present, in_file(work, present)), Act.EDIT):
        raise IN_FLIGHT.error(claim=claim)
    old = open_copies(work, vault, [claim])[claim]
    names: list[str] = [one.name for one in fields(changes) if getattr(changes, one.name) is not None]
    return renew(work, vault, records, held, claim, old, corrected(old, changes), EventKind.CORRECTED, names, reason)


def renew(
    work: Work,
    vault: Vault,
    records: Records,
    held: ClaimChanges,
    claim: str,
    old: ClaimCopy,
    new: ClaimCopy,
    kind: EventKind,
    names: list[str],
    reason: str = "",
) -> int:
    """Begin a version that differs from the one before; the event names the fields, and each place that changed.

    Raises ``claims.nothing_changed``.
    """
    if new == old:
        raise NOTHING_TO_CORRECT.error(claim=claim)
    codes: dict[str, object] = {"fields": names, "places": [one.place for one in differences(old, new)][:60]}
    if reason:
        codes["reason"] = reason[:40]
    return begin_version(work, vault, records, held, claim, new, kind, codes=codes).version


def resubmit(work: Work, vault: Vault, records: Records, claim: str, actor: str, reason: str = "") -> int:
    """Send the claim again as it is: a new version with the same content, to be validated; returns its number.

    Raises ``claims.not_found``, ``claims.not_in_this_state``.
    """
    held = held_for(work, claim, actor, Act.RESUBMIT)
    copy = open_copies(work, vault, [claim])[claim]
    codes: dict[str, object] = {"reason": reason[:40]} if reason else {}
    return begin_version(work, vault, records, held, claim, copy, EventKind.RESUBMITTED, codes=codes).version


def corrected(old: ClaimCopy, changes: Correction) -> ClaimCopy:
    """The copy with the correction; pure."""
    new = old
    if changes.patient is not None:
        new = msgspec.structs.replace(new, patient=copy_person(changes.patient))
    if changes.subscriber is not None:
        new = msgspec.structs.replace(new, subscriber=copy_person(changes.subscriber))
    if changes.coverage is not None:
        coverage = copy_coverage(changes.coverage, old.coverage.filing)
        # Which payer it is for in its turn belongs to the claim, not to the card.
        new = msgspec.structs.replace(new, coverage=msgspec.structs.replace(coverage, order=old.coverage.order))
        if new.coverage.relationship == "self":
            new = msgspec.structs.replace(new, subscriber=None)
    if changes.member_id is not None:
        member = changes.member_id.reveal(Purpose.STORE).strip()
        new = msgspec.structs.replace(new, coverage=msgspec.structs.replace(new.coverage, member_id=member))
    if changes.note is not None:
        new = msgspec.structs.replace(new, note=changes.note.reveal(Purpose.STORE).strip())
    for name in _AS_THEY_ARE:
        value = getattr(changes, name)
        if value is not None:
            new = msgspec.structs.replace(new, **{name: value})
    if changes.service_date is not None and changes.lines is None:
        # Lines that stood on the claim's day go with it; a line with a day of its own keeps it.
        lines = tuple(_moved(line, old.service_date, changes.service_date) for line in new.lines)
        new = msgspec.structs.replace(new, lines=lines)
    if changes.charges is not None:
        diagnoses, lines = copy_lines(changes.charges, old.number, new.service_date)
        total = sum(line.amount for line in lines)
        new = msgspec.structs.replace(new, diagnoses=diagnoses, lines=lines, total=total)
    if changes.diagnoses is not None:
        new = msgspec.structs.replace(new, diagnoses=tuple(plain_diagnosis(code) for code in changes.diagnoses))
    if changes.lines is not None:
        lines = tuple(
            msgspec.structs.replace(line, control=line_control(old.number, place))
            for place, line in enumerate(changes.lines, 1)
        )
        new = msgspec.structs.replace(new, lines=lines, total=sum(line.amount for line in lines))
    if changes.total is not None:
        new = msgspec.structs.replace(new, total=changes.total)
    return new


def _moved(line: CopyLine, before: date, to: date) -> CopyLine:
    return msgspec.structs.replace(line, service_date=to) if line.service_date == before else line
