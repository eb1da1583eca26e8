"""A vault with a random key and two organisations, for the tests of every store."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from chartline.kernel.ids import new_id
from chartline.platform.vault import Key, KeyRing, Vault


@pytest.fixture
def vault() -> Vault:
    """A vault with one new key."""
    return Vault(KeyRing((Key.generate(),)))


@pytest.fixture
def organisation() -> str:
    """The practice under test."""
    return new_id()


@pytest.fixture
def stranger() -> str:
    """Another practice in the same database."""
    return new_id()


def readable(folder: Path, words: Iterable[str]) -> list[str]:
    """The words that can be read, in either case, in any file of a folder (database, -wal, -shm)."""
    contents = b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file()).lower()
    assert contents
    return [
        word for word in words if word.lower().encode() in contents or word.lower().encode().hex().encode() in contents
    ]
