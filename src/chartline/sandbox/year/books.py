"""The payers' own books, by the simulator's back door, and the numbers of the year worked out from them alone.

Nothing of Chartline is read here: what its reports say is compared with what the payers know. What payers cannot know
(write-offs, patients' money) comes from the biller's own notebook.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import httpx2

from chartline.sandbox.seeds import as_json
from chartline.sandbox.world import ZONE, World
from chartline.sandbox.year.minds import minds_of
from chartline.sandbox.year.numbers import Numbers, rate

TURNED_AWAY = ("refused", "rejected")
DENIED, REVERSAL = "4", "22"
CONTRACTUAL = "CO45"
"""The one reason under which these payers take off what the contract says."""
GRANTED = {CONTRACTUAL, "PR1", "PR2", "PR3", "OA23"}
"""Reasons that refuse nothing: the contract, the patient's shares, what the payer before paid."""
RECENT = timedelta(days=90)
"""Days in A/R are counted at the charges of so many last days."""


@dataclass(frozen=True, slots=True)
class TheirClaim:
    """One submission as the clearinghouse has it. ``number`` is the patient control number."""

    id: str
    number: str
    received: datetime
    stage: str
    cents: int
    next_payer: bool
    first_day: date | None

    @property
    def handed_over(self) -> date:
        """The day of the office on which it was received."""
        return self.received.astimezone(ZoneInfo(ZONE)).date()


@dataclass(frozen=True, slots=True)
class TheirDecision:
    """What a payer said of one submission in one remittance."""

    claim: str
    number: str
    status: str
    paid: int
    contractual: int
    refused: bool
    """Whether a part was taken off for another reason than ``GRANTED``."""


@dataclass(frozen=True, slots=True)
class TheirCheck:
    """One remittance."""

    check: str
    payer: str
    day: date
    cents: int
    decisions: tuple[TheirDecision, ...]


@dataclass(frozen=True, slots=True)
class Notes:
    """What payers cannot know, in cents, and the numbers of claims that the rules let go when corrected."""

    written_off: int = 0
    from_patients: int = 0
    mended: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Books:
    """Everything the payers and the clearinghouse know."""

    claims: tuple[TheirClaim, ...]
    checks: tuple[TheirCheck, ...]
    duplicates: int
    excess_calls: int

    def numbers(self, end: date, notes: Notes) -> Numbers:
        """The numbers by the end of a day of the office, worked out from these books and the office's notebook."""
        first: dict[str, TheirClaim] = {}
        for claim in self.claims:
            first.setdefault(claim.number, claim)
        decisions = [(check.day, one) for check in self.checks for one in check.decisions]
        decided: dict[str, TheirDecision] = {}
        for _, one in decisions:
            if one.status != REVERSAL:
                decided.setdefault(one.number, one)
        denied = [number for number, one in decided.items() if one.status == DENIED]
        passed = [
            number
            for number, one in decided.items()
            if not one.refused and first[number].stage not in TURNED_AWAY and number not in notes.mended
        ]
        charged = [claim for claim in first.values() if not claim.next_payer]
        billed = sum(claim.cents for claim in charged)
        recent = sum(claim.cents for claim in charged if claim.first_day and claim.first_day > end - RECENT)
        given_up = sum(one.contractual for _, one in decisions)
        open_now = billed - sum(one.paid for _, one in decisions) - given_up - notes.written_off - notes.from_patients
        paid = [(day, one) for day, one in decisions if one.paid > 0 and one.status != REVERSAL]
        lags = [(day - first[one.number].handed_over).days for day, one in paid]
        return Numbers(
            claims=len(first),
            billed=billed,
            collected=sum(check.cents for check in self.checks) + notes.from_patients,
            first_pass=rate(len(passed), len(decided)),
            denied=rate(len(denied), len(decided)),
            open=open_now,
            days_open=rate(open_now * RECENT.days, recent, 1),
            lag=rate(sum(lags), len(lags), 1),
        )


class Clearinghouse:
    """The simulated clearinghouse by its port on loopback."""

    def __init__(self, port: int) -> None:
        self._client = httpx2.Client(base_url=f"http://127.0.0.1:{port}/_control", timeout=120.0, trust_env=False)

    def seed(self, world: World) -> None:
        """Tell it of the practice and the payers."""
        self._client.post("/accounts", content=as_json(minds_of(world))).raise_for_status()

    def read(self) -> Books:
        """Its books as they are now."""
        found: dict[str, Any] = self._client.get("/snapshot").raise_for_status().json()
        counted: dict[str, Any] = self._client.get("/counters").raise_for_status().json()
        return Books(
            claims=tuple(_claim(one) for one in found["claims"]),
            checks=tuple(_check(one) for one in found["eras"]),
            duplicates=int(counted["duplicates"]),
            excess_calls=int(counted["excess_calls"]),
        )

    def close(self) -> None:
        """Close the door."""
        self._client.close()


def _claim(one: dict[str, Any]) -> TheirClaim:
    return TheirClaim(
        id=one["claimid"],
        number=one["pcn"],
        received=datetime.fromisoformat(one["received"]),
        stage=one["stage"],
        cents=_cents(one["total"] or "0"),
        next_payer=one["next_payer"],
        first_day=date.fromisoformat(one["first_day"]) if one["first_day"] else None,
    )


def _check(one: dict[str, Any]) -> TheirCheck:
    return TheirCheck(
        check=one["check_number"],
        payer=one["payerid"],
        day=date.fromisoformat(one["paid_date"]),
        cents=_cents(one["paid"]),
        decisions=tuple(_decisions(one["claims"])),
    )


def _decisions(claims: Iterable[dict[str, Any]]) -> Iterable[TheirDecision]:
    for one in claims:
        taken_off: dict[str, str] = one["adjustments"]
        yield TheirDecision(
            one["claimid"],
            one["pcn"],
            one["status"],
            _cents(one["paid"]),
            _cents(taken_off.get(CONTRACTUAL, "0")),
            not taken_off.keys() <= GRANTED,
        )


def _cents(text: str) -> int:
    return int(Decimal(text).scaleb(2))


def by_number(decisions: Iterable[TheirDecision]) -> dict[str, int]:
    """What was paid on each claim number, in cents."""
    sums: defaultdict[str, int] = defaultdict(int)
    for one in decisions:
        sums[one.number] += one.paid
    return dict(sums)
