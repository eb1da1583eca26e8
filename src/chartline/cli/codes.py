"""``chartline codes``: the edits of the NCCI from the files that CMS publishes."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click

from chartline.cli.listing import Form, show, show_object
from chartline.cli.office import Place
from chartline.cli.options import at_practice, listed, told

SETTINGS = ("practitioner", "outpatient")


@click.group("codes")
def command() -> None:
    """Edits of procedure codes: pairs that are not paid together, and most units of a day.

    Get the files from the CMS pages of the National Correct Coding Initiative, each quarter. They serve every practice
    of this installation; claims are held to them from the next validation on.

    \b
    chartline codes load-ncci ccipra-v321r0-f1.zip ccipra-v321r0-f2.zip --begin 2026-04-01
    chartline codes load-mue MCR_MUE_PractitionerServices.csv --begin 2026-04-01
    chartline codes list
    """


_setting = click.option(
    "--setting",
    type=click.Choice(SETTINGS),
    default="practitioner",
    show_default=True,
    help="Whose services it is for.",
)
_begin = click.option(
    "--begin",
    type=click.DateTime(["%Y-%m-%d"]),
    required=True,
    metavar="YYYY-MM-DD",
    help="The first service date the file is for.",
)


@command.command("load-ncci")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@_setting
@_begin
@told
@at_practice
def load_ncci(place: Place, form: Form, paths: tuple[Path, ...], setting: str, begin: datetime) -> None:
    """Load pairs of procedures (PTP edits): all files of one quarter together, as text, CSV or ZIP.

    They take the place of the ones before. The server may run meanwhile.

    \b
    chartline codes load-ncci ccipra-f1.txt ccipra-f2.txt ccipra-f3.txt ccipra-f4.txt --begin 2026-04-01
    """
    _load(place, form, "ncci", paths, setting, begin.date())


@command.command("load-mue")
@click.argument("path", metavar="PATH", type=click.Path(path_type=Path, exists=True))
@_setting
@_begin
@told
@at_practice
def load_mue(place: Place, form: Form, path: Path, setting: str, begin: datetime) -> None:
    """Load the most units of each procedure (medically unlikely edits), as CSV, text or ZIP.

    Files of earlier quarters stay: a service is held to the file of its day.

    \b
    chartline codes load-mue MCR_MUE_PractitionerServices.csv --begin 2026-04-01
    """
    _load(place, form, "mue", (path,), setting, begin.date())


@command.command("list")
@listed
@at_practice
def show_list(place: Place, form: Form) -> None:
    """List the loaded edits."""
    from chartline.domains.codes.edits.loading import loaded_edits

    with place.open() as office:
        rows = [
            {
                "kind": one.kind,
                "setting": one.setting.value,
                "begin": one.begin,
                "edits": one.rows,
                "loaded": one.loaded,
            }
            for one in loaded_edits(office.services.database)
        ]
    columns = ("kind", "setting", "begin", "edits", "loaded")
    show(rows, columns, form, empty="Nothing is loaded. See chartline codes load-ncci --help")


def _load(place: Place, form: Form, kind: str, paths: tuple[Path, ...], setting: str, begin: date) -> None:
    from chartline.domains.codes.edits.book import Setting
    from chartline.domains.codes.edits.loading import load_pairs, load_units

    with place.open() as office:
        database = office.services.database
        if kind == "ncci":
            done = load_pairs(database, paths, Setting(setting), begin)
        else:
            done = load_units(database, paths[0], Setting(setting), begin)
        office.note("codes.load", kind=kind, setting=setting, begin=begin.isoformat(), edits=str(done.rows))
    if form is Form.JSON:
        show_object({"kind": kind, "setting": setting, "begin": begin, "edits": done.rows})
    else:
        click.echo(f"{done.rows:,} edits ({kind}, {setting}) from {begin}")
