"""Feeds damaged X12 files to everything that reads them. Prints what was found; takes a few seconds.

    python bench/x12_fuzz.py [--minutes 60] [--seed 0] [--keep FOLDER]

Each damaged file comes from a seed and the corpus (``tests/formats/x12/fuzzing.py``), so a find is played again with
``--seed N --files 1``. A find is any exception that is not the product's own, a call of more than ten CPU seconds, and
memory beyond the limit. The exit code is 1 when there is any.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.formats.x12.fuzzing import TARGETS, Find, damaged, tried

MEGABYTES = 700
"""What the whole process may hold at its peak."""


def run(minutes: float, seed: int, files: int, keep: Path | None) -> int:
    until = time.monotonic() + minutes * 60
    found: dict[Find, list[int]] = {}
    slowest: Counter[str] = Counter()
    count = size = 0
    while time.monotonic() < until and count < files:
        data = damaged(seed + count)
        for name in TARGETS:
            began = time.process_time()
            find = tried(name, data)
            slowest[name] = max(slowest[name], int((time.process_time() - began) * 1000))
            if find is not None:
                found.setdefault(find, []).append(seed + count)
                if len(found[find]) == 1:
                    print(f"  {find.target}: {find.error} at {find.place}, seed {seed + count}", flush=True)
                    if keep is not None:
                        keep.mkdir(parents=True, exist_ok=True)
                        (keep / f"{seed + count}.x12").write_bytes(data)
        count += 1
        size += len(data)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{count} damaged files, {size / 1e6:.1f} MB, {len(TARGETS)} readers; seeds {seed} to {seed + count - 1}")
    print(f"peak memory {peak} MB; longest calls: ", end="")
    print(", ".join(f"{name} {milliseconds} ms" for name, milliseconds in slowest.most_common(5)))
    print(f"{len(found)} finds, {sum(map(len, found.values()))} times")
    return 1 if found or peak > MEGABYTES else 0


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--minutes", type=float, default=0.1)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--files", type=int, default=sys.maxsize)
    options.add_argument("--keep", type=Path, default=None)
    given = options.parse_args()
    sys.exit(run(given.minutes, given.seed, given.files, given.keep))


if __name__ == "__main__":
    main()
