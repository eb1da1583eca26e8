"""The units of authorizations that claims bill: counted once for each line of a claim, given back when it is voided.

A line belongs to one authorization at a time. Refuses to count more than is left: the claim then needs another number.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from chartline.domains.coverage.authorizations.authorization import read_authorizations
from chartline.domains.coverage.authorizations.tables import prior_authorization_use_table
from chartline.platform.database import Work

_table, _columns = prior_authorization_use_table, prior_authorization_use_table.c


@dataclass(frozen=True, slots=True)
class Billed:
    """A line of a claim that bills under an authorization; lines count from 1."""

    line: int
    procedure: str
    units: int


@dataclass(frozen=True, slots=True)
class Using:
    """What a claim bills under one authorization."""

    authorization_id: str
    lines: tuple[Billed, ...]


@dataclass(frozen=True, slots=True)
class Use:
    """One billed line; ``given_back`` is None while it counts."""

    claim_id: str
    line: int
    procedure: str
    units: int
    at: datetime
    given_back: datetime | None


def settle(work: Work, wanted: Mapping[str, Using], others: Collection[str] = ()) -> frozenset[str]:
    """Let claims use what they bill, and nothing else; ``others`` are claims that are to use nothing.

    The claims for which too little is left are answered, and use nothing. The same again changes nothing. One statement
    where nobody uses anything, at most seven else.
    """
    claims = sorted({*wanted, *others})
    rows = work.rows(work.select(_table).where(_columns.claim_id.in_(claims))) if claims else []
    if not rows and not wanted:
        return frozenset()
    known = {(row["claim_id"], row["line"]): row for row in rows}
    # The lock makes two claims that want the last unit ask one after the other.
    asked = sorted({one.authorization_id for one in wanted.values()})
    left = {
        one.id: None if one.units_approved is None else one.units_approved - one.units_used
        for one in read_authorizations(work, asked, lock=True)
    }
    for row in rows:
        if row["given_back"] is None and left.get(row["authorization_id"]) is not None:
            left[row["authorization_id"]] += row["units"]
    short: set[str] = set()
    keep: dict[tuple[str, int], tuple[str, Billed]] = {}
    for claim in sorted(wanted):
        using = wanted[claim]
        units, free = sum(one.units for one in using.lines), left.get(using.authorization_id, 0)
        if free is not None and free < units:
            short.add(claim)
            continue
        if free is not None:
            left[using.authorization_id] = free - units
        keep |= {(claim, one.line): (using.authorization_id, one) for one in using.lines}
    _write(work, known, keep)
    return frozenset(short)


def _write(
    work: Work, known: Mapping[tuple[str, int], sa.RowMapping], keep: Mapping[tuple[str, int], tuple[str, Billed]]
) -> None:
    new: list[dict[str, object]] = []
    changed: list[dict[str, object]] = []
    for (claim, line), (authorization, one) in keep.items():
        row = known.get((claim, line))
        values: dict[str, object] = {
            "authorization_id": authorization,
            "procedure": one.procedure[:10],
            "units": one.units,
        }
        if row is None:
            new.append({"claim_id": claim, "line": line, **values, "at": work.now, "given_back": None})
        elif row["given_back"] is not None or any(row[name] != value for name, value in values.items()):
            changed.append({"of_claim": claim, "of_line": line} | {f"new_{key}": each for key, each in values.items()})
    work.insert_many(_table, new)
    if changed:
        here = _columns.claim_id == sa.bindparam("of_claim"), _columns.line == sa.bindparam("of_line")
        names = {name: sa.bindparam(f"new_{name}") for name in ("authorization_id", "procedure", "units")}
        work.update_many(work.update(_table).where(*here).values(**names, at=work.now, given_back=None), changed)
    over = [key for key, row in known.items() if row["given_back"] is None and key not in keep]
    if over:
        here = _columns.claim_id == sa.bindparam("of_claim"), _columns.line == sa.bindparam("of_line")
        work.update_many(
            work.update(_table).where(*here).values(given_back=work.now),
            [{"of_claim": claim, "of_line": line} for claim, line in over],
        )


def give_back(work: Work, claim_id: str) -> int:
    """Give back what a claim used, because it was voided or drafted anew; how many lines. Again does nothing."""
    mine = (_columns.claim_id == claim_id, _columns.given_back.is_(None))
    return work.execute(work.update(_table).where(*mine).values(given_back=work.now)).rowcount


def used_by(work: Work, claim_id: str) -> dict[str, int]:
    """The units that a claim uses now, by authorization."""
    query = work.select(_table, _columns.authorization_id, sa.func.sum(_columns.units).label("units"))
    mine = (_columns.claim_id == claim_id, _columns.given_back.is_(None))
    rows = work.rows(query.where(*mine).group_by(_columns.authorization_id))
    return {row["authorization_id"]: int(row["units"]) for row in rows}


def uses_of(work: Work, authorization_id: str, limit: int = 200) -> list[Use]:
    """What was billed under an authorization, the newest first."""
    query = work.select(_table).where(_columns.authorization_id == authorization_id)
    return [
        Use(row["claim_id"], row["line"], row["procedure"], row["units"], row["at"], row["given_back"])
        for row in work.rows(query.order_by(_columns.at.desc(), _columns.line).limit(limit))
    ]
