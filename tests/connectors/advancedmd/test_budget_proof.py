"""The vendor's meter has the last word: two processes of many threads at the edge of peak hours, no call too many.

The simulator counts arrivals at its end of the wire, and knows nothing of the limiter.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import msgspec
from tests.platform.limits.test_calendar import denver
from tests.support.clocks import jump, shared_clock
from tests.support.simulators import running

from chartline.app.upgrade import upgrade
from chartline.connect.transport import Route, Transport
from chartline.connect.wire import Credentials
from chartline.connectors.advancedmd.about import ABOUT
from chartline.connectors.advancedmd.connector import Connector
from chartline.kernel.clock import open_clock
from chartline.kernel.ids import new_id
from chartline.kernel.outcome import Later, Receipt
from chartline.kernel.sealed import Sealed
from chartline.kernel.settings import Settings
from chartline.platform.database import open_database
from chartline.platform.exchange import ExchangeLog
from chartline.platform.limits import Limiter
from chartline.platform.vault import Secrets, Vault

PASSWORD = "simulated only"  # of the simulator's example office
PROCESSES, THREADS = 2, 12
SPEED, SECONDS = 40.0, 4.5
"""Three minutes of the vendor's time, around 06:00."""


class Orders(msgspec.Struct):
    """What one process does."""

    database: str
    folder: str
    clock: str
    simulator: str
    organisation: str
    connection: str


def call(orders: Orders) -> int:
    """Read through the connector from many threads as fast as it goes; how many calls were answered."""
    clock = open_clock(orders.clock)
    database = open_database(orders.database, clock, pool=THREADS + 4)
    vault = Vault.open(Path(orders.folder))
    options = {
        "office_key": "999001",
        "appname": "SIMAPP",
        "login_url": f"{orders.simulator}/practicemanager/xmlrpc/processrequest.aspx",
        "environment": "simulator",
    }
    key = ABOUT.budget_key(orders.connection, options)
    transport = Transport(
        Route(orders.organisation, orders.connection, ABOUT.name, key, ("127.0.0.1",)),
        database=database,
        limiter=Limiter(database, {ABOUT.name: ABOUT.policy()}),
        log=ExchangeLog(database, vault),
        secrets=Secrets(vault),
        confidential=(),
        timeout=10.0,
    )
    connector = Connector(
        transport, Credentials({"username": Sealed("SIMUSER"), "password": Sealed(PASSWORD)}, options)
    )
    answered, until = list[int](), time.monotonic() + SECONDS

    def run(number: int) -> None:
        while time.monotonic() < until:
            outcome = connector.changed_patients("") if number == 0 else connector.patient_detail("1001")
            if isinstance(outcome, Later):
                time.sleep(min(clock.real_seconds(max(0.0, (outcome.at - clock.now()).total_seconds())), 0.2))
            elif isinstance(outcome, Receipt):
                answered.append(number)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS + 10)
    transport.close()
    database.close()
    return len(answered)


def test_the_vendors_meter_counts_no_call_too_many_when_peak_hours_begin(tmp_path: Path) -> None:
    settings = Settings(data=str(tmp_path / "data"))
    upgrade(settings)
    begin = denver("2026-03-09 06:00:00") - timedelta(seconds=120)
    shared_clock(tmp_path / "clock.json", begin, speed=0.0)
    with running("advancedmd", tmp_path) as simulator:
        orders = Orders(
            settings.database_url,
            settings.data,
            str(tmp_path / "clock.json"),
            simulator.url,
            new_id(),
            new_id(),
        )
        command = [
            sys.executable,
            "-m",
            "tests.connectors.advancedmd.test_budget_proof",
            json.dumps(msgspec.to_builtins(orders)),
        ]
        jump(tmp_path / "clock.json", begin, SPEED)
        processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(PROCESSES)]
        answered = sum(int(process.communicate(timeout=60)[0]) for process in processes)
        counted = simulator.ask("counters")
    assert counted["excess_calls"] == 0
    assert answered > 12


if __name__ == "__main__":
    print(call(msgspec.convert(json.loads(sys.argv[1]), Orders)))  # noqa: T201
