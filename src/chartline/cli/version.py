"""``chartline version``."""

from __future__ import annotations

import click

from chartline import __version__


@click.command("version")
def command() -> None:
    """Show the version."""
    click.echo(f"chartline {__version__}")
