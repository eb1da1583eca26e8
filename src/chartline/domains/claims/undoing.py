"""Taking back what the posting of a remittance did to claims, when the posting was a mistake.

The amounts go back by what the decision changed, so the order in which decisions came does not matter for them. Refuses
(by ``built_on``) where a later step stands on the decision: another decision, a correction, the next payer's claim.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from chartline.domains.claims.axes import AdjudicationAxis, WorkAxis
from chartline.domains.claims.changes import ClaimChanges
from chartline.domains.claims.decisions import verdict
from chartline.domains.claims.events import EventKind
from chartline.domains.claims.publish import publish_claims
from chartline.domains.claims.publish_money import publish_money
from chartline.domains.claims.tables import claim_event_table, claim_table
from chartline.domains.practice.due import AT_ONCE, Due, owe
from chartline.platform.database import Work
from chartline.platform.records import Records
from chartline.platform.vault import Vault

_DECISIONS = (EventKind.ADJUDICATED.value, EventKind.REVERSED.value)
_STEPS = (
    EventKind.CORRECTED.value,
    EventKind.RESUBMITTED.value,
    EventKind.REFRESHED.value,
    EventKind.VOIDING.value,
    EventKind.PASSED_ON.value,
)
_UNDOES = "undoes"
_AMOUNTS = ("paid", "patient_responsibility", "adjusted", "denied")


@dataclass(frozen=True, slots=True)
class TakenBack:
    """A decision that is taken back: the claim, the decision's source, and the source of this."""

    claim: str
    source: str
    by: str


def built_on(work: Work, decisions: Mapping[str, set[str]]) -> dict[str, str]:
    """Claims on which something was built after one of these decisions (sources by claim), with its kind."""
    claims = sorted(decisions)
    columns, found = claim_event_table.c, dict[str, str]()
    if not claims:
        return found
    kinds = (*_DECISIONS, *_STEPS, EventKind.UNDONE.value)
    query = work.select(claim_event_table, columns.claim_id, columns.seq, columns.kind, columns.source, columns.codes)
    query = query.where(columns.claim_id.in_(claims), columns.kind.in_(kinds)).order_by(columns.claim_id, columns.seq)
    rows = work.rows(query)
    undone = {(row["claim_id"], row["codes"].get(_UNDOES)) for row in rows if row["kind"] == EventKind.UNDONE.value}
    seen: set[str] = set()
    for row in rows:
        claim, ours = row["claim_id"], row["source"] in decisions[row["claim_id"]]
        if ours:
            seen.add(claim)
        elif claim in seen and row["kind"] in (*_DECISIONS, *_STEPS) and (claim, row["source"]) not in undone:
            found.setdefault(claim, row["kind"])
    own = claim_table.c
    ended = sa.or_(own.work_axis == WorkAxis.CLOSED.value, own.adjudication_axis == AdjudicationAxis.APPEALED.value)
    stands = work.select(claim_table, own.id, own.work_axis).where(own.id.in_(claims), ended)
    for row in work.rows(stands):
        closed = row["work_axis"] == WorkAxis.CLOSED.value
        found.setdefault(row["id"], (EventKind.CLOSED if closed else EventKind.APPEALED).value)
    return found


def take_back(work: Work, vault: Vault, records: Records, decisions: Sequence[TakenBack], actor: str) -> int:
    """Take decisions back, the last one first; returns how many were taken back now."""
    changes = ClaimChanges.of(work, sorted({one.claim for one in decisions}), actor)
    known = changes.known_sources([one.by for one in decisions])
    made = _made(work, decisions)
    last = _last(work, [one.claim for one in decisions])
    taken = 0
    for one in decisions:
        event = made.get((one.claim, one.source))
        if event is None or (one.claim, one.by) in known:
            continue
        row, codes = changes.row(one.claim), event["codes"]
        changes.change(one.claim, **{name: row[name] - int(codes.get(name, 0)) for name in _AMOUNTS})
        newest = last.get(one.claim) == event["seq"]
        to = AdjudicationAxis(event["before"]) if newest and event["before"] else verdict(row, reversal=True)
        if newest:
            last.pop(one.claim)
        back: dict[str, object] = {name: -int(codes.get(name, 0)) for name in _AMOUNTS}
        codes = {"remittance": codes.get("remittance", ""), **back, _UNDOES: one.source}
        changes.event(one.claim, EventKind.UNDONE, to, codes=codes, source=one.by)
        taken += 1
    moved = changes.changed
    changes.save()
    if len(moved) > AT_ONCE:
        owe(work, Due.CLAIM, sorted(moved))
    else:
        publish_claims(work, vault, records, list(moved.values()))
        publish_money(work, records, list(moved.values()))
    return taken


def _made(work: Work, decisions: Sequence[TakenBack]) -> dict[tuple[str, str], sa.RowMapping]:
    columns = claim_event_table.c
    query = work.select(claim_event_table, columns.claim_id, columns.source, columns.seq, columns.before, columns.codes)
    query = query.where(
        columns.claim_id.in_(sorted({one.claim for one in decisions})),
        columns.source.in_([one.source for one in decisions]),
    )
    return {(row["claim_id"], row["source"]): row for row in (work.rows(query) if decisions else [])}


def _last(work: Work, claims: Sequence[str]) -> dict[str, int]:
    """The place of the last decision of each claim in its history."""
    columns = claim_event_table.c
    query = (
        sa.select(columns.claim_id, sa.func.max(columns.seq).label("seq"))
        .where(work.mine(claim_event_table), columns.claim_id.in_(sorted(set(claims))), columns.kind.in_(_DECISIONS))
        .group_by(columns.claim_id)
    )
    return {row["claim_id"]: row["seq"] for row in (work.rows(query) if claims else [])}
