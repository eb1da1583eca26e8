"""What the command line shows of a remittance: the payment, and every cent of its posting plan in words and accounts.

Refuses to show patients' names that were not asked for.
"""

from __future__ import annotations

from dataclasses import dataclass

import click

from chartline.app.services import Services
from chartline.cli.listing import Cell, facts, printable, table
from chartline.domains.claims import Claim, read_claims
from chartline.domains.remits import (
    PlannedClaim,
    PlannedLine,
    PostingPlan,
    RemittanceClaimRow,
    RemittanceRow,
    open_claims,
    plan,
    plan_page,
    read_head,
)
from chartline.domains.remits.plan import plan_end
from chartline.domains.remits.planning import plan_head
from chartline.domains.remits.remittance import claim_rows
from chartline.formats.x12.codes import CLAIM_STATUSES
from chartline.formats.x12.record import PersonName
from chartline.kernel.money import Money
from chartline.kernel.sealed import Purpose, Sealed
from chartline.platform.database import Work

COLUMNS = (
    "id",
    "state",
    "paid_on",
    "payer",
    "trace",
    "amount",
    "claims",
    "findings",
    "payer_id",
    "method",
    "received",
    "posted",
)
"""The fields of a remittance in a list."""


@dataclass(frozen=True, slots=True, repr=False)
class Seen:
    """A remittance with its parts and plan; ``names`` by place, only where they were asked for."""

    row: RemittanceRow
    parts: dict[int, RemittanceClaimRow]
    claims: dict[str, Claim]
    plan: PostingPlan
    names: dict[int, str]

    @property
    def next(self) -> int | None:
        """The place behind which more claims are; None when these are the last."""
        last = max(self.parts, default=self.row.claims)
        return last if last < self.row.claims else None


def see(work: Work, services: Services, remittance: str, *, with_names: bool, after: int, limit: int) -> Seen:
    """Read what is shown of a remittance, at most ``limit`` of its claims from behind place ``after``; call it where
    openings are counted."""
    row = read_head(work, remittance)
    parts = claim_rows(work, remittance, after, limit)
    return Seen(
        row,
        {one.place: one for one in parts},
        read_claims(work, {one.claim_id for one in parts if one.claim_id}),
        _planned(work, services, row, parts),
        _names(work, services, remittance, {one.place for one in parts}) if with_names else {},
    )


def _planned(work: Work, services: Services, row: RemittanceRow, parts: list[RemittanceClaimRow]) -> PostingPlan:
    """The whole plan; of a part of the claims the sum of the cash, and the checks that fail."""
    if len(parts) == row.claims:
        return plan(work, services.vault, row.id)
    made = plan_page(work, services.vault, row, parts)
    end = plan_end(plan_head(work, services.vault, row), row.paid_total)
    entries, checks = (*made.entries, *end.entries), (end.cash, *made.failed)
    return PostingPlan(row.id, row.amount, made.claims, end.provider, end.difference, entries, checks)


def as_row(row: RemittanceRow) -> dict[str, Cell]:
    """A remittance as a row of ``COLUMNS``."""
    return {
        "id": row.id,
        "state": row.state.value,
        "paid_on": row.paid_on,
        "payer": row.payer_name,
        "payer_id": row.payer_id,
        "trace": row.trace,
        "amount": row.amount,
        "method": row.method,
        "claims": row.claims,
        "findings": [one.code for one in row.findings],
        "received": row.received,
        "posted": row.posted,
    }


def as_json(seen: Seen) -> dict[str, object]:
    """A remittance and its plan as one JSON object."""
    made = seen.plan
    return {
        "remittance": {**as_row(seen.row), "findings": seen.row.findings},
        "claims": [_claim_json(seen, one) for one in made.claims],
        "provider": made.provider,
        "difference": made.difference,
        "checks": [
            {"name": one.name, "say": one.say, "expected": one.expected, "found": one.found, "ok": one.ok}
            for one in made.checks
        ],
        "sound": made.sound,
        "next": seen.next,
    }


