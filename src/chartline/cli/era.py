"""``chartline era``."""

from __future__ import annotations

import sys
from pathlib import Path
from uuid import UUID

import click

from chartline.cli.claim import find_claim
from chartline.cli.era_text import COLUMNS, as_json, as_row, see, tell
from chartline.cli.file_intake import Loaded, load_file
from chartline.cli.listing import Form, show, show_more, show_object
from chartline.cli.main import tell as tell_problem
from chartline.cli.office import Office, Place
from chartline.cli.options import at_practice, limited, listed, told
from chartline.domains.claims.claim import NO_CLAIM
from chartline.domains.remits import (
    RemittanceState,
    count_loose,
    list_remittances,
    match_by_hand,
    read_head,
    read_remittance,
)
from chartline.flows.publishing import queue_publishing
from chartline.flows.remittances import post_remittance, release_remittance, undo_remittance
from chartline.kernel.errors import ChartlineError
from chartline.platform.audit import Target


@click.group("era")
def command() -> None:
    """Remittance advices (835): what payers paid, and what it did to the ledger.

    \b
    chartline era list --state held
    chartline era show ID
    chartline era load from-the-portal/*.835
    chartline era release ID
    chartline era undo ID
    """


@command.command("list")
@click.option(
    "--state", "states", multiple=True, type=click.Choice([one.value for one in RemittanceState]), help="Where it is."
)
@limited
@listed
@at_practice
def show_list(place: Place, form: Form, limit: int, states: tuple[str, ...]) -> None:
    """List remittances, newest received first. A held one waits for a person: its sums disagree.

    \b
    chartline era list --state held
    chartline era list --csv > remittances.csv
    """
    with place.open() as office, office.read() as work:
        page = list_remittances(work, states=[RemittanceState(one) for one in states], limit=limit)
    empty = "No such remittance." if states else "No remittances yet. Load one: chartline era load FILE"
    show([as_row(one) for one in page.remittances], COLUMNS, form, empty=empty, shown=COLUMNS[:8])
    show_more(page.next, "remittances")


@command.command("show")
@click.argument("remittance", metavar="ID", type=click.UUID)
@click.option("--with-names", is_flag=True, help="Show the patients' names; the look is written into the audit trail.")
@click.option("--after", type=click.IntRange(0), default=0, help="Show the claims behind this one of the file.")
@click.option("--limit", type=click.IntRange(1, 1000), default=200, show_default=True, help="How many claims at most.")
@told
@at_practice
def show_one(place: Place, form: Form, remittance: UUID, with_names: bool, after: int, limit: int) -> None:
    """Show what a remittance did, or will do, to the ledger: every cent in words and accounts, and the checks.

    \b
    chartline era show 01980000-0000-7000-8000-000000000000
    """
    identity = str(remittance)
    with place.open() as office, office.showing("cli.remittance.show", Target("remittance", identity)) as work:
        seen = see(work, office.services, identity, with_names=with_names, after=after, limit=limit)
    if form is Form.JSON:
        show_object(as_json(seen))
        return
    tell(seen)
    if seen.row.state is RemittanceState.HELD:
        click.echo(f"Held. If the money really arrived: chartline era release {identity}")
    for part in seen.parts.values():
        if part.claim_id is None and part.match_reason:
            click.echo(f"Say whose claim part {part.place} is: chartline era match {identity} {part.place} NUMBER")
    if seen.next is not None:
        click.echo(
            f"There are {seen.row.claims:,} claims. The next ones: chartline era show {identity} --after {seen.next}"
        )


@command.command("load")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@told
@at_practice
def load(place: Place, form: Form, files: tuple[Path, ...]) -> None:
    """Take in 835 files from disk, as if they had been fetched: checked, matched, posted.

    A remittance that is known already, whoever delivered it, is not posted again. One whose sums disagree is held. A
    file that cannot be read is told, nothing of it is used, and the other files go on. Exit code 1 if there was one.

    \b
    chartline era load advice.835
    chartline era load from-the-portal/*.835 --json
    """
    loaded: list[Loaded] = []
    failed: list[tuple[Path, ChartlineError]] = []
    with place.open(jobs=True) as office:
        for file in files:
            try:
                found = load_file(office, file)
            except ChartlineError as error:
                failed.append((file, error))
                click.echo(f"{file}: not taken in", err=True)
                tell_problem(error)
                continue
            loaded += found
            if form is Form.TEXT:
                for one in found:
                    click.echo(f"{file}: {one.sentence}")
    if form is Form.JSON:
        refused = [{"file": str(file), **error.problem.as_json()} for file, error in failed]
        show_object({"remittances": [one.as_json() for one in loaded], "refused": refused})
    sys.exit(1 if failed or any(one.problem for one in loaded) else 0)


