"""Bundles written as text around stored bodies: what is inside is never read on the way out.

Gives bytes. Refuses nothing: every part is ours or was checked when it was stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from chartline.api.fhir.preferences import etag
from chartline.kernel.ids import new_id
from chartline.platform.records import Stored

_encode = msgspec.json.Encoder().encode
MATCH, INCLUDE = b"match", b"include"


def quoted(text: str) -> bytes:
    """A JSON string."""
    return _encode(text)


def instant(moment: datetime) -> str:
    """A moment as a FHIR instant, with milliseconds."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def bundle(
    kind: str,
    entries: Sequence[bytes],
    *,
    links: Sequence[tuple[str, str]] = (),
    total: int | None = None,
    now: datetime | None = None,
) -> bytes:
    """A Bundle of written entries. ``links`` are relation and address; no entry array is written for no entries."""
    parts = [b'{"resourceType":"Bundle","id":', quoted(new_id())]
    if now is not None:
        parts += [b',"meta":{"lastUpdated":', quoted(instant(now)), b"}"]
    parts += [b',"type":', quoted(kind)]
    if total is not None:
        parts += [b',"total":', str(total).encode()]
    if links:
        written = [b'{"relation":' + quoted(name) + b',"url":' + quoted(url) + b"}" for name, url in links]
        parts += [b',"link":[', b",".join(written), b"]"]
    if entries:
        parts += [b',"entry":[', b",".join(entries), b"]"]
    parts.append(b"}")
    return b"".join(parts)


def full_url(base: bytes, stored: Stored) -> bytes:
    """The entry's address as a JSON string; ``base`` is the escaped base without its closing quote."""
    return b'%s/%s/%s"' % (base, stored.type.encode(), stored.id.encode())


def open_base(base: str) -> bytes:
    """The base as the beginning of a JSON string."""
    return quoted(base)[:-1]


def search_entries(base: str, bodies: Iterable[tuple[Stored, bytes]], mode: bytes) -> list[bytes]:
    """Entries of a searchset."""
    start = open_base(base)
    tail = b',"search":{"mode":"' + mode + b'"}}'
    return [b'{"fullUrl":' + full_url(start, one) + b',"resource":' + body + tail for one, body in bodies]


def outcome_entry(outcome: bytes) -> bytes:
    """An entry that tells about the search itself."""
    return b'{"resource":' + outcome + b',"search":{"mode":"outcome"}}'


def history_entry(base: bytes, stored: Stored, method: str, body: bytes) -> bytes:
    """An entry of a history: with what was done and how it went; without a resource for a deletion."""
    place = f"{stored.type}/{stored.id}" if method != "POST" else stored.type
    status = {"POST": "201 Created", "DELETE": "204 No Content"}.get(method, "200 OK")
    resource = b"" if stored.deleted else b',"resource":' + body
    request = b'"request":{"method":"%s","url":%s}' % (method.encode(), quoted(place))
    marks = b'"etag":%s,"lastModified":"%s"' % (quoted(etag(stored.version)), instant(stored.updated).encode())
    response = b'"response":{"status":"%s",%s}' % (status.encode(), marks)
    return b'{"fullUrl":%s%s,%s,%s}' % (full_url(base, stored), resource, request, response)
