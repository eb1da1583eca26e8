"""A bulk import: the lines of uploaded NDJSON files, checked and stored slice by slice.

A slice's resources, its outcomes and the line where the next one begins are one transaction: a killed worker is
followed by another one at that line, and nothing is half written. A line with an id is stored under it, one without
gets an id. Each refused line leaves an OperationOutcome with its file and line; the others are stored. Refuses what
billing publishes, types that the token may not write, and references to nothing are not looked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from chartline.domains.sync.changes import note_written
from chartline.flows.bulk_export import BULK, play
from chartline.formats.fhir import JsonObject, accept, encode, text
from chartline.kernel.errors import Again, Blame, ChartlineError, ErrorKind, Problem
from chartline.kernel.ids import new_id
from chartline.kernel.sealed import Masked
from chartline.platform.audit import Audit, AuditEvent, Target
from chartline.platform.bulk import Bulk, BulkFile, ImportPlan, Slice
from chartline.platform.bulk.requests import DONE, NO_REQUEST, OVERTAKEN, BulkRequest
from chartline.platform.database import Database, Work
from chartline.platform.jobs import ComeBack, Job, Run
from chartline.platform.records import Change, Records, Stored
from chartline.platform.vault import Vault

IMPORT = "bulk.import"
SLICES = 20
"""Slices of a step."""
PAGE = 500
"""Lines of a slice: on SQLite nobody else writes while they are stored."""
Source = Callable[[int], Iterator[bytes]]
"""The bytes of a file from a place on."""
_ENDED = (NO_REQUEST.code, OVERTAKEN.code)
_OURS = "fhir.published_by_billing"

OTHER_TYPE = ErrorKind(
    "bulk.other_type",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The resource of this line is not of the type that the file was sent for.",
    "Send it in a file of its own type, or send the file to $import without a type.",
)
NOT_YOURS = ErrorKind(
    "bulk.not_allowed",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The resource of this line may not be stored: the token may not write its type, or billing publishes it.",
    "Use a token with the right to create and update this type; change what billing publishes at its source.",
    status=403,
)


@dataclass(frozen=True, slots=True, repr=False)
class Line(Masked):
    """A line of a file by its number from 1: a resource, or what is wrong with it."""

    number: int
    resource: JsonObject | None = None
    problem: Problem | None = None


@dataclass(slots=True, repr=False)
class Batch(Masked):
    """Lines of one file that are stored together; ``next`` is the byte of the file where the next ones begin."""

    lines: list[Line] = field(default_factory=list)
    next: int = 0
    ended: bool = True


@dataclass(frozen=True, slots=True)
class Importer:
    """Takes imports forward; usable without the durable engine, by a command."""

    database: Database
    bulk: Bulk
    records: Records
    audit: Audit

    @classmethod
    def of(cls, database: Database, vault: Vault, records: Records, audit: Audit) -> Importer:
        """On a database."""
        return cls(database, Bulk(vault), records, audit)

    def go(self, organisation: str, identity: str, slices: int = SLICES, source: Source | None = None) -> str:
        """Some slices. Answers as an export does: ``working``, ``gone``, or until when the outcomes are kept.

        ``source`` is where the bytes of the one file come from when they are not kept in the database.
        """
        try:
            with self.database.read(organisation) as work:
                request = self.bulk.find(work, identity)
                plan = self.bulk.import_plan(work, identity)
                files = [one for one in self.bulk.files.all(work, identity) if one.section == "input"]
            for _ in range(slices):
                if request.state == DONE:
                    break
                request = self.slice(organisation, request, plan, files, source)
        except ChartlineError as error:
            if error.problem.code in _ENDED:
                return "gone"
            raise
        return request.expires.isoformat() if request.state == DONE and request.expires else "working"

    def slice(
        self,
        organisation: str,
        request: BulkRequest,
        plan: ImportPlan,
        inputs: Sequence[BulkFile],
        source: Source | None = None,
    ) -> BulkRequest:
        """One slice; the request as it stands after it. Raises ``bulk.overtaken``, ``bulk.no_request``."""
        file = inputs[request.place] if request.place < len(inputs) else None
        first = request.done - sum(one.count for one in inputs[: request.place])
        batch = Batch()
        if file is not None:
            kept_bytes = self.bulk.files.read(self.database, organisation, request.id, file, request.after)
            batch = _read(source(request.after) if source is not None else kept_bytes, request.after, first, file.rtype)
        with self.database.work(organisation) as work:
            refused = self._allowed(work, plan, batch)
            lines = [encode(_outcome(file, one, problem)) for one, problem in refused]
            files = self.bulk.files.all(work, request.id)
            made = self.bulk.files.grow(organisation, request.id, files, "error", "OperationOutcome", lines)
            place = request.place + 1 if batch.ended else request.place
            after = 0 if batch.ended else batch.next
            last = batch.ended and place >= len(inputs)
            self.bulk.store(work, request, Slice(place, after, len(batch.lines), made, last))
            kept = {one.number for one, _ in refused}
            changes = [_change(one.resource) for one in batch.lines if one.resource and one.number not in kept]
            stored = self.records.write_many(work, changes) if changes else []
            note_written(work, [(one.type, one.id) for one in stored])
            if last:
                self.bulk.drop_inputs(work, request.id)
            self._tell(work, request, stored)
            return self.bulk.find(work, request.id)

    def _tell(self, work: Work, request: BulkRequest, stored: Sequence[Stored]) -> None:
        if stored:
            target = Target("Bulk", request.id)
            self.audit.record(work, AuditEvent(request.actor, "fhir.bulk-import", target, count=len(stored)))

    def _allowed(self, work: Work, plan: ImportPlan, batch: Batch) -> list[tuple[Line, Problem]]:
        """The lines that are refused, with why."""
        refused = [(one, one.problem) for one in batch.lines if one.problem is not None]
        named = {
            one.number: (str(one.resource["resourceType"]), str(one.resource["id"]))
            for one in batch.lines
            if one.resource is not None and "id" in one.resource
        }
        present = self.records.read_many(work, list(named.values()))
        for one in batch.lines:
            if one.resource is None:
                continue
            rtype = str(one.resource["resourceType"])
            before = present.get(named[one.number]) if one.number in named else None
            may = plan.create if before is None else plan.update
            if (may is not None and rtype not in may) or (before is not None and before.owner):
                why = _OURS if before is not None and before.owner else "scope"
                refused.append((one, NOT_YOURS.error(type=rtype, why=why).problem))
        return sorted(refused, key=lambda pair: pair[0].number)

    def fail(self, organisation: str, identity: str, code: str) -> None:
        """Tell who asks that it failed."""
        with self.database.work(organisation) as work:
            self.bulk.fail(work, identity, code)

    def forget(self, organisation: str, identity: str) -> None:
        """Remove a request and its files."""
        with self.database.work(organisation) as work:
            self.bulk.forget(work, identity)


class BulkImport:
    """The story as a job."""

    def __init__(self, importer: Importer) -> None:
        self._importer = importer

    def jobs(self) -> list[Job]:
        """What a worker must know."""
        return [Job(IMPORT, BULK, self._play)]

    def _play(self, run: Run, arguments: dict[str, str]) -> ComeBack | dict[str, str] | None:
        return play(run, arguments["request"], self._importer)


def _read(pieces: Iterator[bytes], after: int, first: int, rtype: str) -> Batch:
    """The next lines, each checked, ``first`` having gone before; ends before a resource that it holds already."""
    batch, seen = Batch(next=after), set[tuple[str, str]]()
    for number, (content, end) in enumerate(_lines(pieces, after), first + 1):
        if len(batch.lines) >= PAGE:
            batch.ended = False
            break
        one = _checked(number, content, rtype)
        if one.resource is not None:
            key = (text(one.resource, "resourceType") or "", text(one.resource, "id") or new_id())
            if key in seen:
                batch.ended = False
                break
            seen.add(key)
        batch.lines.append(one)
        batch.next = end
    return batch


def _lines(pieces: Iterator[bytes], end: int) -> Iterator[tuple[bytes, int]]:
    """Lines, each with the byte behind it; blank ones too, as an editor counts."""
    rest = b""
    for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n")
        for line in whole:
            end += len(line) + 1
            yield line, end
    if rest:
        yield rest, end + len(rest)


def _checked(number: int, content: bytes, rtype: str) -> Line:
    """A line as a resource whose structure is right, or with what is wrong; a blank line is neither."""
    if not content.strip():
        return Line(number)
    try:
        resource = accept(content)
    except ChartlineError as error:
        return Line(number, problem=error.problem)
    if rtype and resource["resourceType"] != rtype:
        return Line(number, problem=OTHER_TYPE.error(type=rtype).problem)
    return Line(number, resource)


def _change(resource: JsonObject) -> Change:
    if "id" in resource:
        return Change.put(resource)
    return Change.put({**resource, "id": new_id()}, None, "POST", fresh=True)


def _outcome(file: BulkFile | None, line: Line, problem: Problem) -> JsonObject:
    """Why a line was refused, in words without its values."""
    faults = problem.fields.get("faults", "")
    place = f"Line {line.number} of file {file.number if file else 0}"
    issue: JsonObject = {
        "severity": "error",
        "code": _CODES.get(problem.code, "processing"),
        "details": {"coding": [{"system": "urn:chartline:error", "code": problem.code}], "text": problem.say},
        "diagnostics": f"{place}. {problem.do}" + (f" ({faults})" if faults else ""),
        "location": [f"line[{line.number}]"],
    }
    return {"resourceType": "OperationOutcome", "issue": [issue]}


_CODES = {
    "fhir.not_json": "structure",
    "fhir.bad_shape": "structure",
    "bulk.other_type": "invalid",
    "bulk.not_allowed": "forbidden",
}
