"""Claims that somebody sends us whole, without a visit of ours: one, or hundreds at once.

Each is looked at for itself: what cannot be made is answered with its problem and stops no other. The patient must be
one of ours, and so must the billing and the rendering provider; the coverage is found by payer and member id, or made.
A claim is drafted from what was sent, also when its total is wrong: the rules then refuse it, in their words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import msgspec

from chartline.connect.facts import CoverageFact, PersonFact, Relationship
from chartline.domains.claims import Claim, ClaimKind, ClaimSource, Finding
from chartline.domains.claims.axes import SubmissionAxis, WorkAxis
from chartline.domains.claims.claim import NO_CLAIM
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
from chartline.domains.claims.custody import in_files
from chartline.domains.claims.drafting import draft_many
from chartline.domains.claims.queries import payer_names, read_claims
from chartline.domains.claims.source import CopySource, copy_coverage, copy_person
from chartline.domains.claims.validation import validate_many
from chartline.domains.codes import plain_diagnosis
from chartline.domains.coverage.subscriber import subscribers_of, with_subscriber
from chartline.domains.practice.coverages import beneficiary_of, primary_on, read_coverage, write_coverage
from chartline.domains.practice.day import coverages_of
from chartline.domains.practice.people import read_person
from chartline.domains.practice.providers import Provider, list_providers, provider_by_npi
from chartline.domains.practice.settings import Practice, office_zone, read_practice
from chartline.domains.sync.changes import note_written
from chartline.flows.ground import Ground
from chartline.flows.publishing import queue_publishing
from chartline.flows.visit_to_claim import billing_identity
from chartline.formats.fhir import JsonObject, require_shape, text
from chartline.formats.x12.claim_parts.values import Attachment
from chartline.formats.x12.dental_claim.line import Tooth
from chartline.kernel.errors import Again, Blame, ChartlineError, ErrorKind, Problem
from chartline.kernel.ids import derived_id, new_id
from chartline.kernel.money import Money
from chartline.kernel.sealed import Masked, Purpose, Sealed
from chartline.platform.audit import AuditEvent
from chartline.platform.database import Work
from chartline.platform.records import Change

AT_ONCE = 100
"""So many claims are taken in one transaction."""

NO_PATIENT = ErrorKind(
    "claims.no_patient",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The claim names a patient who is not in this practice.",
    "Register the patient first, and send the claim with the id that comes back.",
    status=422,
)
NO_SUCH_PROVIDER = ErrorKind(
    "claims.no_provider",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The claim names a provider who is not among this practice's.",
    "Enter the provider in the settings, or correct the NPI; the field says whose.",
    status=422,
)
NO_MEMBER = ErrorKind(
    "claims.no_member_id",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The patient has no coverage with this payer, and the claim has no member id to make one of.",
    "Send subscriberMemberId, or enter the patient's insurance.",
    status=422,
)
NO_LINES = ErrorKind(
    "claims.no_lines",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The claim has no service lines.",
    "Send at least one line.",
    status=422,
)


@dataclass(frozen=True, slots=True, repr=False)
class AskedLine(Masked):
    """One service. Diagnoses may be written with dots. ``service_date`` is the claim's where there is none."""

    procedure: str
    amount: Money
    units: int = 1
    diagnoses: tuple[str, ...] = ()
    modifiers: tuple[str, ...] = ()
    service_date: date | None = None
    through: date | None = None
    place_of_service: str = ""
    revenue_code: str = ""
    description: str = ""
    teeth: tuple[Tooth, ...] = ()
    areas: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class AskedClaim(Masked):
    """A claim as it was sent to us. ``total`` None is the sum of the lines; ``subscriber`` where it is not the patient.

    ``visit`` is the encounter it is for, where the sender knows one of ours.
    """

    patient_id: str
    payer_id: str
    begin: date
    lines: tuple[AskedLine, ...]
    kind: ClaimKind = ClaimKind.PROFESSIONAL
    end: date | None = None
    total: Money | None = None
    member_id: Sealed[str] = field(default_factory=lambda: Sealed(""))
    group: Sealed[str] = field(default_factory=lambda: Sealed(""))
    payer_name: str = ""
    relationship: Relationship = Relationship.SELF
    subscriber: PersonFact | None = None
    billing_npi: str = ""
    rendering_npi: str = ""
    referring: RenderingIdentity | None = None
    supervising: RenderingIdentity | None = None
    facility: CopyFacility | None = None
    place_of_service: str = "11"
    prior_authorization: str = ""
    referral: str = ""
    note: Sealed[str] = field(default_factory=lambda: Sealed(""))
    attachments: tuple[Attachment, ...] = ()
    institutional: InstitutionalFacts | None = None
    dental: DentalFacts | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one claim: it is there, with what the rules found, or it is not, with the problem."""

    claim: Claim | None = None
    findings: tuple[Finding, ...] = ()
    problem: Problem | None = None


def take_claims(
    ground: Ground,
    organisation: str,
    actor: str,
    asked: Sequence[AskedClaim],
    *,
    check: bool = True,
    once: str = "",
) -> list[Taken]:
    """Make claims of what was sent, a hundred in a transaction; what became of each, in their order.

    With ``check`` the rules look at them, and those that pass go out with the next file. The same claims under the same
    ``once`` are made once.
    """
    taken: list[Taken] = []
    for start in range(0, len(asked), AT_ONCE):
        part = asked[start : start + AT_ONCE]
        names = [
            derived_id("claim-sent", organisation, once, str(place)) if once else new_id()
            for place in range(start, start + len(part))
        ]
        with ground.database.work(organisation) as work:
            taken += _Intake(ground, work, actor, part).take(names, check=check)
            queue_publishing(ground, work)
    return taken


class _Intake:
    """One transaction of claims, with everything they name read in a few statements."""

    def __init__(self, ground: Ground, work: Work, actor: str, asked: Sequence[AskedClaim]) -> None:
        self._ground, self._work, self._actor, self._asked = ground, work, actor, asked
        self._practice: Practice = read_practice(work)
        self._providers = {one.npi: one for one in list_providers(work, active_only=False)}
        patients = sorted({one.patient_id for one in asked})
        stored = ground.records.read_many(work, [("Patient", one) for one in patients])
        self._patients = {identity: one.reveal(Purpose.STORE) for (_, identity), one in stored.items()}
        self._coverages = coverages_of(work, ground.records, sorted(self._patients))
        self._payers = payer_names(work, sorted({one.payer_id for one in asked}))
        insured = [one for each in self._coverages.values() for one in each]
        people = subscribers_of(work, ground.records, insured)
        self._subscribers = {text(one, "id") or "": who for one, who in zip(insured, people, strict=True)}
        self._new: list[JsonObject] = []

    def take(self, names: list[str], *, check: bool) -> list[Taken]:
        """Draft, and check; what became of each."""
        sources: dict[int, CopySource] = {}
        problems: dict[int, Problem] = {}
        for place, (one, encounter) in enumerate(zip(self._asked, names, strict=True)):
            try:
                sources[place] = self._source(one, encounter)
            except ChartlineError as error:
                problems[place] = error.problem
        self._insure()
        ground, work = self._ground, self._work
        made = draft_many(work, ground.vault, ground.records, list(sources.values()), self._actor)
        ids = dict(zip(sources, made, strict=True))
        found = self._check(made) if check else {}
        claims = read_claims(work, made)
        ground.audit.record(work, AuditEvent(self._actor, "claim.create", detail={"count": str(len(made))}))
        return [
            Taken(problem=problems[place])
            if place in problems
            else Taken(claims[ids[place]], tuple(found.get(ids[place], ())))
            for place in range(len(self._asked))
        ]

    def _check(self, made: list[str]) -> dict[str, list[Finding]]:
        """Look at those that nobody has sent: a repeated request finds claims that have gone on meanwhile."""
        present = read_claims(self._work, made)
        filed = in_files(self._work, present.values())
        unsent = [
            one.id
            for one in present.values()
            if one.submission in (SubmissionAxis.NONE, SubmissionAxis.VALIDATED)
            and one.work in (WorkAxis.DRAFT, WorkAxis.HELD, WorkAxis.READY)
            and one.id not in filed
        ]
        return check_claims(self._ground, self._work, unsent, self._actor, self._practice)

    def _insure(self) -> None:
        if self._new:
            for one in self._new:
                require_shape(one)
            self._ground.records.write_many(self._work, [Change.put(one) for one in self._new])
            note_written(self._work, [("Coverage", text(one, "id") or "") for one in self._new])

    def _source(self, asked: AskedClaim, encounter: str) -> CopySource:
        patient = self._patients.get(asked.patient_id)
        if patient is None:
            raise NO_PATIENT.error(patient=asked.patient_id)
        if not asked.lines:
            raise NO_LINES.error(patient=asked.patient_id)
        person = read_person(patient)
        coverage_id, coverage = self._coverage(asked)
        if asked.subscriber is None and coverage.relationship is not Relationship.SELF:
            asked = replace(asked, subscriber=self._subscribers.get(coverage_id))
            asked = replace(asked, relationship=coverage.relationship)
        billing, rendering = self._billing(asked), self._rendering(asked)
        copy = _copy(asked, person, coverage, billing, rendering)
        return CopySource(
            encounter_id=encounter,
            patient_id=asked.patient_id,
            coverage_id=coverage_id,
            copy=copy,
            origin=ClaimSource.API,
            filing_deadline=asked.begin + timedelta(days=self._practice.filing_days),
        )

    def _coverage(self, asked: AskedClaim) -> tuple[str, CoverageFact]:
        """The patient's coverage with this payer and member id, the one that holds on the day first; else a new one."""
        member = asked.member_id.reveal(Purpose.MATCH).strip()
        found: list[tuple[bool, str, CoverageFact]] = []
        for resource in self._coverages.get(asked.patient_id, []):
            fact = read_coverage(resource)
            same = not member or fact.member_id.reveal(Purpose.MATCH).strip().upper() == member.upper()
            if fact.payer_id == asked.payer_id and same:
                found.append((primary_on([resource], asked.begin) is None, text(resource, "id") or "", fact))
        if found:
            _, identity, fact = min(found, key=lambda one: one[:2])
            return identity, fact
        if not member:
            raise NO_MEMBER.error(patient=asked.patient_id, payer=asked.payer_id)
        fact = CoverageFact(
            vendor_id=None,
            payer_id=asked.payer_id,
            payer_name=asked.payer_name or self._payers.get(asked.payer_id) or f"Payer {asked.payer_id}",
            member_id=Sealed(member),
            group_number=asked.group,
            order=1,
            relationship=asked.relationship,
        )
        resource = write_coverage(fact, new_id(), asked.patient_id)
        if asked.subscriber is not None and asked.subscriber.birth_date.present():
            resource = with_subscriber(resource, asked.subscriber)
        self._coverages.setdefault(beneficiary_of(resource), []).append(resource)
        self._new.append(resource)
        return text(resource, "id") or "", fact

    def _billing(self, asked: AskedClaim) -> BillingIdentity:
        ours = billing_identity(self._practice)
        if asked.billing_npi in ("", ours.npi):
            return ours
        provider = self._provider(asked.billing_npi, "billingProviderNpi")
        return _billed_by(ours, provider)

    def _rendering(self, asked: AskedClaim) -> RenderingIdentity | None:
        npi = asked.rendering_npi
        if not npi:
            active = [one for one in self._providers.values() if one.active]
            # Where only one person gives care, nobody else can have given it.
            return _rendered_by(active[0]) if len(active) == 1 and asked.kind is ClaimKind.PROFESSIONAL else None
        return _rendered_by(self._provider(npi, "renderingProviderNpi"))

    def _provider(self, npi: str, named: str) -> Provider:
        provider = self._providers.get(npi)
        if provider is None:
            raise NO_SUCH_PROVIDER.error(field=named)
        return provider


