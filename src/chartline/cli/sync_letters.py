"""``chartline sync letters``, ``explain``, ``retry``, ``discard``: what a vendor did not take, and what comes of it."""

from __future__ import annotations

import click

from chartline.app.vendors import load_connectors
from chartline.cli.listing import Cell, Form, show, show_more, show_object, table
from chartline.cli.office import Place
from chartline.cli.options import at_practice, limited, listed, told
from chartline.domains.sync.fields import Kind
from chartline.domains.sync.letters import (
    Discarded,
    Letter,
    LetterFilter,
    discard_letter,
    list_letters,
    read_letter,
    retry_letters,
)
from chartline.flows.sync_plan import explain as explain_letter
from chartline.platform.audit import Target

KINDS = click.Choice([Kind.PATIENT.value, Kind.COVERAGE.value, Kind.VISIT.value])
COLUMNS = ("since", "connection", "kind", "record", "code", "tries", "do", "say", "vendor_id", "exchange")


@click.command("letters")
@click.option("--connection", metavar="NAME", help="One connection.")
@click.option("--kind", type=KINDS, help="One kind of record.")
@click.option("--code", help="One problem.")
@limited
@listed
@at_practice
def letters(place: Place, form: Form, limit: int, connection: str | None, kind: str | None, code: str | None) -> None:
    """List what a vendor did not take and nobody tries again by itself, oldest first, with what to do about each.

    \b
    chartline sync letters
    chartline sync letters --code advancedmd.slot_taken
    """
    load_connectors()
    with place.open() as office:
        wanted = LetterFilter(
            connection=office.connection(connection).id if connection else None,
            kind=Kind(kind) if kind else None,
            code=code,
        )
        names = {one.id: one.name for one in office.connections()}
        with office.read() as work:
            page = list_letters(work, wanted, limit=limit)
    rows = [_row(one, names) for one in page.letters]
    show(rows, COLUMNS, form, empty="No dead letters: everything was taken.", shown=COLUMNS[:7])
    show_more(page.cursor, "letters")


@click.command("explain")
@click.argument("name", metavar="CONNECTION")
@click.argument("kind", type=KINDS)
@click.argument("record", metavar="RECORD")
@told
@at_practice
def explain(place: Place, form: Form, name: str, kind: str, record: str) -> None:
    """Say of one dead letter what happened, what to do, and which fields would be sent. Names only, never values.

    \b
    chartline sync explain AdvancedMD visit 01980000-0000-7000-8000-000000000000
    """
    load_connectors()
    with place.open() as office:
        connection = office.connection(name)
        with office.read() as work:
            letter = read_letter(work, connection.id, Kind(kind), record)
        write = explain_letter(office.services.ground, office.organisation, connection.id, Kind(kind), record)
    known = _row(letter, {connection.id: connection.name})
    would: dict[str, Cell] = {
        "operation": write.operation if write else None,
        "fields": write.fields if write else (),
        "calls": write.calls if write else 0,
        "refused": write.refused.code if write and write.refused else None,
    }
    if form is Form.JSON:
        show_object({**known, "would_send": would})
        return
    click.echo(f"{letter.code}: {letter.say}\n  {letter.do}")
    click.echo(table([known], ("since", "connection", "kind", "record", "tries", "vendor_id", "exchange")))
    click.echo("\nIf it were tried again now:")
    click.echo(table([would], tuple(would)))


@click.command("retry")
@click.argument("records", nargs=-1, metavar="[RECORD]...")
@click.option("--connection", metavar="NAME", help="Those of one connection.")
@click.option("--kind", type=KINDS, help="Those of one kind of record.")
@click.option("--code", help="Those of one problem.")
@click.option("--all", "everything", is_flag=True, help="All of them.")
@at_practice
def retry(
    place: Place,
    records: tuple[str, ...],
    connection: str | None,
    kind: str | None,
    code: str | None,
    everything: bool,
) -> None:
    """Send dead letters again with the next push: single records by their ids, or all of one kind of trouble.

    \b
    chartline sync retry 01980000-0000-7000-8000-000000000000
    chartline sync retry --code advancedmd.carrier_unknown
    """
    if not (records or connection or kind or code or everything):
        raise click.UsageError("Name records, narrow it with an option, or say --all.")
    with place.open() as office:
        wanted = LetterFilter(
            connection=office.connection(connection).id if connection else None,
            kind=Kind(kind) if kind else None,
            code=code,
            local_ids=records or None,
        )
        with office.work() as work:
            number = retry_letters(work, wanted)
            if number:
                office.record(work, "letter.retry", number=str(number), code=code or "")
    click.echo(f"To be sent again: {number}." + (" They go out with the next push." if number else ""))


@click.command("discard")
@click.argument("name", metavar="CONNECTION")
@click.argument("kind", type=KINDS)
@click.argument("record", metavar="RECORD")
@click.argument("reason", type=click.Choice([one.value for one in Discarded]))
@at_practice
def discard(place: Place, name: str, kind: str, record: str, reason: str) -> None:
    """Never send a change, and say why. The record here stays as it is; it goes out when it changes again.

    \b
    chartline sync discard AdvancedMD visit 01980000-0000-7000-8000-000000000000 done_by_hand
    """
    with place.open() as office:
        connection = office.connection(name)
        with office.work() as work:
            discard_letter(work, connection.id, Kind(kind), record, Discarded(reason))
            office.record(work, "letter.discard", Target(kind, record), reason=reason)
    click.echo("Discarded.")


def _row(one: Letter, names: dict[str, str]) -> dict[str, Cell]:
    return {
        "since": one.since,
        "connection": names.get(one.connection, one.connection),
        "kind": one.kind.value,
        "record": one.local_id,
        "code": one.code,
        "tries": one.attempts,
        "do": one.do,
        "say": one.say,
        "vendor_id": one.vendor_id,
        "exchange": one.exchange_id,
    }
