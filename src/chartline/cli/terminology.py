"""``chartline terminology``: code systems from files."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import click

from chartline.cli.listing import Form, show, show_object
from chartline.cli.office import Place
from chartline.cli.options import at_practice, listed, told

KINDS = ("icd10cm", "hcpcs", "loinc", "snomed", "rxnorm", "cpt", "csv")


@click.group("terminology")
def command() -> None:
    """Code systems from files: load, list, remove.

    FHIR's own code systems and value sets and those of US Core are there from the start.

    \b
    chartline terminology load icd10cm icd10cm_order_2026.txt
    chartline terminology load snomed SnomedCT_ManagedServiceUS.zip
    chartline terminology list
    """


@command.command("load")
@click.argument("kind", type=click.Choice(KINDS), metavar="KIND")
@click.argument("path", metavar="PATH", type=click.Path(path_type=Path, exists=True))
@click.option("--system", default="", metavar="URL", help="The code system's address; needed for csv.")
@click.option("--version", default="", help="The version, where the files do not say it.")
@click.option("--name", default="", help="A name for people.")
@click.option("--only-here/--for-everyone", default=None, help="Who sees it: this practice, or all of them.")
@told
@at_practice
def load(
    place: Place,
    form: Form,
    kind: str,
    path: Path,
    system: str,
    version: str,
    name: str,
    only_here: bool | None,
) -> None:
    """Load a code system from a file, a folder or a ZIP: all of it or nothing.

    KIND is one of these; get the files from their publishers, under their licences:

    \b
    icd10cm  icd10cm_order_YYYY.txt from CMS
    hcpcs    HCPC20YY_..._ANWEB.txt from CMS
    loinc    the release's folder or ZIP, or Loinc.csv alone
    snomed   a release in format RF2 (snapshot), folder or ZIP
    rxnorm   the release's folder or ZIP, or RXNCONSO.RRF alone
    cpt      a list of codes and titles under your own licence
    csv      code,display[,parent,inactive,definition], with --system

    The same version again takes the place of the first. CPT is seen by this practice alone unless --for-everyone is
    given; everything else by all practices unless --only-here is. The server may run meanwhile.

    \b
    chartline terminology load loinc Loinc_2.78.zip
    chartline terminology load csv rooms.csv --system http://practice.example/rooms --version 1
    """
    from chartline.domains.codes.terminology.kinds import KINDS as KNOWN
    from chartline.domains.codes.terminology.kinds import Wanted
    from chartline.domains.codes.terminology.kinds import load as load_release

    licensed = kind in KNOWN and KNOWN[kind].licensed
    with place.open() as office, _counter() as progress:
        licensee = office.organisation if (licensed if only_here is None else only_here) else None
        wanted = Wanted(kind, path, system, version, name, licensee)
        done = load_release(office.services.database, wanted, progress)
        office.note("terminology.load", kind=kind, system=done.system, concepts=str(done.concepts))
    if form is Form.JSON:
        show_object({"system": done.system, "version": done.version, "concepts": done.concepts})
    else:
        click.echo(f"{done.concepts:,} codes of {done.system} {done.version}".rstrip())


@command.command("list")
@listed
@at_practice
def show_list(place: Place, form: Form) -> None:
    """List what is loaded, with who sees it."""
    from chartline.domains.codes.terminology.versions import loaded_versions

    with place.open() as office:
        names = {one.id: one.name for one in office.services.access.organisations()}
        rows = [
            {
                "system": one.system,
                "version": one.version,
                "name": one.name,
                "codes": one.concepts,
                "seen_by": "everyone" if one.licensee is None else names.get(one.licensee, one.licensee),
                "loaded": one.loaded,
            }
            for one in loaded_versions(office.services.database)
        ]
    columns = ("system", "version", "name", "codes", "seen_by", "loaded")
    show(rows, columns, form, empty="Nothing is loaded. See chartline terminology load --help")


@command.command("remove")
@click.argument("system", metavar="URL")
@click.option("--version", help="This version alone; all of them when left out.")
@at_practice
def remove(place: Place, system: str, version: str | None) -> None:
    """Remove a loaded code system. Exit code 1 when it is not there.

    \b
    chartline terminology remove http://loinc.org --version 2.77
    """
    from chartline.domains.codes.terminology.versions import remove as remove_versions

    with place.open() as office:
        count = remove_versions(office.services.database, system, version)
        office.note("terminology.remove", system=system, versions=str(count))
    click.echo("Removed." if count == 1 else f"Removed {count} versions.")


class _Counter:
    """Says how many codes were stored, on one line of a terminal."""

    def __init__(self) -> None:
        self.shown = False

    def __call__(self, count: int) -> None:
        if sys.stderr.isatty():
            click.echo(f"\r{count:,} codes", err=True, nl=False)
            self.shown = True


@contextmanager
def _counter() -> Generator[_Counter, None, None]:
    counter = _Counter()
    try:
        yield counter
    finally:
        if counter.shown:
            click.echo("", err=True)
