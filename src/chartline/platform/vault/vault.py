"""Seals bytes for the database and makes keyed hashes for its indexes.

A sealed value is ``form(1) key id(4) nonce(12) ciphertext and tag``: AES-256-GCM under a key derived for the
organisation (HKDF-SHA256), with form, key id, organisation, table and row as additional data. So a sealed value
moved to another row, table or organisation does not open. Refuses to say why something does not open.
"""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.platform.vault.keys import KEY_BYTES, KeyRing, open_keys

UNREADABLE = ErrorKind(
    "vault.unreadable",
    Blame.US,
    Again.NEVER,
    "A stored value does not open: it was altered, moved, or sealed with a key that is not here.",
    "Restore the database and chartline.key from the same backup; if both are right, report it as tampering.",
    status=500,
)

_PLAIN, _PACKED = b"\x01", b"\x02"
_HEADER = 5
_NONCE = 12
_WORTH_PACKING = 200


class Vault:
    """Seals, opens and hashes for every organisation of an installation. Safe to share between threads."""

    def __init__(self, ring: KeyRing) -> None:
        self._keys = {key.id: key.material for key in ring.keys}
        self._newest = ring.newest.id
        self._oldest = ring.oldest.id
        self._derived = lru_cache(maxsize=4096)(self._derive)

    @classmethod
    def open(cls, data: Path, environment: Mapping[str, str] | None = None) -> Vault:
        """The vault of an installation; makes the key file when there is none. See ``open_keys``."""
        return cls(open_keys(data, environment))

    def _derive(self, key_id: bytes, organisation: str, use: bytes) -> bytes:
        info = b"chartline\x00" + use + b"\x00" + organisation.encode()
        return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(self._keys[key_id])

    def seal(self, organisation: str, table: str, row: str, plain: bytes) -> bytes:
        """Encrypt bytes for one row of one table of one organisation; compressed first where that helps."""
        form, content = _PLAIN, plain
        if len(plain) >= _WORTH_PACKING:
            packed = zlib.compress(plain, 1)
            if len(packed) < len(plain):
                form, content = _PACKED, packed
        header = form + self._newest
        nonce = os.urandom(_NONCE)
        cipher = AESGCM(self._derived(self._newest, organisation, b"seal"))
        return header + nonce + cipher.encrypt(nonce, content, header + _joined(organisation, table, row))

    def open_sealed(self, organisation: str, table: str, row: str, sealed: bytes) -> bytes:
        """Decrypt what ``seal`` made for the same place. Raises ``vault.unreadable``."""
        header, nonce = sealed[:_HEADER], sealed[_HEADER : _HEADER + _NONCE]
        if header[1:] not in self._keys or header[:1] not in (_PLAIN, _PACKED) or len(nonce) != _NONCE:
            raise UNREADABLE.error(table=table)
        cipher = AESGCM(self._derived(header[1:], organisation, b"seal"))
        try:
            content = cipher.decrypt(nonce, sealed[_HEADER + _NONCE :], header + _joined(organisation, table, row))
        except InvalidTag:
            raise UNREADABLE.error(table=table) from None
        return zlib.decompress(content) if header[:1] == _PACKED else content

    def blind(self, organisation: str, *parts: str) -> int:
        """A 63-bit keyed hash for index rows: equal parts meet, and nobody without the key can guess them."""
        key = self._derived(self._oldest, organisation, b"blind")
        number = hashlib.blake2b(_joined(*parts), digest_size=8, key=key).digest()
        return int.from_bytes(number, "big") >> 1

    def blinder(self, organisation: str) -> Callable[[bytes], int]:
        """``blind`` for many contents of one organisation, in half of the time. Its hashes are another family."""
        base = hashlib.blake2b(digest_size=8, key=self._derived(self._oldest, organisation, b"index"))

        def blinded(content: bytes) -> int:
            hasher = base.copy()
            hasher.update(content)
            return int.from_bytes(hasher.digest(), "big") >> 1

        return blinded

    def digest(self, organisation: str, *parts: bytes) -> bytes:
        """A 32-byte keyed hash of contents, for content addresses, token look-ups and the audit chain."""
        hasher = hashlib.blake2b(digest_size=32, key=self._derived(self._oldest, organisation, b"digest"))
        for part in parts:
            hasher.update(len(part).to_bytes(8, "big") + part)
        return hasher.digest()

    def __repr__(self) -> str:
        return f"<Vault with {len(self._keys)} keys>"


def _joined(*parts: str) -> bytes:
    """Parts with their lengths, so that no two lists of parts give the same bytes."""
    encoded = [part.encode() for part in parts]
    return b"".join(len(part).to_bytes(4, "big") + part for part in encoded)
