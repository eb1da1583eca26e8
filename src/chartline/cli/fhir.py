"""``chartline fhir``."""

from __future__ import annotations

from importlib import import_module

import click

PARTS = {
    "validate": ("fhir_validate", "validate", "Find everything that is wrong with resources."),
    "export": ("fhir_bulk", "export", "Write the practice's resources into NDJSON files."),
    "import": ("fhir_bulk", "take", "Read NDJSON files into the practice's records."),
    "republish": ("fhir_republish", "republish", "Make again what billing publishes."),
}
"""Module, command and one line of each."""


class Parts(click.Group):
    """Imports a command when it is run: checking a file needs nothing of an installation."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands, the most used first."""
        return list(PARTS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now."""
        if cmd_name not in PARTS:
            return None
        module, name, _ = PARTS[cmd_name]
        return getattr(import_module(f"chartline.cli.{module}"), name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List names and lines without importing anything."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, _, line) in PARTS.items()])


@click.group("fhir", cls=Parts)
def command() -> None:
    """FHIR R4 files: check them, which needs no installation; write the practice's resources to files, and read them.

    For validate, FILE may be JSON or XML with one resource or a Bundle, NDJSON with one resource a line, or - for
    standard input.

    Exit codes for scripts: 0 clean, 1 problems, 2 a file cannot be read.

    \b
    chartline fhir validate patient.json
    chartline fhir validate export/*.ndjson --json
    chartline fhir export backup-2026-11-22
    chartline fhir import backup-2026-11-22/Patient.1.ndjson
    chartline fhir republish --check
    """
