"""``chartline sync``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import click

from chartline.app.budgets import Budget, budgets
from chartline.cli.listing import Cell, Form, show, show_more, show_object, table
from chartline.cli.office import Place
from chartline.cli.options import at_practice, limited, listed, told
from chartline.cli.sync_letters import discard, explain, letters, retry
from chartline.cli.sync_rehearsal import plan, print_plan, replay
from chartline.cli.sync_runs import census, counted, full, patient, repair, runs, settings
from chartline.domains.sync.changes import waiting
from chartline.domains.sync.conflicts import Choice, StoredConflict, count_open, list_conflicts
from chartline.domains.sync.fields import Kind
from chartline.domains.sync.log import Direction, EventFilter, Happened, list_events
from chartline.domains.sync.resolution import reopen as take_back
from chartline.domains.sync.resolution import resolve as decide
from chartline.flows.ground import CANNOT
from chartline.flows.practice_sync import PULL_PATIENTS, PULL_VISITS, PUSH
from chartline.kernel.sealed import Purpose
from chartline.platform.audit import Target
from chartline.platform.jobs.schedules import Schedule

JOBS = {"patients": PULL_PATIENTS, "visits": PULL_VISITS, "push": PUSH}
DAY = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"])


@click.group("sync")
def command() -> None:
    """Keep the practice system and our records in agreement, and see what was done.

    \b
    chartline sync plan                     what would be sent, and what it costs, without sending it
    chartline sync run                      start now instead of waiting for the schedule
    chartline sync status                   what ran, what waits, how much of the budgets is used
    chartline sync log --outcome refused    what the vendor did not take
    chartline sync conflicts                what needs a person
    chartline sync letters                  what a vendor did not take
    chartline sync census AdvancedMD        count both sides; then: counted, repair
    chartline sync settings AdvancedMD      kill switch, pause, pace, what goes out by itself
    """


for _each in (patient, full, census, counted, repair, runs, settings, plan, replay, letters, explain, retry, discard):
    command.add_command(_each)


@command.command("run")
@click.argument("name", required=False, metavar="[CONNECTION]")
@click.option("--only", type=click.Choice(list(JOBS)), help="One kind of work.")
@click.option(
    "--plan", "only_plan", is_flag=True, help="Send nothing: say what would be sent, as `chartline sync plan`."
)
@at_practice
def run(place: Place, name: str | None, only: str | None, only_plan: bool) -> None:
    """Make synchronisation due now. A running worker or server takes it up; budgets hold as always.

    \b
    chartline sync run
    chartline sync run AdvancedMD --only visits
    """
    if only_plan:
        print_plan(place, Form.TEXT, name)
        return
    with place.open() as office:
        services, wanted = office.services, [JOBS[only]] if only else list(JOBS.values())
        names = {one.id: one for one in ([office.connection(name)] if name else office.connections())}
        started, off = [], []
        with office.work() as work:
            for schedule in services.schedules.list(work, office.organisation):
                if schedule.job not in wanted or schedule.arguments.get("connection") not in names:
                    continue
                services.schedules.run_now(work, office.organisation, schedule.name)
                (off if schedule.paused else started).append(schedule)
            if started:
                office.record(work, "sync.run")
    if name and not started and not off:
        raise CANNOT.error(connection=name)
    for schedule in started:
        under_way = "; goes on after the run that is under way" if schedule.running else ""
        click.echo(f"Due now: {schedule.name}{under_way}")
    for schedule in off:
        click.echo(f"Switched off: {schedule.name} (chartline connect enable NAME)")
    if started:
        click.echo("A running worker (chartline serve, chartline worker) starts them at once. Then: chartline sync log")
    elif not off:
        click.echo("Nothing to synchronise yet. Connect a practice system: chartline connect vendors")


@command.command("status")
@told
@at_practice
def status(place: Place, form: Form) -> None:
    """Show schedules, waiting changes, open questions, and how much of each call budget is used.

    \b
    chartline sync status
    chartline sync status --json
    """
    with place.open() as office:
        services, connections = office.services, office.connections()
        names = {one.id: one.name for one in connections}
        with office.read() as work:
            schedules = [_schedule(one) for one in _of_connections(services.schedules.list(work, office.organisation))]
            counts = sorted(waiting(work).items())
            conflicts, failed = count_open(work), services.issues.count(work, office.organisation)
        spent = [_budget(one) for one in budgets(services, connections)]
    changes = [
        {"connection": names.get(connection, connection), "kind": kind.value, "waiting": number}
        for (connection, kind), number in counts
    ]
    if form is Form.JSON:
        show_object(
            {
                "schedules": schedules,
                "waiting": changes,
                "budgets": spent,
                "conflicts": conflicts,
                "failed_jobs": failed,
            }
        )
        return
    if schedules:
        click.echo(table(schedules, ("schedule", "state", "every_minutes", "last_started", "last_finished", "next")))
    else:
        click.echo("Nothing runs by itself yet. Connect a vendor: chartline connect vendors")
    if spent:
        shown = ("connection", "tier", "used", "allowed", "next_free", "waiting", "changes_at", "changes_to")
        click.echo(f"\n{table(spent, shown)}")
    if changes:
        click.echo(f"\n{table(changes, ('connection', 'kind', 'waiting'))}")
    click.echo(f"\nChanges of ours that wait to be sent: {sum(one for _, one in counts)}")
    click.echo(f"Open conflicts: {conflicts}" + (" (chartline sync conflicts)" if conflicts else ""))
    click.echo(f"Failed jobs: {failed}" + (" (see the desk in the console)" if failed else ""))


@command.command("log")
@click.option("--connection", metavar="NAME", help="One connection.")
@click.option("--direction", type=click.Choice([one.value for one in Direction]), help="What came in or went out.")
@click.option("--kind", type=click.Choice([one.value for one in Kind]), help="One kind of record.")
@click.option("--outcome", type=click.Choice([one.value for one in Happened]), help="What became of it.")
@click.option("--record", "record_id", metavar="ID", help="Our id of one record.")
@click.option("--since", type=DAY, help="From this moment on (UTC).")
@click.option("--until", type=DAY, help="Before this moment (UTC).")
@limited
@listed
@at_practice
def log(
    place: Place,
    form: Form,
    limit: int,
    connection: str | None,
    direction: str | None,
    kind: str | None,
    outcome: str | None,
    record_id: str | None,
    since: datetime | None,
    until: datetime | None,
) -> None:
    """Show what came in and went out, record by record, newest first. Ids and codes only, never values.

    \b
    chartline sync log --outcome refused
    chartline sync log --connection AdvancedMD --since 2026-03-02 --csv > log.csv
    """
    with place.open() as office:
        wanted = EventFilter(
            connection=office.connection(connection).id if connection else None,
            direction=Direction(direction) if direction else None,
            kind=Kind(kind) if kind else None,
            outcome=Happened(outcome) if outcome else None,
            local_id=record_id,
            since=since.replace(tzinfo=UTC) if since else None,
            until=until.replace(tzinfo=UTC) if until else None,
        )
        names = {one.id: one.name for one in office.connections()}
        with office.read() as work:
            page = list_events(work, wanted, limit=limit)
    rows = [
        {
            "at": one.at,
            "connection": names.get(one.connection, one.connection),
            "direction": one.direction.value,
            "kind": one.kind.value,
            "outcome": one.outcome.value,
            "code": one.code,
            "record": one.local_id,
            "vendor_id": one.vendor_id,
            "exchange": one.exchange_id,
            "id": one.id,
        }
        for one in page.events
    ]
    columns = ("at", "connection", "direction", "kind", "outcome", "code", "record", "vendor_id", "exchange", "id")
    show(rows, columns, form, empty="No such line. Start one: chartline sync run", shown=columns[:-2])
    show_more(page.cursor, "lines")


@command.command("conflicts")
@click.option("--connection", metavar="NAME", help="One connection.")
@click.option("--kind", type=click.Choice([one.value for one in Kind]), help="One kind of record.")
@click.option("--with-values", is_flag=True, help="Show both values; the look is written into the audit trail.")
@limited
@listed
@at_practice
def conflicts(
    place: Place, form: Form, limit: int, connection: str | None, kind: str | None, with_values: bool
) -> None:
    """List what both sides changed apart, oldest first. Values are patient data and stay closed without --with-values.

    \b
    chartline sync conflicts --with-values
    chartline sync resolve ID theirs
    """
    with place.open() as office:
        names = {one.id: one.name for one in office.connections()}
        with office.showing("cli.conflicts.read") as work:
            page = list_conflicts(
                work,
                office.services.vault,
                connection=office.connection(connection).id if connection else None,
                kind=Kind(kind) if kind else None,
                limit=limit,
            )
            rows = [_conflict(one, names, with_values) for one in page.conflicts]
    values = ("agreed", "ours", "theirs") if with_values else ()
    columns = ("id", "connection", "kind", "field", *values, "opened", "record")
    show(rows, columns, form, empty="No open conflicts.", shown=columns[:-1])
    show_more(page.cursor, "conflicts")


@command.command("resolve")
@click.argument("conflict", metavar="ID", type=click.UUID)
@click.argument("choice", type=click.Choice([Choice.OURS.value, Choice.THEIRS.value]))
@at_practice
def resolve(place: Place, conflict: UUID, choice: str) -> None:
    """Decide a conflict: our value goes to the vendor, or theirs becomes ours.

    A decision is a new version of the record and can be taken back with `chartline sync reopen`.

    \b
    chartline sync resolve 01980000-0000-7000-8000-000000000000 theirs
    """
    identity = str(conflict)
    with place.open() as office, office.work() as work:
        decide(work, office.services.records, office.services.vault, identity, Choice(choice), office.actor)
        office.record(work, "conflict.decide", Target("conflict", identity), choice=choice)
    click.echo("Decided." + (" Our value goes out with the next push." if choice == Choice.OURS.value else ""))


@command.command("reopen")
@click.argument("conflict", metavar="ID", type=click.UUID)
@at_practice
def reopen(place: Place, conflict: UUID) -> None:
    """Take a decision back: our value is as before, and the conflict is open again."""
    identity = str(conflict)
    with place.open() as office, office.work() as work:
        take_back(work, office.services.records, office.services.vault, identity, office.actor)
        office.record(work, "conflict.decide", Target("conflict", identity), choice="reopen")
    click.echo("Open again. Decide it: chartline sync resolve ID ours|theirs")


def _of_connections(plans: Sequence[Schedule]) -> list[Schedule]:
    """The schedules that work with a connection; those of the house are no synchronisation."""
    return [one for one in plans if "connection" in one.arguments]


def _schedule(one: Schedule) -> dict[str, Cell]:
    state = "switched off" if one.paused else "running" if one.running else "waiting"
    return {
        "schedule": one.name,
        "state": state,
        "every_minutes": one.every_seconds // 60,
        "last_started": one.last_started,
        "last_finished": one.last_finished,
        "next": None if one.paused else one.next_at,
    }


def _budget(one: Budget) -> dict[str, Cell]:
    return {
        "connection": one.connection.name,
        "tier": one.tier,
        "used": one.usage.used,
        "allowed": one.usage.allowed,
        "next_free": one.usage.next_free,
        "waiting": one.waiting,
        "served_at": one.served_at,
        "peak": one.peak,
        "changes_at": one.changes_at,
        "changes_to": one.changes_to,
    }


def _conflict(one: StoredConflict, names: dict[str, str], with_values: bool) -> dict[str, Cell]:
    row: dict[str, Cell] = {
        "id": one.id,
        "connection": names.get(one.connection, one.connection),
        "kind": one.kind.value,
        "field": one.field,
        "opened": one.opened,
        "record": one.local_id,
    }
    if with_values:
        row["agreed"] = one.base.reveal(Purpose.SHOW)
        row["ours"] = one.ours.reveal(Purpose.SHOW)
        row["theirs"] = one.theirs.reveal(Purpose.SHOW)
    return row
