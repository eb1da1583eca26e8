"""``chartline fhir export`` and ``chartline fhir import``: a practice's resources to and from NDJSON files.

Work on the database itself, in this process, in slices that are kept: an interrupted command is gone on with by
``--resume``. Refuses to write into a folder that has files, and to make files that others of the machine can read.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from chartline.cli.listing import Form, show_object
from chartline.cli.office import Office, Place
from chartline.cli.options import at_practice, told
from chartline.kernel.errors import Again, Blame, ErrorKind

if TYPE_CHECKING:
    from chartline.platform.bulk import Bulk, BulkFile, BulkRequest, ExportPlan

NOT_EMPTY = ErrorKind(
    "cli.folder_not_empty",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The folder has files already.",
    "Name a new folder, or go on with an interrupted export by --resume.",
)
BAD_TIME = ErrorKind(
    "cli.bad_time",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The time cannot be read.",
    "Write it as FHIR does, with a zone: 2026-11-22T08:00:00Z.",
)
BAD_TYPE = ErrorKind(
    "cli.bad_type",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "This is not a resource type of FHIR R4.",
    "Write the type as FHIR R4 does, with its capital letters.",
)
_READ = 1 << 20


@click.command("export")
@click.argument("folder", metavar="FOLDER", type=click.Path(path_type=Path, file_okay=False))
@click.option("--type", "types", multiple=True, metavar="TYPE", help="This resource type; may be given again.")
@click.option("--since", metavar="TIME", help="Only what changed after this time, and what was deleted.")
@click.option("--group", metavar="ID", help="Only what belongs to the members of this Group.")
@click.option("--patients", is_flag=True, help="Only what belongs to patients.")
@click.option("--resume", metavar="ID", help="Go on with an interrupted export.")
@told
@at_practice
def export(
    place: Place,
    form: Form,
    folder: Path,
    types: tuple[str, ...],
    since: str | None,
    group: str | None,
    patients: bool,
    resume: str | None,
) -> None:
    """Write all FHIR resources of the practice into NDJSON files, one resource a line, one type a file.

    FOLDER also gets manifest.json. The files are not encrypted: keep them where only the right people read them. The
    server may run meanwhile; the files show everything as it was when the command began.

    \b
    chartline fhir export backup-2026-11-22
    chartline fhir export changes --since 2026-11-21T00:00:00Z
    chartline fhir export study --group my-study --type Patient --type Observation
    """
    from chartline.flows.bulk_export import Exporter
    from chartline.platform.bulk import Bulk
    from chartline.platform.bulk.reading import Reader, total_of

    if folder.exists() and any(folder.iterdir()):
        raise NOT_EMPTY.error()
    with place.open() as office:
        services = office.services
        bulk = Bulk(services.vault)
        identity = resume
        if identity is None:
            with office.work() as work:
                census = Reader(services.vault).census(work)
                plan = _plan(office, types or tuple(sorted(census)), since, group, patients)
                identity = bulk.make(work, plan, office.actor, total_of(census, plan.types))
                office.record(work, "fhir.bulk-export-ask", level=plan.level)
        exporter = Exporter.of(services.database, services.vault, services.audit)
        _forward(office, bulk, identity, lambda: exporter.go(office.organisation, identity or "", 1))
        with office.read() as work:
            files = bulk.files.all(work, identity)
            made = bulk.find(work, identity).made
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        rows = [_write(office, bulk, identity, one, folder) for one in files]
        manifest = {"transactionTime": made.isoformat(), "files": rows}
        _private(folder / "manifest.json", iter([json.dumps(manifest, indent=2).encode() + b"\n"]))
        exporter.forget(office.organisation, identity)
    if form is Form.JSON:
        show_object(manifest)
        return
    for row in rows:
        click.echo(f"{row['count']:>10,}  {row['file']}")
    click.echo(f"{sum(int(row['count']) for row in rows):>10,}  in all")


def _plan(office: Office, types: Sequence[str], since: str | None, group: str | None, patients: bool) -> ExportPlan:
    from chartline.formats.fhir.dates import span
    from chartline.formats.fhir.definitions import RESOURCE_TYPES
    from chartline.kernel.sealed import Purpose
    from chartline.platform.bulk import ExportPlan
    from chartline.platform.bulk.membership import group_members
    from chartline.platform.bulk.plan import GROUP, PATIENT, SYSTEM
    from chartline.platform.records.rows import micros

    if not RESOURCE_TYPES.issuperset(types):
        raise BAD_TYPE.error()
    moment = span(since) if since else None
    if since and (moment is None or "T" not in since):
        raise BAD_TIME.error()
    members = None
    if group is not None:
        with office.read() as work:
            stored = office.services.records.read(work, "Group", group)
        members = tuple(group_members(stored.reveal(Purpose.MATCH)))
    return ExportPlan(
        level=GROUP if group else PATIENT if patients else SYSTEM,
        types=tuple(types),
        request="",
        base="",
        since=micros(moment.start) if moment else None,
        patients=members,
    )


def _write(office: Office, bulk: Bulk, identity: str, file: BulkFile, folder: Path) -> dict[str, str | int]:
    name = f"{file.rtype}.{file.number}.ndjson" if file.section == "output" else f"{file.section}.{file.number}.ndjson"
    _private(folder / name, bulk.files.read(office.services.database, office.organisation, identity, file))
    return {"type": file.rtype, "file": name, "count": file.count}


def _private(path: Path, pieces: Iterator[bytes]) -> None:
    """Write a file that only this account reads."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        for piece in pieces:
            target.write(piece)


