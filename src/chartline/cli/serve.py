"""``chartline serve``."""

from __future__ import annotations

from pathlib import Path

import click

from chartline.cli.options import installation, settings_of


@click.command("serve")
@installation
@click.option("--host", help="Address to listen on.  [default: 127.0.0.1]")
@click.option("--port", type=int, help="Port to listen on.  [default: 8400]")
@click.option("--worker/--no-worker", default=True, show_default=True, help="Run jobs in this process too.")
@click.option("--ready", type=click.Path(), hidden=True, help="Written with port and pid once it listens.")
def command(
    config: str | None,
    data: str | None,
    database: str | None,
    host: str | None,
    port: int | None,
    worker: bool,
    ready: str | None,
) -> None:
    """Run the console and the API, and a worker beside them.

    One process and one file are enough for a practice. With many practices use PostgreSQL, `serve --no-worker` and
    as many `worker` processes as you like.

    \b
    chartline serve --data /srv/chartline
    chartline serve --no-worker --database postgresql://chartline@db.example/chartline
    """
    from chartline.app.web import run

    settings = settings_of(config, data, database, host=host, port=port)
    run(settings, "chartline.asgi:create", with_worker=worker, ready=Path(ready) if ready else None)
