"""What is known of a member, told apart from how it is asked and answered (sheet 8.3, rows 15 and 16 of section 15).

Test accounts hear one canned coverage whatever they ask. Everybody else hears what the seed says: covered, not covered,
a payer's refusal (AAA), a payer that does not answer in real time (410), a slow answer, a broken one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from chartline.connectors.claimmd.simulator.checks import luhn
from chartline.connectors.claimmd.simulator.seed import Account, Coverage
from chartline.connectors.claimmd.simulator.state import World
from chartline.kernel.sealed import Masked

REJECTS = {
    "43": "Provider identification is not valid",
    "71": "Birth date does not match the payer's records",
    "72": "Member id is missing or not valid",
    "75": "Subscriber not found",
    "79": "Participant identification is not valid",
}
"""Payer reject reasons (AAA03) in our own words."""

CANNED = Coverage(
    member="SAMPLE1",
    last_name="SAMPLE",
    first_name="PAT",
    copay="25.00",
    deductible="1000.00",
    deductible_remaining="400.00",
    coinsurance_percent=20,
)
"""What a test account hears whatever it asks (sheet 10)."""


@dataclass(frozen=True, slots=True, repr=False)
class Asked(Masked):
    """One question, in either form."""

    payerid: str
    npi: str
    member: str
    last: str
    first: str
    born: date | None
    service: str
    middle: str = ""
    sex: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Verdict(Masked):
    """The answer: a coverage, or a payer's reason, or neither when the payer does not answer in real time."""

    coverage: Coverage | None = None
    reject: str = ""
    slow: float = 0.0
    malformed: bool = False

    @property
    def unsupported(self) -> bool:
        """Whether the payer gives no answers in real time."""
        return self.coverage is None and not self.reject


def decide(world: World, account: Account, asked: Asked) -> Verdict:
    """What the payer says."""
    if account.mode == "test":
        return Verdict(CANNED)
    payer = world.payers.get(asked.payerid)
    coverage = _find(world, asked.member, asked.payerid)
    if payer is None or payer.eligibility == "no" or (coverage and coverage.unsupported):
        return Verdict()
    if not luhn(asked.npi):
        return Verdict(reject="43")
    if coverage is None:
        return Verdict(reject="75" if asked.member else "72")
    wrong_birth = bool(coverage.dob and asked.born and asked.born != coverage.dob)
    reject = coverage.aaa or ("71" if wrong_birth else "")
    return Verdict(None if reject else coverage, reject, coverage.slow_seconds, coverage.malformed)


def _find(world: World, member: str, payerid: str) -> Coverage | None:
    matches = [each for each in world.coverages if each.member == member and each.payerid in ("", payerid)]
    return max(matches, key=lambda each: each.payerid, default=None)
