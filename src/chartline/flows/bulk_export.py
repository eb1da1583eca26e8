"""A bulk export: every resource that was asked for, type by type, into NDJSON files that a client fetches later.

Goes forward in slices; each is one short transaction with its lines and the place where the next begins, so a killed
worker is followed by another one and no line is written twice. Reads outside of the writing transaction. Refuses to go
on with a request that was cancelled. Removes the files when their time is over.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chartline.formats.fhir import JsonObject, encode
from chartline.kernel.clock import SystemClock
from chartline.kernel.errors import ChartlineError
from chartline.platform.audit import Audit, AuditEvent, Target
from chartline.platform.bulk import Bulk, BulkFile, ExportPlan, Made, Slice
from chartline.platform.bulk.reading import Page, Reader
from chartline.platform.bulk.requests import DONE, NO_REQUEST, OVERTAKEN, BulkRequest
from chartline.platform.database import Database
from chartline.platform.jobs import ComeBack, Job, Queue, Run
from chartline.platform.records.rows import micros
from chartline.platform.vault import Vault

EXPORT = "bulk.export"
BULK = Queue("bulk", concurrency=2)
"""Long work on many resources; two of them leave room for everything else."""
PAGE = 1000
"""Resources of a slice."""
SLICES = 40
"""Slices of a step."""
_BUNDLE = 100
"""Deletions of one Bundle."""
_PATIENCE = 30.0
"""Real seconds to wait for transactions that began before the export."""
_REAL = SystemClock()
_ENDED = (NO_REQUEST.code, OVERTAKEN.code)


@dataclass(frozen=True, slots=True)
class Exporter:
    """Takes exports forward; usable without the durable engine, by a command."""

    database: Database
    bulk: Bulk
    reader: Reader
    audit: Audit

    @classmethod
    def of(cls, database: Database, vault: Vault, audit: Audit) -> Exporter:
        """On a database."""
        return cls(database, Bulk(vault), Reader(vault), audit)

    def go(self, organisation: str, identity: str, slices: int = SLICES) -> str:
        """Some slices. Answers ``working``, ``gone``, or the time (ISO 8601) until which a finished export is kept."""
        try:
            with self.database.read(organisation) as work:
                request = self.bulk.find(work, identity)
                plan = self.bulk.export_plan(work, identity)
            if request.state != DONE and request.slice == 0:
                self._wait_for_writers(organisation)
            for _ in range(slices):
                if request.state == DONE:
                    break
                request = self.slice(organisation, request, plan)
        except ChartlineError as error:
            if error.problem.code in _ENDED:
                return "gone"
            raise
        return request.expires.isoformat() if request.state == DONE and request.expires else "working"

    def slice(self, organisation: str, request: BulkRequest, plan: ExportPlan) -> BulkRequest:
        """One slice; the request as it stands after it. Raises ``bulk.overtaken``, ``bulk.no_request``."""
        made = self._made(organisation, request, plan)
        with self.database.work(organisation) as work:
            self.bulk.store(work, request, made)
            if made.last:
                target = Target("Bulk", request.id)
                self.audit.record(work, AuditEvent(f"job:{EXPORT}", "fhir.bulk-export", target, count=request.done))
            return self.bulk.find(work, request.id)

    def _made(self, organisation: str, request: BulkRequest, plan: ExportPlan) -> Slice:
        """The next lines: of the present type, or of the first one after it that has any."""
        moment = micros(request.made)
        place, after, seen = request.place, request.after, 0
        phases = 2 if plan.since is not None else 1
        with self.database.read(organisation) as work:
            files = self.bulk.files.all(work, request.id)
            while place < 2 * len(plan.types):
                rtype, deletions = plan.types[place // 2], place % 2
                if deletions and phases == 1:
                    place += 1
                    continue
                read = self.reader.deletions if deletions else self.reader.page
                page = read(work, plan, moment, rtype, after, PAGE)
                seen += 0 if deletions else page.seen
                place, after = (place + 1, 0) if page.last else (place, page.after)
                if page.lines or seen >= PAGE:
                    section, name = ("deleted", "Bundle") if deletions else ("output", rtype)
                    lines = _bundles(page) if deletions else page.lines
                    made = self.bulk.files.grow(organisation, request.id, files, section, name, lines)
                    return Slice(place, after, seen, made)
            made = self._remarks(organisation, request.id, files, plan)
        return Slice(place, 0, seen, made, last=True)

    def _remarks(self, organisation: str, identity: str, files: list[BulkFile], plan: ExportPlan) -> list[Made]:
        lines = [encode(_remark(name)) for name in plan.remarks]
        return self.bulk.files.grow(organisation, identity, files, "error", "OperationOutcome", lines)

    def _wait_for_writers(self, organisation: str) -> None:
        """On PostgreSQL a transaction may store a change after the export began that says it was before: let those end.

        On SQLite one transaction writes at a time, so there are none.
        """
        if not self.database.postgresql:
            return
        with self.database.read(organisation) as work:
            newest = int(str(work.connection.exec_driver_sql(_NEWEST).scalar()))
        end = _REAL.now().timestamp() + _PATIENCE
        while _REAL.now().timestamp() < end:
            with self.database.read(organisation) as work:
                if int(str(work.connection.exec_driver_sql(_OLDEST).scalar())) >= newest:
                    return
            _REAL.sleep(0.02)

    def fail(self, organisation: str, identity: str, code: str) -> None:
        """Tell who asks that it failed."""
        with self.database.work(organisation) as work:
            self.bulk.fail(work, identity, code)

    def forget(self, organisation: str, identity: str) -> None:
        """Remove a request and its files."""
        with self.database.work(organisation) as work:
            self.bulk.forget(work, identity)


_NEWEST = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
_OLDEST = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"


class BulkExport:
    """The story as a job."""

    def __init__(self, exporter: Exporter) -> None:
        self._exporter = exporter

    def jobs(self) -> list[Job]:
        """What a worker must know."""
        return [Job(EXPORT, BULK, self._play)]

    def _play(self, run: Run, arguments: dict[str, str]) -> ComeBack | dict[str, str] | None:
        return play(run, arguments["request"], self._exporter)


class Story(Protocol):
    """What goes forward in slices: an export or an import."""

    def go(self, organisation: str, identity: str) -> str:
        """Some slices: ``working``, ``gone``, or until when the files are kept."""
        ...

    def fail(self, organisation: str, identity: str, code: str) -> None:
        """Tell who asks that it failed."""
        ...

    def forget(self, organisation: str, identity: str) -> None:
        """Remove the request and its files."""
        ...


def play(run: Run, identity: str, story: Story) -> ComeBack | dict[str, str] | None:
    """Slices until the end, then the files until they expire, then nothing."""
    if run.returns:
        run.step("forget", story.forget, run.organisation, identity)
        return None
    number, told = 0, "working"
    try:
        while told == "working":
            told = run.step(f"slices/{number}", story.go, run.organisation, identity)
            number += 1
    except ChartlineError as error:
        run.step("fail", story.fail, run.organisation, identity, error.problem.code)
        raise
    return {"ended": told} if told == "gone" else ComeBack(datetime.fromisoformat(told), "the files expire")


def _bundles(page: Page) -> list[bytes]:
    """Deletions as transaction Bundles, as Bulk Data 2.0.0 has them."""
    entries: list[JsonObject] = [{"request": {"method": "DELETE", "url": line.decode()}} for line in page.lines]
    return [
        encode({"resourceType": "Bundle", "type": "transaction", "entry": entries[at : at + _BUNDLE]})
        for at in range(0, len(entries), _BUNDLE)
    ]


def _remark(name: str) -> JsonObject:
    issue: JsonObject = {
        "severity": "warning",
        "code": "not-supported",
        "details": {"text": "This parameter had no effect."},
        "expression": [name],
    }
    return {"resourceType": "OperationOutcome", "issue": [issue]}
