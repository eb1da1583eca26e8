"""``chartline demo``."""

from __future__ import annotations

import json
import signal
import sys
from typing import TYPE_CHECKING

import click

from chartline.cli.options import settings_of
from chartline.cli.progress import Display, interrupt

if TYPE_CHECKING:
    from chartline.app.demonstration.run import Outcome


@click.command("demo")
@click.option(
    "--data",
    type=click.Path(file_okay=False),
    default=".demo",
    show_default=True,
    help="Folder of everything the demo keeps.",
)
@click.option("--database", metavar="URL", help="A PostgreSQL address instead of the embedded file.")
@click.option("--port", type=int, default=8400, show_default=True, help="Port of the console and the API.")
@click.option("--once", is_flag=True, help="End after the summary instead of keeping the server up.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as one JSON object.")
@click.option(
    "--seed",
    type=int,
    default=7,
    show_default=True,
    help="Another number makes another world; a kept folder keeps its own.",
)
@click.option(
    "--workers", type=click.IntRange(1, 8), help="Worker processes; more than one needs PostgreSQL.  [default: 1]"
)
def command(
    data: str, database: str | None, port: int, once: bool, as_json: bool, seed: int, workers: int | None
) -> None:
    """Play an invented practice's day, and the weeks until its money has arrived.

    Starts simulators of AdvancedMD and Claim.MD, the web server and a worker, all on this machine, all over real HTTP.
    Midway the worker is killed. Everybody and everything in it is invented. A second run goes on where the first one
    ended and does nothing twice; remove the folder to begin anew.

    The exit code is 0 only if every check of the summary holds.

    \b
    chartline demo
    chartline demo --once --json
    """
    from chartline.app.demonstration.run import Demonstration

    if workers and workers > 1 and not database:
        raise click.UsageError("More than one worker needs PostgreSQL: give --database.")
    # SIGTERM ends the demo as Ctrl-C does, so that its processes end with it.
    signal.signal(signal.SIGTERM, interrupt)
    settings = settings_of(None, data, database, port=port)
    with Display(quiet=as_json) as show:
        demonstration = Demonstration(settings, seed=seed, workers=workers or 1, progress=show.update)
        with demonstration.run() as outcome:
            show.end()
            if as_json:
                click.echo(json.dumps(outcome.summary.as_json()))
            else:
                _tell(outcome)
            if not once:
                _stay(outcome, as_json)
    sys.exit(0 if outcome.summary.sound else 1)


def _tell(outcome: Outcome) -> None:
    from rich.console import Console
    from rich.table import Table

    facts, console = outcome.summary.facts, Console()
    claims, money = facts["claims"], facts["money"]
    table = Table(title=f"The day {facts['day']}, and its money until {facts['until'][:10]}", show_header=False)
    rows = [
        ("Patients, appointments", f"{facts['patients']}, {facts['appointments']}"),
        ("Eligibility checks answered", str(facts["eligibility_checks"])),
        ("Visits billed", ", ".join(f"{name.replace('_', ' ')}: {n}" for name, n in facts["billed_by"].items())),
        ("Claims", ", ".join(f"{name} {number}" for name, number in claims.items())),
        ("Payments posted", str(facts["payments_posted"])),
        *((name.replace("_", " ").capitalize(), f"${amount}") for name, amount in money.items()),
        ("Days to pay", str(facts["days_to_pay"])),
    ]
    for name, value in rows:
        table.add_row(name, value)
    console.print(table)
    for check in outcome.summary.checks:
        mark = "[green]holds[/]" if check.holds else "[red]FAILS[/]"
        console.print(f"  {mark}  {check.name}" + (f"  ({check.found})" if check.found else ""), highlight=False)
    console.print(f"\nConsole: {outcome.address}/   Sign in with what {outcome.sign_in} says.", highlight=False)


def _stay(outcome: Outcome, as_json: bool) -> None:
    if not as_json:
        click.echo("The server stays up. End it with Ctrl-C.")
    try:
        signal.pause()
    except KeyboardInterrupt:
        click.echo("", err=True)
