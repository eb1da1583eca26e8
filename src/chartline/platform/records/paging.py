"""Cursors: where a page ended, sealed, and bound to the search that it belongs to.

A sort value may be a name, so a cursor shows nothing and is not readable in a log. Refuses cursors of other searches,
of other organisations, and forged ones.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable

import msgspec

from chartline.kernel.errors import ChartlineError
from chartline.platform.records.problems import BAD_SEARCH
from chartline.platform.vault import Vault

SortValue = int | float | str | None
"""What resources are ordered by; None where a resource has nothing to be ordered by."""


class Position(msgspec.Struct, frozen=True, array_like=True):
    """The place between two resources: sort values and number of one of them, and whether to go back from it."""

    values: tuple[int | float | str | None, ...]
    pk: int
    back: bool = False


# Made with the module: the library crashes when several threads decode a type for the first time together.
_decoder = msgspec.json.Decoder(Position)


def fingerprint(words: Iterable[str]) -> str:
    """A short text that stands for a search, reach included."""
    hasher = hashlib.blake2b(digest_size=16)
    for word in words:
        encoded = word.encode("utf-8", "surrogatepass")
        hasher.update(len(encoded).to_bytes(4, "big") + encoded)
    return hasher.hexdigest()


def write_cursor(vault: Vault, organisation: str, search: str, position: Position) -> str:
    """The cursor of a position: text for an address."""
    sealed = vault.seal(organisation, "cursor", search, msgspec.json.encode(position))
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def read_cursor(vault: Vault, organisation: str, search: str, cursor: str) -> Position:
    """The position of a cursor. Raises ``records.bad_search``."""
    try:
        sealed = base64.urlsafe_b64decode(cursor.encode("ascii", "replace") + b"=" * (-len(cursor) % 4))
        return _decoder.decode(vault.open_sealed(organisation, "cursor", search, sealed))
    except (ChartlineError, ValueError, binascii.Error, msgspec.MsgspecError):
        raise BAD_SEARCH.error(parameter="_cursor") from None
