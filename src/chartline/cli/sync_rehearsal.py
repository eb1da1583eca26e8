"""``chartline sync plan`` and ``chartline sync replay``: what would be sent, and what was received, without a call."""

from __future__ import annotations

import click

from chartline.app.replaying import replay_recorded
from chartline.cli.listing import Cell, Form, show, show_object, table
from chartline.cli.office import Office, Place
from chartline.cli.options import at_practice, listed
from chartline.connect.capabilities import WritesFacts
from chartline.flows.replay import Replayed
from chartline.flows.sync_plan import Plan, PlannedWrite
from chartline.flows.sync_plan import plan as make_plan
from chartline.kernel.sealed import Purpose
from chartline.platform.audit import Target

COLUMNS = ("connection", "kind", "operation", "record", "vendor_id", "fields", "calls", "refused")


@click.command("plan")
@click.argument("name", required=False, metavar="[CONNECTION]")
@listed
@at_practice
def plan(place: Place, form: Form, name: str | None) -> None:
    """Say what would be sent if it were sent now: records, names of fields, calls and their cost. Sends nothing.

    \b
    chartline sync plan
    chartline sync plan AdvancedMD --csv > plan.csv
    """
    print_plan(place, form, name)


def print_plan(place: Place, form: Form, name: str | None) -> None:
    """Print the plans of one connection, or of all that records are sent to."""
    with place.open() as office:
        ground = office.services.ground
        asked = [office.connection(name)] if name else office.connections()
        able = [one for one in asked if name or isinstance(ground.connector(office.organisation, one), WritesFacts)]
        plans = [(one.name, make_plan(ground, office.organisation, one.id)) for one in able]
    if form is Form.JSON:
        show_object([_plan(title, each) for title, each in plans])
        return
    rows = [{"connection": title, **_write(write)} for title, each in plans for write in each.writes]
    show(rows, COLUMNS, form, empty="Nothing waits to be sent.", shown=COLUMNS[:-1] if _all_go(plans) else COLUMNS)
    if form is Form.TEXT:
        for title, each in plans:
            _sum_up(title, each)


def _all_go(plans: list[tuple[str, Plan]]) -> bool:
    return all(write.refused is None for _, each in plans for write in each.writes)


def _sum_up(title: str, each: Plan) -> None:
    """Reasons in words, and the cost."""
    reasons = {write.refused.code: write.refused for write in each.writes if write.refused is not None}
    for code, problem in sorted(reasons.items()):
        click.echo(f"\n{code}: {problem.say}\n  {problem.do}")
    if each.costs:
        click.echo()
        click.echo(table([_cost(title, one) for one in each.costs], ("connection", "tier", "calls", "done_at")))
    waits = f"; {each.waiting} wait for a patient that the vendor has not got" if each.waiting else ""
    click.echo(f"\n{title}: {each.sends} of {len(each.writes)} would be sent{waits}. Nothing was sent.")


def _cost(title: str, one: object) -> dict[str, Cell]:
    return {"connection": title, **{name: getattr(one, name) for name in ("tier", "calls", "done_at")}}


def _write(write: PlannedWrite) -> dict[str, Cell]:
    return {
        "kind": write.kind.value,
        "operation": write.operation,
        "record": write.local_id,
        "vendor_id": write.vendor_id,
        "fields": write.fields,
        "calls": write.calls,
        "refused": write.refused.code if write.refused else None,
    }


def _plan(title: str, each: Plan) -> dict[str, object]:
    return {
        "connection": title,
        "sends": each.sends,
        "waiting": each.waiting,
        "costs": [{"tier": one.tier, "calls": one.calls, "done_at": one.done_at} for one in each.costs],
        "done_at": each.done_at,
        "writes": [{**_write(one), "problem": one.refused.as_json() if one.refused else None} for one in each.writes],
    }


@click.command("replay")
@click.argument("identity", metavar="ID")
@click.option("--with-values", is_flag=True, help="Show both values; the look is written into the audit trail.")
@listed
@at_practice
def replay(place: Place, form: Form, identity: str, with_values: bool) -> None:
    """Play a past exchange once more from what was recorded, and compare it with our records. Reaches no vendor.

    ID is a line of `chartline sync log`, or an exchange.

    \b
    chartline sync replay 01980000-0000-7000-8000-000000000000
    """
    with place.open() as office:
        told = replay_recorded(office.services, office.organisation, identity)
        rows = _rows(office, told, with_values)
    values = ("stored", "recorded") if with_values else ()
    columns = ("kind", "record", "vendor_id", "operation", "then", "now", "field", *values, "event")
    show(rows, columns, form, shown=columns[:-1])
    if form is Form.TEXT and not any(one.differences for one in told):
        click.echo("No field differs from what is stored now." if all(one.here for one in told) else "")


def _rows(office: Office, told: tuple[Replayed, ...], with_values: bool) -> list[dict[str, Cell]]:
    rows: list[dict[str, Cell]] = []
    for one in told:
        known: dict[str, Cell] = {
            "kind": one.event.kind.value,
            "record": one.event.local_id,
            "vendor_id": one.event.vendor_id,
            "operation": one.operation,
            "then": one.then,
            "now": one.now,
            "event": one.event.id,
            "field": None,
        }
        if not one.differences:
            rows.append({**known, "stored": None, "recorded": None})
        for each in one.differences:
            rows.append({**known, "field": each.field})
            if with_values:
                with office.showing("cli.replay.read", Target(one.event.kind.value, one.event.local_id or "")):
                    rows[-1]["stored"] = each.stored.reveal(Purpose.SHOW)
                    rows[-1]["recorded"] = each.recorded.reveal(Purpose.SHOW)
    return rows
