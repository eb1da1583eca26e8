"""Kept state of a simulator: typed collections written through to one SQLite file before the answer leaves.

A vendor does not forget what it said yes to when its process is killed; nor may its simulator. Bodies are
encrypted with a key that stands beside the file, so that a simulated world can be kept anywhere.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Callable, Generator, Hashable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Generic, TypeVar

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from chartline.connect.simulation.index import Groups, Order, Place

T = TypeVar("T")


class Store:
    """One SQLite file (or memory when no path is given) that holds the shelves of a simulator.

    Keys can be as private as what they stand for (a member id), so the file holds only keyed hashes of them.
    """

    def __init__(self, path: Path | None) -> None:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._secret = _key(path.with_suffix(".key")) if path else AESGCM.generate_key(256)
        self._key = AESGCM(self._secret)
        self._file = sqlite3.connect(str(path) if path else ":memory:", isolation_level=None, check_same_thread=False)
        self._file.execute("PRAGMA journal_mode=WAL")
        # A killed process loses nothing that was written; a power cut may, which a simulator can bear.
        self._file.execute("PRAGMA synchronous=NORMAL")
        self._file.execute("CREATE TABLE IF NOT EXISTS item (kind TEXT, key TEXT, body BLOB, PRIMARY KEY (kind, key))")

    def load(self, kind: str) -> Iterator[tuple[str, bytes]]:
        """All items of a kind in the order in which they were first put."""
        rows = self._file.execute("SELECT key, body FROM item WHERE kind = ? ORDER BY rowid", (kind,)).fetchall()
        for hashed, body in rows:
            plain = self._key.decrypt(body[:12], body[12:], f"{kind}/{hashed}".encode())
            length = int.from_bytes(plain[:4], "big")
            yield plain[4 : 4 + length].decode(), plain[4 + length :]

    def _hashed(self, kind: str, key: str) -> str:
        return hashlib.blake2b(f"{kind}/{key}".encode(), key=self._secret, digest_size=16).hexdigest()

    def put(self, kind: str, key: str, body: bytes) -> None:
        """Write one item."""
        nonce, hashed, name = os.urandom(12), self._hashed(kind, key), key.encode()
        plain = len(name).to_bytes(4, "big") + name + body
        self._file.execute(
            "INSERT INTO item VALUES (?, ?, ?) ON CONFLICT (kind, key) DO UPDATE SET body = excluded.body",
            (kind, hashed, nonce + self._key.encrypt(nonce, plain, f"{kind}/{hashed}".encode())),
        )

    def delete(self, kind: str, key: str) -> None:
        """Remove one item."""
        self._file.execute("DELETE FROM item WHERE kind = ? AND key = ?", (kind, self._hashed(kind, key)))

    @contextmanager
    def whole(self) -> Generator[None, None, None]:
        """All writes inside stand or fall together, also when the process is killed in the middle."""
        self._file.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            # Memory has changed with the writes, so they are kept even when a handler fails.
            self._file.execute("COMMIT")

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _key(path: Path) -> bytes:
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(AESGCM.generate_key(256))
    return path.read_bytes()


class Shelf(Generic[T]):
    """A dictionary of msgspec structs. ``put`` after every change: what was not put is not kept."""

    def __init__(self, store: Store, kind: str, item: type[T]) -> None:
        self._store, self._kind = store, kind
        decode = msgspec.msgpack.Decoder(item).decode
        self._items: dict[str, T] = {key: decode(body) for key, body in store.load(kind)}
        self._indexes: list[Groups[T] | Order[T]] = []

    def groups(self, keys_of: Callable[[T], Iterable[Hashable]]) -> Groups[T]:
        """An index by equal keys that follows every put."""
        index = Groups(keys_of)
        self._follow(index)
        return index

    def order(self, place_of: Callable[[T], Place]) -> Order[T]:
        """An index by a sortable place that follows every put."""
        index = Order(place_of)
        self._follow(index)
        return index

    def _follow(self, index: Groups[T] | Order[T]) -> None:
        for key, item in self._items.items():
            index.put(key, item)
        self._indexes.append(index)

    def put(self, key: str, item: T) -> T:
        """Keep an item, new or changed; written before this returns."""
        self._store.put(self._kind, key, msgspec.msgpack.encode(item))
        self._items[key] = item
        for index in self._indexes:
            index.put(key, item)
        return item

    def remove(self, key: str) -> None:
        """Forget an item."""
        self._store.delete(self._kind, key)
        if self._items.pop(key, None) is not None:
            for index in self._indexes:
                index.remove(key)

    def get(self, key: str) -> T | None:
        """The item, or None."""
        return self._items.get(key)

    def __getitem__(self, key: str) -> T:
        return self._items[key]

    def __contains__(self, key: object) -> bool:
        return key in self._items

    def __iter__(self) -> Iterator[T]:
        return iter(list(self._items.values()))

    def __len__(self) -> int:
        return len(self._items)

    def keys(self) -> list[str]:
        """All keys in the order of first put."""
        return list(self._items)


class Counters:
    """Named whole numbers that survive a restart: id sequences, and what the simulator did for its callers."""

    def __init__(self, store: Store, kind: str = "counter") -> None:
        self._shelf: Shelf[int] = Shelf(store, kind, int)

    def next(self, name: str, start: int = 1) -> int:
        """The next number of a sequence that begins at ``start``."""
        value = (self._shelf.get(name) or start - 1) + 1
        return self._shelf.put(name, value)

    def add(self, name: str, amount: int = 1) -> None:
        """Count something."""
        self._shelf.put(name, (self._shelf.get(name) or 0) + amount)

    def get(self, name: str) -> int:
        """One number, 0 when nothing was counted under the name."""
        return self._shelf.get(name) or 0

    def all(self) -> dict[str, int]:
        """Every number by name."""
        return {key: self._shelf[key] for key in self._shelf.keys()}  # noqa: SIM118 - a shelf iterates items
