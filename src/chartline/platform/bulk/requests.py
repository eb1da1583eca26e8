"""Bulk requests: made, looked at, taken forward slice by slice, ended, forgotten.

A slice is stored in one transaction with the place where the next one begins, and only by who saw the number of the
slice before. So a worker that was killed is followed by one that goes on there, and of two that run by mistake one
stores nothing. Refuses requests that are cancelled or expired: they are not there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.ids import new_id
from chartline.platform.bulk.files import PIECE, Files, Made
from chartline.platform.bulk.plan import ExportPlan, ImportPlan, read_export, read_import, write_plan
from chartline.platform.bulk.tables import bulk_file_table, bulk_piece_table, bulk_request_table
from chartline.platform.database import Work
from chartline.platform.vault import Vault

NO_REQUEST = ErrorKind(
    "bulk.no_request",
    Blame.PRACTICE,
    Again.NEVER,
    "There is no such bulk request: it was cancelled, has expired, or never was.",
    "Ask for a new export or import.",
    status=404,
)
OVERTAKEN = ErrorKind(
    "bulk.overtaken",
    Blame.US,
    Again.NEVER,
    "The request was cancelled, or another worker does it.",
    "Nothing to do: nothing was stored twice.",
    status=409,
)

EXPORT, IMPORT = "export", "import"
WORKING, DONE, FAILED = "working", "done", "failed"
KEPT = timedelta(hours=24)
"""How long results are kept after the end."""
_TABLE = "bulk_request"
_ID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class BulkRequest:
    """A request as it stands. ``done`` of ``total`` resources or lines; ``problem`` is the code of its failure."""

    id: str
    kind: str
    state: str
    actor: str
    made: datetime
    began: datetime | None
    ended: datetime | None
    expires: datetime | None
    polled: datetime | None
    slice: int
    place: int
    after: int
    done: int
    total: int
    problem: str


@dataclass(frozen=True, slots=True)
class Slice:
    """What a slice comes to: where the next begins, how many more are done, which files grew."""

    place: int
    after: int
    more: int
    made: Sequence[Made] = ()
    last: bool = False


class Bulk:
    """The bulk requests of every organisation; each call works in the transaction it is given."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self.files = Files(vault)

    def make(self, work: Work, plan: ExportPlan | ImportPlan, actor: str, total: int) -> str:
        """A new request that waits for its worker; answers its id."""
        identity = new_id()
        kind = EXPORT if isinstance(plan, ExportPlan) else IMPORT
        work.insert(
            bulk_request_table,
            id=identity,
            kind=kind,
            state=WORKING,
            actor=actor,
            made=work.now.replace(microsecond=work.now.microsecond // 1000 * 1000),
            plan=self._vault.seal(work.organisation, _TABLE, identity, write_plan(plan)),
            slice=0,
            place=0,
            after=0,
            done=0,
            total=total,
            problem="",
        )
        return identity

    def find(self, work: Work, identity: str) -> BulkRequest:
        """A request. Raises ``bulk.no_request``, also for one that has expired."""
        columns = [column for column in bulk_request_table.c if column.name not in ("organisation_id", "plan")]
        if not _ID.fullmatch(identity):
            raise NO_REQUEST.error()
        row = work.row(work.select(bulk_request_table, *columns).where(bulk_request_table.c.id == identity))
        if row is None or (row["expires"] is not None and row["expires"] <= work.now):
            raise NO_REQUEST.error(id=identity)
        return BulkRequest(**row)

    def export_plan(self, work: Work, identity: str) -> ExportPlan:
        """The plan of an export. Raises ``bulk.no_request``."""
        return read_export(self._plan(work, identity, EXPORT))

    def import_plan(self, work: Work, identity: str) -> ImportPlan:
        """The plan of an import. Raises ``bulk.no_request``."""
        return read_import(self._plan(work, identity, IMPORT))

    def _plan(self, work: Work, identity: str, kind: str) -> bytes:
        table = bulk_request_table
        mine = (table.c.id == identity, table.c.kind == kind)
        sealed = work.scalar(work.select(table, table.c.plan).where(*mine))
        if sealed is None:
            raise NO_REQUEST.error(id=identity)
        return self._vault.open_sealed(work.organisation, _TABLE, identity, sealed)

    def store(self, work: Work, request: BulkRequest, made: Slice) -> None:
        """Take a request forward by one slice, its files with it. Call it before other writes of the slice.

        Raises ``bulk.overtaken`` when the request is gone or another worker took it forward; nothing is stored then.
        """
        table = bulk_request_table
        values: dict[str, object] = {
            "state": DONE if made.last else WORKING,
            "slice": request.slice + 1,
            "place": made.place,
            "after": made.after,
            "done": request.done + made.more,
            "began": request.began or work.now,
            "expires": None,
            "problem": "",
        }
        if made.last:
            values |= {"ended": work.now, "expires": work.now + KEPT, "total": request.done + made.more}
        seen = (table.c.id == request.id, table.c.slice == request.slice, table.c.state.in_((WORKING, FAILED)))
        if work.execute(work.update(table).where(*seen).values(values)).rowcount != 1:
            raise OVERTAKEN.error(id=request.id)
        for one in made.made:
            self.files.store(work, request.id, one)

    def fail(self, work: Work, identity: str, problem: str) -> None:
        """Say that a request failed; it can still go on when its job is run again."""
        table = bulk_request_table
        mine = (table.c.id == identity, table.c.state == WORKING)
        work.execute(work.update(table).where(*mine).values(state=FAILED, problem=problem, expires=work.now + KEPT))

    def poll(self, work: Work, request: BulkRequest) -> None:
        """Remember when a request was last asked about."""
        table = bulk_request_table
        work.execute(work.update(table).where(table.c.id == request.id).values(polled=work.now))

    def forget(self, work: Work, identity: str) -> bool:
        """Cancel or remove a request with all its files; False when there was none."""
        table = bulk_request_table
        gone = work.execute(work.delete(table).where(table.c.id == identity)).rowcount == 1
        for each in (bulk_piece_table, bulk_file_table):
            work.execute(work.delete(each).where(each.c.request_id == identity))
        return gone

    def forget_expired(self, work: Work) -> int:
        """Remove what has expired; says how many requests."""
        table = bulk_request_table
        old = work.rows(work.select(table, table.c.id).where(table.c.expires <= work.now))
        return sum(self.forget(work, row["id"]) for row in old)

    def name_input(self, work: Work, identity: str, name: str, lines: int, size: int) -> None:
        """Note a file that an import reads from elsewhere."""
        self.files.store(work, identity, Made(1, "input", name, lines, size, 0, ()))

    def drop_inputs(self, work: Work, identity: str) -> None:
        """Remove what an import has read; how much it was stays."""
        files, pieces = bulk_file_table, bulk_piece_table
        read = work.select(files, files.c.number).where(files.c.request_id == identity, files.c.section == "input")
        mine = (pieces.c.request_id == identity, pieces.c.number.in_(read))
        work.execute(work.delete(pieces).where(*mine))

    def add_input(self, work: Work, identity: str, name: str, body: bytes) -> None:
        """Keep a file that an import is to read; ``name`` is a resource type, or empty for mixed lines."""
        lines = lines_of(body)
        number = int(work.scalar(_newest(work, identity)) or 0) + 1
        pieces = [body[at : at + PIECE] for at in range(0, len(body), PIECE)]
        sealed = [self.files.seal(work.organisation, identity, number, at, piece) for at, piece in enumerate(pieces)]
        self.files.store(work, identity, Made(number, "input", name, lines, len(body), 0, sealed))


def lines_of(body: bytes) -> int:
    """How many lines a file has; the last one needs no end."""
    return body.count(b"\n") + (not body.endswith(b"\n"))


def _newest(work: Work, identity: str) -> sa.Select[tuple[int]]:
    table = bulk_file_table
    return sa.select(sa.func.max(table.c.number)).where(work.mine(table), table.c.request_id == identity)
