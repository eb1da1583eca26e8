"""What the practice knows today of what a claim was frozen from: patient, coverage, provider, practice, fees.

Reads only. A record that is gone leaves its part of the claim as it is, and so does a fee that is not in the schedule.
Prices are looked up only for visits of ours: a claim that was sent to us whole states its own.
"""

from __future__ import annotations

import msgspec

from chartline.domains.claims import Claim, ClaimCopy, ClaimSource
from chartline.domains.claims.copy import CopyLine, RenderingIdentity
from chartline.domains.claims.source import copy_coverage, copy_person
from chartline.domains.coverage.subscriber import subscriber_of
from chartline.domains.practice.coverages import read_coverage
from chartline.domains.practice.fees import fees_for
from chartline.domains.practice.people import read_person
from chartline.domains.practice.providers import provider_by_npi
from chartline.domains.practice.settings import read_practice
from chartline.flows.ground import Ground
from chartline.flows.visit_to_claim import billing_identity
from chartline.kernel.money import Money
from chartline.kernel.sealed import Purpose
from chartline.platform.database import Work


def fresh_copy(ground: Ground, work: Work, claim: Claim, copy: ClaimCopy) -> ClaimCopy:
    """The copy as it would be frozen today; a constant number of queries."""
    wanted = [("Patient", claim.patient_id), ("Coverage", claim.coverage_id)]
    stored = ground.records.read_many(work, wanted)
    new = copy
    patient, coverage = stored.get(wanted[0]), stored.get(wanted[1])
    if patient is not None:
        new = msgspec.structs.replace(new, patient=copy_person(read_person(patient.reveal(Purpose.STORE))))
    if coverage is not None:
        resource = coverage.reveal(Purpose.STORE)
        fact = read_coverage(resource)
        present = copy_coverage(fact, copy.coverage.filing)
        own = present.relationship == "self"
        insured = None if own else subscriber_of(work, ground.records, resource)
        new = msgspec.structs.replace(
            new,
            # Which payer it is for in its turn belongs to the claim, not to the card.
            coverage=msgspec.structs.replace(present, order=copy.coverage.order),
            # A claim that was sent to us whole may name somebody whom the records do not know.
            subscriber=None if own else copy_person(insured) if insured is not None else copy.subscriber,
        )
    practice = billing_identity(read_practice(work))
    if practice.npi == copy.billing.npi:
        new = msgspec.structs.replace(new, billing=practice)
    if copy.rendering is not None:
        provider = provider_by_npi(work, copy.rendering.npi)
        if provider is not None:
            known = RenderingIdentity(
                last=provider.family, first=provider.given, npi=provider.npi, taxonomy=provider.taxonomy
            )
            new = msgspec.structs.replace(new, rendering=known)
    return _priced(work, new) if claim.source is ClaimSource.VISIT else new


def _priced(work: Work, copy: ClaimCopy) -> ClaimCopy:
    fees = fees_for(work, sorted({line.procedure for line in copy.lines}), copy.coverage.payer_id, copy.service_date)
    lines = tuple(_line(line, fees.get(line.procedure)) for line in copy.lines)
    return msgspec.structs.replace(copy, lines=lines, total=sum(line.amount for line in lines))


def _line(line: CopyLine, fee: Money | None) -> CopyLine:
    return line if fee is None else msgspec.structs.replace(line, amount=fee.minor * line.units)
