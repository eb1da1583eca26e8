"""``chartline worker``."""

from __future__ import annotations

from pathlib import Path

import click

from chartline.cli.options import installation, settings_of


@click.command("worker")
@installation
@click.option("--ready", type=click.Path(), hidden=True, help="Written with the pid once it works.")
def command(config: str | None, data: str | None, database: str | None, ready: str | None) -> None:
    """Run jobs, timers and schedules until it is stopped.

    Stop it with Ctrl-C or SIGTERM: running steps end, the rest is taken up by the next worker. Killing it loses nothing
    either. On the embedded file there is one worker at a time; on PostgreSQL there may be many.
    """
    from chartline.app.work import run

    run(settings_of(config, data, database), ready=Path(ready) if ready else None)
