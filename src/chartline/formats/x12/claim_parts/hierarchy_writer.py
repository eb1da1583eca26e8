"""Claims of one kind into files: transactions, levels, and the split by size.

One transaction for each pair of submitter and receiver (and each ``most_claims`` of theirs), in it one level for each
billing provider, below it one subscriber level (and patient level) for each claim. The same input gives the same bytes:
BHT03 is derived from the interchange control number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Protocol, TypeVar

import msgspec

from chartline.formats.x12.claim_parts.parties import BillingProvider, Patient, Receiver, Submitter, Subscriber
from chartline.formats.x12.claim_parts.party_writer import write_billing, write_header, write_patient, write_subscriber
from chartline.formats.x12.envelope_writer import Envelope, TransactionDraft, write_interchange
from chartline.formats.x12.writer import MISSING, Draft, require

MOST_CLAIMS = 5000
"""Claims in one transaction; the guides advise not to go beyond."""
CHARGES = "CH"
"""BHT06 of claims to be paid; ``RP`` are encounters that only report, ``31`` is a claim of a state that paid first."""


class Billable(Protocol):
    """What a claim of any kind has in common."""

    @property
    def submitter(self) -> Submitter: ...  # noqa: D102
    @property
    def receiver(self) -> Receiver: ...  # noqa: D102
    @property
    def billing(self) -> BillingProvider: ...  # noqa: D102
    @property
    def subscriber(self) -> Subscriber: ...  # noqa: D102
    @property
    def patient(self) -> Patient | None: ...  # noqa: D102


C = TypeVar("C", bound=Billable)
WriteClaim = Callable[[C], Iterator[Draft]]
"""The segments of a claim from its CLM on."""


def build_claims(
    claims: Sequence[C],
    envelope: Envelope,
    guide: str,
    write_claim: WriteClaim[C],
    *,
    most_claims: int = MOST_CLAIMS,
    purpose: str = CHARGES,
    unchecked: bool = False,
) -> bytes:
    """One interchange with all claims; claims of one billing provider come together, otherwise the order is kept."""
    if not claims:
        raise MISSING.error(field="claims")
    if most_claims < 1:
        raise ValueError("most_claims must be at least 1")
    parties: dict[tuple[Submitter, Receiver], list[C]] = {}
    for claim in claims:
        parties.setdefault((claim.submitter, claim.receiver), []).append(claim)
    shares = [
        (submitter, receiver, theirs[start : start + most_claims])
        for (submitter, receiver), theirs in parties.items()
        for start in range(0, len(theirs), most_claims)
    ]
    drafts = [
        TransactionDraft(
            set_id="837",
            guide=guide,
            segments=[
                _beginning(envelope, number, purpose),
                *write_header(submitter, receiver),
                *_hierarchy(theirs, write_claim),
            ],
        )
        for number, (submitter, receiver, theirs) in enumerate(shares, 1)
    ]
    return write_interchange(envelope, "HC", guide, drafts, unchecked=unchecked)


def build_claim_files(
    claims: Iterable[C],
    envelope: Envelope,
    guide: str,
    write_claim: WriteClaim[C],
    *,
    most_claims: int = MOST_CLAIMS,
    claims_in_file: int = MOST_CLAIMS,
    purpose: str = CHARGES,
    unchecked: bool = False,
) -> Iterator[bytes]:
    """Interchanges of at most ``claims_in_file`` claims, control numbers counted up from those of the envelope.

    Only the claims of one file are held at a time, so ``claims`` may be a generator over any number.
    """
    if claims_in_file < 1:
        raise ValueError("claims_in_file must be at least 1")
    source = iter(claims)
    number = 0
    while some := list(islice(source, claims_in_file)):
        numbered = msgspec.structs.replace(
            envelope, control=envelope.control + number, group_control=envelope.group_control + number
        )
        yield build_claims(
            some, numbered, guide, write_claim, most_claims=most_claims, purpose=purpose, unchecked=unchecked
        )
        number += 1


def _beginning(envelope: Envelope, number: int, purpose: str) -> Draft:
    reference = f"{envelope.control:09d}{number:04d}"
    return ("BHT", "0019", "00", reference, envelope.at.date(), f"{envelope.at:%H%M}", require(purpose, "purpose"))


def _hierarchy(claims: list[C], write_claim: WriteClaim[C]) -> Iterator[Draft]:
    by_provider: dict[BillingProvider, list[C]] = {}
    for claim in claims:
        by_provider.setdefault(claim.billing, []).append(claim)
    level = 0
    for billing, theirs in by_provider.items():
        level += 1
        provider_level = level
        yield ("HL", str(level), None, "20", "1")
        yield from write_billing(billing)
        for claim in theirs:
            level += 1
            subscriber_level = level
            patient = claim.patient
            yield ("HL", str(level), str(provider_level), "22", "0" if patient is None else "1")
            yield from write_subscriber(claim.subscriber, is_patient=patient is None)
            if patient is not None:
                level += 1
                yield ("HL", str(level), str(subscriber_level), "23", "0")
                yield from write_patient(patient)
            yield from write_claim(claim)
