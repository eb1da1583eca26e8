"""Files on the command line of ``chartline x12``: opened, read with progress, and told about when they cannot be read.

Exit codes are for scripts: 0 for clean, 1 for problems, 2 for a file that cannot be read. Refuses to write over a file
that it reads.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import BinaryIO, ParamSpec, TypeVar

import click

from chartline.kernel.errors import Again, Blame, ChartlineError, ErrorKind

F = TypeVar("F", bound=Callable[..., object])
P = ParamSpec("P")
Progress = Callable[[int], None]

PROBLEMS, UNREADABLE = 1, 2
LARGE = 5_000_000
"""Bytes from which progress is shown."""

NO_FILE = ErrorKind(
    "cli.no_file",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The file cannot be opened.",
    "Look at the path and at who may read it; a folder is not a file.",
    status=404,
)
SAME_FILE = ErrorKind(
    "cli.same_file",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The output would be written over its input.",
    "Give another name with -o.",
)
CANNOT_WRITE = ErrorKind(
    "cli.cannot_write",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The output cannot be written.",
    "Look at the path, at who may write there, and whether the disk is full.",
)

PATH = click.Path(path_type=Path, allow_dash=True)


def one_file(function: F) -> F:
    """The argument FILE, handed on as ``file``."""
    return click.argument("file", metavar="FILE", type=PATH)(function)


def some_files(function: F) -> F:
    """The arguments FILE..., handed on as ``files``."""
    return click.argument("files", metavar="FILE...", nargs=-1, required=True, type=PATH)(function)


def with_values(function: F) -> F:
    """``--values``."""
    text = "Show what names people, offices and accounts; left out, it is masked."
    return click.option("--values", is_flag=True, help=text)(function)


def told_or_read(function: Callable[P, None]) -> Callable[P, None]:
    """A problem with reading is told and ends the command with exit code 2."""

    @wraps(function)
    def told(*arguments: P.args, **options: P.kwargs) -> None:
        from chartline.cli.main import tell

        try:
            return function(*arguments, **options)
        except ChartlineError as error:
            tell(error)
        raise click.exceptions.Exit(UNREADABLE)

    return told


@contextmanager
def opened(file: Path, *, quiet: bool = False) -> Generator[tuple[BinaryIO, Progress | None]]:
    """The file as a stream (``-`` is standard input), and whom to tell how far it was read.

    Raises ``cli.no_file``.
    """
    if str(file) == "-":
        yield sys.stdin.buffer, None
        return
    try:
        stream = file.open("rb")
    except OSError as error:
        raise NO_FILE.error(file=str(file), reason=error.strerror or "") from None
    with stream, _progress(file, quiet=quiet) as progress:
        yield stream, progress


def read_whole(file: Path) -> bytes:
    """All bytes of a file. Raises ``cli.no_file``."""
    with opened(file, quiet=True) as (stream, _):
        return stream.read()


def again_readable(file: Path) -> bytes | Path:
    """The file as something that can be read more than once. Raises ``cli.no_file``."""
    if str(file) == "-":
        return read_whole(file)
    with opened(file, quiet=True):
        return file


@contextmanager
def written(output: Path | None, *inputs: Path) -> Generator[BinaryIO]:
    """Where bytes go: a file, or standard output when it is None or ``-``.

    Raises ``cli.same_file`` and ``cli.cannot_write``.
    """
    if output is None or str(output) == "-":
        stream = sys.stdout.buffer
        yield stream
        stream.flush()
        return
    if any(str(each) != "-" and output.exists() and each.exists() and output.samefile(each) for each in inputs):
        raise SAME_FILE.error(file=str(output))
    try:
        stream = output.open("wb")
    except OSError as error:
        raise CANNOT_WRITE.error(file=str(output), reason=error.strerror or "") from None
    with stream:
        yield stream


@contextmanager
def _progress(file: Path, *, quiet: bool) -> Generator[Progress | None]:
    """Percent and expected end on standard error, for a large file and when somebody is there to look."""
    size = file.stat().st_size
    if quiet or size < LARGE or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TextColumn("left"),
    )
    with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(file.name, total=size)
        yield lambda done: bar.update(task, completed=done)
