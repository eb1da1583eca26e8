"""Files into batches and tables: the windows of a file, each given to the maker of its kind of tables."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from chartline.formats.x12.columns import remitted, submitted
from chartline.formats.x12.columns.envelopes import Envelopes
from chartline.formats.x12.columns.shapes import Batches, Tables
from chartline.formats.x12.columns.windows import read_windows
from chartline.formats.x12.envelope import NO_TRANSACTION
from chartline.formats.x12.source import Source

_OTHER_CLAIMS = ("005010X223", "005010X224")
"""Institutional and dental claims, which are transactions of the same kind."""


def batches(source: Source, kind: str, megabytes: float) -> Iterator[Batches]:
    """See ``stream_arrow``."""
    size = max(1, int(megabytes * 1_000_000))
    if kind == "835":
        maker, envelopes, boundary = remitted.Remittances(), Envelopes("835"), remitted.boundary
    elif kind == "837P":
        maker, envelopes, boundary = submitted.Claims(), Envelopes("837", _OTHER_CLAIMS), submitted.boundary
    else:
        raise ValueError("the kind is 835 or 837P")
    found = False
    for window, transactions in read_windows(source, envelopes, boundary, size):
        if transactions:
            found = True
            yield maker.batches(window, transactions)
    if not found:
        raise NO_TRANSACTION.error(set=envelopes.set_id)


def gathered(source: Source, kind: str, megabytes: float) -> Tables:
    """See ``to_arrow``."""
    parts = list(batches(source, kind, megabytes))
    columns = zip(*parts, strict=True)
    return Tables(*(None if some[0] is None else pa.Table.from_batches(some) for some in columns))
