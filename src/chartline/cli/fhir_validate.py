"""``chartline fhir validate``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from chartline.cli.main import tell
from chartline.cli.x12_files import PROBLEMS, UNREADABLE, opened, some_files, told_or_read
from chartline.kernel.errors import ChartlineError

if TYPE_CHECKING:
    from chartline.formats.fhir.json import JsonObject
    from chartline.formats.fhir.validation import Definitions, Issue

_MARKS = b"\xef\xbb\xbf \t\r\n"
"""What may stand before XML: a byte order mark and white space."""

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command("validate")
@some_files
@click.option("--profile", "profiles", multiple=True, metavar="URL", help="A profile to check against as well.")
@click.option(
    "--definitions",
    "own",
    multiple=True,
    type=FILE,
    help="A file with StructureDefinitions of your own: one, a Bundle or NDJSON.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for each resource that has issues.")
@click.option("--all", "everything", is_flag=True, help="Show information, too: what could not be checked, and why.")
@click.option("--strict", is_flag=True, help="Let warnings count as problems for the exit code.")
@told_or_read
def validate(
    files: tuple[Path, ...],
    *,
    profiles: tuple[str, ...],
    own: tuple[Path, ...],
    as_json: bool,
    everything: bool,
    strict: bool,
) -> None:
    """Report everything that is wrong with FHIR R4 resources: where, which rule, how grave.

    Structure, invariants, codes, references, extensions, narrative, and the profiles that a resource claims in
    meta.profile: all of R4 and US Core 6.1.0, and those of --definitions. Values are never printed.

    Codes of systems that are not shipped (SNOMED CT, LOINC, ICD-10, ...) cannot be looked up here; --all says where.

    Exit code 0 when there is no error (warnings do not count, unless --strict), 1 when there are errors, 2 when a file
    or a line cannot be read; the others are checked all the same.

    \b
    chartline fhir validate patient.json
    chartline fhir validate bundle.json --profile http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient
    chartline fhir validate export/*.ndjson --json | jq -r '.issues[].at' | sort | uniq -c
    """
    checking = _Checking(profiles, _definitions(own), as_json=as_json, everything=everything, strict=strict)
    for file in files:
        try:
            with opened(file) as (stream, _):
                checking.resources(file, stream)
        except ChartlineError as error:
            checking.unreadable(str(file), error)
    if not as_json:
        click.echo(checking.summary())
    raise click.exceptions.Exit(checking.code)


class _Checking:
    """Checks resources one after the other, prints what is wrong, and remembers the exit code."""

    def __init__(
        self,
        profiles: tuple[str, ...],
        definitions: Definitions | None,
        *,
        as_json: bool,
        everything: bool,
        strict: bool,
    ) -> None:
        from chartline.formats.fhir.terminology import shipped_terminology

        self._profiles = profiles
        self._definitions = definitions
        self._terminology = shipped_terminology()
        self._as_json = as_json
        self._everything = everything
        self._strict = strict
        self._checked = 0
        self._wrong = 0
        self.code = 0

    def resources(self, file: Path, stream: Iterator[bytes]) -> None:
        """Every resource of a file."""
        for line, found in _read(stream):
            where = f"{file}:{line}" if line else str(file)
            if isinstance(found, ChartlineError):
                self.unreadable(where, found)
            else:
                self._resource(where, found)

    def unreadable(self, where: str, error: ChartlineError) -> None:
        """A file or line that cannot be read."""
        self.code = UNREADABLE
        if self._as_json:
            click.echo(json.dumps({"file": where, "error": error.problem.as_json()}))
        else:
            click.echo(f"{where}: not readable", err=True)
            tell(error)

    def summary(self) -> str:
        """The last line."""
        checked = "1 resource" if self._checked == 1 else f"{self._checked} resources"
        return f"{checked} checked, {self._wrong or 'none'} with problems"

    def _resource(self, where: str, resource: JsonObject) -> None:
        from chartline.formats.fhir.validation import Severity
        from chartline.formats.fhir.validation import validate as issues_of

        issues = issues_of(resource, self._profiles, terminology=self._terminology, definitions=self._definitions)
        grave = {Severity.ERROR, Severity.WARNING} if self._strict else {Severity.ERROR}
        self._checked += 1
        if any(issue.severity in grave for issue in issues):
            self._wrong += 1
            self.code = max(self.code, PROBLEMS)
        shown = [issue for issue in issues if self._everything or issue.severity is not Severity.INFORMATION]
        if self._as_json and shown:
            click.echo(json.dumps({"file": where, "issues": [_as_json(issue) for issue in shown]}))
        elif not self._as_json:
            for issue in shown:
                click.echo(_as_text(where, issue))


def _as_text(where: str, issue: Issue) -> str:
    from chartline.cli.listing import printable
    from chartline.formats.fhir.validation import sentence

    return printable(f"{where}: {issue.severity.value}: {issue.at}: {sentence(issue)}")


def _as_json(issue: Issue) -> dict[str, str | None]:
    return {
        "severity": issue.severity.value,
        "code": issue.code,
        "at": issue.at,
        "rule": issue.rule,
        "key": issue.key,
        "profile": issue.profile,
        "error": issue.error,
    }


def _read(stream: Iterator[bytes]) -> Iterator[tuple[int, JsonObject | ChartlineError]]:
    """The resources of a file, with their lines when it has one on each (0 when it is one resource)."""
    from chartline.formats.fhir.json import parse
    from chartline.formats.fhir.xml import read_xml

    begun = 0
    for number, line in enumerate(stream, 1):
        if not line.strip():
            continue
        if not begun and line.lstrip(_MARKS).startswith(b"<"):
            yield 0, read_xml(line + b"".join(stream))
            return
        try:
            yield number, parse(line)
        except ChartlineError as error:
            if begun:
                yield number, error
                continue
            # The first line is no JSON by itself, so the whole file must be.
            yield 0, parse(line + b"".join(stream))
            return
        begun += 1


def _definitions(files: tuple[Path, ...]) -> Definitions | None:
    """The StructureDefinitions of some files, by canonical. Raises what reading raises."""
    if not files:
        return None
    from chartline.formats.fhir.elements import children, text

    known: dict[str, JsonObject] = {}
    for file in files:
        with opened(file, quiet=True) as (stream, _):
            for _line, found in _read(stream):
                if isinstance(found, ChartlineError):
                    raise found
                entries = [entry.get("resource") for entry in children(found, "entry")]
                for one in (found, *entries):
                    if isinstance(one, dict) and (url := text(one, "url")):
                        known[url] = one
    return lambda canonical: known.get(canonical.partition("|")[0])
