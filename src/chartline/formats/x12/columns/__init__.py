"""Whole files into Arrow tables: remittances (835) and professional claims (837P) for analysis and bulk loading.

Works on the bytes of many segments at once and never makes a Python object for a value, so that it is several times
faster than the typed readers and needs a constant amount of memory when streamed. The numbers are those of the typed
readers: what is not certain to be read right by the fast way is read one by one, and what they refuse is refused here
with the same errors. Needs pyarrow and numpy, which only this package imports: ``pip install chartline[arrow]``.

    tables = to_arrow(Path("remittance.835"), "835")          tables.claims, tables.lines, tables.adjustments, ...
    for batch in stream_arrow(stream, "837P"): ...            the same in record batches, in constant memory
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from chartline.formats.x12.source import Source
from chartline.kernel.errors import Again, Blame, ErrorKind

if TYPE_CHECKING:
    from types import ModuleType

    from chartline.formats.x12.columns.shapes import Batches, Tables

Kind = Literal["835", "837P"]

ARROW_MISSING = ErrorKind(
    "x12.arrow_missing",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "Reading X12 into Arrow tables needs pyarrow and numpy, which are not installed.",
    "Install the extra named arrow, as in pip install chartline[arrow], and try again.",
    status=501,
)

__all__ = ["ARROW_MISSING", "Kind", "stream_arrow", "to_arrow"]


def to_arrow(source: Source, kind: Kind, *, megabytes: float = 2) -> Tables:
    """The tables of every transaction of this kind in a file.

    ``claims``, ``lines`` and ``adjustments``; an 835 also has ``payments`` and ``provider_adjustments``, which are
    None for an 837P. Money is decimal128 with two places, quantities with six, dates are date32; what was not sent is
    null. ``payment``, ``claim`` and ``line`` are row numbers in the file that join the tables; ``byte`` and
    ``segment`` say where a row begins in the file.

    Raises what ``read_835`` and ``read_837p`` raise, ``x12.segment_too_large`` and ``x12.arrow_missing``.
    """
    return _stream().gathered(source, kind, megabytes)


def stream_arrow(source: Source, kind: Kind, *, megabytes: float = 2) -> Iterator[Batches]:
    """The same tables in record batches of about ``megabytes`` of the file, cut between claims.

    The memory needed is about thirty times ``megabytes``, because every place in a window is known at once. Raises as
    ``to_arrow``, possibly after batches were already yielded: use nothing of a file before its last batch came.
    """
    return _stream().batches(source, kind, megabytes)


def _stream() -> ModuleType:
    try:
        from chartline.formats.x12.columns import stream
    except ModuleNotFoundError as missing:
        if missing.name is None or missing.name.partition(".")[0] not in ("numpy", "pyarrow"):
            raise
        raise ARROW_MISSING.error(module=missing.name) from None
    return stream
