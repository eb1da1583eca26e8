"""What a posted remittance refuses becomes work, and what it grants at last ends it. The same remittance twice is once.

One denial stands for a claim as long as its amount is in dispute: a second refusal of the same claim is another event
of it, with the new reasons, amount and deadline. Constant number of queries for each few hundred claims.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from chartline.domains.claims import Claim, read_claims
from chartline.domains.claims.tables import claim_event_table
from chartline.domains.remits.denials.deadlines import Deadlines, deadlines_of
from chartline.domains.remits.denials.denial import WAITING, Denial, DenialEventKind, DenialState, change_denial
from chartline.domains.remits.denials.kinds import advice, kind_of, refusing
from chartline.domains.remits.denials.tables import denial_event_table, denial_table
from chartline.domains.remits.plan_entries import source_of
from chartline.domains.remits.remittance import MatchState, RemittanceRow, RemittanceState, find_remittance
from chartline.domains.remits.tables import remittance_claim_table
from chartline.kernel.ids import derived_id
from chartline.platform.database import Work

BATCH = 300


@dataclass(frozen=True, slots=True)
class Taken:
    """What a portion of a remittance brought: new denials, denials decided again, denials that ended; and the place
    of its last claim, 0 when there are no more."""

    opened: int
    again: int
    ended: int
    last: int


@dataclass(frozen=True, slots=True)
class _Part:
    place: int
    claim: str
    denied: int
    posted: bool


def take_denials(work: Work, remittance: str, after: int = 0, limit: int = BATCH, actor: str = "payer") -> Taken:
    """Take the next claims of a remittance that was posted or undone, behind a place. Raises ``remits.not_found``."""
    head = find_remittance(work, remittance)
    parts = _parts(work, remittance, after, limit)
    if not parts:
        return Taken(0, 0, 0, 0)
    claims = read_claims(work, {one.claim for one in parts})
    standing = _standing(work, list(claims))
    refused = [one for one in parts if one.posted and one.denied > 0 and claims[one.claim].denied.minor > 0]
    sources = {one.place: source_of(remittance, one.place, head.generation) for one in refused}
    reasons = _reasons(work, {one.claim for one in refused}, set(sources.values()))
    known = _known_sources(work, set(sources.values()))
    due = deadlines_of(work, {claims[one.claim].payer_id for one in refused})
    fresh: list[tuple[_Part, str]] = []
    again = 0
    for one in refused:
        source = sources[one.place]
        if source in known:
            continue
        claim, old = claims[one.claim], standing.get(one.claim)
        if old is None:
            fresh.append((one, source))
        else:
            _decided_again(work, head, claim, old, reasons.get(source, ()), source, due[claim.payer_id], actor)
            again += 1
    _open(work, head, claims, fresh, reasons, due, actor)
    ended = [one for claim, one in standing.items() if claims[claim].denied.minor <= 0]
    undone = head.state is RemittanceState.UNDONE
    kind = DenialEventKind.DISMISSED if undone else DenialEventKind.WON
    state = DenialState.DISMISSED if undone else DenialState.WON
    for one in ended:
        codes: dict[str, object] = {"remittance": remittance, "was": one.state.value}
        if undone:
            codes["reason"] = "the posting was undone"
        change_denial(work, one.id, kind, actor, codes=codes, values={"state": state.value, "amount": 0})
    return Taken(len(fresh), again, len(ended), parts[-1].place if len(parts) == limit else 0)


def _parts(work: Work, remittance: str, after: int, limit: int) -> list[_Part]:
    columns = remittance_claim_table.c
    query = (
        work.select(remittance_claim_table, columns.place, columns.claim_id, columns.denied, columns.state)
        .where(
            columns.remittance_id == remittance,
            columns.place > after,
            columns.claim_id.is_not(None),
        )
        .order_by(columns.place)
        .limit(limit)
    )
    return [
        _Part(row["place"], row["claim_id"], row["denied"], row["state"] == MatchState.POSTED.value)
        for row in work.rows(query)
    ]


def _standing(work: Work, claims: Sequence[str]) -> dict[str, Denial]:
    """The denials of claims whose amounts are still in dispute."""
    columns = denial_table.c
    waiting = columns.state.in_([one.value for one in WAITING])
    query = work.select(denial_table).where(columns.claim_id.in_(claims), waiting).with_for_update()
    return {row["claim_id"]: Denial.of(row) for row in work.rows(query)}


def _reasons(work: Work, claims: set[str], sources: set[str]) -> dict[str, tuple[str, ...]]:
    """The adjustment reasons of each decision, as the claim's history has them."""
    columns = claim_event_table.c
    if not sources:
        return {}
    query = sa.select(columns.source, columns.codes).where(
        work.mine(claim_event_table), columns.claim_id.in_(sorted(claims)), columns.source.in_(sorted(sources))
    )
    return {row["source"]: tuple(row["codes"].get("reasons", ())) for row in work.rows(query)}


