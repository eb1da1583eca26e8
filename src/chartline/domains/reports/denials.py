"""Denials of a span: one by one, and added up by payer, reason and procedure.

Each decision that refused money counts, under its first reason that is no contract. Refuses to count a decision whose
posting was undone: it was a mistake of ours, and no payer's word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import sqlalchemy as sa

from chartline.domains.claims.axes import AdjudicationAxis
from chartline.domains.claims.events import EventKind
from chartline.domains.claims.tables import claim_event_table, claim_table
from chartline.domains.reports.listing import CLAIM_COLUMNS, MOST, Cell, Column, Kind, Report, Row
from chartline.domains.reports.scope import UNKNOWN, Dimension, Scope
from chartline.domains.reports.sources import decision_undone, leading_procedure, of_claims
from chartline.platform.database import Work


def _denials(work: Work, scope: Scope, most: int | None = None) -> Iterator[Row]:
    """Decisions inside the span that refused money, the newest first."""
    event, claim = claim_event_table.c, claim_table.c
    known = scope.known_until
    query = (
        sa.select(
            event.at,
            event.codes,
            claim.id,
            claim.number,
            claim.payer_id,
            claim.payer_name,
            claim.rendering_npi,
            leading_procedure().label("procedure"),
        )
        .join(claim_table, sa.and_(claim.organisation_id == event.organisation_id, claim.id == event.claim_id))
        .where(
            work.mine(claim_event_table),
            event.kind == EventKind.ADJUDICATED.value,
            event.after.in_([AdjudicationAxis.DENIED.value, AdjudicationAxis.PARTIALLY_PAID.value]),
            event.at >= scope.first_moment,
            event.at < scope.next_moment,
            *([] if known is None else [event.at < known]),
            sa.or_(event.source.is_(None), ~decision_undone(known)),
            *of_claims(scope),
        )
        .order_by(event.at.desc(), claim.id)
        .limit(most)
    )
    for row in work.rows(query):
        denied = row["codes"].get("denied", 0)
        if denied > 0:
            yield {
                "claim": row["id"],
                "number": row["number"],
                "payer": row["payer_id"],
                "payer_name": row["payer_name"],
                "provider": row["rendering_npi"] or UNKNOWN,
                "reason": _reason(row["codes"].get("reasons", [])),
                "procedure": row["procedure"] or UNKNOWN,
                "day": row["at"].astimezone(scope.zone).date(),
                "denied": denied,
            }


def _reason(codes: list[str]) -> str:
    """The reason a denial is counted under."""
    telling = [code for code in codes if code != "CO-45" and not code.startswith("PR-")]
    return (telling or codes or [UNKNOWN])[0]


def _added_up(key: str, name: str) -> Callable[[Work, Scope], list[Row]]:
    """Denials by a column: how many, how much, and the share of all that was refused."""

    def rows(work: Work, scope: Scope) -> list[Row]:
        found: dict[str, dict[str, Cell]] = {}
        counts: dict[str, list[int]] = {}
        for one in _denials(work, scope):
            group, amount = str(one[key]), one["denied"]
            found[group] = {"key": group, "name": str(one[name])}
            sums = counts.setdefault(group, [0, 0])
            sums[0] += 1
            sums[1] += amount if isinstance(amount, int) else 0
        whole = sum(amount for _, amount in counts.values())
        return [
            {
                **found[group],
                "denials": number,
                "denied": amount,
                "share": (20_000 * amount + whole) // (2 * whole) if whole else None,
            }
            for group, (number, amount) in counts.items()
        ]

    return rows


def _by(key: str, title: str, first: str, about: str, name: str, by: str) -> Report:
    columns = (
        Column("name", first, Kind.TEXT if name == "payer_name" else Kind.CODE),
        Column("denials", "Denials", Kind.NUMBER, summed=True),
        Column("denied", "Denied", Kind.MONEY, summed=True),
        Column("share", "Of all denied", Kind.SHARE),
    )
    return Report(f"denials-by-{key}", title, about, columns, _added_up(key, name), "denied", by=by)


DENIALS = Report(
    "denials",
    "Denials",
    "Decisions of the span that refused money, with the reason each is counted under.",
    (
        *CLAIM_COLUMNS,
        Column("day", "Decided", Kind.DAY),
        Column("reason", "Reason", Kind.CODE),
        Column("procedure", "Procedure", Kind.CODE),
        Column("provider", "Provider", Kind.CODE),
        Column("denied", "Denied", Kind.MONEY, summed=True),
    ),
    lambda work, scope: list(_denials(work, scope, MOST)),
    "denied",
)
DENIALS_BY = (
    _by(
        "payer",
        "Denials by payer",
        "Payer",
        "What each payer refused in the span.",
        "payer_name",
        Dimension.PAYER.value,
    ),
    _by("reason", "Denials by reason", "Reason", "What was refused for which reason in the span.", "reason", ""),
    _by(
        "procedure",
        "Denials by procedure",
        "Procedure",
        "What was refused by the procedure on the first line of each claim.",
        "procedure",
        Dimension.PROCEDURE.value,
    ),
)
