"""The bare database of the floor: the least that keeps and finds resources, with the driver alone.

One row a resource, posting lists of hashes for what is equal, one list of words, a history. No validation, no
encryption, no audit, no rights: what is measured against it pays for all of these. One connection, one text for both.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Protocol, TypeAlias, cast

import msgspec
import psycopg

Json: TypeAlias = dict[str, object]
Value: TypeAlias = int | str | bytes | None
Row: TypeAlias = tuple[object, ...]

decode = msgspec.json.Decoder(dict[str, object]).decode
encode = msgspec.json.Encoder().encode

_TABLES = (
    "CREATE TABLE resource (pk {pk}, rtype text NOT NULL, id text NOT NULL, version int NOT NULL, "
    "updated bigint NOT NULL, patient text, day text, body {bytes} NOT NULL, UNIQUE (rtype, id))",
    "CREATE INDEX by_patient ON resource (patient, rtype, day)",
    "CREATE TABLE history (rtype text, id text, version int, body {bytes}, PRIMARY KEY (rtype, id, version))",
    "CREATE TABLE i_eq (h bigint, pk bigint, PRIMARY KEY (h, pk)){without}",
    "CREATE TABLE i_str (p int, norm text {binary}, pk bigint, PRIMARY KEY (p, norm, pk)){without}",
)


class _Cursor(Protocol):
    def fetchall(self) -> list[Row]: ...


class _Driver(Protocol):
    def execute(self, statement: str, values: Sequence[object], /) -> _Cursor: ...
    def commit(self) -> None: ...


def hashed(*parts: str) -> int:
    """The hash of a posting list."""
    return int.from_bytes(blake2b("\0".join(parts).encode(), digest_size=8).digest(), "big", signed=True)


class Bare:
    """One database with one connection."""

    def __init__(self, url: str) -> None:
        self.on_postgresql = url.startswith("postgresql")
        if self.on_postgresql:
            self._driver = cast("_Driver", psycopg.connect(url.replace("+psycopg", "")))
        else:
            lite = sqlite3.connect(url.removeprefix("sqlite:///"), cached_statements=500)
            lite.execute("PRAGMA journal_mode=WAL")
            lite.execute("PRAGMA synchronous=FULL")
            self._driver = cast("_Driver", lite)
        self._next = 1

    def make(self) -> None:
        """Make the tables."""
        words = (
            {"pk": "bigserial PRIMARY KEY", "bytes": "bytea", "without": "", "binary": 'COLLATE "C"'}
            if self.on_postgresql
            else {"pk": "integer PRIMARY KEY", "bytes": "blob", "without": " WITHOUT ROWID", "binary": ""}
        )
        for table in _TABLES:
            self.rows(table.format(**words), (), answers=False)
        self.commit()

    def rows(self, statement: str, values: Sequence[object], *, answers: bool = True) -> list[Row]:
        """Run a statement."""
        text = statement.replace("?", "%s") if self.on_postgresql else statement
        cursor = self._driver.execute(text, values)
        return cursor.fetchall() if answers else []

    def commit(self) -> None:
        """End the transaction."""
        self._driver.commit()

    def analyze(self) -> None:
        """Collect the statistics that plans are made of."""
        self.rows("ANALYZE", (), answers=False)
        self.commit()

    def body(self, rtype: str, identity: str) -> bytes | None:
        """A resource by its id."""
        found = self.rows("SELECT body FROM resource WHERE rtype = ? AND id = ?", (rtype, identity))
        return cast("bytes", found[0][0]) if found else None

    def write(self, resources: Sequence[Json]) -> list[bytes]:
        """Store new resources under the ids they carry, or further versions of them; commits."""
        bodies = [self._one(one) for one in resources] if not self.on_postgresql else self._together(resources)
        self.commit()
        return bodies

    def _one(self, resource: Json) -> bytes:
        rtype, identity = str(resource["resourceType"]), str(resource["id"])
        body = _stamped(resource, 1)
        patient, day = _columns(resource)
        added = "INSERT INTO resource (rtype, id, version, updated, patient, day, body) VALUES (?,?,1,?,?,?,?) "
        marks = (rtype, identity, time.time_ns() // 1000, patient, day, body)
        ((pk,),) = self.rows(f"{added} RETURNING pk", marks)
        self._post(
            [(int(str(pk)), one) for one in _hashes(resource)], [(int(str(pk)), one) for one in _words(resource)]
        )
        return body

    def _together(self, resources: Sequence[Json]) -> list[bytes]:
        bodies = [_stamped(one, 1) for one in resources]
        columns = [_columns(one) for one in resources]
        now = time.time_ns() // 1000
        numbers = self.rows(
            "INSERT INTO resource (rtype, id, version, updated, patient, day, body) SELECT n.rtype, n.id, 1, ?, "
            "n.patient, n.day, n.body FROM unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::bytea[]) "
            "AS n(rtype, id, patient, day, body) RETURNING pk",
            (
                now,
                [str(one["resourceType"]) for one in resources],
                [str(one["id"]) for one in resources],
                [one[0] for one in columns],
                [one[1] for one in columns],
                bodies,
            ),
        )
        found = [(int(str(pk)), one) for (pk,), one in zip(numbers, resources, strict=True)]
        self._post(
            [(pk, h) for pk, one in found for h in _hashes(one)], [(pk, w) for pk, one in found for w in _words(one)]
        )
        return bodies

    def _post(self, hashes: list[tuple[int, int]], words: list[tuple[int, str]]) -> None:
        if self.on_postgresql:
            self.rows(
                "WITH a AS (INSERT INTO i_str SELECT 1, * FROM unnest(?::text[], ?::bigint[]) ON CONFLICT DO NOTHING) "
                "INSERT INTO i_eq SELECT * FROM unnest(?::bigint[], ?::bigint[]) ON CONFLICT DO NOTHING",
                ([w for _, w in words], [pk for pk, _ in words], [h for _, h in hashes], [pk for pk, _ in hashes]),
                answers=False,
            )
            return
        lite = cast("sqlite3.Connection", self._driver)
        lite.executemany("INSERT OR IGNORE INTO i_eq (pk, h) VALUES (?,?)", hashes)
        lite.executemany("INSERT OR IGNORE INTO i_str (p, pk, norm) VALUES (1,?,?)", words)

    def update(self, resource: Json) -> bytes:
        """A further version: the old one goes to the history, postings change where they differ; commits."""
        rtype, identity = str(resource["resourceType"]), str(resource["id"])
        lock = " FOR UPDATE" if self.on_postgresql else ""
        asked = f"SELECT pk, version, body FROM resource WHERE rtype = ? AND id = ?{lock}"
        ((number, version, before),) = self.rows(asked, (rtype, identity))
        pk, present, old = int(str(number)), int(str(version)), cast("bytes", before)
        content = decode(old)
        body = _stamped(resource, present + 1)
        self.rows("INSERT INTO history VALUES (?,?,?,?)", (rtype, identity, present, old), answers=False)
        self.rows(
            "UPDATE resource SET version = ?, updated = ?, body = ? WHERE pk = ?",
            (present + 1, time.time_ns() // 1000, body, pk),
            answers=False,
        )
        gone, come = set(_hashes(content)), set(_hashes(resource))
        for h in gone - come:
            self.rows("DELETE FROM i_eq WHERE h = ? AND pk = ?", (h, pk), answers=False)
        words = set(_words(resource)) - set(_words(content))
        if come - gone or words:
            self._post([(pk, h) for h in come - gone], [(pk, w) for w in words])
        self.commit()
        return body


def _stamped(resource: Json, version: int) -> bytes:
    meta = {"versionId": str(version), "lastUpdated": time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())}
    return encode({"resourceType": resource["resourceType"], "id": resource["id"], "meta": meta} | resource)


def _columns(resource: Json) -> tuple[str | None, str | None]:
    subject = cast("dict[str, str]", resource.get("subject", {})).get("reference", "")
    own = str(resource["id"]) if resource["resourceType"] == "Patient" else subject.removeprefix("Patient/")
    return own or None, cast("str | None", resource.get("effectiveDateTime"))


def _hashes(resource: Json) -> Iterable[int]:
    """Four forms of each token; the reference to the patient and to the visit."""
    rtype = str(resource["resourceType"])
    for name in ("identifier", "code", "category", "gender", "status", "telecom"):
        value = resource.get(name)
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict):
                codings = cast("list[dict[str, str]]", one.get("coding", [one]))
                for coding in codings:
                    system, code = coding.get("system", ""), coding.get("code") or coding.get("value") or ""
                    yield hashed(rtype, name, "c", code)
                    yield hashed(rtype, name, "s", system, code)
                    yield hashed(rtype, name, "y", system)
            elif isinstance(one, str):
                yield hashed(rtype, name, "c", one)
    for name in ("subject", "encounter"):
        reference = resource.get(name)
        if isinstance(reference, dict):
            yield hashed(rtype, name, str(reference.get("reference")))


def _words(resource: Json) -> Iterable[str]:
    """The words of names and addresses."""
    for one in cast("list[Json]", resource.get("name", [])):
        yield str(one["family"]).lower()
        yield from (given.lower() for given in cast("list[str]", one["given"]))
    for one in cast("list[Json]", resource.get("address", [])):
        yield str(one["city"]).lower()
        yield str(one["postalCode"])