def tell(seen: Seen) -> None:
    """Print a remittance and its plan."""
    row, made = seen.row, seen.plan
    click.echo(
        facts(
            [
                ("Remittance", row.id),
                ("State", row.state.value),
                ("Payer", f"{row.payer_name} ({row.payer_id})"),
                ("Paid", f"{row.amount.shown()} on {row.paid_on} by {row.method or 'unknown means'}"),
                ("Trace number", row.trace),
                ("Received", row.received),
                ("Posted", row.posted),
            ]
        )
    )
    for one in row.findings:
        compared = f" (expected {one.expected}, found {one.found})" if one.expected or one.found else ""
        click.echo(f"\n{one.code} at {printable(one.place)}: {one.say}{printable(compared)}\n  Next step: {one.do}")
    for planned in made.claims:
        _tell_claim(seen, planned)
    if made.provider:
        click.echo("\nBetween payer and practice, outside any claim")
        click.echo(_lines(made.provider))
    if made.difference:
        click.echo(f"\nDifference to the payment, waits as unapplied: {made.difference.shown()}")
    failed = [one for one in made.checks if not one.ok]
    click.echo(f"\nChecks: {len(made.checks) - len(failed)} of {len(made.checks)} hold.")
    for one in failed:
        click.echo(f"  {one.name}: {one.say} Expected {one.expected.shown()}, found {one.found.shown()}.")


def _tell_claim(seen: Seen, planned: PlannedClaim) -> None:
    part, claim = seen.parts[planned.place], seen.claims.get(planned.claim_id or "")
    whose = claim.number if claim else f"no claim of ours (the payer names {printable(part.control_number) or 'none'})"
    name = f", {printable(seen.names[planned.place])}" if seen.names.get(planned.place) else ""
    reason = f", found by {part.match_reason.replace('_', ' ')}" if claim else ""
    status = CLAIM_STATUSES.get(planned.status, "Unknown decision")
    click.echo(f"\n{planned.place}. {whose}{name}: {status} ({planned.status}), {part.state.value}{reason}")
    split = planned.split
    sums: list[tuple[str, Money]] = [
        ("charged", planned.charged),
        ("paid", split.paid),
        ("adjusted", split.adjusted),
        ("patient owes", split.patient),
        ("refused", split.denied),
    ]
    click.echo("   " + ", ".join(f"{name} {amount.shown()}" for name, amount in sums))
    if split.lines or split.open:
        click.echo(_lines((*split.lines, *split.open)))


def _lines(lines: tuple[PlannedLine, ...]) -> str:
    rows = [
        {
            "amount": one.amount,
            "account": one.account or "stays open",
            "code": one.code,
            "in_words": one.words,
        }
        for one in lines
    ]
    return table(rows, ("amount", "account", "code", "in_words"), indent="   ")


def _claim_json(seen: Seen, planned: PlannedClaim) -> dict[str, object]:
    part, claim = seen.parts[planned.place], seen.claims.get(planned.claim_id or "")
    name = seen.names.get(planned.place)
    return {
        "place": planned.place,
        "number": claim.number if claim else None,
        "claim_id": planned.claim_id,
        "control_number": part.control_number,
        **({"patient_name": name} if name else {}),
        "match_reason": part.match_reason,
        "state": part.state,
        "status": planned.status,
        "reversal": planned.reversal,
        "charged": planned.charged,
        "paid": planned.split.paid,
        "adjusted": planned.split.adjusted,
        "patient": planned.split.patient,
        "denied": planned.split.denied,
        "lines": planned.split.lines,
        "open": planned.split.open,
    }


def _names(work: Work, services: Services, remittance: str, places: set[int]) -> dict[int, str]:
    """The patients' names as the payer wrote them, each opened for showing so that it is counted."""
    names: dict[int, str] = {}
    for place, detail in open_claims(work, services.vault, remittance, places).items():
        if detail.patient is not None:
            names[place] = Sealed(detail.patient.name).map(_shown).reveal(Purpose.SHOW)
    return names


def _shown(name: PersonName) -> str:
    return " ".join(part for part in (name.first, name.middle, name.last, name.suffix) if part)
