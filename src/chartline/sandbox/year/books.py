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

import httpx2

from chartline.sandbox.seeds import as_json
from chartline.sandbox.world import World
from chartline.sandbox.year.minds import minds_of
from chartline.sandbox.year.numbers import Numbers, rate

REFUSED = ("refused", "rejected")
DENIED, REVERSAL = "4", "22"
CONTRACTUAL = "CO45"
"""The one reason under which these payers take off what the contract says."""
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


@dataclass(frozen=True, slots=True)
class TheirDecision:
    """What a payer said of one submission in one remittance."""

    claim: str
    number: str
    status: str
    paid: int
    contractual: int


@dataclass(frozen=True, slots=True)
class TheirCheck:
    """One remittance."""

    check: str
    payer: str
    day: date
    cents: int
    decisions: tuple[TheirDecision, ...]


@dataclass(frozen=True, slots=True)
class Books:
    """Everything the payers and the clearinghouse know."""

    claims: tuple[TheirClaim, ...]
    checks: tuple[TheirCheck, ...]
    duplicates: int
    excess_calls: int

    def numbers(self, end: date, written_off: int, from_patients: int) -> Numbers:
        """The numbers of the year by ``end``, worked out from these books and two sums of the biller's notebook."""
        first: dict[str, TheirClaim] = {}
        for claim in self.claims:
            if not claim.next_payer:
                first.setdefault(claim.number, claim)
        mine = {claim.id for claim in self.claims if not claim.next_payer}
        decided: dict[str, TheirDecision] = {}
        paid_on: dict[str, date] = {}
        for check in self.checks:
            for one in check.decisions:
                if one.claim in mine and one.status != REVERSAL:
                    decided.setdefault(one.number, one)
                    if one.paid > 0:
                        paid_on.setdefault(one.number, check.day)
        turned_away = {number for number, claim in first.items() if claim.stage in REFUSED}
        denied = {number for number, one in decided.items() if one.status == DENIED}
        passed = [number for number in decided if number not in turned_away | denied]
        billed = sum(claim.cents for claim in first.values())
        recent = sum(one.cents for one in first.values() if one.first_day and one.first_day > end - RECENT)
        every = [one for check in self.checks for one in check.decisions]
        given_up = sum(one.contractual for one in every)
        open_now = billed - sum(one.paid for one in every) - given_up - written_off - from_patients
        lags = [(day - first[number].received.date()).days for number, day in paid_on.items()]
        return Numbers(
            claims=len(first),
            billed=billed,
            collected=sum(check.cents for check in self.checks),
            first_pass=rate(len(passed), len(decided.keys() | turned_away)),
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
        )


def _cents(text: str) -> int:
    return int(Decimal(text).scaleb(2))


def by_number(decisions: Iterable[TheirDecision]) -> dict[str, int]:
    """What was paid on each claim number, in cents."""
    sums: defaultdict[str, int] = defaultdict(int)
    for one in decisions:
        sums[one.number] += one.paid
    return dict(sums)
