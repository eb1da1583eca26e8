"""Runs the CORE gateway simulator as a process of its own, on loopback."""

from __future__ import annotations

from pathlib import Path

import click

from chartline.connect.simulation.runner import NOTICE, serve
from chartline.connect.simulation.shelf import Store
from chartline.connectors.core.simulator.app import Simulator
from chartline.kernel.clock import open_clock

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command(epilog=f"This simulator is {NOTICE}.")
@click.option("--port", default=0, show_default=True, help="TCP port on 127.0.0.1; 0 takes a free one.")
@click.option("--clock", type=FILE, help="Shared clock file of the sandbox; without it, real time.")
@click.option("--state", type=FILE, help="SQLite file that keeps the world over restarts; without it, memory.")
@click.option("--ready", type=FILE, help='Written as {"port": n, "pid": n} once connections are accepted.')
def main(port: int, clock: Path | None, state: Path | None, ready: Path | None) -> None:
    """Talk like a payer's gateway for X12 over CAQH CORE.

    Questions go to http://127.0.0.1:PORT/core/realtime, batches to http://127.0.0.1:PORT/core/batch, both as
    multipart/form-data. User SIMUSER, password SIM-pass&word-4711, sender SIMSENDER, receiver SIMPAYER.
    """
    now = open_clock(str(clock) if clock else None)
    try:
        simulator = Simulator(now, Store(state))
    except OSError as problem:
        raise click.UsageError(f"A file cannot be opened: {problem.strerror}") from None
    try:
        serve(simulator, now, port=port, ready=ready)
    except OSError as problem:
        raise click.ClickException(f"Port {port} cannot be used: {problem.strerror}") from None


if __name__ == "__main__":
    main()
