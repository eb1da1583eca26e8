"""What changed, and what happens on a day: the projecting feeds (vendor sheet 9.1, 9.2, rows 15 and 16)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from chartline.connectors.advancedmd.simulator.model import Patient, Visit
from chartline.connectors.advancedmd.simulator.operation import Call, invalid
from chartline.connectors.advancedmd.simulator.refusals import TOO_MANY_RECORDS, UNPUBLISHED, Refusal
from chartline.connectors.advancedmd.simulator.templates import (
    CHARGE,
    PATIENT,
    PLAN,
    VISIT,
    VISIT_CHANGES,
    VisitColumn,
    chosen,
)
from chartline.connectors.advancedmd.simulator.tree import Node, element
from chartline.connectors.advancedmd.simulator.values import number, read_date, read_moment, server_time

MOST_ROWS = 1000
"""Above this a feed gives ids only (vendor sheet 9.2)."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The caller's templates: alias -> column for each entity; None for an entity not asked for."""

    visit: dict[str, str]
    patient: dict[str, str]
    plan: dict[str, str] | None
    charge: dict[str, str] | None


@dataclass(frozen=True, slots=True)
class Window:
    """From ``datechanged`` to ``msgtime``, both ends in it; ``until`` is what the feed calls server time."""

    since: datetime
    until: datetime


def getupdatedpatients(call: Call) -> Node:
    """Patients whose record or insurance changed in the window; where insurance rows nest is our reading [O]."""
    privileged(call)
    wanted, window = _wanted(call, VISIT), window_of(call)
    world = call.world
    asked = _asked(call, "patient", "pat")
    if asked is None:
        found = world.ways.patients_changed(call.office.key, window.since, window.until)
    else:
        found = [item for value in asked if (item := world.find(world.patients, call.office.key, str(value), ""))]
    if asked is None and len(found) > MOST_ROWS:
        rows = [element("patient", {"id": str(patient.id)}) for patient in found]
    else:
        rows = [_changed_patient(call, patient, wanted, window) for patient in found]
    counters = {"patientcount": str(len(found)), "servertime": server_time(window.until)}
    return element("Results", counters, element("patientlist", {}, *rows))


def _changed_patient(call: Call, patient: Patient, wanted: _Wanted, window: Window) -> Node:
    status = "D" if patient.deleted else "N" if patient.created >= window.since else "C"
    row = _patient(call, patient, wanted)
    row.attributes = {"id": str(patient.id), "updatestatus": status, **row.attributes}
    if wanted.plan is not None:
        plans = [
            element(
                "insurance",
                {"id": str(plan.id), "active": "1" if plan.active() else "0"}
                | {alias: PLAN[column](call.world, plan) for alias, column in wanted.plan.items()},
            )
            for plan in call.world.plans_of(patient)
        ]
        row.children.append(element("insurancelist", {}, *plans))
    return row


def getupdatedvisits(call: Call) -> Node:
    """Visits changed in the window, or the visits asked for by id after an ids-only answer."""
    privileged(call)
    wanted, window = _wanted(call, VISIT_CHANGES), window_of(call)
    world, asked = call.world, _asked(call, "visit", "vst")
    if asked is None:
        found = world.ways.visits_changed(call.office.key, window.since, window.until)
    else:
        found = [item for value in asked if (item := world.find(world.visits, call.office.key, str(value), ""))]
    if asked is None and len(found) > MOST_ROWS:
        rows = [element("visit", {"id": str(visit.id)}) for visit in found]
    else:
        rows = [_visit(call, visit, wanted, VISIT_CHANGES, _status(visit, window)) for visit in found]
    counters = {"visitcount": str(len(found)), "servertime": server_time(window.until)}
    return element("Results", counters, element("visitlist", {}, *rows))


def _status(visit: Visit, window: Window) -> dict[str, str]:
    """New, changed or deleted (vendor sheet 6.2)."""
    return {"updatestatus": "D" if visit.status == "11" else "N" if visit.created >= window.since else "C"}


