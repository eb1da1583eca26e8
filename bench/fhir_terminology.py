"""What terminology costs: a code system of the size of SNOMED CT loaded and asked, and the shipped value sets.

    python bench/fhir_terminology.py [--codes 350000] [--postgresql postgresql+psycopg://user@host/empty_database]

The codes and their names are made up. Prints milliseconds of real time, the best of a few rounds; loading in seconds.
"""

from __future__ import annotations

import argparse
import csv
import random
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from chartline.app.upgrade import upgrade
from chartline.domains.codes.terminology import Loaded
from chartline.domains.codes.terminology.kinds import Wanted, load
from chartline.domains.codes.terminology.versions import remove
from chartline.formats.fhir.terminology import Asked, Filter, Rule, Terminology, ValueSet, shipped_terminology
from chartline.kernel.clock import SystemClock
from chartline.kernel.ids import new_id
from chartline.kernel.settings import Settings
from chartline.platform.database import Database, open_database

SYSTEM = "urn:bench:imagined"
ROUNDS = 5
SYLLABLES = [first + second for first in "bcdfghjklmnprstvwz" for second in "aeiou"]


def invent(file: Path, codes: int) -> None:
    """A tree of codes with names of six invented words, half of them with two parents."""
    chance = random.Random(5)
    words = ["".join(chance.choices(SYLLABLES, k=chance.randint(2, 4))) for _ in range(12_000)]
    with file.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["code", "display", "parent"])
        for number in range(1, codes + 1):
            above = {max(1, int(number * chance.random() / 4)) for _ in range(chance.randint(1, 2))} - {number}
            parents = "|".join(f"{one}" for one in above)
            writer.writerow([str(number), " ".join(chance.choices(words, k=6)), parents])


def best(call: Callable[[], object]) -> float:
    """Milliseconds of the quickest of some calls."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return min(times) * 1000


def ask(database: Database, deep: str) -> None:
    """Print what questions to the loaded system cost; ``deep`` is a code far down in the tree."""
    whole = ValueSet("urn:whole", "", "", "", (Rule(SYSTEM),))
    below = ValueSet("urn:below", "", "", "", (Rule(SYSTEM, "", None, {}, (Filter("concept", "is-a", "50"),)),))
    with database.read(new_id()) as work:
        terminology = Terminology([Loaded(work)])
        system = terminology.system(SYSTEM)
        rows: list[tuple[str, Callable[[], object]]] = [
            ("expand, two words, first 20", lambda: terminology.expand(whole, Asked("kal dor", count=20))),
            ("expand, one letter, first 20", lambda: terminology.expand(whole, Asked("k", count=20))),
            ("expand below a code, two words", lambda: terminology.expand(below, Asked("ka do", count=20))),
            ("expand below a code, first 20", lambda: terminology.expand(below, Asked(count=20))),
            ("is in the set below a code", lambda: system.passes(deep, below.include[0].filters)),
            ("lookup", lambda: terminology.look_up(SYSTEM, deep)),
            ("subsumes", lambda: terminology.subsumes(SYSTEM, "1", deep)),
        ]
        for name, call in rows:
            print(f"{name:34} {best(call):10.2f} ms")


def main() -> None:
    """Load, ask, remove."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--codes", type=int, default=350_000)
    parser.add_argument("--postgresql")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = Settings(data=name, database=options.postgresql or "")
        upgrade(settings)
        database = open_database(settings.database_url, SystemClock())
        invent(folder / "codes.csv", options.codes)
        start, busy = time.perf_counter(), time.process_time()
        done = load(database, Wanted("csv", folder / "codes.csv", system=SYSTEM))
        seconds, busy = time.perf_counter() - start, time.process_time() - busy
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(f"{done.concepts:,} codes loaded in {seconds:.1f} s ({busy:.1f} s of CPU here), {memory} MB at most")
        ask(database, str(options.codes - 7))
        start = time.perf_counter()
        remove(database, SYSTEM)
        print(f"removed in {time.perf_counter() - start:.1f} s")
        database.close()
    member = shipped_terminology().member
    url, code = "http://terminology.hl7.org/ValueSet/v3-ActEncounterCode", "AMB"
    print(f"{'shipped: is in the set':34} {best(lambda: member(url, None, code)) * 1000:10.2f} us")


if __name__ == "__main__":
    main()
