"""How fast X12 files are read here, beside what splitting bytes costs and beside other libraries. Prints tables.

    python bench/x12.py [--large] [--no-peers] [--only TEXT]

Files of 1 and 20 MB (``--large``: and 200 MB) are made by ``make_x12.py``. Every row runs in a process of its own;
MB/s and claims/s are for a second of CPU, imports not counted; ``floor`` is that time divided by the time of the row
"segments and elements kept", measured right before on the same file; memory is the peak of the whole process. A peer
that would take minutes is given a smaller file, and the row says so. The peers are installed with checked hashes from
``requirements/bench.txt`` into ``.bench/``, once. Takes some minutes.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import importlib
import io
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
CACHE = ROOT / ".bench"
LOCK = ROOT / "requirements" / "bench.txt"
KB, MB = 1_000, 1_000_000
FLOOR = "floor: segments and elements kept"
PATIENCE = 300
"""Seconds after which a row is given up."""

Run = Callable[[Path, str], object]


class Row(NamedTuple):
    """One thing to measure: ``prepare`` imports what it needs and gives what is measured."""

    name: str
    prepare: Callable[[], Run]
    kinds: tuple[str, ...] = ("835", "837P")
    largest: int = 200 * MB
    peer: bool = False
    plain: bool = False
    """Given one transaction only: the peer mixes up several."""


def split_segments() -> Run:
    return lambda file, kind: file.read_bytes().split(b"~\n")


def split_kept() -> Run:
    return lambda file, kind: [raw.split(b"*") for raw in file.read_bytes().split(b"~\n")]


def split_kept_without_collector() -> Run:
    def run(file: Path, kind: str) -> object:
        gc.disable()
        return split_kept()(file, kind)

    return run


def split_passing() -> Run:
    return lambda file, kind: deque((raw.split(b"*") for raw in file.read_bytes().split(b"~\n")), maxlen=0)


def our_blocks() -> Run:
    from chartline.formats.x12.source import read_blocks

    return lambda file, kind: deque((len(block.raws) for block in read_blocks(file)), maxlen=0)


def our_segments() -> Run:
    from chartline.formats.x12.tokenizer import read_segments

    return lambda file, kind: deque(read_segments(file), maxlen=0)


def our_typed_stream() -> Run:
    from chartline.formats.x12.professional_claim import stream_837p
    from chartline.formats.x12.remittance import stream_835

    return lambda file, kind: deque(stream_835(file) if kind == "835" else stream_837p(file), maxlen=0)


def our_typed_kept() -> Run:
    from chartline.formats.x12.professional_claim import read_837p
    from chartline.formats.x12.remittance import read_835

    return lambda file, kind: read_835(file) if kind == "835" else read_837p(file)


def our_check() -> Run:
    from chartline.formats.x12.check import check

    return lambda file, kind: check(file)


def our_typed_and_checked() -> Run:
    typed, checked = our_typed_stream(), our_check()
    return lambda file, kind: (typed(file, kind), checked(file, kind))


def our_tables() -> Run:
    from chartline.formats.x12.columns import to_arrow

    importlib.import_module("chartline.formats.x12.columns.stream")
    return lambda file, kind: to_arrow(file, "835" if kind == "835" else "837P")


def our_batches() -> Run:
    from chartline.formats.x12.columns import stream_arrow

    importlib.import_module("chartline.formats.x12.columns.stream")
    return lambda file, kind: deque(stream_arrow(file, "835" if kind == "835" else "837P"), maxlen=0)


def our_read_and_written() -> Run:
    from datetime import UTC, datetime

    from chartline.formats.x12.envelope_writer import Envelope, Usage
    from chartline.formats.x12.professional_claim import build_837p, read_837p
    from chartline.formats.x12.remittance import read_835, write_835_batch

    at = datetime(2026, 1, 6, 14, 5, tzinfo=UTC)
    envelope = Envelope(sender="EXAMPLE", receiver="EXAMPLE", at=at, control=1, usage=Usage.TEST)

    def run(file: Path, kind: str) -> object:
        if kind == "835":
            return write_835_batch(read_835(file), envelope, unchecked=True)
        return build_837p(read_837p(file), envelope, unchecked=True)

    return run


def oxedi_tables() -> Run:
    oxedi = importlib.import_module("oxedi")
    return lambda file, kind: oxedi.parse(file.read_bytes())


def pyx12_segments() -> Run:
    reader = importlib.import_module("pyx12.x12file")
    return lambda file, kind: deque(reader.X12Reader(str(file)), maxlen=0)


def pyx12_validation() -> Run:
    params = importlib.import_module("pyx12.params")
    validator = importlib.import_module("pyx12.x12n_document")

    def run(file: Path, kind: str) -> object:
        with file.open(encoding="ascii") as source:
            return validator.x12n_document(params.params(), source, io.StringIO(), None, None)

    return run


def x12sdk_segments() -> Run:
    io_ = importlib.import_module("x12sdk.io")

    def run(file: Path, kind: str) -> object:
        with io_.X12SegmentReader(str(file)) as reader:
            return deque(reader.segments(), maxlen=0)

    return run


def x12sdk_models() -> Run:
    io_ = importlib.import_module("x12sdk.io")

    def run(file: Path, kind: str) -> object:
        with io_.X12ModelReader(str(file)) as reader:
            return deque(reader.models(), maxlen=0)

    return run


def openx12_json() -> Run:
    readers = {"835": importlib.import_module("openx12.x835"), "837P": importlib.import_module("openx12.x837p")}
    return lambda file, kind: readers[kind].parse(file.read_text()).json()


def edi_835_frame() -> Run:
    parser = importlib.import_module("edi_835_parser")
    return lambda file, kind: parser.parse(str(file)).to_dataframe()


ROWS = [
    Row("floor: bytes into segments", split_segments),
    Row("floor: segments and elements, nothing kept", split_passing),
    Row(FLOOR, split_kept, largest=20 * MB),
    Row("floor: kept, collector off", split_kept_without_collector, largest=20 * MB),
    Row("ours: blocks of raw segments", our_blocks),
    Row("ours: segments", our_segments, largest=20 * MB),
    Row("ours: typed, streaming", our_typed_stream),
    Row("ours: typed, all kept", our_typed_kept, largest=20 * MB),
    Row("ours: checked", our_check, largest=20 * MB),
    Row("ours: typed, and checked", our_typed_and_checked, largest=1 * MB),
    Row("ours: to_arrow", our_tables),
    Row("ours: stream_arrow", our_batches),
    Row("ours: read and written again", our_read_and_written, largest=1 * MB),
    Row("oxedi: Arrow tables", oxedi_tables, kinds=("835",), peer=True),
    Row("pyx12: segments", pyx12_segments, largest=20 * MB, peer=True),
    Row("pyx12: validation", pyx12_validation, largest=200 * KB, peer=True),
    Row("x12sdk: segments", x12sdk_segments, largest=20 * MB, peer=True),
    Row("x12sdk: models", x12sdk_models, largest=200 * KB, peer=True),
    Row("openx12: dicts", openx12_json, largest=1 * MB, peer=True),
    Row("edi-835-parser: DataFrame", edi_835_frame, kinds=("835",), largest=1 * MB, peer=True, plain=True),
]


def measured(name: str, file: Path, kind: str) -> None:
    """In a process of its own: do one row, and print CPU seconds and peak memory."""
    row = next(row for row in ROWS if row.name == name)
    report = os.fdopen(os.dup(1), "w")
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        run = row.prepare()
        imported = peak()
        start = time.process_time()
        kept = run(file, kind)
        spent = time.process_time() - start
    print(json.dumps({"seconds": spent, "peak": peak(), "imported": imported, "kept": kept is not None}), file=report)
    report.flush()
    # What was made need not be taken apart.
    os._exit(0)


def peak() -> float:
    """MB of memory at most so far."""
    with contextlib.suppress(OSError), Path("/proc/self/status").open() as status:
        for line in status:
            if line.startswith("VmHWM"):
                return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(row: Row, file: Path, kind: str, python: Path) -> dict[str, float] | str:
    """What a row needed, or why it did not come to an end."""
    command = [str(python), __file__, "--row", row.name, "--file", str(file), "--kind", kind]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return f"given up after {PATIENCE} s"
    if done.returncode or not done.stdout.strip():
        last = done.stderr.strip().splitlines()
        return last[-1][:70] if last else "failed"
    return json.loads(done.stdout.splitlines()[-1])


def peers() -> Path | None:
    """The interpreter that has the peers, made when it is not there; None where they cannot be installed."""
    python = CACHE / "venv" / "bin" / "python"
    mark = CACHE / "installed"
    if mark.exists() and mark.read_text() == LOCK.read_text():
        return python
    CACHE.mkdir(exist_ok=True)
    print("installing the peers into .bench/ ...", flush=True)
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r"]
    try:
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(CACHE / "venv")], check=True)
        subprocess.run([*install, str(LOCK)], check=True)
    except subprocess.CalledProcessError:
        print("the peers could not be installed; their rows are left out")
        return None
    mark.write_text(LOCK.read_text())
    return python


def made(folder: Path, kind: str, size: int, *, plain: bool) -> tuple[Path, int]:
    """A file and the number of its claims."""
    from make_x12 import SHAPES, make

    file = folder / f"{kind}-{size}-{plain}.x12"
    if not file.exists():
        shape = SHAPES["plain"]._replace(claims=size // 400) if plain else SHAPES["plain"]
        with file.open("wb") as out:
            out.writelines(make(kind, size, shape=shape))
    mark = b"\nCLP*" if kind == "835" else b"\nCLM*"
    with file.open("rb") as stream:
        # Counted piece by piece; a mark that a piece cuts is counted with what is kept of the last one.
        claims, before = 0, b""
        while piece := stream.read(MB):
            claims += (before + piece).count(mark)
            before = piece[-len(mark) + 1 :]
    return file, claims


def table(kind: str, sizes: list[int], folder: Path, python: Path | None, only: str) -> None:
    print(f"\n{kind:44} {'file':>10} {'MB/s':>8} {'claims/s':>10} {'x floor':>8} {'peak MB':>8}")
    floor = next(row for row in ROWS if row.name == FLOOR)
    for row in ROWS:
        if kind not in row.kinds or only not in row.name or (row.peer and python is None):
            continue
        for size in sorted({min(size, row.largest) for size in sizes}):
            file, claims = made(folder, kind, size, plain=row.plain)
            bytes_ = file.stat().st_size
            label = f"{size / MB:g} MB{' plain' if row.plain else ''}"
            base = measure(floor, file, kind, Path(sys.executable)) if size <= floor.largest else ""
            found = measure(row, file, kind, python if row.peer and python else Path(sys.executable))
            if isinstance(found, str):
                print(f"{row.name:44} {label:>10} {found}", flush=True)
                continue
            seconds = max(found["seconds"], 1e-6)
            ratio = f"{seconds / base['seconds']:8.2f}" if isinstance(base, dict) else f"{'-':>8}"
            print(
                f"{row.name:44} {label:>10} {bytes_ / seconds / MB:8.1f} {claims / seconds:10.0f} {ratio} "
                f"{found['peak']:8.0f}",
                flush=True,
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--large", action="store_true", help="also files of 200 MB")
    parser.add_argument("--no-peers", action="store_true", help="only the floors and ours")
    parser.add_argument("--only", default="", help="only rows whose name has this text")
    parser.add_argument("--row", help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--kind", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.row:
        measured(asked.row, asked.file, asked.kind)
        return
    sizes = [MB, 20 * MB, *([200 * MB] if asked.large else [])]
    python = None if asked.no_peers else peers()
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("835", "837P"):
            table(kind, sizes, Path(folder), python, asked.only)


if __name__ == "__main__":
    main()
