"""``chartline ledger``."""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path

import click

from chartline.cli.listing import Form, facts, show, show_more
from chartline.cli.office import Place
from chartline.cli.options import at_practice, limited, listed
from chartline.domains.ledger import EntryKind, account, balances, trial_balance
from chartline.domains.ledger.accounts import chosen_account
from chartline.domains.ledger.closing import reopen
from chartline.domains.ledger.reading import EntryFilter, list_entries
from chartline.domains.payments.day_sheet import close_day, day_sheet
from chartline.domains.payments.export import as_csv, as_interchange, export_journal
from chartline.domains.payments.statement_runs import RunState, begin, go_on, running
from chartline.domains.payments.statements import list_statements, open_statements
from chartline.flows.patient_money import office_day
from chartline.kernel.money import Money
from chartline.kernel.sealed import Purpose
from chartline.platform.audit import Target

DAY = click.DateTime(["%Y-%m-%d"])


@click.group("ledger")
def command() -> None:
    """The ledger: balances, entries, the close of days, the journal for the bookkeeper, patients' statements.

    \b
    chartline ledger trial-balance
    chartline ledger entries --account cash.payer
    chartline ledger day-close 2026-03-31 --cash 120.00
    chartline ledger export --from 2026-03-01 --to 2026-03-31 > march.csv
    chartline ledger statements --into letters/
    """


@command.command("trial-balance")
@click.option("--as-of", type=DAY, help="Count entries effective up to this day.")
@listed
@at_practice
def show_trial_balance(place: Place, form: Form, as_of: datetime | None) -> None:
    """Show every account with entries. The sum is zero, or the ledger is broken: then the exit code is 1.

    \b
    chartline ledger trial-balance
    chartline ledger trial-balance --as-of 2026-03-31 --csv
    """
    with place.open() as office, office.read() as work:
        found = balances(work, as_of=as_of.date() if as_of else None)
        broken = any(trial_balance(work).values())
    rows = [
        {"account": name, "name": account(name).called, "balance": amount, "meaning": account(name).sentence}
        for name, amount in found.items()
    ]
    columns = ("account", "name", "balance", "meaning")
    show(rows, columns, form, empty="No entries yet: the first charge makes the first one.", shown=columns[:3])
    total = Money.total(list(found.values()))
    if form is Form.TEXT and rows:
        click.echo(f"\nSum of all accounts: {total.shown()}")
    if broken or total:
        click.echo("The ledger does not sum to zero. Report it.", err=True)
        sys.exit(1)


@command.command("entries")
@click.option("--account", "name", metavar="ACCOUNT", default="", help="An account, such as cash.payer.")
@click.option("--kind", type=click.Choice([one.value for one in EntryKind]), help="What happened.")
@click.option("--from", "begin", type=DAY, help="First day of the books.")
@click.option("--to", "end", type=DAY, help="Last day of the books.")
@limited
@listed
@at_practice
def show_entries(
    place: Place,
    form: Form,
    limit: int,
    name: str,
    kind: str | None,
    begin: datetime | None,
    end: datetime | None,
) -> None:
    """List entries, the newest first, each with what it moved on the account (or the sum of its debits).

    \b
    chartline ledger entries --account adjustment.bad_debt --from 2026-01-01
    """
    asked = EntryFilter(account=name, kind=kind or "", begin=_day(begin), end=_day(end))
    with place.open() as office, office.read() as work:
        if name:
            chosen_account(name)
        page = list_entries(work, asked, limit=limit)
    rows = [
        {
            "day": one.day,
            "effective": one.entry.effective,
            "kind": one.entry.kind.value,
            "amount": one.amount(name),
            "source": one.entry.source_key,
            "id": one.id,
        }
        for one in page.entries
    ]
    columns = ("day", "effective", "kind", "amount", "source", "id")
    show(rows, columns, form, empty="No entries fit.", shown=columns[:5])
    show_more(page.next, "entries")


@command.command("day-sheet")
@click.argument("day", type=DAY)
@listed
@at_practice
def show_sheet(place: Place, form: Form, day: datetime) -> None:
    """Show what was booked on a day: by kind, account, payer, method and person.

    \b
    chartline ledger day-sheet 2026-03-31
    """
    with place.open() as office, office.read() as work:
        sheet = day_sheet(work, day.date())
    rows = [
        {"part": part, "name": one.name or "-", "entries": one.entries, "amount": one.amount}
        for part, totals in sheet.parts().items()
        for one in totals
    ]
    show(rows, ("part", "name", "entries", "amount"), form, empty="Nothing was booked on this day.")


