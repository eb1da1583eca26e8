"""A file of remittances read once from end to end before anything of it is stored: sums, findings, how it is known.

In memory that does not grow with the file. Refuses a file that cannot be read whole: a half-read remittance is worse
than none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice

import msgspec

from chartline.formats.x12.envelope_check import check_envelope_stream
from chartline.formats.x12.finding import Finding
from chartline.formats.x12.remittance import (
    Remittance,
    RemittanceClaim,
    RemittanceEnd,
    check_claim,
    check_payment,
    stream_835,
)
from chartline.formats.x12.source import Source
from chartline.kernel.ids import derived_id
from chartline.kernel.money import Money
from chartline.kernel.sealed import Masked

Opened = Callable[[], Source]
"""The file from its beginning, as often as it is called."""

MOST_FINDINGS = 100
"""So many are kept of one remittance; the payer who gets one sum wrong may get thousands wrong."""
_MANY = "x12.more_findings"


@dataclass(frozen=True, slots=True, repr=False)
class Surveyed(Masked):
    """One remittance of the file: ``header`` without its claims, their sums in cents, and what is wrong with it.

    ``content`` is a hash of what was decided, empty when nothing was.
    """

    header: Remittance
    fingerprint: str
    content: bytes
    claims: int
    charged: int
    paid: int
    findings: tuple[Finding, ...]


def survey(opened: Opened) -> list[Surveyed]:
    """The remittances of a file in file order. Raises the errors of ``read_835``."""
    made: list[Surveyed] = []
    taking: _Taking | None = None
    for event in stream_835(opened()):
        if isinstance(event, RemittanceClaim):
            if taking is not None:
                taking.add(event)
        elif isinstance(event, Remittance):
            taking = _Taking(event)
        elif taking is not None:
            made.append(taking.ended(event))
    envelope = list(islice(check_envelope_stream(opened()), MOST_FINDINGS))
    return [_with(one, envelope) for one in made] if envelope else made


def signed_amount(remittance: Remittance) -> Money:
    """What the payment brings: negative where money goes to the payer."""
    return -remittance.amount if remittance.debit else remittance.amount


@dataclass(slots=True, repr=False)
class _Taking(Masked):
    """One remittance while its claims go by."""

    header: Remittance
    claims: int = 0
    charged: int = 0
    paid: int = 0
    findings: list[Finding] = field(default_factory=list[Finding])
    unnamed: int = 0
    numbers: list[str] = field(default_factory=list[str])
    seen: hashlib._Hash = field(default_factory=hashlib.sha256)

    def add(self, claim: RemittanceClaim) -> None:
        """Count one claim."""
        self.claims += 1
        self.charged += claim.charged.minor
        self.paid += claim.paid.minor
        wrong = check_claim(claim, self.claims)
        if wrong:
            self.findings += wrong[: MOST_FINDINGS - len(self.findings)]
            self.unnamed += len(wrong)
        named = f"{claim.patient_control_number}/{claim.payer_control_number}"
        if not self.header.amount:
            self.numbers.append(named)
        self.seen.update(f"{named}/{claim.status}/{claim.charged.minor}/{claim.paid.minor}\n".encode())

    def ended(self, end: RemittanceEnd) -> Surveyed:
        """The whole of it."""
        header = msgspec.structs.replace(
            self.header, summaries=end.summaries, provider_adjustments=end.provider_adjustments
        )
        findings = [*check_payment(header, self.paid, end.provider_adjustments), *self.findings]
        if self.unnamed > len(self.findings):
            findings.append(_more(self.unnamed - len(self.findings)))
        content = self.seen.digest() if self.claims and header.amount else b""
        mark = _fingerprint(header, self.numbers)
        return Surveyed(header, mark, content, self.claims, self.charged, self.paid, tuple(findings))


def _fingerprint(header: Remittance, numbers: list[str]) -> str:
    """The same for the same remittance from any source; one without payment is also known by its claims."""
    parts = [header.payer_id or header.originator, header.trace, signed_amount(header).text()]
    return derived_id("remittance", *parts, header.paid_on.isoformat(), *numbers)


def _more(count: int) -> Finding:
    say = "More claims of this remittance do not agree with themselves."
    return Finding(_MANY, "remittance", say, "Ask the payer for a corrected one.", "0", str(count))


def _with(one: Surveyed, envelope: list[Finding]) -> Surveyed:
    findings = (*envelope, *one.findings)
    return Surveyed(one.header, one.fingerprint, one.content, one.claims, one.charged, one.paid, findings)
