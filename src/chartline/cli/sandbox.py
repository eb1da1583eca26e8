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
    from collections.abc import Callable

    from chartline.kernel.settings import Settings
    from chartline.sandbox.week.summary import Summary
    from chartline.sandbox.year.summary import YearSummary

WEEK, YEAR = "advancedmd-week", "year"
SCENARIOS = {
    WEEK: "Six days of two-way sync with AdvancedMD: edits on both sides, every fault, killed workers.",
    YEAR: "Twelve months of claims through Claim.MD: four payers with different minds, every cent explained.",
}
PATIENTS, VISITS = 2000, 1500

if TYPE_CHECKING:
    Play = Callable[[Settings, Callable[[str, float], None]], Summary | YearSummary]
    """Plays one story; told where it is."""


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
@click.option("--seed", type=int, default=7, show_default=True, help="Another number makes another story.")
@click.option("--patients", type=int, default=PATIENTS, show_default=True, help="How many patients there are.")
@click.option("--visits", type=int, default=VISITS, show_default=True, help="Week: how many visits there are.")
@click.option("--days", type=click.IntRange(2, 5), default=5, show_default=True, help="Week: working days played.")
@click.option("--claims", type=int, default=25_000, show_default=True, help="Year: how many claims are sent.")
@click.option("--months", type=click.IntRange(1, 12), default=12, show_default=True, help="Year: months played.")
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
    claims: int,
    months: int,
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
    chartline sandbox run --scenario year
    chartline sandbox run --scenario year --months 2 --claims 300 --patients 100 --json
    """
    if workers > 1 and not database:
        raise click.UsageError("More than one worker needs PostgreSQL: give --database.")
    if scenario == YEAR:
        play = _year(seed, claims, patients, months, workers)
    else:
        play = _week(seed, patients, visits, days, workers)
    # SIGTERM ends the run as Ctrl-C does, so that its processes end with it.
    signal.signal(signal.SIGTERM, interrupt)
    clear(Path(data))
    settings = settings_of(None, data, database, port=0)
    with Display(quiet=as_json) as show:
        summary = play(settings, show.update)
        show.end()
    if as_json:
        click.echo(json.dumps(summary.as_json()))
    else:
        tell(summary)
    sys.exit(0 if summary.sound else 1)


def _week(seed: int, patients: int, visits: int, days: int, workers: int) -> Play:
    from chartline.app.scenarios.week import AdvancedMdWeek, Size
    from chartline.sandbox.week.people import FEWEST_PATIENTS, FEWEST_VISITS

    if patients < FEWEST_PATIENTS or visits < FEWEST_VISITS:
        raise click.UsageError(f"A week has at least {FEWEST_PATIENTS} patients and {FEWEST_VISITS} visits.")
    size = Size(seed=seed, patients=patients, visits=visits, days=days, workers=workers)
    return lambda settings, progress: AdvancedMdWeek(settings, size, progress).run()


def _year(seed: int, claims: int, patients: int, months: int, workers: int) -> Play:
    from chartline.app.scenarios.year import BillingYear, YearSize
    from chartline.sandbox.year.practice import problem_with

    problem = problem_with(claims=claims, patients=patients, months=months)
    if problem:
        raise click.UsageError(problem)
    size = YearSize(seed=seed, claims=claims, patients=patients, months=months, workers=workers)
    return lambda settings, progress: BillingYear(settings, size, progress).run()


def clear(folder: Path) -> None:
    """Remove what an earlier run left. Refuses a folder with anything in it that no run of a scenario made."""
    if not folder.exists() or not any(folder.iterdir()):
        return
    if not (folder / "simulators").is_dir() or not (folder / "clock.json").exists():
        raise click.UsageError("The folder holds something else than an earlier run; name another one with --data.")
    shutil.rmtree(folder)


def tell(summary: Summary | YearSummary) -> None:
    """The summary as a table, for people."""
    from rich.console import Console
    from rich.table import Table

    console = Console()
    table = Table(title=f"Played in {summary.seconds:.0f} seconds", show_header=False)
    for name, found in summary.as_json().items():
        if name not in ("checks", "ok", "differing", "lost_records"):
            table.add_row(name.replace("_", " ").capitalize(), _shown(found))
    console.print(table)
    for name, holds in summary.checks.items():
        console.print(f"  {'[green]holds[/]' if holds else '[red]FAILS[/]'}  {name}", highlight=False)
    for line in summary.faults_found:
        console.print(f"  {line}", highlight=False)


def _shown(found: object) -> str:
    if isinstance(found, dict):
        return ", ".join(f"{key.replace('_', ' ')} {number}" for key, number in found.items())
    if isinstance(found, list):
        return f"{len(found)}" if found else "none"
    return str(found)
