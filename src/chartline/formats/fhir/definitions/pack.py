"""Reads the tables under ``data``: many records in one file, each compressed alone, so that one costs only itself.

The first line is a JSON object, key -> [offset, length] in the rest. Refuses nothing: the files are ours.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files

import msgspec

from chartline.formats.fhir.json import JsonObject

_places = msgspec.json.Decoder(dict[str, tuple[int, int]])
_record = msgspec.json.Decoder(dict[str, object])


class Pack:
    """One table. ``record`` decodes anew each time; who asks often keeps what was made of it."""

    __slots__ = ("_body", "_places", "_start")

    def __init__(self, content: bytes) -> None:
        self._start = content.index(b"\n") + 1
        self._places = _places.decode(content[: self._start])
        self._body = content

    def keys(self) -> Iterable[str]:
        """The keys of the records, in the order of the file."""
        return self._places.keys()

    def __contains__(self, key: str) -> bool:
        return key in self._places

    def record(self, key: str) -> JsonObject:
        """One record. Raises ``KeyError`` for a key that is not there."""
        offset, length = self._places[key]
        begin = self._start + offset
        return _record.decode(zlib.decompress(self._body[begin : begin + length]))


@lru_cache(maxsize=16)
def pack(name: str) -> Pack:
    """A table by the name of its file without ``.pack``; read once."""
    return Pack(files("chartline.formats.fhir.definitions").joinpath(f"data/{name}.pack").read_bytes())
