"""What the command line shows of a claim, as text and as JSON.

Refuses to open patient values by itself: names, and what vendors wrote, come along only when they were asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import click

from chartline.app.services import Services
from chartline.cli.listing import Cell, facts, printable, table
from chartline.domains.claims import (
    Claim,
    ClaimEvent,
    ClaimLine,
    Finding,
    Rule,
    claim_lines,
    findings_of,
    history,
)
from chartline.domains.practice.coverages import read_coverage
from chartline.formats.fhir import preferred_name, shown_name, text
from chartline.kernel.sealed import Purpose
from chartline.platform.database import Work

COLUMNS = (
    "number",
    "word",
    "service_date",
    "payer_id",
    "payer",
    "total",
    "paid",
    "patient",
    "denied",
    "open",
    "payer_number",
    "updated",
    "id",
)
"""The fields of a claim in a list."""


@dataclass(frozen=True, slots=True, repr=False)
class Message:
    """What a clearinghouse or payer wrote: level R error, W warning, A information."""

    level: str
    code: str
    text: str


@dataclass(frozen=True, slots=True, repr=False)
class Event:
    """One step of a claim's history; ``exchange`` is the message in which it came."""

    at: datetime
    actor: str
    kind: str
    say: str
    axis: str
    before: str
    after: str
    exchange: str | None
    messages: list[Message]


@dataclass(frozen=True, slots=True, repr=False)
class Seen:
    """A claim with everything that is shown of it; ``patient`` only where names were asked for."""

    claim: Claim
    patient: dict[str, Cell]
    lines: list[ClaimLine]
    findings: list[Finding]
    events: list[Event]


def see(work: Work, services: Services, claim: Claim, *, with_names: bool) -> Seen:
    """Read everything that is shown of a claim; call it where openings are counted."""
    vault = services.vault if with_names else None
    return Seen(
        claim,
        _patient(work, services, claim) if with_names else {},
        claim_lines(work, claim.id),
        findings_of(work, claim.id),
        [_event(one) for one in history(work, claim.id, vault)],
    )


def as_row(claim: Claim) -> dict[str, Cell]:
    """A claim as a row of ``COLUMNS``."""
    return {
        "number": claim.number,
        "word": claim.word.value,
        "service_date": claim.service_date,
        "payer_id": claim.payer_id,
        "payer": claim.payer_name,
        "total": claim.total,
        "paid": claim.paid,
        "patient": claim.patient_responsibility,
        "denied": claim.denied,
        "open": claim.open,
        "payer_number": claim.payer_number,
        "updated": claim.updated,
        "id": claim.id,
    }


def as_json(seen: Seen) -> dict[str, object]:
    """A claim as one JSON object."""
    claim = seen.claim
    axes = {"work": claim.work, "submission": claim.submission, "adjudication": claim.adjudication}
    return {
        "claim": {**as_row(claim), "version": claim.version, "adjusted": claim.adjusted, **axes},
        **({"patient": seen.patient} if seen.patient else {}),
        "lines": seen.lines,
        "findings": seen.findings,
        "history": seen.events,
    }


def tell(seen: Seen) -> None:
    """Print a claim."""
    claim = seen.claim
    click.echo(
        facts(
            [
                ("Claim", f"{claim.number}, version {claim.version}: {claim.word.value}"),
                ("Id", claim.id),
                *((name.replace("_", " ").capitalize(), value) for name, value in seen.patient.items()),
                ("Payer", f"{claim.payer_name} ({claim.payer_id})"),
                ("Payer's number", claim.payer_number),
                ("Service date", claim.service_date),
                ("Our work", claim.work.value),
                ("Submission", claim.submission.value),
                ("Adjudication", claim.adjudication.value),
                ("Charged", claim.total),
                ("Paid", claim.paid),
                ("Adjusted", claim.adjusted),
                ("Patient owes", claim.patient_responsibility),
                ("Denied", claim.denied),
                ("Open", claim.open),
            ]
        )
    )
    lines = [
        {
            "line": one.control,
            "procedure": one.procedure,
            "modifiers": one.modifiers,
            "units": one.units,
            "amount": one.amount,
            "diagnoses": [str(pointer) for pointer in one.pointers],
            "date": one.service_date,
        }
        for one in seen.lines
    ]
    columns = ("line", "procedure", "modifiers", "units", "amount", "diagnoses", "date")
    click.echo(f"\nLines\n{table(lines, columns, indent='  ')}\n")
    tell_findings(seen.findings)
    click.echo("\nWhat happened")
    for event in seen.events:
        moved = f" [{event.axis}: {event.before or '-'} > {event.after}]" if event.after else ""
        click.echo(f"  {event.at.astimezone(UTC):%Y-%m-%d %H:%M}Z  {event.say}{moved} ({event.actor})")
        for one in event.messages:
            click.echo(f"      {one.level} {printable(one.code)}: {printable(one.text)}")
    if not seen.patient:
        click.echo("\nThe patient and what vendors wrote stay closed; --with-names shows them.")


def tell_findings(findings: list[Finding]) -> None:
    """Print what the rules found."""
    if not findings:
        click.echo("The rules found nothing.")
        return
    click.echo("The rules found")
    for one in findings:
        click.echo(f"  {one.severity.value} {one.rule} at {one.place}: {one.say}\n      Next step: {one.do}")


def tell_rule(rule: Rule) -> None:
    """Print one rule."""
    click.echo(
        facts(
            [
                ("Rule", f"{rule.id} ({rule.severity.value})"),
                ("What", rule.what),
                ("Why", rule.why),
                ("Next step", rule.fix),
                ("Example", rule.example),
                ("Repair", rule.repair.value),
                ("Prevents", [f"CO-{code}" for code in rule.prevents]),
            ]
        )
    )


def _patient(work: Work, services: Services, claim: Claim) -> dict[str, Cell]:
    patient = services.records.read(work, "Patient", claim.patient_id).reveal(Purpose.SHOW)
    coverage = services.records.read(work, "Coverage", claim.coverage_id).reveal(Purpose.SHOW)
    return {
        "patient": shown_name(preferred_name(patient)),
        "born": text(patient, "birthDate"),
        "member_id": read_coverage(coverage).member_id.reveal(Purpose.SHOW),
    }


def _event(event: ClaimEvent) -> Event:
    messages = [Message(one.level, one.code, one.text.reveal(Purpose.SHOW)) for one in event.messages]
    return Event(
        event.at,
        event.actor,
        event.kind,
        event.text,
        event.axis,
        event.before,
        event.after,
        event.exchange_id,
        messages,
    )
