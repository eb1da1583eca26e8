"""What a claim is drafted from, and the frozen copy made of it.

The only place where sealed facts of a patient become the plain text of a copy, which is sealed again at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import msgspec

from chartline.connect.facts import ChargeFact, CoverageFact, PersonFact, Relationship
from chartline.domains.claims.claim import ClaimKind, ClaimSource
from chartline.domains.claims.copy import (
    BillingIdentity,
    ClaimCopy,
    CopyCoverage,
    CopyLine,
    CopyPerson,
    PostalAddress,
    RenderingIdentity,
)
from chartline.domains.claims.numbers import line_control
from chartline.domains.codes import plain_diagnosis
from chartline.kernel.sealed import Masked, Purpose


@dataclass(frozen=True, slots=True, repr=False)
class DraftSource(Masked):
    """A finished visit with everything a claim needs. Ids are our own record ids.

    ``subscriber`` is needed where the patient is not the subscriber; ``filing`` is the claim filing indicator (SBR09).
    ``filing_deadline`` is the last day on which the payer takes it.
    """

    encounter_id: str
    patient_id: str
    coverage_id: str
    service_date: date
    place_of_service: str
    billing: BillingIdentity
    rendering: RenderingIdentity | None
    patient: PersonFact
    coverage: CoverageFact
    charges: tuple[ChargeFact, ...]
    subscriber: PersonFact | None = None
    filing: str = "CI"
    prior_authorization: str = ""
    kind: ClaimKind = ClaimKind.PROFESSIONAL
    payer_order: int = 1
    primary_claim_id: str | None = None
    origin: ClaimSource = ClaimSource.VISIT
    filing_deadline: date | None = None


@dataclass(frozen=True, slots=True, repr=False)
class CopySource(Masked):
    """A claim that is there whole: sent to us, or made from an earlier payer's decision. It takes its number here.

    ``encounter_id`` is of its own where no visit of ours stands behind it.
    """

    encounter_id: str
    patient_id: str
    coverage_id: str
    copy: ClaimCopy
    origin: ClaimSource
    payer_order: int = 1
    primary_claim_id: str | None = None
    filing_deadline: date | None = None


Source = DraftSource | CopySource


def copy_of(source: Source, number: str) -> ClaimCopy:
    """The first version's copy."""
    if isinstance(source, CopySource):
        return with_number(source.copy, number)
    diagnoses, lines = copy_lines(source.charges, number, source.service_date)
    return ClaimCopy(
        number=number,
        kind=source.kind.value,
        prior_authorization=source.prior_authorization,
        service_date=source.service_date,
        place_of_service=source.place_of_service,
        total=sum(line.amount for line in lines),
        billing=source.billing,
        rendering=source.rendering,
        patient=copy_person(source.patient),
        subscriber=_subscriber(source.subscriber, source.coverage),
        coverage=copy_coverage(source.coverage, source.filing),
        diagnoses=diagnoses,
        lines=lines,
    )


def with_number(copy: ClaimCopy, number: str) -> ClaimCopy:
    """A copy as the first version of the claim of this number; its lines are counted anew."""
    lines = tuple(
        msgspec.structs.replace(line, control=line_control(number, place)) for place, line in enumerate(copy.lines, 1)
    )
    return msgspec.structs.replace(copy, number=number, version=1, frequency="1", payer_number="", lines=lines)


def copy_person(person: PersonFact) -> CopyPerson:
    """A person as claims carry them."""
    store = Purpose.STORE
    return CopyPerson(
        last=person.family.reveal(store),
        first=person.given.reveal(store),
        middle=person.middle.reveal(store),
        born=person.birth_date.reveal(store) if person.birth_date.present() else None,
        sex=person.sex,
        address=PostalAddress(
            line1=person.street.reveal(store),
            line2=person.unit.reveal(store),
            city=person.city.reveal(store),
            state=person.state.reveal(store),
            zip=person.postal_code.reveal(store).replace("-", "").replace(" ", ""),
        ),
    )


def copy_coverage(coverage: CoverageFact, filing: str) -> CopyCoverage:
    """A coverage as claims carry it."""
    return CopyCoverage(
        payer_id=coverage.payer_id,
        payer_name=coverage.payer_name,
        member_id=coverage.member_id.reveal(Purpose.STORE).strip(),
        group=coverage.group_number.reveal(Purpose.STORE).strip(),
        order=coverage.order,
        relationship=coverage.relationship.value,
        filing=filing,
        begin=coverage.begin,
        end=coverage.end,
    )


def copy_lines(
    charges: tuple[ChargeFact, ...], number: str, service_date: date
) -> tuple[tuple[str, ...], tuple[CopyLine, ...]]:
    """The claim's diagnoses, in the order in which the charges name them, and its lines pointing at them."""
    named = [plain_diagnosis(code) for charge in charges for code in charge.diagnoses]
    diagnoses = tuple(dict.fromkeys(named))
    lines = tuple(
        CopyLine(
            control=line_control(number, place),
            procedure=charge.procedure,
            modifiers=charge.modifiers,
            units=charge.units,
            amount=charge.amount.minor,
            pointers=tuple(dict.fromkeys(diagnoses.index(plain_diagnosis(code)) + 1 for code in charge.diagnoses)),
            service_date=service_date,
            place_of_service=charge.place_of_service,
        )
        for place, charge in enumerate(charges, 1)
    )
    return diagnoses, lines


def _subscriber(subscriber: PersonFact | None, coverage: CoverageFact) -> CopyPerson | None:
    own = coverage.relationship is Relationship.SELF
    return None if own or subscriber is None else copy_person(subscriber)
