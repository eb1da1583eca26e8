"""The ``chartline`` command: a lazily loaded group whose errors are always a code, a sentence and a next step."""

from __future__ import annotations

import json
import sys
from importlib import import_module

import click

from chartline.kernel.errors import ChartlineError

COMMANDS = {
    "demo": "Play a practice's day, from booked visits to posted money.",
    "sandbox": "Play a scenario against simulated vendors, and prove what it did.",
    "serve": "Run the web server, and a worker beside it.",
    "worker": "Run a worker: jobs, timers and schedules.",
    "migrate": "Create or update the database.",
    "user": "People who sign in to the console.",
    "token": "Bearer tokens for scripts and integrations.",
    "practice": "The practice: name, providers, fees, billing routes.",
    "connect": "Connections to vendors: list, add, test.",
    "connector": "For authors of connectors: begin a new one from the template.",
    "sync": "Synchronisation: start it, see what it did.",
    "claim": "Claims: list them, look at one, check it again.",
    "era": "Remittance advices: list, look, load a file.",
    "ledger": "The ledger: balances, the close of days, the journal, statements.",
    "x12": "X12 files: read, check, explain, answer, compare, share.",
    "fhir": "FHIR R4 files: check resources against R4, US Core and your own profiles.",
    "codes": "Edits of procedure codes: NCCI pairs and most units.",
    "terminology": "Code systems from files: ICD-10-CM, LOINC, SNOMED CT, your own.",
    "version": "Show the version.",
}


class LazyGroup(click.Group):
    """Knows its commands by name and one line each; imports one when it is run or asked for help.

    Exit code 1 for a problem that is told, 2 for wrong usage.
    """

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; a problem is told and ends it."""
        try:
            return super().invoke(ctx)
        except ChartlineError as error:
            tell(error)
        except Exception as error:
            known = _of_the_database(error)
            if known is None:
                raise
            tell(known)
        raise click.exceptions.Exit(1)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands, in the order in which a newcomer meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now."""
        if cmd_name not in COMMANDS:
            return None
        return import_module(f"chartline.cli.{cmd_name}").command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List names and lines without importing anything."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
def group() -> None:
    """Chartline keeps a practice's systems, payers and money in agreement, and can prove it.

    Begin with `chartline demo`. Every command has its own --help with examples. Settings come from
    --config FILE (TOML), then CHARTLINE_* variables, then options.
    """


def main() -> None:
    """Run the command line."""
    group(prog_name="chartline")


def tell(error: ChartlineError) -> None:
    """Say what went wrong and what to do next, on standard error."""
    problem = error.problem
    click.secho(f"{problem.code}: {problem.say}", fg="red", err=True)
    click.echo(f"Next step: {problem.do}", err=True)
    if problem.fields:
        click.echo(f"Details: {json.dumps(problem.fields)}", err=True)


def _of_the_database(error: Exception) -> ChartlineError | None:
    """In our words, a failure before the database was open: what the driver says may quote its address."""
    if "sqlalchemy" not in sys.modules:
        return None
    from sqlalchemy.exc import ArgumentError, InterfaceError, OperationalError

    from chartline.kernel.settings import BAD_SETTINGS
    from chartline.platform.database.engine import UNREACHABLE

    if isinstance(error, OperationalError | InterfaceError):
        return UNREACHABLE.error()
    return BAD_SETTINGS.error(setting="database") if isinstance(error, ArgumentError) else None


if __name__ == "__main__":
    main()
