"""Runs the simulator by itself: ``python -m chartline.connectors.advancedmd.simulator --help``."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from chartline.connect.simulation.runner import NOTICE, serve
from chartline.connect.simulation.shelf import Store
from chartline.connectors.advancedmd.simulator.app import create
from chartline.connectors.advancedmd.simulator.example import example_office
from chartline.connectors.advancedmd.simulator.options import Options
from chartline.connectors.advancedmd.simulator.seed import SeedRefused, read_seeds
from chartline.kernel.clock import open_clock

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command(epilog=NOTICE)
@click.option("--port", default=0, show_default="a free one", help="TCP port on 127.0.0.1; no other address is bound.")
@click.option("--clock", type=_FILE, help="Shared clock file; without it time is the machine's own.")
@click.option("--state", type=_FILE, help="SQLite file the state is kept in; without it nothing outlives the process.")
@click.option("--ready", type=_FILE, help='Written once connections are accepted: {"port": n, "pid": n}.')
@click.option(
    "--offices", type=_FILE, help="JSON of one OfficeSeed or a list; without it a small example office opens."
)
@click.option(
    "--meter-mode",
    type=click.Choice(["meter", "reject", "fault"]),
    default="meter",
    show_default=True,
    help="What happens to calls over the limit: counted and priced, refused with 429, or refused with a fault.",
)
@click.option("--token-hours", type=click.IntRange(1), default=24, show_default=True, help="Life of a token.")
@click.option("--login-spacing", default=60, show_default=True, help="Seconds between two logins; 0 for none.")
@click.option(
    "--lock-after", type=click.IntRange(1), default=5, show_default=True, help="Wrong passwords before locking."
)
@click.option("--direct", is_flag=True, help="The first login post answers with a token, without a redirect.")
def main(
    port: int,
    clock: Path | None,
    state: Path | None,
    ready: Path | None,
    offices: Path | None,
    meter_mode: Literal["meter", "reject", "fault"],
    token_hours: int,
    login_spacing: int,
    lock_after: int,
    direct: bool,
) -> None:
    """Answer like AdvancedMD's practice management on loopback, with invented offices, until interrupted.

    Sign in at /practicemanager/xmlrpc/processrequest.aspx. What happened is under /_control/counters and
    /_control/snapshot; every other switch can be set while it runs by POST /_control/options.
    """
    options = Options(
        meter_mode=meter_mode,
        token_seconds=token_hours * 3600,
        login_spacing=login_spacing,
        lock_after=lock_after,
        direct=direct,
    )
    watch = open_clock(str(clock) if clock else None)
    try:
        seeds = read_seeds(offices.read_bytes()) if offices else [example_office()]
        handler = create(watch, Store(state), options=options, offices=seeds)
    except (SeedRefused, OSError) as error:
        raise click.ClickException(str(error)) from None
    serve(handler, watch, port=port, ready=ready)


if __name__ == "__main__":
    main()
