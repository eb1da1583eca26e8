"""Runs the Claim.MD simulator as a process of its own, on loopback."""

from __future__ import annotations

from pathlib import Path

import click

from chartline.connect.simulation.runner import NOTICE, serve
from chartline.connect.simulation.shelf import Store
from chartline.connectors.claimmd.simulator.app import create
from chartline.connectors.claimmd.simulator.seed import load_seed
from chartline.kernel.clock import open_clock
from chartline.kernel.errors import ChartlineError

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command(epilog=f"This simulator is {NOTICE}.")
@click.option("--port", default=0, show_default=True, help="TCP port on 127.0.0.1; 0 takes a free one.")
@click.option("--clock", type=FILE, help="Shared clock file of the sandbox; without it, real time.")
@click.option("--state", type=FILE, help="SQLite file that keeps the world over restarts; without it, memory.")
@click.option("--ready", type=FILE, help='Written as {"port": n, "pid": n} once connections are accepted.')
@click.option("--accounts", type=FILE, help="Seed as JSON: accounts, payers and their minds, eligibility.")
def main(port: int, clock: Path | None, state: Path | None, ready: Path | None, accounts: Path | None) -> None:
    """Talk like the Claim.MD clearinghouse.

    Services answer under http://127.0.0.1:PORT/services/NAME/ (POST, form field AccountKey), the control API under
    http://127.0.0.1:PORT/_control/. Without --accounts there is one invented test account with the key
    SIM-TEST-ACCOUNT-0001 and payers 00123, 0SIM7 and 77001. Keys must begin with SIM-.

    Try: curl -d AccountKey=SIM-TEST-ACCOUNT-0001 -H 'Accept: application/json' http://127.0.0.1:PORT/services/payerlist/
    """
    now = open_clock(str(clock) if clock else None)
    try:
        simulator = create(now, Store(state), load_seed(accounts))
    except ChartlineError as problem:
        fields = ", ".join(f"{name}: {value}" for name, value in problem.problem.fields.items())
        raise click.UsageError(f"{problem.problem.say} {problem.problem.do} ({fields})") from None
    except OSError as problem:
        raise click.UsageError(f"A file cannot be opened: {problem.strerror}") from None
    try:
        serve(simulator, now, port=port, ready=ready)
    except OSError as problem:
        raise click.ClickException(f"Port {port} cannot be used: {problem.strerror}") from None


if __name__ == "__main__":
    main()
