"""``chartline sync patient``, ``full``, ``census``, ``repair``, ``runs``, ``settings``: runs, and their pace."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import click

from chartline.cli.listing import Cell, Form, facts, show, show_more, show_object
from chartline.cli.office import Place
from chartline.cli.options import at_practice, limited, listed, told
from chartline.domains.sync.runs import RunFilter, RunState, What
from chartline.domains.sync.settings import BAD_SETTING, NAMES, differences
from chartline.flows import sync_desk

WATCH = "A running worker (chartline serve, chartline worker) takes it up. Watch it: chartline sync runs"
COLUMNS = (
    "asked",
    "what",
    "connection",
    "state",
    "done",
    "total",
    "created",
    "changed",
    "refused",
    "conflicts",
    "unknown",
    "finished",
    "started_by",
    "subject",
    "problem",
    "id",
)


@click.command("patient")
@click.argument("name", metavar="CONNECTION")
@click.argument("patient", type=click.UUID)
@at_practice
def patient(place: Place, name: str, patient: UUID) -> None:
    """Synchronise one patient now, with coverages and visits, both ways.

    \b
    chartline sync patient AdvancedMD 01980000-0000-7000-8000-000000000000
    """
    with place.open() as office:
        known = office.connection(name)
        run = sync_desk.sync_patient(office.services.ground, office.organisation, known.id, str(patient), office.actor)
    click.echo(f"Run {run}. {WATCH}")


@click.command("full")
@click.argument("name", metavar="CONNECTION")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="From this day on; everything when left out.")
@at_practice
def full(place: Place, name: str, since: datetime | None) -> None:
    """Read everything that the vendor has and compare it. Goes on where it stopped when it is interrupted.

    \b
    chartline sync full AdvancedMD --since 2026-01-01
    """
    with place.open() as office:
        known = office.connection(name)
        day = since.date() if since else None
        run = sync_desk.run_full(office.services.ground, office.organisation, known.id, office.actor, day)
    click.echo(f"Run {run}. {WATCH}")


@click.command("census")
@click.argument("name", metavar="CONNECTION")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Visits from this day on; 30 days when left out.")
@at_practice
def census(place: Place, name: str, since: datetime | None) -> None:
    """Count both sides. Nothing is changed; `chartline sync repair` fetches and sends what is missing.

    \b
    chartline sync census AdvancedMD
    """
    with place.open() as office:
        known = office.connection(name)
        day = since.date() if since else None
        run = sync_desk.census(office.services.ground, office.organisation, known.id, office.actor, day)
    click.echo(f"Run {run}. {WATCH}\nThen: chartline sync counted {run}")


@click.command("counted")
@click.argument("run", metavar="RUN", type=click.UUID)
@listed
@at_practice
def counted(place: Place, form: Form, run: UUID) -> None:
    """Show what a census found, kind by kind.

    \b
    chartline sync counted 01980000-0000-7000-8000-000000000000
    """
    with place.open() as office:
        found = sync_desk.census_report(office.services.ground, office.organisation, str(run))
    rows: list[dict[str, Cell]] = [
        {
            "kind": one.kind.value,
            "both": one.both,
            "only_there": one.only_there,
            "never_sent": one.unsent,
            "gone_there": one.only_here,
            "changes_waiting": one.waiting,
        }
        for one in found.kinds
    ]
    columns = ("kind", "both", "only_there", "never_sent", "gone_there", "changes_waiting")
    show(rows, columns, form, empty="This run counted nothing.")
    if form is Form.TEXT:
        click.echo("They agree." if found.agrees else f"They differ. Next step: chartline sync repair {run}")


@click.command("repair")
@click.argument("run", metavar="RUN", type=click.UUID)
@at_practice
def repair(place: Place, run: UUID) -> None:
    """Fetch and send what a census missed. Nothing is deleted.

    \b
    chartline sync repair 01980000-0000-7000-8000-000000000000
    """
    with place.open() as office:
        made = sync_desk.repair_census(office.services.ground, office.organisation, str(run), office.actor)
    click.echo(f"Run {made}. {WATCH}")


@click.command("runs")
@click.option("--connection", metavar="NAME", help="One connection.")
@click.option("--what", type=click.Choice([one.value for one in What]), help="One kind of run.")
@click.option("--state", type=click.Choice([one.value for one in RunState]), help="One state.")
@click.option("--all", "everything", is_flag=True, help="Also runs that found nothing to do.")
@limited
@listed
@at_practice
def runs(
    place: Place,
    form: Form,
    limit: int,
    connection: str | None,
    what: str | None,
    state: str | None,
    everything: bool,
) -> None:
    """List runs, newest first: who asked, how far each is, what came of it.

    \b
    chartline sync runs
    chartline sync runs --state running --json
    """
    with place.open() as office:
        wanted = RunFilter(
            connection=office.connection(connection).id if connection else None,
            what=What(what) if what else None,
            state=RunState(state) if state else None,
            only_news=not (everything or what or state),
        )
        names = {one.id: one.name for one in office.connections()}
        page = sync_desk.runs(office.services.ground, office.organisation, wanted, limit=limit)
    rows: list[dict[str, Cell]] = [
        {
            "asked": one.asked,
            "what": one.what.value,
            "connection": names.get(one.connection, one.connection),
            "state": one.state.value,
            "done": one.counts.done,
            "total": one.total,
            "created": one.counts.created,
            "changed": one.counts.changed,
            "refused": one.counts.refused,
            "conflicts": one.counts.conflicts,
            "unknown": one.counts.unknown,
            "finished": one.finished,
            "started_by": one.started_by,
            "subject": one.subject,
            "problem": one.problem_code,
            "id": one.id,
        }
        for one in page.runs
    ]
    empty = "No runs that found anything. All of them: chartline sync runs --all"
    show(rows, COLUMNS, form, empty=empty, shown=(*COLUMNS[:8], "finished", "id"))
    show_more(page.cursor, "runs")


@click.command("settings")
@click.argument("name", metavar="CONNECTION")
@click.option(
    "--set", "pairs", metavar="NAME=VALUE", multiple=True, help="Change a setting; may be given several times."
)
@told
@at_practice
def settings(place: Place, form: Form, name: str, pairs: tuple[str, ...]) -> None:
    """Show or change how a connection synchronises: kill switch, pause, pace, what goes out, pilot.

    \b
    chartline sync settings AdvancedMD
    chartline sync settings AdvancedMD --set paused=true
    chartline sync settings AdvancedMD --set visits=hourly --set push_visits=false
    """
    with place.open() as office:
        ground, known = office.services.ground, office.connection(name)
        before = sync_desk.get_settings(ground, office.organisation, known.id)
        after = before.settings
        if pairs:
            wanted = {key.strip(): _value(text.strip()) for key, _, text in (one.partition("=") for one in pairs)}
            unknown = [key for key in wanted if key not in NAMES]
            if unknown:
                raise BAD_SETTING.error(known=", ".join(NAMES))
            after = sync_desk.set_settings(ground, office.organisation, known.id, wanted, office.actor)
    values = {key: getattr(after, key) for key in NAMES}
    plain: dict[str, Cell] = {
        key: value if isinstance(value, bool | int) else str(value) for key, value in values.items()
    }
    if form is Form.JSON:
        show_object({**plain, "pilot_patients": sorted(before.pilot)})
        return
    click.echo(facts([*plain.items(), ("pilot_patients", len(before.pilot))]))
    if pairs:
        changed = differences(before.settings, after)
        click.echo(f"\nChanged: {', '.join(changed)}" if changed else "\nNothing changed.")


def _value(text: str) -> bool | int | str:
    if text.lower() in ("true", "false", "yes", "no", "on", "off"):
        return text.lower() in ("true", "yes", "on")
    return int(text) if text.isascii() and text.isdigit() else text