def getdatevisits(call: Call) -> Node:
    """The visits of one day; there is no range, and some columns of the other feed are refused (row 16)."""
    wanted = _wanted(call, VISIT)
    day = read_date(call.required("visitdate"))
    if day is None:
        raise invalid("visitdate")
    of_day = call.world.ways.visits_by_day.between((call.office.key, day), (call.office.key, day))
    found = [visit for visit in of_day if visit.status != "11" and not call.world.options.empty_datevisits]
    rows = [_visit(call, visit, wanted, VISIT, {}) for visit in found]
    counters = {"visitcount": str(len(rows)), "servertime": server_time(call.now)}
    return element("Results", counters, element("visitlist", {}, *rows))


def _wanted(call: Call, visit: Mapping[str, object]) -> _Wanted:
    message = call.message
    plan, charge = message.child("insurance"), message.child("charge")
    return _Wanted(
        visit=chosen(message.child("visit"), visit),
        patient=chosen(message.child("patient"), PATIENT),
        plan=chosen(plan, PLAN) if plan else None,
        charge=chosen(charge, CHARGE) if charge else None,
    )


def privileged(call: Call) -> None:
    """Refuse a user without the privilege for feeds; the sheet has the fault, and not its code."""
    if not call.world.options.feed_privilege:
        raise Refusal(UNPUBLISHED, "The user has no privilege for this action")


def window_of(call: Call) -> Window:
    """An earlier ``msgtime`` closes the window early; server time then says so, so that no change is skipped.

    ``msgtime`` has whole seconds, so the window reaches to the end of its second.
    """
    since = read_moment(call.required("datechanged"))
    if since is None:
        raise invalid("datechanged")
    sent = read_moment(call.message.get("msgtime"))
    until = min(call.now, sent + timedelta(milliseconds=999)) if sent and sent > since else call.now
    return Window(since, until)


def _asked(call: Call, name: str, prefix: str) -> list[int] | None:
    """Numbers in ``<visitlist><visit id=.../></visitlist>``, None when the call does not ask by id."""
    rows = call.message.all(f"{name}list", name)
    if len(rows) > MOST_ROWS:
        raise Refusal(TOO_MANY_RECORDS, "More than 1000 records")
    asked = [number(call.required("id", row), prefix) for row in rows]
    if None in asked:
        raise invalid("id")
    return sorted({value for value in asked if value is not None}) or None


def _patient(call: Call, patient: Patient, wanted: _Wanted) -> Node:
    return element("patient", {alias: PATIENT[column](call.world, patient) for alias, column in wanted.patient.items()})


def _visit(
    call: Call, visit: Visit, wanted: _Wanted, columns: Mapping[str, VisitColumn], extra: dict[str, str]
) -> Node:
    """A visit row; its patient sits under ``patientlist``, as two live clients read it (vendor sheet 9.2)."""
    world = call.world
    patient = world.patients[str(visit.patient)]
    inner = _patient(call, patient, wanted)
    inner.attributes = {"id": str(patient.id), **inner.attributes}
    own = {alias: columns[column](world, visit) for alias, column in wanted.visit.items()}
    row = element("visit", {"id": str(visit.id), **extra, **own}, element("patientlist", {}, inner))
    if wanted.plan is not None:
        plans = [
            element(
                "insurance",
                {"id": str(plan.id), "seqnum": plan.fields.get("coverage", "")}
                | {alias: PLAN[column](world, plan) for alias, column in wanted.plan.items()},
            )
            for plan in world.plans_of(patient)
            if plan.active()
        ]
        row.children.append(element("insurancelist", {}, *plans))
    if wanted.charge is not None:
        charges = [
            element(
                "charge",
                {"id": str(charge.id)}
                | {alias: CHARGE[column](world, charge) for alias, column in wanted.charge.items()},
            )
            for charge in world.charges_of(visit)
        ]
        row.children.append(element("chargelist", {}, *charges))
    return row
