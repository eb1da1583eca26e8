"""``chartline x12 split``, ``redact`` and ``build``: files made of files."""

from __future__ import annotations

import json
from pathlib import Path

import click

from chartline.cli.x12_files import CANNOT_WRITE, SAME_FILE, again_readable, one_file, opened, told_or_read, written

OUTPUT = click.Path(path_type=Path, allow_dash=True, dir_okay=False)


@click.command("split")
@one_file
@click.option(
    "-o", "--output", "folder", required=True, type=click.Path(path_type=Path, file_okay=False), help="Folder."
)
@click.option(
    "--transactions", type=click.IntRange(1), default=1, show_default=True, help="Transactions (ST to SE) in each part."
)
@told_or_read
def split(file: Path, *, folder: Path, transactions: int) -> None:
    """Make several files of one: so many transactions in each, every part with an envelope of its own.

    Control numbers stay as they were, so that the answers to a part can be told to belong to the file. The parts are
    named after the file, with a number. Nothing that is there already is written over.

    \b
    chartline x12 split all.835 -o parts
    chartline x12 split all.837 -o parts --transactions 20
    """
    from chartline.cli.x12_text import counted
    from chartline.formats.x12.explain.parts import split as parts_of

    name = "part" if str(file) == "-" else file.stem
    ending = "" if str(file) == "-" else file.suffix
    count = 0
    with opened(file) as (stream, progress):
        for count, part in enumerate(parts_of(stream, transactions=transactions, progress=progress), 1):
            target = folder / f"{name}-{count:04d}{ending}"
            if target.exists():
                raise SAME_FILE.error(file=str(target))
            try:
                folder.mkdir(parents=True, exist_ok=True)
                target.write_bytes(part)
            except OSError as error:
                raise CANNOT_WRITE.error(file=str(target), reason=error.strerror or "") from None
    click.echo(f"{counted(count, 'part')} in {folder}")


@click.command("redact")
@one_file
@click.option("-o", "--output", type=OUTPUT, help="Where the copy goes; standard output when left out.")
@told_or_read
def redact(file: Path, *, output: Path | None) -> None:
    """Copy a file without its people, to share it with a vendor, a payer or in a bug report.

    Names, ids, accounts, addresses, phone numbers, free text and the dates of patients and services are replaced, the
    same value always by the same other one; what belonged together still does. Amounts, codes, structure and mistakes
    stay: the copy has the problems of the file. What was replaced by what is kept nowhere.

    Amounts and codes stay, so a very rare procedure or an unusual amount may still be recognised by somebody who knows
    the case: look at the copy before you publish it.

    \b
    chartline x12 redact rejected.837 -o share.837
    chartline x12 check share.837
    """
    from chartline.formats.x12.explain.redact import redact as copied

    with opened(file) as (stream, progress), written(output, file) as target:
        for piece in copied(stream, progress=progress):
            target.write(piece)


@click.command("build")
@one_file
@click.option("-o", "--output", type=OUTPUT, help="Where the file goes; standard output when left out.")
@told_or_read
def build(file: Path, *, output: Path | None) -> None:
    """Make an X12 file of the JSON that `chartline x12 show --json` printed, byte for byte the same.

    Change values in between with a program of your own. Counts and totals are not corrected: check the result.

    \b
    chartline x12 show claims.837 --json > claims.json
    chartline x12 build claims.json -o again.837
    """
    from chartline.formats.x12.explain.form import BAD_FORM, from_json

    source = again_readable(file)
    try:
        form = json.loads(source if isinstance(source, bytes) else file.read_bytes())
    except ValueError:
        raise BAD_FORM.error(missing="json") from None
    made = from_json(form)
    with written(output, file) as target:
        target.write(made)
