"""From the check of an 837 and its claims to the 277CA that answers each of them.

A claim is refused for every error that concerns it: its own, and those of its patient, subscriber, billing provider
and transaction. The statuses are those that the problems carry. Refuses claims that are not those of the file: an
answer to the wrong claim is worse than none.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Protocol

from chartline.formats.x12.acknowledgement.claim_model import (
    REFUSED,
    TAKEN,
    ClaimAcknowledgement,
    ClaimAnswer,
    Decision,
    Party,
    PatientAnswer,
    ProviderAnswer,
    ReceiverAnswer,
    Status,
    Totals,
)
from chartline.formats.x12.acknowledgement.claim_places import ClaimPlaces, SubmittedTransaction, find_claims
from chartline.formats.x12.check_result import CheckResult
from chartline.formats.x12.claim_parts.parties import BillingProvider, Patient, Receiver, Submitter, Subscriber
from chartline.formats.x12.problem import Problem
from chartline.formats.x12.record import PersonName
from chartline.formats.x12.source import Source
from chartline.formats.x12.writer import clean
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.money import Money

OTHER_CLAIMS = ErrorKind(
    "x12.other_claims",
    Blame.US,
    Again.NEVER,
    "The claims are not those of the file that is to be answered.",
    "Read the claims from the same bytes that were checked; the fields name the first that differs.",
    status=500,
)

ACCEPTED = Status("A1", "20")
UNPROCESSABLE = Status("A3", "21")
"""Said of an error that has no status of its own, and of a file of which nothing was taken."""

_LONGEST_TEXT = 264


class SubmittedClaim(Protocol):
    """What is asked of a typed claim, professional, institutional or dental."""

    @property
    def submitter(self) -> Submitter:
        """Who sent the file."""
        ...

    @property
    def receiver(self) -> Receiver:
        """Who was to receive it."""
        ...

    @property
    def billing(self) -> BillingProvider:
        """Who is to be paid."""
        ...

    @property
    def subscriber(self) -> Subscriber:
        """The insured."""
        ...

    @property
    def patient(self) -> Patient | None:
        """The patient, if not the subscriber."""
        ...

    @property
    def reference(self) -> str:
        """CLM01, the patient control number."""
        ...

    @property
    def intermediary_reference(self) -> str:
        """REF*D9, empty when there is none."""
        ...

    @property
    def total(self) -> Money:
        """CLM02."""
        ...


def acknowledge_claims(
    source: Source,
    result: CheckResult,
    claims: Sequence[SubmittedClaim],
    *,
    at: datetime,
    reference: str,
    answering: Party | None = None,
    accepted: Status = ACCEPTED,
) -> list[ClaimAcknowledgement]:
    """One answer for each 837 of the file, to be written with ``build_277ca``.

    ``result`` and ``claims`` come from the same ``source``; a stream must stand at its beginning again. ``reference``
    numbers the answer; with several transactions each gets its place added. ``answering`` is the receiver of the
    claims unless another party is given. Raises ``x12.other_claims``.
    """
    places = find_claims(source)
    if len(places.claims) != len(claims):
        raise OTHER_CLAIMS.error(claims=str(len(claims)), found=str(len(places.claims)))
    for number, (place, claim) in enumerate(zip(places.claims, claims, strict=True), 1):
        if place.number != claim.reference:
            raise OTHER_CLAIMS.error(claim=str(number))
    problems = _by_claim(result, places)
    several = len(places.transactions) > 1
    return [
        _Answer(places, claims, problems, at, accepted).to(
            transaction, f"{reference}-{number}" if several else reference, answering
        )
        for number, transaction in enumerate(places.transactions, 1)
        if transaction.claims
    ]


def _by_claim(result: CheckResult, places: ClaimPlaces) -> dict[int, list[Problem]]:
    found: dict[int, list[Problem]] = {}
    for transaction in result.transactions:
        for problem in transaction.problems:
            if problem.is_error and transaction.set_id == "837":
                for claim in places.concerned(problem.place.segment):
                    found.setdefault(claim, []).append(problem)
    return found


class _Answer:
    """The answers of one file, claim by claim."""

    def __init__(
        self,
        places: ClaimPlaces,
        claims: Sequence[SubmittedClaim],
        problems: dict[int, list[Problem]],
        at: datetime,
        accepted: Status,
    ) -> None:
        self._places = places
        self._claims = claims
        self._problems = problems
        self._at = at
        self._accepted = accepted

    def to(self, transaction: SubmittedTransaction, reference: str, answering: Party | None) -> ClaimAcknowledgement:
        first = self._claims[transaction.claims[0]]
        totals = self._totals(transaction.claims)
        today = self._at.date()
        receiver = ReceiverAnswer(
            party=_organisation(first.submitter.name, first.submitter.id, "41"),
            reference=transaction.reference,
            decisions=(self._summary(transaction.claims, totals, today),),
            totals=totals,
            providers=tuple(
                self._provider(provider, list(indexes))
                for provider, indexes in groupby(transaction.claims, key=lambda index: self._claims[index].billing)
            ),
        )
        return ClaimAcknowledgement(
            source=answering or _organisation(first.receiver.name, first.receiver.id, "AY"),
            reference=reference,
            created=today,
            time=f"{self._at:%H%M%S}",
            trace=reference,
            received=today,
            processed=today,
            receivers=(receiver,),
        )

    def _provider(self, billing: BillingProvider, indexes: list[int]) -> ProviderAnswer:
        name = PersonName(last=billing.name, first=billing.first, middle=billing.middle, suffix=billing.suffix)
        party = Party(
            name=name,
            id=billing.npi or billing.tax_id,
            id_kind="XX" if billing.npi else "FI",
            role="85",
            is_organisation=not billing.first,
        )
        patients = tuple(
            PatientAnswer(name=name, member_id=member, claims=tuple(self._claim(index) for index in some))
            for (name, member), some in groupby(indexes, key=self._patient)
        )
        totals = self._totals(indexes)
        # A provider's status carries no date.
        decisions = (self._summary(indexes, totals, None),)
        return ProviderAnswer(party=party, trace="0", decisions=decisions, totals=totals, patients=patients)

    def _summary(self, indexes: Sequence[int], totals: Totals, on: date | None) -> Decision:
        """What is said of several claims together: taken, as far as any of them is."""
        some = bool(totals.accepted)
        return Decision(
            statuses=(self._accepted if some else UNPROCESSABLE,),
            on=on,
            action=TAKEN if some else REFUSED,
            amount=Money.total([self._claims[index].total for index in indexes]),
        )

    def _patient(self, index: int) -> tuple[PersonName, str]:
        claim = self._claims[index]
        person = claim.patient or claim.subscriber
        return person.name, claim.subscriber.member_id

    def _claim(self, index: int) -> ClaimAnswer:
        claim, place = self._claims[index], self._places.claims[index]
        last = place.last_day if place.last_day != place.first_day else None
        return ClaimAnswer(
            reference=claim.reference,
            decisions=tuple(self._decisions(index, self._at.date())),
            intermediary_reference=claim.intermediary_reference,
            bill_type=place.bill_type,
            first_day=place.first_day,
            last_day=last,
        )

    def _decisions(self, index: int, on: date) -> list[Decision]:
        problems = self._problems.get(index, [])
        amount = self._claims[index].total
        if not problems:
            return [Decision(statuses=(self._accepted,), on=on, action=TAKEN, amount=amount)]
        found: dict[Status, Problem] = {}
        for problem in problems:
            found.setdefault(_status(problem), problem)
        return [
            Decision(statuses=(status,), on=on, action=REFUSED, amount=amount, text=_text(problem))
            for status, problem in found.items()
        ]

    def _totals(self, indexes: Sequence[int]) -> Totals:
        taken = [self._claims[index].total for index in indexes if index not in self._problems]
        refused = [self._claims[index].total for index in indexes if index in self._problems]
        return Totals(
            accepted=len(taken) if taken else None,
            refused=len(refused) if refused else None,
            accepted_amount=Money.total(taken) if taken else None,
            refused_amount=Money.total(refused) if refused else None,
        )


def _status(problem: Problem) -> Status:
    category, _, code = problem.kind.stc.partition(":")
    return Status(category, code) if code else UNPROCESSABLE


def _text(problem: Problem) -> str:
    """Where and what, without any value from the claim."""
    place = problem.place
    element = f"{place.segment_id}{place.element:02d}" if place.element else place.segment_id
    return clean(f"{element} {problem.kind.say}")[:_LONGEST_TEXT].strip()


def _organisation(name: str, number: str, role: str) -> Party:
    return Party(name=PersonName(last=name), id=number, id_kind="46", role=role)
