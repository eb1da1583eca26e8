"""The letter of an appeal, from the claim's own copy and the payer's reasons. Words of our own, for a person to edit.

Pure: the same claim and denial give the same letter. Refuses to promise enclosures: it names what has to be added.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from chartline.domains.claims import Claim
from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.remits.denials.denial import Denial
from chartline.domains.remits.denials.kinds import advice
from chartline.formats.x12.codes import label
from chartline.kernel.money import Money
from chartline.kernel.sealed import Masked


@dataclass(frozen=True, slots=True, repr=False)
class Letter(Masked):
    """A letter as paragraphs; ``facts`` are lines of a heading and its value."""

    sender: tuple[str, ...]
    recipient: tuple[str, ...]
    on: date
    subject: str
    facts: tuple[tuple[str, str], ...]
    paragraphs: tuple[str, ...]
    enclosures: tuple[str, ...]
    signature: tuple[str, ...]

    def text(self) -> str:
        """The letter as plain text."""
        width = max((len(name) for name, _ in self.facts), default=0)
        facts = "\n".join(f"{name:<{width}}  {value}" for name, value in self.facts)
        enclosures = "\n".join(f"- {one}" for one in self.enclosures)
        parts = ["\n".join(self.sender), self.on.isoformat(), "\n".join(self.recipient), self.subject, facts]
        parts += [*self.paragraphs, f"To be enclosed:\n{enclosures}", "\n".join(self.signature)]
        return "\n\n".join(parts) + "\n"


def write_letter(claim: Claim, copy: ClaimCopy, denial: Denial, level: int, on: date) -> Letter:
    """The letter of an appeal of a level (1 is the first)."""
    patient, billing = copy.patient, copy.billing
    reasons = [label(*code.split("-", 1)) for code in denial.reasons]
    name = " ".join(part for part in (patient.first, patient.middle, patient.last) if part)
    facts = (
        ("Patient", name),
        ("Date of birth", patient.born.isoformat() if patient.born else ""),
        ("Member id", copy.coverage.member_id),
        ("Our claim", claim.number),
        ("Your claim", claim.payer_number or "not told to us"),
        ("Date of service", copy.service_date.isoformat()),
        ("Services", ", ".join(_service(line.procedure, line.modifiers) for line in copy.lines)),
        ("Diagnoses", ", ".join(copy.diagnoses)),
        ("Charged", Money(copy.total).shown()),
        ("In dispute", denial.amount.shown()),
        ("Your decision of", denial.decided_on.isoformat()),
    )
    first = "This is an appeal" if level == 1 else f"This is an appeal of level {level}"
    paragraphs = (
        f"{first} of your decision named above. You gave these reasons: {'; '.join(reasons)}.",
        advice(denial.kind).argue,
        "Please decide again and pay the claim. If you keep to your decision, please name the rule it rests on, the "
        "person who decided, and how we may have it reviewed.",
    )
    address = copy.billing.address
    return Letter(
        sender=(
            billing.name,
            " ".join(part for part in (address.line1, address.line2) if part),
            f"{address.city}, {address.state} {address.zip}".strip(", "),
            f"NPI {billing.npi}, tax id {billing.tax_id}",
        ),
        recipient=(claim.payer_name, "Appeals"),
        on=on,
        subject=f"Appeal: claim {claim.number}",
        facts=tuple(pair for pair in facts if pair[1]),
        paragraphs=paragraphs,
        enclosures=("Your remittance advice with the decision", "What the second paragraph names"),
        signature=(billing.contact or "Billing", billing.name, billing.phone),
    )


def _service(procedure: str, modifiers: tuple[str, ...]) -> str:
    return "-".join((procedure, *modifiers))
