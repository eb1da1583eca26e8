"""The REST scheduler: appointments listed, booked and cancelled (vendor sheet 9.10, part of row 25).

An appointment is a visit with a time; ids are bare integers here, and times are the office's wall clock.
"""

from __future__ import annotations

import json
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast

from chartline.connect.simulation.web import Answer, Request
from chartline.connectors.advancedmd.simulator.model import Office, Visit
from chartline.connectors.advancedmd.simulator.refusals import OVERLAP, HttpRefusal
from chartline.connectors.advancedmd.simulator.slots import FULL_TEXT, OVERLAP_TEXT, clash
from chartline.connectors.advancedmd.simulator.values import iso_start, number, read_date
from chartline.connectors.advancedmd.simulator.world import World

JSON_TYPE = "application/json; charset=utf-8"


@dataclass(frozen=True, slots=True, repr=False)
class RestCall:
    """An authenticated REST call; ``number`` is the id in the path, 0 when there is none."""

    world: World
    office: Office
    request: Request
    number: int = 0


@dataclass(frozen=True, slots=True)
class Route:
    """An operation as faults and counters know it, its function, and the id in the path."""

    name: str
    run: Callable[[RestCall], Answer]
    number: int = 0


def route(method: str, parts: list[str]) -> Route | None:
    """The route of a path below the REST root; segments are matched without regard to case."""
    match [method, *[part.lower() for part in parts]]:
        case ["GET", "scheduler", "appointments"]:
            return Route("scheduler.appointments", appointments)
        case ["POST", "scheduler", "appointments"]:
            return Route("scheduler.book", book)
        case ["PUT", "scheduler", "appointments", value, "cancel"]:
            return Route("scheduler.cancel", cancel, number(value, "") or 0)
        case _:
            return None


def answer(data: object, status: int = 200) -> Answer:
    """A JSON answer."""
    return Answer(status, json.dumps(data, ensure_ascii=False).encode(), JSON_TYPE)


def appointments(call: RestCall) -> Answer:
    """Rows of one patient, or of columns over a day, a week or a month from ``startDate``; 400 without columnId."""
    query = {name.lower(): value for name, value in call.request.query.items()}
    view = query.get("forview", "day").lower()
    if view == "patient":
        patient = number(query.get("patientid", ""), "")
        found = _standing(call, lambda visit: visit.patient == patient)
    else:
        columns = {number(part, "col") for part in query.get("columnid", "").split("-") if part}
        start = read_date(query.get("startdate", ""))
        if not columns or start is None or view not in ("day", "week", "month"):
            raise HttpRefusal(400, "columnId is required" if not columns else "startDate or forView is not valid")
        first, last = _span(view, start)
        found = _standing(call, lambda visit: visit.column in columns and first <= visit.day <= last)
    rows = [
        _row(call.world, visit) for visit in sorted(found, key=lambda visit: (visit.day, visit.minute or 0, visit.id))
    ]
    if call.world.options.single_appointment and len(rows) == 1:
        return answer(rows[0])
    return answer(rows)


def _standing(call: RestCall, test: Callable[[Visit], bool]) -> list[Visit]:
    visits = call.world.owned(call.world.visits, call.office.key, test)
    return [visit for visit in visits if visit.minute is not None and visit.standing()]


def _span(view: str, start: date) -> tuple[date, date]:
    if view == "month":
        return start.replace(day=1), start.replace(day=monthrange(start.year, start.month)[1])
    return start, start + timedelta(days=6 if view == "week" else 0)


def _row(world: World, visit: Visit) -> dict[str, object]:
    patient, profile = world.patients[str(visit.patient)], world.item_named("profile", visit.profile)
    column, facility = world.item_named("column", visit.column), world.item_named("facility", visit.facility)
    last, _, first = patient.name.partition(",")
    return {
        "id": visit.id,
        "startdatetime": iso_start(visit.day, visit.minute),
        "duration": visit.duration,
        "columnid": visit.column,
        "profileid": visit.profile,
        "provider": profile.name if profile else "",
        "heading": column.name if column else "",
        "facility": facility.name if facility else "",
        "facilityid": visit.facility,
        "appointmenttypeids": [visit.kind] if visit.kind else [],
        "patientid": visit.patient,
        "firstname": first,
        "lastname": last,
        "confirmdate": None,
        "confirmmethod": None,
    }


def book(call: RestCall) -> Answer:
    """Create an appointment; ``duration`` is in minutes. 409 with 4101 or 4186 on a conflict unless ``force`` is 1."""
    world, office, now = call.world, call.office.key, call.world.now()
    body = _body(call.request)
    patient = world.find(world.patients, office, _text(body, "patientid"), "")
    column = world.item(office, "column", _text(body, "columnid"))
    profile = world.item(office, "profile", _text(body, "profileid"))
    duration = number(_text(body, "duration"), "")
    if patient is None or patient.deleted or column is None or profile is None or not duration or duration > 1440:
        raise HttpRefusal(400, "patientid, columnid, profileid or duration is missing or not valid")
    try:
        start = datetime.fromisoformat(_text(body, "startdatetime"))
    except ValueError:
        raise HttpRefusal(400, "startdatetime is missing or not valid") from None
    minute = start.hour * 60 + start.minute
    if _text(body, "force") != "1":
        code = clash(world, office, start.date(), minute, duration, column.id)
        if code is not None:
            return answer({"code": code, "message": OVERLAP_TEXT if code == OVERLAP else FULL_TEXT}, 409)
    visit = Visit(
        id=world.new_number("visit"),
        office=office,
        patient=patient.id,
        profile=profile.id,
        day=start.date(),
        minute=minute,
        duration=duration,
        column=column.id,
        facility=number(_text(body, "facilityid"), "") or 0,
        kind=_kind(body.get("type")),
        created=now,
        changed=now,
        created_by=call.office.username,
        changed_by=call.office.username,
    )
    world.visits.put(str(visit.id), visit)
    world.counters.add("visits_added")
    return answer({"id": visit.id})


def cancel(call: RestCall) -> Answer:
    """Set status 10. The body is the id alone: a ``noshowreasonid`` beside it breaks the vendor's server (500)."""
    world, body = call.world, _body(call.request)
    if "noshowreasonid" in {name.lower() for name in body}:
        raise HttpRefusal(500, "An error has occurred.")
    visit = world.visits.get(str(call.number))
    if visit is None or visit.office != call.office.key or visit.status == "11":
        raise HttpRefusal(404, "There is no such appointment")
    if _text(body, "id") != str(call.number):
        raise HttpRefusal(400, "id does not agree with the address")
    visit.status, visit.changed, visit.changed_by = "10", world.now(), call.office.username
    world.visits.put(str(visit.id), visit)
    world.counters.add("visits_cancelled")
    return answer({"id": visit.id})


def _body(request: Request) -> dict[str, object]:
    try:
        data: object = json.loads(request.body, parse_float=str)
    except (ValueError, RecursionError):
        raise HttpRefusal(400, "The body is not JSON") from None
    if not isinstance(data, dict):
        raise HttpRefusal(400, "The body is not a JSON object")
    return cast("dict[str, object]", data)


def _text(body: dict[str, object], name: str) -> str:
    value = body.get(name)
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _kind(types: object) -> int:
    """The first of ``[{"id": n}]``; 0 when none is given."""
    first: object = types[0] if isinstance(types, list) and types else None
    value = first.get("id") if isinstance(first, dict) else None
    return number(str(value), "") or 0
