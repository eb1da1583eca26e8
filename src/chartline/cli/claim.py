"""``chartline claim``."""

from __future__ import annotations

import sys
from datetime import datetime
from uuid import UUID

import click

from chartline.cli.claim_acts import COMMANDS
from chartline.cli.claim_preview import preview
from chartline.cli.claim_text import COLUMNS, Seen, as_json, as_row, see, tell, tell_findings, tell_rule
from chartline.cli.listing import Form, show, show_more, show_object
from chartline.cli.office import Place
from chartline.cli.options import at_practice, limited, listed, told
from chartline.domains.claims import (
    Claim,
    ClaimFilter,
    Severity,
    Word,
    catalogue,
    list_claims,
    read_claim,
)
from chartline.domains.claims import validate as run_validation
from chartline.domains.claims.claim import NO_CLAIM
from chartline.domains.practice.settings import office_zone, read_practice
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.platform.audit import Target
from chartline.platform.database import Work

DAY = click.DateTime(["%Y-%m-%d"])
NO_RULE = ErrorKind(
    "cli.no_rule",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "There is no such rule.",
    "`chartline claim rules` lists them.",
    status=404,
)


@click.group("claim")
def command() -> None:
    """Claims: where each stands, and why.

    \b
    chartline claim list --word denied
    chartline claim show C000123
    chartline claim validate C000123
    chartline claim hold C000123 "waits for the referral"
    chartline claim paper C000123
    chartline claim preview C000123
    chartline claim rules
    """


@command.command("list")
@click.option("--word", type=click.Choice([one.value for one in Word]), help="Where it stands.")
@click.option("--payer", metavar="ID", help="The payer's electronic id, leading zeros kept.")
@click.option("--number", metavar="NUMBER", help="One claim number.")
@click.option("--from", "begin", type=DAY, help="First service date.")
@click.option("--to", "end", type=DAY, help="Last service date.")
@limited
@listed
@at_practice
def show_list(
    place: Place,
    form: Form,
    limit: int,
    word: str | None,
    payer: str | None,
    number: str | None,
    begin: datetime | None,
    end: datetime | None,
) -> None:
    """List claims, the newest service date first. No patient's name stands in it.

    \b
    chartline claim list --word rejected
    chartline claim list --from 2026-03-01 --to 2026-03-31 --limit 5000 --csv > march.csv
    chartline claim list --json | jq '.[].number'
    """
    asked = ClaimFilter(
        word=Word(word) if word else None,
        payer_id=payer,
        number=number.upper() if number else None,
        begin=begin.date() if begin else None,
        end=end.date() if end else None,
    )
    with place.open() as office, office.read() as work:
        page = list_claims(work, asked, limit=limit)
    empty = "No such claim." if asked != ClaimFilter() else "No claims yet: a claim is made when a visit is charged."
    show([as_row(one) for one in page.claims], COLUMNS, form, empty=empty, shown=COLUMNS[:10])
    show_more(page.next, "claims")


@command.command("show")
@click.argument("claim", metavar="NUMBER|ID")
@click.option("--with-names", is_flag=True, help="Show the patient and what vendors wrote; the look is audited.")
@told
@at_practice
def show_one(place: Place, form: Form, claim: str, with_names: bool) -> None:
    """Show a claim: where it stands, its lines, what the rules found, and everything that happened to it.

    \b
    chartline claim show C000123
    chartline claim show C000123 --with-names
    chartline claim show C000123 --json
    """
    with place.open() as office:
        with office.read() as work:
            found = _find(work, claim)
        with office.showing("cli.claim.show", Target("Claim", found.id)) as work:
            seen: Seen = see(work, office.services, found, with_names=with_names)
    if form is Form.JSON:
        show_object(as_json(seen))
    else:
        tell(seen)


@command.command("rules")
@click.argument("rule", required=False, metavar="[RULE]")
@listed
def rules(rule: str | None, form: Form) -> None:
    """List the rules that every claim passes before it is sent, or explain one.

    An error holds the claim; a warning lets it go. Each rule prevents the denials named with it (CARC).

    \b
    chartline claim rules
    chartline claim rules member-id
    """
    wanted = rule.lower().replace("_", "-") if rule else None
    chosen = [one for one in catalogue() if wanted in (None, one.id)]
    if not chosen:
        raise NO_RULE.error(rule=rule or "")
    if rule and form is Form.TEXT:
        tell_rule(chosen[0])
        return
    rows = [
        {
            "rule": one.id,
            "severity": one.severity.value,
            "repair": one.repair.value,
            "prevents": one.prevents,
            "what": one.what,
            "why": one.why,
            "fix": one.fix,
            "example": one.example,
        }
        for one in chosen
    ]
    columns = ("rule", "severity", "repair", "prevents", "what", "why", "fix", "example")
    show(rows, columns, form, shown=columns[:5])


@command.command("validate")
@click.argument("claim", metavar="NUMBER|ID")
@told
@at_practice
def validate(place: Place, form: Form, claim: str) -> None:
    """Run every rule on a claim that is not sent yet. Exit code 1 when a rule holds it.

    A claim that passes goes out with the next file.

    \b
    chartline claim validate C000123
    """
    with place.open() as office, office.work() as work:
        found = _find(work, claim)
        practice = read_practice(work)
        findings = run_validation(
            work,
            office.services.vault,
            office.services.records,
            found.id,
            filing_days=practice.filing_days,
            today=work.now.astimezone(office_zone(practice)).date(),
            actor=office.actor,
        )
        office.record(work, "claim.validate", Target("Claim", found.id))
    held = any(one.severity is Severity.ERROR for one in findings)
    if form is Form.JSON:
        show_object({"number": found.number, "held": held, "findings": findings})
    else:
        click.echo(f"{found.number}: " + ("held by a rule." if held else "ready to be sent."))
        tell_findings(findings)
    sys.exit(1 if held else 0)


def find_claim(work: Work, text: str) -> Claim | None:
    """A claim by its number in any case of letters, or by its id."""
    try:
        return read_claim(work, str(UUID(text)))
    except ValueError:
        page = list_claims(work, ClaimFilter(number=text.strip().upper()), limit=1)
        return page.claims[0] if page.claims else None


def _find(work: Work, text: str) -> Claim:
    found = find_claim(work, text)
    if found is None:
        raise NO_CLAIM.error()
    return found


for one in (*COMMANDS, preview):
    command.add_command(one)
