"""What needs a person, the most urgent first, each with its next step and a link to where it is done.

Titles name claims, payers and jobs, never patients, so that the list can stay on a screen at the desk.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from chartline.connect.intents import unsettled
from chartline.console.coverage_tasks import coverage_tasks
from chartline.console.money_tasks import money_tasks
from chartline.console.troubles import SyncCounts
from chartline.console.visitor import BILLING, DESK, PEOPLE, Visitor
from chartline.console.words import label
from chartline.flows.charge_saving import ASKS
from chartline.kernel.errors import CATALOGUE
from chartline.platform.database import Work

EACH = 8
"""So many of one kind are listed by name."""


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do. ``word`` is a chip; ``more`` of the same kind are behind the link."""

    word: str
    title: str
    do: str
    link: str
    at: datetime | None = None
    job_key: str | None = None


def tasks(visitor: Visitor, work: Work, counts: SyncCounts) -> list[Task]:
    """Everything that needs a person and that this visitor may see; a constant number of queries."""
    found: list[Task] = []
    if visitor.may(DESK):
        found += [*_unknown(work), *_issues(visitor, work), *_not_taken(counts)]
    if visitor.may(BILLING):
        found += [Task(*one) for one in money_tasks(work, visitor.today(), EACH)]
    if visitor.may(PEOPLE):
        found += _conflicts(counts)
        found += [Task(*one) for one in coverage_tasks(work, visitor.today(), EACH)]
    return found


def _unknown(work: Work) -> Iterator[Task]:
    for one in unsettled(work, EACH):
        say = "It may have happened. It is looked up at the vendor by itself; never send it again by hand."
        yield Task(
            "unknown", f"Sent without an answer: {label(one.operation)}", say, "/exchanges?outcome=unknown", one.sent
        )


def _issues(visitor: Visitor, work: Work) -> Iterator[Task]:
    for one in visitor.services.issues.list(work, visitor.organisation, limit=EACH):
        link = f"/exchanges/{one.problem.evidence}" if one.problem.evidence else "/connections"
        if one.problem.code in ASKS and "appointment" in one.problem.fields:
            link = f"/visits/{one.problem.fields['appointment']}"
        many = f", {one.times} times" if one.times > 1 else ""
        do = f"{one.problem.do} Meanwhile it is tried again by itself." if one.goes_on else one.problem.do
        yield Task("failed", f"{one.problem.say} ({label(one.job)}{many})", do, link, one.at, one.key)


def _not_taken(counts: SyncCounts) -> Iterator[Task]:
    """Changes of ours that a vendor did not take, by reason, the commonest first."""
    numbers: Counter[str] = Counter()
    for (_, _, code), number in counts.letters.items():
        numbers[code] += number
    for code, number in numbers.most_common(EACH):
        known = CATALOGUE.get(code)
        say = known.say if known else "The vendor refused it."
        do = known.do if known else "Read the vendor's answer in the sync log."
        title = f"{number} {'record was' if number == 1 else 'records were'} not taken by a vendor: {say}"
        yield Task("refused", title, do, f"/sync/letters?code={quote(code)}")


def _conflicts(counts: SyncCounts) -> list[Task]:
    number = sum(counts.cases.values())
    if not number:
        return []
    title = "One record was changed on both sides" if number == 1 else f"{number} records were changed on both sides"
    return [Task("conflict", title, "Choose the right value for each.", "/conflicts")]
