"""What the year proved, in numbers. Holds counts, ids of claims and checks, and amounts; never a value of a patient."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from chartline.sandbox.year.numbers import Numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class YearSummary:
    """The numbers of one played year."""

    claims: int
    patients: int
    days: int
    submissions: int
    remittances: int
    ours: Numbers
    theirs: Numbers
    ends: dict[str, int]
    """How many claims ended in which way, or wait in which named state."""
    unexplained: list[str]
    """Numbers of claims whose charge is not explained."""
    lost: list[str]
    """Numbers of claims that the practice wrote, and that neither a payer has nor a named state holds."""
    duplicates: int
    differing_checks: list[str]
    """Checks whose remittance is missing here, or differs by a cent."""
    unbalanced_days: list[str]
    excess_calls: int
    stopped_jobs: int
    acts: dict[str, int]
    """What the biller did."""
    seconds: float
    phases: dict[str, float] = field(default_factory=dict[str, float])
    months: dict[str, float] = field(default_factory=dict[str, float])
    """Real seconds by month, so that it shows if work grew slower."""

    @property
    def checks(self) -> dict[str, bool]:
        """What must hold, by name."""
        return {
            "every claim ends explained": not self.unexplained,
            "the ledger balanced on every day": not self.unbalanced_days,
            "each remittance is equal to the cent": not self.differing_checks,
            "nothing was sent twice": self.duplicates == 0,
            "nothing was lost": not self.lost,
            "reports and payers' books show the same numbers": not self.ours.differences(self.theirs),
            "no call went over the vendor's limit": self.excess_calls == 0,
            "no job waits for a person": self.stopped_jobs == 0,
        }

    @property
    def sound(self) -> bool:
        """Whether all of it holds."""
        return all(self.checks.values())

    @property
    def faults_found(self) -> list[str]:
        """The first things that do not hold, for people."""
        found = [f"claim {number}: its charge is not explained" for number in self.unexplained]
        found += [f"claim {number}: lost" for number in self.lost]
        found += [f"check {check}: differs from the payer's" for check in self.differing_checks]
        found += [f"{name}: reports and payers' books differ" for name in self.ours.differences(self.theirs)]
        return found[:20]

    def as_json(self) -> dict[str, Any]:
        """For ``--json``: every number, the checks, and the verdict."""
        return {
            **asdict(self),
            "ours": self.ours.as_json(),
            "theirs": self.theirs.as_json(),
            "differences": self.ours.differences(self.theirs),
            "checks": self.checks,
            "ok": self.sound,
        }
