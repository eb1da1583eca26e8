"""``chartline fhir``."""

from __future__ import annotations

import click

from chartline.cli.fhir_validate import validate


@click.group("fhir")
def command() -> None:
    """FHIR R4 files: check them. Needs no installation and no network.

    FILE may be JSON or XML with one resource or a Bundle, NDJSON with one resource a line, or - for standard input.

    Exit codes for scripts: 0 clean, 1 problems, 2 a file cannot be read.

    \b
    chartline fhir validate patient.json
    chartline fhir validate export/*.ndjson --json
    """


command.add_command(validate)
