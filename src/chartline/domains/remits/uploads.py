"""Remittance files that people bring, kept sealed piece by piece until they are taken in.

A file may have a hundred megabytes, so neither its way in nor its reading holds it in memory. Known again by its
content. Refuses files above the limit.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, BinaryIO

from chartline.domains.remits.intake import Transactions
from chartline.domains.remits.tables import remittance_piece_table, remittance_upload_table
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.ids import new_id
from chartline.platform.database import Work
from chartline.platform.vault import Vault

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

LARGEST = 100 * 1024 * 1024
"""Bytes of one file."""
PIECE = 1 << 20
_TABLE = "remittance_piece"

TOO_LARGE = ErrorKind(
    "remits.file_too_large",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The file is larger than 100 megabytes.",
    "Ask the payer or the clearinghouse for one file for each payment.",
    status=400,
)
NO_UPLOAD = ErrorKind(
    "remits.no_upload",
    Blame.PRACTICE,
    Again.NEVER,
    "There is no such file.",
    "Look it up in the list of uploads; files that were taken in are kept as remittances only.",
    status=404,
)


class UploadState(StrEnum):
    """Where a file stands."""

    WAITING = "waiting"
    TAKEN = "taken"
    REFUSED = "refused"
    """It could not be read; ``problem`` says why."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that somebody brought, and the remittances it held once it was taken in."""

    id: str
    size: int
    pieces: int
    state: UploadState
    remittances: tuple[str, ...]
    problem: str
    actor: str
    received: datetime


def keep_upload(transactions: Transactions, vault: Vault, chunks: Iterable[bytes], actor: str) -> tuple[Upload, bool]:
    """Keep a file, and say whether it is a new one; the same bytes again are the same file.

    Raises ``remits.file_too_large``, and whatever breaks off the chunks; it keeps nothing then.
    """
    identity = new_id()
    with transactions() as work:
        work.insert(
            remittance_upload_table,
            id=identity,
            digest=b"",
            size=0,
            pieces=0,
            state=UploadState.WAITING.value,
            remittances=[],
            problem="",
            actor=actor,
            received=work.now,
        )
    try:
        size, pieces, content = _keep_all(transactions, vault, identity, chunks)
    except Exception:
        with transactions() as work:
            drop_upload(work, identity, whole=True)
        raise
    with transactions() as work:
        digest = vault.digest(work.organisation, content)
        columns = remittance_upload_table.c
        known = work.row(work.select(remittance_upload_table).where(columns.digest == digest))
        if known is not None and known["state"] != UploadState.REFUSED.value:
            drop_upload(work, identity, whole=True)
            return read_upload(work, known["id"]), False
        ended = {"digest": digest, "size": size, "pieces": pieces}
        work.execute(work.update(remittance_upload_table).where(columns.id == identity).values(**ended))
        return read_upload(work, identity), True


def _keep_all(
    transactions: Transactions, vault: Vault, identity: str, chunks: Iterable[bytes]
) -> tuple[int, int, bytes]:
    """Keep the chunks in pieces: how many bytes and pieces there were, and the hash of all."""
    size, pieces, waiting = 0, 0, b""
    seen = hashlib.sha256()
    for chunk in chunks:
        size += len(chunk)
        if size > LARGEST:
            raise TOO_LARGE.error()
        seen.update(chunk)
        waiting += chunk
        while len(waiting) >= PIECE:
            pieces += 1
            _keep(transactions, vault, identity, pieces, waiting[:PIECE])
            waiting = waiting[PIECE:]
    if waiting:
        pieces += 1
        _keep(transactions, vault, identity, pieces, waiting)
    return size, pieces, seen.digest()


def _keep(transactions: Transactions, vault: Vault, identity: str, place: int, piece: bytes) -> None:
    with transactions() as work:
        sealed = vault.seal(work.organisation, _TABLE, f"{identity}/{place}", piece)
        work.insert(remittance_piece_table, upload_id=identity, place=place, sealed=sealed)


def read_upload(work: Work, upload: str) -> Upload:
    """A file. Raises ``remits.no_upload``."""
    row = work.row(work.select(remittance_upload_table).where(remittance_upload_table.c.id == upload))
    if row is None:
        raise NO_UPLOAD.error(upload=upload)
    return Upload(
        row["id"],
        row["size"],
        row["pieces"],
        UploadState(row["state"]),
        tuple(row["remittances"]),
        row["problem"],
        row["actor"],
        row["received"],
    )


def open_upload(transactions: Transactions, vault: Vault, upload: Upload) -> BinaryIO:
    """The bytes of a file as a stream that opens one piece at a time."""
    return io.BufferedReader(_Pieces(transactions, vault, upload), PIECE)


def end_upload(work: Work, upload: str, remittances: list[str], problem: str = "") -> None:
    """A file was taken in, or could not be read; its bytes are not needed any more."""
    state = UploadState.REFUSED if problem else UploadState.TAKEN
    values = {"state": state.value, "remittances": remittances, "problem": problem[:60]}
    table = remittance_upload_table
    work.execute(work.update(table).where(table.c.id == upload).values(**values))
    drop_upload(work, upload)


def drop_upload(work: Work, upload: str, *, whole: bool = False) -> None:
    """Forget the bytes of a file; ``whole``: and the file."""
    work.execute(work.delete(remittance_piece_table).where(remittance_piece_table.c.upload_id == upload))
    if whole:
        work.execute(work.delete(remittance_upload_table).where(remittance_upload_table.c.id == upload))


class _Pieces(io.RawIOBase):
    """Reads piece after piece."""

    def __init__(self, transactions: Transactions, vault: Vault, upload: Upload) -> None:
        super().__init__()
        self._transactions, self._vault, self._upload = transactions, vault, upload
        self._next, self._left = 1, b""

    def readable(self) -> bool:
        """It can be read."""
        return True

    def readinto(self, target: WriteableBuffer, /) -> int:
        """Fill the target with what comes next."""
        buffer = memoryview(target).cast("B")
        if not self._left and self._next <= self._upload.pieces:
            self._left = self._piece(self._next)
            self._next += 1
        count = min(len(buffer), len(self._left))
        buffer[:count] = self._left[:count]
        self._left = self._left[count:]
        return count

    def _piece(self, place: int) -> bytes:
        columns = remittance_piece_table.c
        with self._transactions() as work:
            query = work.select(remittance_piece_table, columns.sealed)
            sealed = work.scalar(query.where(columns.upload_id == self._upload.id, columns.place == place))
            if sealed is None:
                raise NO_UPLOAD.error(upload=self._upload.id)
            row = f"{self._upload.id}/{place}"
            return self._vault.open_sealed(work.organisation, _TABLE, row, bytes(sealed))
