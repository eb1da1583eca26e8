"""What the check says of small mutations of valid files. Prints two tables and the survivors; takes some 20 seconds.

    python bench/x12_mutants.py [--mutants 10000] [--seed 0] [--list]

One segment or element of a file of the corpus is dropped, given twice, swapped with the next or cut short. ``as is``
leaves the counts in the trailers and separators at the end as they were, so that most changes give themselves away;
``repaired`` mends those, so that only structure, content and sums can. A survivor is a mutant of which nothing is
reported; each is proven to be a valid file with another meaning, from the guides' tables alone
(``tests/formats/x12/proofs.py``), or is a defect. The exit code is 1 when one is not proven.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.formats.x12.mutation import OPERATORS, Mutant, Segments, mutants, repaired, survives
from tests.formats.x12.proofs import Unproven, proof

Table = dict[tuple[str, str], Counter[str]]


def run(count: int, seed: int, *, listed: bool) -> int:
    unproven = 0
    for mode in ("as is", "repaired"):
        by_operator: Counter[tuple[str, str]] = Counter()
        by_kind: Counter[tuple[str, str]] = Counter()
        reasons: Counter[tuple[str, str]] = Counter()
        places: dict[tuple[str, str], Counter[str]] = {}
        for mutant in mutants(count, seed):
            segments: Segments = mutant.segments
            if mode == "repaired":
                segments = repaired(segments, mutant.original.delimiters)
                if segments == mutant.original.segments:
                    outcome = "same file"
                    by_operator[mutant.operator, outcome] += 1
                    by_kind[mutant.original.kind, outcome] += 1
                    continue
            outcome = "reported"
            if survives(segments, mutant.original.delimiters):
                outcome, reason = _judged(mutant, segments)
                unproven += outcome == "unproven"
                if outcome == "unproven":
                    print(f"UNPROVEN {mutant.original.kind}/{mutant.original.name} {mutant.place}: {reason}")
                reasons[mutant.operator, reason] += 1
                name = mutant.place.split("@")[0]
                places.setdefault((mutant.operator, reason), Counter())[f"{mutant.original.kind} {name}"] += 1
                if listed:
                    where = f"{mutant.original.kind}/{mutant.original.name} {mutant.place}"
                    print(f"  {mode}: {mutant.operator}, {where}: {reason}")
            by_operator[mutant.operator, outcome] += 1
            by_kind[mutant.original.kind, outcome] += 1
        print(f"\n{count} mutants, {mode}")
        _table("operator", list(OPERATORS), by_operator)
        _table("file", sorted({kind for kind, _ in by_kind}), by_kind)
        print("\n  why the survivors are valid files with another meaning, and where")
        for (operator, reason), number in sorted(reasons.items(), key=lambda entry: (entry[0][0], -entry[1])):
            where = ", ".join(f"{name} {times}" for name, times in places[operator, reason].most_common())
            print(f"  {number:5} {operator}: {reason}\n          {where}")
    print(f"\n{unproven} survivors without proof")
    return 1 if unproven else 0


def _judged(mutant: Mutant, segments: Segments) -> tuple[str, str]:
    try:
        return "proven", proof(mutant, segments)
    except Unproven as why:
        return "unproven", str(why)


_OUTCOMES = ("reported", "proven", "unproven", "same file")


def _table(title: str, rows: list[str], counts: Counter[tuple[str, str]]) -> None:
    print(f"\n  {title:20}" + "".join(f"{outcome:>11}" for outcome in _OUTCOMES))
    for row in rows:
        print(f"  {row:20}" + "".join(f"{counts[row, outcome]:11}" for outcome in _OUTCOMES))
    totals = {outcome: sum(counts[row, outcome] for row in rows) for outcome in _OUTCOMES}
    print(f"  {'all':20}" + "".join(f"{totals[outcome]:11}" for outcome in _OUTCOMES))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--mutants", type=int, default=10_000)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--list", action="store_true", help="print every survivor by itself")
    given = options.parse_args()
    sys.exit(run(given.mutants, given.seed, listed=given.list))


if __name__ == "__main__":
    main()
