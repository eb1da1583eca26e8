"""The files of a bulk request: NDJSON in sealed pieces, grown slice by slice, read piece by piece.

A file holds one resource type and is closed when it is large; the next lines of the type go into a new one. Refuses to
hold a file in memory as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chartline.kernel.sealed import Masked
from chartline.platform.bulk.tables import bulk_file_table, bulk_piece_table
from chartline.platform.database import Database, Work
from chartline.platform.vault import Vault

PIECE = 1 << 20
"""Bytes of a piece before sealing."""
LARGE = 200_000
"""Lines after which a type goes on in another file."""
_TABLE = "bulk_piece"


@dataclass(frozen=True, slots=True)
class BulkFile:
    """A file as it stands; ``size`` in bytes, ``pieces`` how many there are."""

    number: int
    section: str
    rtype: str
    count: int
    size: int
    pieces: int


@dataclass(frozen=True, slots=True, repr=False)
class Made(Masked):
    """Lines to be added to a file: sealed pieces from piece ``first`` on; a file is new when ``first`` is 0."""

    number: int
    section: str
    rtype: str
    count: int
    size: int
    first: int
    sealed: Sequence[bytes]


class Files:
    """Seals, stores and reads the pieces of files."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def all(self, work: Work, request: str) -> list[BulkFile]:
        """The files of a request by number."""
        table = bulk_file_table
        columns = (table.c.number, table.c.section, table.c.rtype, table.c.count, table.c.size, table.c.pieces)
        statement = work.select(table, *columns).where(table.c.request_id == request).order_by(table.c.number)
        return [BulkFile(**row) for row in work.rows(statement)]

    def grow(
        self, organisation: str, request: str, files: Sequence[BulkFile], section: str, rtype: str, lines: list[bytes]
    ) -> list[Made]:
        """Lines as sealed pieces at the end of the file of their type; nothing for no lines.

        ``files`` are all the files of the request as they stand now.
        """
        if not lines:
            return []
        mine = [one for one in files if (one.section, one.rtype) == (section, rtype)]
        last = mine[-1] if mine and mine[-1].count < LARGE else None
        number = last.number if last else max((one.number for one in files), default=0) + 1
        first = last.pieces if last else 0
        data = b"\n".join(lines) + b"\n"
        pieces = [data[at : at + PIECE] for at in range(0, len(data), PIECE)]
        sealed = [self.seal(organisation, request, number, first + at, piece) for at, piece in enumerate(pieces)]
        return [Made(number, section, rtype, len(lines), len(data), first, sealed)]

    def seal(self, organisation: str, request: str, number: int, piece: int, data: bytes) -> bytes:
        """A piece, encrypted for its place."""
        return self._vault.seal(organisation, _TABLE, f"{request}/{number}/{piece}", data)

    def store(self, work: Work, request: str, made: Made) -> None:
        """Add the pieces and count them."""
        table = bulk_file_table
        if made.first == 0:
            work.insert(
                table,
                request_id=request,
                number=made.number,
                section=made.section,
                rtype=made.rtype,
                count=made.count,
                size=made.size,
                pieces=len(made.sealed),
            )
        else:
            grown = {
                "count": table.c.count + made.count,
                "size": table.c.size + made.size,
                "pieces": table.c.pieces + len(made.sealed),
            }
            mine = (table.c.request_id == request, table.c.number == made.number)
            work.execute(work.update(table).where(*mine).values(grown))
        rows: list[dict[str, object]] = [
            {"request_id": request, "number": made.number, "piece": made.first + at, "body": body}
            for at, body in enumerate(made.sealed)
        ]
        work.insert_many(bulk_piece_table, rows)

    def piece(self, work: Work, request: str, number: int, piece: int) -> bytes | None:
        """The bytes of one piece; None when it is not there (any more). Raises ``vault.unreadable``."""
        table = bulk_piece_table
        mine = (table.c.request_id == request, table.c.number == number, table.c.piece == piece)
        sealed = work.scalar(work.select(table, table.c.body).where(*mine))
        if sealed is None:
            return None
        return self._vault.open_sealed(work.organisation, _TABLE, f"{request}/{number}/{piece}", bytes(sealed))

    def read(
        self, database: Database, organisation: str, request: str, file: BulkFile, start: int = 0
    ) -> Iterator[bytes]:
        """The bytes of a file from one on, piece by piece, each in a transaction of its own.

        A start other than 0 is for files that came as a whole: their pieces are full. Raises ``vault.unreadable``, and
        LookupError when the file goes away meanwhile.
        """
        for at in range(start // PIECE, file.pieces):
            with database.read(organisation) as work:
                data = self.piece(work, request, file.number, at)
            if data is None:
                raise LookupError("a piece of a bulk file is gone")
            yield data[start % PIECE :] if at == start // PIECE else data
