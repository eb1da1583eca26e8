"""The rows of ``resource`` as they are read and written: opening, sealing and stamping.

Refuses to hand out a body that was moved or altered (``vault.unreadable``).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple, cast

from chartline.formats.fhir import JsonObject, encode, text
from chartline.formats.fhir.amounts import fhir_moment
from chartline.formats.fhir.elements import child
from chartline.kernel.sealed import Sealed
from chartline.platform.database import Work
from chartline.platform.records.statements import Row
from chartline.platform.records.stored import Stored
from chartline.platform.vault import Vault

COLUMNS = "r.pk, r.key, r.rtype, r.id, r.version, r.updated, r.deleted, r.method, r.owner, r.body"
"""What ``Kept`` is made of, with ``resource`` as ``r``."""
WIDTH = 10
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO = timedelta(microseconds=1)


class Kept(NamedTuple):
    """A row of ``resource``; the body is sealed."""

    pk: int
    key: int
    rtype: str
    id: str
    version: int
    updated: int
    deleted: bool
    method: str
    owner: str
    body: bytes


def kept(row: Row) -> Kept:
    """A row that was read with ``COLUMNS`` in front."""
    return Kept(*cast("tuple[int, int, str, str, int, int, bool, str, str, bytes]", row[:WIDTH]))


def plain(vault: Vault, work: Work, row: Kept) -> bytes:
    """The JSON of a row. Raises ``vault.unreadable``."""
    return vault.open_sealed(work.organisation, "resource", place(row.rtype, row.id, row.version), bytes(row.body))


def place(rtype: str, identity: str, version: int) -> str:
    """What a sealed body is bound to."""
    return f"{rtype}/{identity}/{version}"


def stored(row: Kept, body: bytes) -> Stored:
    """The version that a row is."""
    return Stored(
        row.rtype, row.id, row.version, moment(row.updated), bool(row.deleted), Sealed(body), row.method, row.owner
    )


def moment(micros: int) -> datetime:
    """Microseconds since 1970 as a datetime."""
    return _EPOCH + timedelta(microseconds=micros)


def micros(when: datetime) -> int:
    """A datetime as microseconds since 1970."""
    return (when - _EPOCH) // _MICRO


def now(work: Work) -> datetime:
    """The clock's time to the millisecond, so that the column and ``meta.lastUpdated`` agree."""
    present = work.now
    return present.replace(microsecond=present.microsecond // 1000 * 1000)


def stamped(resource: JsonObject, version: int, when: datetime, method: str, owner: str) -> tuple[bytes, Stored]:
    """The body with id and meta in front, and the version it makes."""
    rtype, identity = text(resource, "resourceType") or "", text(resource, "id") or ""
    meta = {**(child(resource, "meta") or {}), "versionId": str(version), "lastUpdated": fhir_moment(when)}
    first: JsonObject = {"resourceType": rtype, "id": identity, "meta": meta}
    body = encode({**first, **{name: value for name, value in resource.items() if name not in first}})
    return body, Stored(rtype, identity, version, when, deleted=False, body=Sealed(body), method=method, owner=owner)
