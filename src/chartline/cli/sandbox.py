"""``chartline sandbox``: played scenarios that end with a proof."""

from __future__ import annotations

import json
import shutil
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from chartline.cli.options import settings_of
from chartline.cli.progress import Display, interrupt

if TYPE_CHECKING:
    from chartline.sandbox.week.summary import Summary

SCENARIOS = {
    "advancedmd-week": "Six days of two-way sync with AdvancedMD: edits on both sides, every fault, killed workers.",
}


@click.group("sandbox")
def command() -> None:
    """Played scenarios on this machine: real processes, invented people, one clock, and a proof at the end."""


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def list_scenarios(as_json: bool) -> None:
    """The scenarios there are.

    \b
    chartline sandbox list
    """
    if as_json:
        click.echo(json.dumps(SCENARIOS))
        return
    for name, text in SCENARIOS.items():
        click.echo(f"{name:20} {text}")


@command.command("run")
@click.option("--scenario", type=click.Choice(list(SCENARIOS)), required=True, help="Which one.")
@click.option("--seed", type=int, default=7, show_default=True, help="Another number makes another week.")
@click.option("--patients", type=int, default=2000, show_default=True, help="How many patients there are in the end.")
@click.option("--visits", type=int, default=1500, show_default=True, help="How many visits there are in the end.")
@click.option("--days", type=click.IntRange(2, 5), default=5, show_default=True, help="Working days that are played.")
@click.option("--workers", type=click.IntRange(1, 8), default=1, show_default=True, help="More needs PostgreSQL.")
@click.option("--data", type=click.Path(file_okay=False), default=".sandbox", show_default=True, help="Its folder.")
@click.option("--database", metavar="URL", help="An empty PostgreSQL database instead of the embedded file.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as one JSON object.")
def run(
    scenario: str,
    seed: int,
    patients: int,
    visits: int,
    days: int,
    workers: int,
    data: str,
    database: str | None,
    as_json: bool,
) -> None:
    """Play a scenario from its beginning, and say what it proved.

    The folder is made anew: what an earlier run left there is removed. The exit code is 0 only if every check holds.

    \b
    chartline sandbox run --scenario advancedmd-week
    chartline sandbox run --scenario advancedmd-week --patients 200 --visits 150 --json
    """
    from chartline.app.scenarios.week import AdvancedMdWeek, Size
    from chartline.sandbox.week.people import FEWEST_PATIENTS, FEWEST_VISITS

    if workers > 1 and not database:
        raise click.UsageError("More than one worker needs PostgreSQL: give --database.")
    if patients < FEWEST_PATIENTS or visits < FEWEST_VISITS:
        raise click.UsageError(f"A week has at least {FEWEST_PATIENTS} patients and {FEWEST_VISITS} visits.")
    # SIGTERM ends the run as Ctrl-C does, so that its processes end with it.
    signal.signal(signal.SIGTERM, interrupt)
    clear(Path(data))
    settings = settings_of(None, data, database, port=0)
    size = Size(seed=seed, patients=patients, visits=visits, days=days, workers=workers)
    with Display(quiet=as_json) as show:
        summary = AdvancedMdWeek(settings, size, show.update).run()
        show.end()
    if as_json:
        click.echo(json.dumps(summary.as_json()))
    else:
        tell(summary)
    sys.exit(0 if summary.sound else 1)


def clear(folder: Path) -> None:
    """Remove what an earlier run left. Refuses a folder with anything in it that no run of a scenario made."""
    if not folder.exists() or not any(folder.iterdir()):
        return
    if not (folder / "simulators").is_dir() or not (folder / "clock.json").exists():
        raise click.UsageError("The folder holds something else than an earlier run; name another one with --data.")
    shutil.rmtree(folder)


def tell(summary: Summary) -> None:
    """The summary as a table, for people."""
    from rich.console import Console
    from rich.table import Table

    console = Console()
    table = Table(title=f"A week in {summary.seconds:.0f} seconds", show_header=False)
    for name, found in summary.as_json().items():
        if name not in ("checks", "ok", "differing", "lost_records"):
            shown = ", ".join(f"{key} {number}" for key, number in found.items()) if isinstance(found, dict) else found
            table.add_row(name.replace("_", " ").capitalize(), str(shown))
    console.print(table)
    for name, holds in summary.checks.items():
        console.print(f"  {'[green]holds[/]' if holds else '[red]FAILS[/]'}  {name}", highlight=False)
    for one in [*summary.differing, *summary.lost][:20]:
        console.print(f"  {one.kind} {one.record}: {', '.join(one.fields)}", highlight=False)