def _known_sources(work: Work, sources: set[str]) -> set[str]:
    columns = denial_event_table.c
    query = sa.select(columns.source).where(work.mine(denial_event_table), columns.source.in_(sorted(sources)))
    return {row["source"] for row in (work.rows(query) if sources else [])}


def _open(
    work: Work,
    head: RemittanceRow,
    claims: Mapping[str, Claim],
    fresh: Sequence[tuple[_Part, str]],
    reasons: Mapping[str, tuple[str, ...]],
    due: Mapping[str, Deadlines],
    actor: str,
) -> None:
    rows: list[dict[str, object]] = []
    events: list[dict[str, object]] = []
    taken: set[str] = set()
    for part, source in fresh:
        if part.claim in taken:  # twice in one remittance: one piece of work
            continue
        taken.add(part.claim)
        claim, given = claims[part.claim], reasons.get(source, ())
        identity = derived_id("denial", work.organisation, source)
        rows.append(
            {
                "id": identity,
                "claim_id": claim.id,
                "claim_number": claim.number,
                "payer_id": claim.payer_id,
                "payer_name": claim.payer_name,
                "remittance_id": head.id,
                "state": DenialState.OPEN.value,
                "assignee": "",
                "follow_up": None,
                "events": 1,
                "opened": work.now,
                "updated": work.now,
                **_facts(claim, given, head.paid_on, due[claim.payer_id]),
            }
        )
        events.append(
            {
                "denial_id": identity,
                "seq": 1,
                "at": work.now,
                "actor": actor,
                "kind": DenialEventKind.OPENED.value,
                "codes": {"remittance": head.id, "reasons": list(given), "amount": claim.denied.minor},
                "source": source,
                "sealed": None,
            }
        )
    work.insert_many(denial_table, rows)
    work.insert_many(denial_event_table, events)


def _decided_again(
    work: Work,
    head: RemittanceRow,
    claim: Claim,
    old: Denial,
    given: tuple[str, ...],
    source: str,
    due: Deadlines,
    actor: str,
) -> None:
    codes: dict[str, object] = {"remittance": head.id, "reasons": list(given), "amount": claim.denied.minor}
    change_denial(
        work,
        old.id,
        DenialEventKind.DECIDED,
        actor,
        codes=codes | {"was": old.state.value},
        source=source,
        values={
            "state": DenialState.OPEN.value,
            "remittance_id": head.id,
            **_facts(claim, given or old.reasons, head.paid_on, due),
        },
    )


def _facts(claim: Claim, given: tuple[str, ...], decided_on: date, due: Deadlines) -> dict[str, object]:
    reasons = refusing(given)
    kind = kind_of(reasons)
    return {
        "kind": kind.value,
        "reasons": reasons,
        "amount": claim.denied.minor,
        "decided_on": decided_on,
        "appeal_by": decided_on + timedelta(days=due.appeal_days),
        "minutes": advice(kind).minutes,
    }