def made(taken: Taken) -> Claim:
    """The claim that was made. Raises the problem of one that could not be made."""
    if taken.claim is None:
        raise ChartlineError(taken.problem or NO_LINES.problem())
    return taken.claim


def lines_for(
    ground: Ground, work: Work, claim: str, lines: Sequence[AskedLine], begin: date | None
) -> tuple[tuple[str, ...], tuple[CopyLine, ...]]:
    """Other services for a claim that is there: its diagnoses, and its lines pointing at them. What earlier payers
    decided on a line of the same procedure at the same place stays with it. Raises ``claims.not_found``."""
    copy = open_copies(work, ground.vault, [claim]).get(claim)
    if copy is None:
        raise NO_CLAIM.error(claim=claim)
    diagnoses = _diagnoses(lines)
    made_lines: list[CopyLine] = []
    for place, line in enumerate(lines):
        new = _line(line, begin or copy.service_date, copy.place_of_service, diagnoses)
        if place < len(copy.lines) and copy.lines[place].procedure == new.procedure:
            new = msgspec.structs.replace(new, adjudications=copy.lines[place].adjudications)
        made_lines.append(new)
    return diagnoses, tuple(made_lines)


def party_of(work: Work, npi: str, named: str) -> tuple[RenderingIdentity | None, BillingIdentity]:
    """Who an NPI is, as rendering and as billing provider. Raises ``claims.no_provider``."""
    ours = billing_identity(read_practice(work))
    if npi == ours.npi:
        return None, ours
    provider = provider_by_npi(work, npi)
    if provider is None:
        raise NO_SUCH_PROVIDER.error(field=named)
    return _rendered_by(provider), _billed_by(ours, provider)