@click.command("import")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--type", "rtype", default="", metavar="TYPE", help="Refuse lines of other types.")
@click.option("--resume", metavar="ID", help="Go on with an interrupted import of the same file.")
@told
@at_practice
def take(place: Place, form: Form, file: Path, rtype: str, resume: str | None) -> None:
    """Store the FHIR resources of an NDJSON file: one resource a line, each under its own id.

    Every line is checked as if it came over the network. Lines that are refused are named, the others are stored.
    Exit code 1 when any line was refused. The same file again changes nothing, where lines have ids.

    \b
    chartline fhir import Patient.1.ndjson
    chartline fhir import mixed.ndjson --json
    """
    from chartline.flows.bulk_import import Importer
    from chartline.formats.fhir.definitions import RESOURCE_TYPES
    from chartline.platform.bulk import Bulk, ImportPlan

    if rtype and rtype not in RESOURCE_TYPES:
        raise BAD_TYPE.error()
    lines = _count(file)
    with place.open() as office:
        services = office.services
        bulk = Bulk(services.vault)
        identity = resume
        if identity is None:
            with office.work() as work:
                identity = bulk.make(work, ImportPlan(request="", base=""), office.actor, lines)
                bulk.name_input(work, identity, rtype, lines, file.stat().st_size)
                office.record(work, "fhir.bulk-import-ask")
        importer = Importer.of(services.database, services.vault, services.records, services.audit)

        def go() -> str:
            return importer.go(office.organisation, identity or "", 1, lambda start: _pieces(file, start))

        _forward(office, bulk, identity, go)
        with office.read() as work:
            done = bulk.find(work, identity).done
            errors = [one for one in bulk.files.all(work, identity) if one.section == "error"]
        refused = [one for error in errors for one in _outcomes(office, bulk, identity, error)]
        importer.forget(office.organisation, identity)
    if form is Form.JSON:
        show_object({"lines": done, "refused": refused})
    else:
        for one in refused:
            click.echo(f"{file.name}:{one['line']}: {one['code']}: {one['text']}", err=True)
        click.echo(f"{done:,} lines read, {len(refused):,} refused.")
    if refused:
        raise click.exceptions.Exit(1)


def _count(file: Path) -> int:
    """How many lines a file has; the last one needs no end."""
    count, last = 0, b"\n"
    for piece in _pieces(file, 0):
        count, last = count + piece.count(b"\n"), piece[-1:]
    return count + (last != b"\n")


def _pieces(file: Path, start: int) -> Iterator[bytes]:
    with file.open("rb") as source:
        source.seek(start)
        while piece := source.read(_READ):
            yield piece


def _outcomes(office: Office, bulk: Bulk, identity: str, file: BulkFile) -> list[dict[str, str | int]]:
    """Line, code and words of each refusal."""
    data = b"".join(bulk.files.read(office.services.database, office.organisation, identity, file))
    found: list[dict[str, str | int]] = []
    for line in data.splitlines():
        issue = json.loads(line)["issue"][0]
        number = int(issue["location"][0].removeprefix("line[").removesuffix("]"))
        code = issue["details"]["coding"][0]["code"]
        found.append({"line": number, "code": code, "text": issue["details"]["text"], "do": issue["diagnostics"]})
    return found


def _forward(office: Office, bulk: Bulk, identity: str, go: Callable[[], str]) -> None:
    """Slices until the end, with the progress on a terminal. Raises ``bulk.no_request``."""
    from chartline.platform.bulk.requests import NO_REQUEST

    seen = sys.stderr.isatty()
    click.echo(f"Go on after an interruption with --resume {identity}", err=True)
    began, first = time.monotonic(), -1
    while (told := go()) == "working":
        if seen:
            with office.read() as work:
                request = bulk.find(work, identity)
            first = request.done if first < 0 else first
            click.echo(f"\r{_progress(request, first, time.monotonic() - began)}", err=True, nl=False)
    if seen:
        click.echo("", err=True)
    if told == "gone":
        raise NO_REQUEST.error(id=identity)


def _progress(request: BulkRequest, first: int, seconds: float) -> str:
    speed = (request.done - first) / seconds if seconds > 0 else 0.0
    left = (request.total - request.done) / speed if speed > 0 else 0.0
    return f"{request.done:,} of {request.total:,}, {speed:,.0f} a second, {left:,.0f} s to go   "
