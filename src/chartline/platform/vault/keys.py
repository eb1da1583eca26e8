"""Where the master keys come from: ``CHARTLINE_KEY``, else a key file beside the data.

The file has one base64 key a line, oldest first; the last one seals, all of them open, and the first one also
makes the keyed hashes, so that indexes survive a rotation. Refuses a file that others can read, and a key that is
not 32 bytes.
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.ids import new_id

KEY_FILE = "chartline.key"
KEY_VARIABLE = "CHARTLINE_KEY"
KEY_BYTES = 32

BAD_KEY = ErrorKind(
    "vault.bad_key",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The encryption key is missing or is not base64 text of 32 bytes.",
    "Restore chartline.key from your backup, or set CHARTLINE_KEY to the key this database was made with.",
    status=500,
)
OPEN_KEY_FILE = ErrorKind(
    "vault.key_exposed",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "Other accounts of this machine can read the key file, so it protects nothing.",
    "Run `chmod 600` on chartline.key in the data folder; if someone may have copied it, rotate the key.",
    status=500,
)


@dataclass(frozen=True, repr=False)
class Key:
    """One 32-byte master key; ``id`` (4 bytes, derived from it) stands in front of everything it seals."""

    material: bytes

    def __post_init__(self) -> None:
        if len(self.material) != KEY_BYTES:
            raise BAD_KEY.error()

    @property
    def id(self) -> bytes:
        """Four bytes that name the key and reveal nothing about it."""
        return hashlib.blake2b(digest_size=4, key=self.material, person=b"chartline-key-id").digest()

    @classmethod
    def generate(cls) -> Key:
        """A new random key."""
        return cls(os.urandom(KEY_BYTES))

    @classmethod
    def parse(cls, text: str) -> Key:
        """Read base64 text. Raises ``vault.bad_key``."""
        try:
            return cls(base64.b64decode(text.strip(), validate=True))
        except ValueError:
            raise BAD_KEY.error() from None

    def encoded(self) -> str:
        """Base64 text, for the key file alone."""
        return base64.b64encode(self.material).decode()

    def __repr__(self) -> str:
        return "<Key masked>"


@dataclass(frozen=True, repr=False)
class KeyRing:
    """Master keys, oldest first; never empty."""

    keys: tuple[Key, ...]

    def __post_init__(self) -> None:
        if not self.keys:
            raise BAD_KEY.error()

    @property
    def newest(self) -> Key:
        """The key that seals."""
        return self.keys[-1]

    @property
    def oldest(self) -> Key:
        """The key that makes keyed hashes; it stays through every rotation."""
        return self.keys[0]

    def __repr__(self) -> str:
        return f"<KeyRing of {len(self.keys)}>"


def open_keys(data: Path, environment: Mapping[str, str] | None = None) -> KeyRing:
    """The keys of an installation: from ``CHARTLINE_KEY`` (comma-separated, oldest first), else the key file.

    A missing key file is made, readable by its owner alone. Raises ``vault.bad_key``, ``vault.key_exposed``.
    """
    text = (os.environ if environment is None else environment).get(KEY_VARIABLE)
    if text:
        return KeyRing(tuple(Key.parse(part) for part in text.split(",")))
    file = data / KEY_FILE
    if not file.exists():
        _create(file)
    return _read(file)


def rotate_key(data: Path) -> KeyRing:
    """Add a new sealing key to the key file; what older keys sealed stays readable. Returns the new ring."""
    file = data / KEY_FILE
    ring = KeyRing((*_read(file).keys, Key.generate()))
    draft = file.with_suffix(f".{new_id()}.new")
    _write(draft, ring)
    draft.replace(file)
    return ring


def _read(file: Path) -> KeyRing:
    if file.stat().st_mode & 0o077:
        raise OPEN_KEY_FILE.error()
    return KeyRing(tuple(Key.parse(line) for line in file.read_text().splitlines() if line.strip()))


def _create(file: Path) -> None:
    """Make the key file in one move: two processes starting together end with the same key."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(f".{new_id()}.new")
    _write(draft, KeyRing((Key.generate(),)))
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _write(file: Path, ring: KeyRing) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.write("".join(f"{key.encoded()}\n" for key in ring.keys))
        stream.flush()
        os.fsync(stream.fileno())