def check_claims(
    ground: Ground, work: Work, claims: Sequence[str], actor: str, practice: Practice | None = None
) -> dict[str, list[Finding]]:
    """Let the rules look at claims, on the practice's calendar day."""
    own = practice or read_practice(work)
    return validate_many(
        work,
        ground.vault,
        ground.records,
        claims,
        filing_days=own.filing_days,
        today=work.now.astimezone(office_zone(own)).date(),
        actor=actor,
    )


def _billed_by(ours: BillingIdentity, provider: Provider) -> BillingIdentity:
    """The practice with a provider's own number, for providers who are paid themselves."""
    return BillingIdentity(
        name=ours.name,
        npi=provider.npi,
        tax_id=ours.tax_id,
        taxonomy=provider.taxonomy,
        address=ours.address,
        contact=ours.contact,
        phone=ours.phone,
    )


def _rendered_by(provider: Provider) -> RenderingIdentity:
    return RenderingIdentity(last=provider.family, first=provider.given, npi=provider.npi, taxonomy=provider.taxonomy)


def _copy(
    asked: AskedClaim,
    person: PersonFact,
    coverage: CoverageFact,
    billing: BillingIdentity,
    rendering: RenderingIdentity | None,
) -> ClaimCopy:
    diagnoses = _diagnoses(asked.lines)
    lines = tuple(_line(line, asked.begin, asked.place_of_service, diagnoses) for line in asked.lines)
    total = asked.total or Money.total([line.amount for line in asked.lines])
    relationship = asked.relationship if asked.subscriber is not None else coverage.relationship
    own = relationship is Relationship.SELF
    return ClaimCopy(
        number="",
        kind=asked.kind.value,
        service_date=asked.begin,
        service_through=asked.end if asked.end != asked.begin else None,
        place_of_service=asked.place_of_service,
        total=total.minor,
        billing=billing,
        rendering=rendering,
        patient=copy_person(person),
        subscriber=None if own or asked.subscriber is None else copy_person(asked.subscriber),
        coverage=copy_coverage(replace(coverage, relationship=relationship), "CI"),
        diagnoses=diagnoses,
        lines=lines,
        prior_authorization=asked.prior_authorization,
        referral=asked.referral,
        note=asked.note.reveal(Purpose.STORE),
        attachments=asked.attachments,
        referring=asked.referring,
        supervising=asked.supervising,
        facility=asked.facility,
        institutional=asked.institutional,
        dental=asked.dental,
    )


def _diagnoses(lines: Sequence[AskedLine]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(plain_diagnosis(code) for line in lines for code in line.diagnoses))


def _line(line: AskedLine, begin: date, place_of_service: str, diagnoses: tuple[str, ...]) -> CopyLine:
    return CopyLine(
        control="",
        procedure=line.procedure.strip().upper(),
        modifiers=tuple(one.strip().upper() for one in line.modifiers),
        units=line.units,
        amount=line.amount.minor,
        pointers=tuple(dict.fromkeys(diagnoses.index(plain_diagnosis(code)) + 1 for code in line.diagnoses)),
        service_date=line.service_date or begin,
        through=line.through,
        place_of_service=line.place_of_service or place_of_service,
        revenue_code=line.revenue_code,
        description=line.description,
        teeth=line.teeth,
        areas=line.areas,
    )
