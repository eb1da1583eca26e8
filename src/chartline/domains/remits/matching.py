"""Which of our claims a payer speaks of, with the reason.

In this order: our control number, the payer's number we know, our line control numbers, and last amount, date and
member together. Refuses to guess: a score that fits two claims, or none well enough, leaves it unmatched on the desk,
and the rest of the remittance goes on.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import sqlalchemy as sa

from chartline.domains.claims.copy import ClaimCopy, open_copies
from chartline.domains.claims.numbers import read_reference
from chartline.domains.claims.tables import claim_line_table, claim_table
from chartline.domains.remits.portions import portions
from chartline.domains.remits.remittance import (
    MatchState,
    RemittanceEventKind,
    claim_rows,
    find_remittance,
    note,
    open_claims,
)
from chartline.domains.remits.tables import remittance_claim_table
from chartline.formats.x12.remittance import RemittanceClaim
from chartline.platform.database import Work
from chartline.platform.vault import Vault


class MatchReason(StrEnum):
    """How a claim was found."""

    CONTROL_NUMBER = "control_number"
    PAYER_NUMBER = "payer_number"
    LINE_NUMBER = "line_number"
    SCORE = "score"
    BY_HAND = "by_hand"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Match:
    """What was found for one claim of a remittance."""

    place: int
    claim: str | None
    reason: MatchReason


MOST_ALIKE = 2000
"""With more claims of the same amount and day than this nobody is found by score: they wait on the desk."""
ENOUGH = 3
"""The score from which amount, date and member identify a claim; the member id alone gives two."""


def match(work: Work, vault: Vault, remittance: str, actor: str = "chartline") -> list[Match]:
    """Match what is unmatched in a remittance; a constant number of queries for each portion of claims. Returns every
    claim's match.

    Raises ``remits.not_found``.
    """
    find_remittance(work, remittance, lock=True)
    rows = claim_rows(work, remittance)
    waiting = [row.place for row in rows if row.state is MatchState.UNMATCHED]
    found: list[Match] = []
    for places in portions(waiting):
        found += match_portion(work, vault, remittance, open_claims(work, vault, remittance, set(places)))
    if found:
        unknown = sum(1 for one in found if one.claim is None)
        codes: dict[str, object] = {"matched": len(found) - unknown, "unmatched": unknown}
        note(work, remittance, RemittanceEventKind.MATCHED, actor, codes)
    new = {one.place for one in found}
    known = [Match(row.place, row.claim_id, reason_of(row.match_reason)) for row in rows if row.place not in new]
    return sorted([*known, *found], key=lambda one: one.place)


def match_portion(work: Work, vault: Vault, remittance: str, details: dict[int, RemittanceClaim]) -> list[Match]:
    """Match some claims of a remittance and keep what was found."""
    found = find_claims(work, vault, details)
    table = remittance_claim_table
    if found:
        statement = (
            work.update(table)
            .where(table.c.remittance_id == remittance, table.c.place == sa.bindparam("at"))
            .values(claim_id=sa.bindparam("found"), match_reason=sa.bindparam("why"), state=sa.bindparam("stands"))
        )
        work.update_many(
            statement,
            [
                {
                    "at": one.place,
                    "found": one.claim,
                    "why": one.reason.value,
                    "stands": (MatchState.MATCHED if one.claim else MatchState.UNMATCHED).value,
                }
                for one in found
            ],
        )
    return found


def reason_of(stored: str) -> MatchReason:
    """How a claim was found, as its row says."""
    return MatchReason(stored) if stored else MatchReason.UNKNOWN


def find_claims(work: Work, vault: Vault, details: dict[int, RemittanceClaim]) -> list[Match]:
    """What each of these claims, by place, is found to be; nothing is stored. A constant number of queries."""
    numbers = _by_column(work, "number", {_number(detail) for detail in details.values()})
    payer = _by_column(work, "payer_number", {detail.payer_control_number for detail in details.values()})
    lines = _by_lines(work, {line.control for detail in details.values() for line in detail.lines if line.control})
    found: list[Match] = []
    rest: dict[int, RemittanceClaim] = {}
    for place, detail in details.items():
        by_line = {lines[line.control] for line in detail.lines if line.control in lines}
        if _number(detail) in numbers:
            found.append(Match(place, numbers[_number(detail)], MatchReason.CONTROL_NUMBER))
        elif detail.payer_control_number in payer:
            found.append(Match(place, payer[detail.payer_control_number], MatchReason.PAYER_NUMBER))
        elif len(by_line) == 1:
            found.append(Match(place, by_line.pop(), MatchReason.LINE_NUMBER))
        else:
            rest[place] = detail
    return found + (_by_score(work, vault, rest) if rest else [])


def _number(detail: RemittanceClaim) -> str:
    """Our claim number in what came back; some payers send the reference with its version instead."""
    text = detail.patient_control_number.strip().upper()
    reference = read_reference(text)
    return reference[0] if reference else text


def _by_column(work: Work, name: str, values: Collection[str]) -> dict[str, str]:
    """Claims by a number that must be theirs alone; an ambiguous number finds nothing."""
    column = claim_table.c[name]
    wanted = sorted(value for value in values if value)
    rows = work.rows(work.select(claim_table, claim_table.c.id, column).where(column.in_(wanted))) if wanted else []
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(row[name], set()).add(row["id"])
    return {value: next(iter(ids)) for value, ids in found.items() if len(ids) == 1}


def _by_lines(work: Work, controls: Collection[str]) -> dict[str, str]:
    columns = claim_line_table.c
    query = work.select(claim_line_table, columns.control, columns.claim_id).where(
        columns.control.in_(sorted(controls))
    )
    return {row["control"]: row["claim_id"] for row in (work.rows(query) if controls else [])}


def _by_score(work: Work, vault: Vault, details: dict[int, RemittanceClaim]) -> list[Match]:
    columns = claim_table.c
    wanted = {place: (abs(detail.charged.minor), service_day(detail)) for place, detail in details.items()}
    pairs = sorted({(amount, day) for amount, day in wanted.values() if day is not None})
    alike = work.select(claim_table, columns.id, columns.total, columns.service_date).where(
        sa.tuple_(columns.total, columns.service_date).in_(pairs)
    )
    rows = work.rows(alike.limit(MOST_ALIKE + 1)) if pairs else []
    if len(rows) > MOST_ALIKE:
        rows = []
    copies = open_copies(work, vault, [row["id"] for row in rows])
    found: list[Match] = []
    for place, detail in details.items():
        scores = [
            (_score(detail, copies[row["id"]]), row["id"])
            for row in rows
            if (row["total"], row["service_date"]) == wanted[place] and row["id"] in copies
        ]
        good = [identity for score, identity in scores if score >= ENOUGH]
        sure = len(good) == 1
        found.append(Match(place, good[0] if sure else None, MatchReason.SCORE if sure else MatchReason.UNKNOWN))
    return found


def _score(detail: RemittanceClaim, copy: ClaimCopy) -> int:
    """Member id two points, last name one, first name one; amount and date are equal already."""
    person = detail.patient or detail.subscriber
    members = {one.member_id.upper() for one in (detail.patient, detail.subscriber, detail.corrected) if one}
    score = 2 if copy.coverage.member_id.upper() in members else 0
    if person is not None:
        score += person.name.last.casefold() == copy.patient.last.casefold()
        score += person.name.first.casefold() == copy.patient.first.casefold()
    return score


def service_day(detail: RemittanceClaim) -> date | None:
    """The first day of service that a claim of a remittance names."""
    days = [line.service_date for line in detail.lines if line.service_date is not None]
    return detail.statement_from or (min(days) if days else None)