@command.command("release")
@click.argument("remittance", metavar="ID", type=click.UUID)
@click.option("--yes", is_flag=True, help="Do not ask.")
@at_practice
def release(place: Place, remittance: UUID, yes: bool) -> None:
    """Let a held remittance be posted although its sums disagree: you say that the money really arrived.

    What the claims do not account for waits as unapplied money.

    \b
    chartline era show ID
    chartline era release ID
    """
    identity = str(remittance)
    with place.open(jobs=True) as office:
        services = office.services
        with office.read() as work:
            row, _ = read_remittance(work, identity)
        for one in row.findings:
            click.echo(f"{one.code}: {one.say} (expected {one.expected or '-'}, found {one.found or '-'})")
        if row.state is RemittanceState.HELD and not yes:
            click.confirm(f"Post {row.amount.shown()} of {row.paid_on}?", abort=True)
        release_remittance(services.ground, office.organisation, identity, office.actor)
        _said(office, "remittance.release", identity)


@command.command("post")
@click.argument("remittance", metavar="ID", type=click.UUID)
@at_practice
def post_one(place: Place, remittance: UUID) -> None:
    """Post a remittance that waits, or whose posting was taken back. A large one is posted by the worker.

    \b
    chartline era post 01980000-0000-7000-8000-000000000000
    """
    identity = str(remittance)
    with place.open(jobs=True) as office:
        post_remittance(office.services.ground, office.organisation, identity, office.actor)
        _said(office, "remittance.post", identity)


@command.command("undo")
@click.argument("remittance", metavar="ID", type=click.UUID)
@click.option("--yes", is_flag=True, help="Do not ask.")
@at_practice
def undo_one(place: Place, remittance: UUID, yes: bool) -> None:
    """Take the posting of a remittance back: a counter-entry for every entry, and every decision off its claim.

    Refused when something was built on it since. It may be posted again afterwards.

    \b
    chartline era undo 01980000-0000-7000-8000-000000000000
    """
    identity = str(remittance)
    if not yes:
        click.confirm("Take this posting back?", abort=True)
    with place.open(jobs=True) as office:
        undo_remittance(office.services.ground, office.organisation, identity, office.actor)
        _said(office, "remittance.undo", identity)


def _said(office: Office, action: str, identity: str) -> None:
    """Write it into the audit trail, and tell how the remittance stands."""
    with office.work() as work:
        office.record(work, action, Target("remittance", identity))
        row, loose = read_head(work, identity), count_loose(work, identity)
    click.echo(f"{row.amount.shown()} of {row.payer_name or row.payer_id}: {row.state.value}, {row.claims} claims.")
    if row.state is RemittanceState.POSTED and loose:
        click.echo(f"{loose} parts wait for their claim. Next step: chartline era show {identity}")


@command.command("match")
@click.argument("remittance", metavar="ID", type=click.UUID)
@click.argument("part", metavar="PLACE", type=click.IntRange(1, 100_000))
@click.argument("claim", metavar="NUMBER|ID")
@at_practice
def match(place: Place, remittance: UUID, part: int, claim: str) -> None:
    """Say which claim a part of a remittance is for. When it is posted already, its money moves there.

    \b
    chartline era match 01980000-0000-7000-8000-000000000000 4 C000123
    """
    identity = str(remittance)
    with place.open(jobs=True) as office, office.work() as work:
        found = find_claim(work, claim)
        if found is None:
            raise NO_CLAIM.error()
        services = office.services
        match_by_hand(work, services.vault, services.records, identity, part, found.id, office.actor)
        queue_publishing(services.ground, work)
        office.record(work, "remittance.match", Target("remittance", identity), place=str(part))
    click.echo(f"Part {part} is for {found.number}.")
