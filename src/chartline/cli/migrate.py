"""``chartline migrate``."""

from __future__ import annotations

import click

from chartline.cli.options import installation, settings_of


@click.command("migrate")
@installation
def command(config: str | None, data: str | None, database: str | None) -> None:
    """Create the database, or bring it up to this version.

    Safe to run again, and while nothing runs. `serve` and `worker` do it by themselves at start.

    \b
    chartline migrate --data /srv/chartline
    chartline migrate --database postgresql://chartline@db.example/chartline
    """
    from chartline.app.upgrade import upgrade

    settings = settings_of(config, data, database)
    click.echo(f"The database is at revision {upgrade(settings)}.")
