"""The units of an authorization that claims bill: counted once for each line of a claim, given back when it is voided.

A line belongs to one authorization at a time. Refuses to count more than is left: the claim then needs another number.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chartline.domains.coverage.authorizations.authorization import read_authorization
from chartline.domains.coverage.authorizations.tables import prior_authorization_use_table
from chartline.platform.database import Work

_table, _columns = prior_authorization_use_table, prior_authorization_use_table.c


@dataclass(frozen=True, slots=True)
class Use:
    """One billed line; ``given_back`` is None while it counts."""

    claim_id: str
    line: int
    procedure: str
    units: int
    at: datetime
    given_back: datetime | None


def use(work: Work, authorization_id: str, claim_id: str, line: int, procedure: str, units: int) -> bool:
    """Count a line of a claim. True when it counts now, also when it did before; False when too little is left.

    Raises ``authorization.none``.
    """
    # The lock makes two claims that want the last unit ask one after the other.
    known = read_authorization(work, authorization_id, lock=True)
    mine = (_columns.claim_id == claim_id, _columns.line == line)
    row = work.row(work.select(_table).where(*mine))
    counted = row is not None and row["given_back"] is None and row["authorization_id"] == authorization_id
    if counted and row is not None and row["units"] == units:
        return True
    already = row["units"] if counted and row is not None else 0
    if known.units_left is not None and known.units_left + already < units:
        return False
    key: dict[str, object] = {"claim_id": claim_id, "line": line}
    work.upsert(
        _table,
        key,
        authorization_id=authorization_id,
        procedure=procedure,
        units=units,
        at=work.now,
        given_back=None,
    )
    return True


def give_back(work: Work, claim_id: str) -> int:
    """Give back what a claim used, because it was voided or drafted anew; how many lines. Again does nothing."""
    mine = (_columns.claim_id == claim_id, _columns.given_back.is_(None))
    return work.execute(work.update(_table).where(*mine).values(given_back=work.now)).rowcount


def uses_of(work: Work, authorization_id: str, limit: int = 200) -> list[Use]:
    """What was billed under an authorization, the newest first."""
    query = work.select(_table).where(_columns.authorization_id == authorization_id)
    return [
        Use(row["claim_id"], row["line"], row["procedure"], row["units"], row["at"], row["given_back"])
        for row in work.rows(query.order_by(_columns.at.desc(), _columns.line).limit(limit))
    ]
