"""The FHIR server under load beside a floor: the same requests to a bare database behind the same web server.

    python bench/fhir_load.py [--patients 10000] [--seconds 3] [--make sqlite] [--only read,create] [--growth]

Ours is ``chartline serve`` with validation, authorization and audit on; both run in processes of their own and are
loaded through kept HTTP connections by 1, 8 and 32 clients. ``server``, ``db`` and ``sum`` are microseconds of
processor time a request; ``share`` is the floor's time by ours, ``by req/s`` the same of answers a second, which says
less on a busy machine. PostgreSQL runs without fsync. ``--growth`` compares 50,000 resources with 1,000,000 instead,
and takes an hour.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(1, str(Path(__file__).parent.parent))

from fhir_load_parts import table, worlds
from fhir_load_parts.measuring import Cell, export, measure, race
from fhir_load_parts.servers import Running, chartline, floor
from fhir_load_parts.workloads import WORKLOADS, Place, Workload

CLIENTS = (1, 8, 32)
LARGE = 1000
"""From so many patients on, all numbers of clients are the default; small worlds are for a quick look."""
RACES = 20
GROWTH = (8_900, 178_000)
"""Patients of the two worlds of ``--growth``: 50,000 and 1,000,000 resources."""


def cells(
    running: Running, place: Place, workloads: list[Workload], clients: tuple[int, ...], seconds: float
) -> list[Cell]:
    """Every workload with every number of clients."""
    return [measure(running, place, one, number, seconds) for one in workloads for number in clients]


def bench(make: str, patients: int, seconds: float, workloads: list[Workload], clients: tuple[int, ...]) -> None:
    """Print the table of one make of database."""
    with tempfile.TemporaryDirectory() as temporary, worlds.addresses(make, Path(temporary)) as (ours, floors):
        folder = Path(temporary)
        made, bare = worlds.load_ours(ours, folder, patients), worlds.load_floor(floors, patients)
        print(
            f"\n{make}: {patients} patients, {made.resources} resources, loaded in {made.seconds:.1f} s "
            f"({made.seconds / made.resources * 1e6:.0f} us each; the floor {bare.seconds:.1f} s)"
        )
        place = Place(patients, made.token)
        with chartline(ours, folder) as running:
            mine = cells(running, place, workloads, clients, seconds)
            raced = race(running, place, RACES)
        with floor(floors, folder) as running:
            bottom = cells(running, place, workloads, clients, seconds)
            least = export(running, place)
        with chartline(ours, folder, worker=True) as running:
            exported = export(running, place)
        print(table.cells(mine, bottom, make))
        print(table.exports("$export", exported))
        print(table.exports("$export, floor", least))
        print(table.races(raced), flush=True)


def growth(make: str, seconds: float, workloads: list[Workload]) -> None:
    """Print how processor time grows with the number of resources."""
    found: list[list[Cell]] = []
    sizes: list[int] = []
    for patients in GROWTH:
        with tempfile.TemporaryDirectory() as temporary, worlds.addresses(make, Path(temporary)) as (ours, _):
            made = worlds.load_ours(ours, Path(temporary), patients)
            sizes.append(made.resources)
            with chartline(ours, Path(temporary)) as running:
                found.append(cells(running, Place(patients, made.token), workloads, (8,), seconds))
    print(f"\n{make}")
    print(table.growth(found[0], found[1], (sizes[0], sizes[1])), flush=True)


def main() -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--patients", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=0.1)
    parser.add_argument("--make", choices=["sqlite", "postgresql"])
    parser.add_argument("--only", help="names of workloads, with commas between")
    parser.add_argument("--clients", help="numbers of clients, with commas between")
    parser.add_argument("--growth", action="store_true")
    asked = parser.parse_args()
    chosen = [one for one in WORKLOADS if not asked.only or one.name in asked.only.split(",")]
    clients = CLIENTS if asked.patients >= LARGE else CLIENTS[:2]
    if asked.clients:
        clients = tuple(int(one) for one in asked.clients.split(","))
    for make in [asked.make] if asked.make else ["sqlite", "postgresql"]:
        if asked.growth:
            growth(make, asked.seconds, chosen)
        else:
            bench(make, asked.patients, asked.seconds, chosen, clients)


if __name__ == "__main__":
    main()
