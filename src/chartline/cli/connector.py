"""``chartline connector``."""

from __future__ import annotations

from pathlib import Path

import click

from chartline.app.new_connector import write_connector


@click.group("connector")
def command() -> None:
    """For authors of connectors.

    \b
    chartline connector new examplevendor --title "Example Vendor"
    """


@command.command("new")
@click.argument("name")
@click.option("--title", help="What people call the vendor; the name when left out.")
@click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    help="An empty folder, or one to be made; chartline-NAME when left out.",
)
def new(name: str, title: str | None, into: Path | None) -> None:
    """Write a new connector that works against its own simulator and passes the conformance suite.

    \b
    chartline connector new examplevendor --title "Example Vendor"
    cd chartline-examplevendor
    pip install -e . pytest
    pytest
    """
    folder = into or Path(f"chartline-{name}")
    written = write_connector(name, title or name.capitalize(), folder)
    click.echo(f"{len(written)} files in {folder}. Next step: read {folder / 'README.md'}, then run its tests.")
