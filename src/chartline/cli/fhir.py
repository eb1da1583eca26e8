"""``chartline fhir``."""

from __future__ import annotations

import click

from chartline.cli.fhir_bulk import export, take
from chartline.cli.fhir_republish import republish
from chartline.cli.fhir_validate import validate


@click.group("fhir")
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


command.add_command(validate)
command.add_command(export)
command.add_command(take)
command.add_command(republish)