@command.command("day-close")
@click.argument("day", type=DAY)
@click.option("--cash", metavar="AMOUNT", help="The cash that was counted, such as 120.00.")
@click.option("--check", metavar="AMOUNT", help="The sum of the checks that were counted.")
@at_practice
def close(place: Place, day: datetime, cash: str | None, check: str | None) -> None:
    """Close everything through a day, if it balances. What is posted for it later is booked on the next open day.

    \b
    chartline ledger day-close 2026-03-31
    chartline ledger day-close 2026-03-31 --cash 120.00 --check 410.50
    """
    counted = {name: _money(text, name) for name, text in (("cash", cash), ("check", check)) if text is not None}
    with place.open() as office, office.work() as work:
        sheet = close_day(work, day.date(), office_day(work), office.actor, counted)
        office.record(work, "ledger.close", Target("day", day.date().isoformat()))
    click.echo(
        facts(
            [
                ("closed through", sheet.end),
                ("entries", sheet.entries),
                ("charged", sheet.charged),
                ("money in", sheet.cash),
            ]
        )
    )


@command.command("day-reopen")
@click.argument("day", type=DAY)
@click.option("--reason", required=True, help="Why, in a few words without names.")
@at_practice
def open_again(place: Place, day: datetime, reason: str) -> None:
    """Open the day that was closed last.

    \b
    chartline ledger day-reopen 2026-03-31 --reason "a slip was found"
    """
    with place.open() as office, office.work() as work:
        reopen(work, day.date(), reason[:200], office.actor)
        office.record(work, "ledger.reopen", Target("day", day.date().isoformat()))
    click.echo(f"{day.date().isoformat()} is open again.")


@command.command("export")
@click.option("--from", "begin", type=DAY, required=True, help="First day of the books.")
@click.option("--to", "end", type=DAY, required=True, help="Last day of the books.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "iif"]),
    default="csv",
    show_default=True,
    help="For a spreadsheet, or for bookkeeping programs that read IIF.",
)
@at_practice
def export(place: Place, begin: datetime, end: datetime, form: str) -> None:
    """Print the journal by day, kind and account, with the bookkeeper's numbers.

    The same days give the same rows under the same numbers. Days that are not closed can still grow; they say so.

    \b
    chartline ledger export --from 2026-03-01 --to 2026-03-31 > march.csv
    chartline ledger export --from 2026-03-01 --to 2026-03-31 --format iif > march.iif
    """
    with place.open() as office, office.read() as work:
        made = export_journal(work, begin.date(), end.date())
    click.echo(as_csv(made) if form == "csv" else as_interchange(made), nl=False)
    click.echo(f"{len(made.rows)} rows, debits {made.debits.shown()}, credits {made.credits.shown()}", err=True)


@command.command("statements")
@click.option("--as-of", type=DAY, help="The day of the statements; today when left out.")
@click.option(
    "--into", "folder", type=click.Path(file_okay=False, path_type=Path), help="Write the PDFs into this folder."
)
@at_practice
def statements(place: Place, as_of: datetime | None, folder: Path | None) -> None:
    """Make the statements that are due, and write them as PDFs if a folder is named; the look is audited.

    A run that was cut off is taken up where it was.

    \b
    chartline ledger statements
    chartline ledger statements --into letters/
    """
    with place.open() as office:
        services = office.services
        with office.work() as work:
            under_way = running(work)
            run = under_way.id if under_way else begin(work, _day(as_of) or office_day(work), office.actor)
            office.record(work, "statements.run", Target("statement_run", run))
        while True:
            with office.work() as work:
                standing = go_on(work, services.vault, services.records, run)
            if standing.state is RunState.DONE:
                break
        click.echo(f"{standing.made} statements, {standing.amount.shown()}, of {standing.total} patients who owe.")
        if folder is None or not standing.made:
            return
        folder.mkdir(parents=True, exist_ok=True)
        with office.showing("cli.statements", Target("statement_run", run)) as work:
            cursor: str | None = None
            while True:
                page = list_statements(work, run=run, cursor=cursor, limit=100)
                ids = sorted(page.statements, key=lambda one: one.number)
                sealed = open_statements(work, services.vault, [one.id for one in ids]) if ids else []
                for one, contents in zip(ids, sealed, strict=True):
                    (folder / f"{one.number}.pdf").write_bytes(contents.reveal(Purpose.SHOW))
                cursor = page.next
                if cursor is None:
                    break
        click.echo(f"Written to {folder}.")


def _day(value: datetime | None) -> date | None:
    return value.date() if value else None


def _money(text: str, name: str) -> Money:
    try:
        return Money.parse(text)
    except ValueError:
        raise click.BadParameter("is not an amount such as 120.00", param_hint=f"--{name}") from None
