"""Claims of ours that an unmatched part may be for, each with its reasons and points.

For a person to choose from: nothing is matched by this. The weights are published here and on the desk, so that nobody
has to guess why one claim stands above another.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from chartline.domains.claims import Claim, read_claims
from chartline.domains.claims.copy import ClaimCopy, open_copies
from chartline.domains.claims.tables import claim_table
from chartline.domains.remits.matching import service_day
from chartline.domains.remits.remittance import RemittanceClaimRow, find_remittance, open_claims
from chartline.formats.x12.remittance import RemittanceClaim
from chartline.platform.database import Work
from chartline.platform.vault import Vault

WEIGHTS: dict[str, tuple[int, str]] = {
    "number": (6, "The claim number differs in one character."),
    "member": (5, "The member id is the same."),
    "charge": (3, "The charge is the same."),
    "day": (3, "The day of service is the same."),
    "near": (1, "The day of service is within a week."),
    "last_name": (2, "The last name is the same."),
    "first_name": (1, "The first name is the same."),
    "payer": (1, "The claim was sent to this payer."),
    "services": (2, "A service of the claim is the same."),
}
"""Points and words of each reason."""

_LOOKED_AT = 60
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A claim that it may be, with its points and why."""

    claim: Claim
    points: int
    reasons: tuple[str, ...]


def candidates(work: Work, vault: Vault, part: RemittanceClaimRow, limit: int = 5) -> list[Candidate]:
    """The likeliest claims for a part, best first; a constant number of queries."""
    detail = open_claims(work, vault, part.remittance_id, {part.place}).get(part.place)
    if detail is None:
        return []
    payer = find_remittance(work, part.remittance_id).payer_id
    claims = read_claims(work, _alike(work, detail))
    copies = open_copies(work, vault, list(claims))
    found = [
        _weighed(detail, payer, claim, copies[identity]) for identity, claim in claims.items() if identity in copies
    ]
    found.sort(key=lambda one: (-one.points, one.claim.number))
    return [one for one in found if one.points >= WEIGHTS["charge"][0]][:limit]


def _alike(work: Work, detail: RemittanceClaim) -> list[str]:
    """Claims with the same charge or about the same day, those of the very day and charge first."""
    columns, charge, day = claim_table.c, abs(detail.charged.minor), service_day(detail)
    same = columns.total == charge
    number = detail.patient_control_number.strip().upper()
    near = _near_numbers(number)
    conditions = [same, columns.number.in_(near)] if near else [same]
    order: list[sa.ColumnElement[object]] = [sa.case((columns.number.in_(near), 0), else_=1)] if near else []
    if day is not None:
        conditions.append(columns.service_date.between(day - _WEEK, day + _WEEK))
        order.append(
            sa.case((sa.and_(same, columns.service_date == day), 0), (columns.service_date == day, 1), else_=2)
        )
    query = work.select(claim_table, columns.id).where(sa.or_(*conditions))
    query = query.order_by(*order, columns.service_date.desc(), columns.id).limit(_LOOKED_AT)
    return [row["id"] for row in work.rows(query)]


def _near_numbers(number: str) -> list[str]:
    """Numbers of ours that differ in one digit, or whose letter was lost."""
    digits = number.removeprefix("C")
    if not digits.isascii() or not digits.isdigit() or not 6 <= len(digits) <= 9:
        return []
    changed = {f"C{digits[:at]}{other}{digits[at + 1 :]}" for at in range(len(digits)) for other in "0123456789"}
    swapped = {f"C{digits[:at]}{digits[at + 1]}{digits[at]}{digits[at + 2 :]}" for at in range(len(digits) - 1)}
    return sorted(changed | swapped)


def _weighed(detail: RemittanceClaim, payer: str, claim: Claim, copy: ClaimCopy) -> Candidate:
    day = service_day(detail)
    person = detail.patient or detail.subscriber
    members = {one.member_id.strip().upper() for one in (detail.patient, detail.subscriber, detail.corrected) if one}
    codes = {line.code for line in detail.lines if line.code}
    holds = {
        "number": claim.number in _near_numbers(detail.patient_control_number.strip().upper()),
        "member": copy.coverage.member_id.strip().upper() in members - {""},
        "charge": claim.total.minor == abs(detail.charged.minor),
        "day": day is not None and claim.service_date == day,
        "near": _near(day, claim.service_date),
        "last_name": person is not None and person.name.last.casefold() == copy.patient.last.casefold(),
        "first_name": person is not None and person.name.first.casefold() == copy.patient.first.casefold(),
        "payer": claim.payer_id == payer,
        "services": any(line.procedure in codes for line in copy.lines),
    }
    reasons = tuple(name for name, held in holds.items() if held)
    return Candidate(claim, sum(WEIGHTS[name][0] for name in reasons), reasons)


def _near(day: date | None, served: date) -> bool:
    return day is not None and day != served and abs(served - day) <= _WEEK
