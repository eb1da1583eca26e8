"""The REST scheduler: appointments listed, booked, moved, cancelled and missed (vendor sheet 9.10, row 25).

An appointment is a visit with a time; ids are bare integers here, and times are the office's wall clock.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, timedelta

from chartline.connect.simulation.web import Answer
from chartline.connectors.advancedmd.simulator.model import Item, Visit
from chartline.connectors.advancedmd.simulator.refusals import OVERLAP, HttpRefusal
from chartline.connectors.advancedmd.simulator.rest import RestCall, answer, text
from chartline.connectors.advancedmd.simulator.slots import FULL_TEXT, OVERLAP_TEXT, clash
from chartline.connectors.advancedmd.simulator.values import iso_start, number, read_date
from chartline.connectors.advancedmd.simulator.world import World

LONGEST = 1440
"""Minutes."""


def appointments(call: RestCall) -> Answer:
    """Rows of one patient, or of columns over a day, a week or a month from ``startDate``; 400 without columnId."""
    ways = call.world.ways
    if call.query("forview").lower() == "patient":
        patient = call.world.find(call.world.patients, call.office.key, call.query("patientid"), "")
        found = ways.visits.at(("patient", patient.id)) if patient else []
    else:
        columns, first, last = span_of(call)
        in_span = ways.visits_by_day.between((call.office.key, first), (call.office.key, last))
        found = [visit for visit in in_span if visit.column in columns]
    standing = [visit for visit in found if visit.minute is not None and visit.standing()]
    rows = [_row(call.world, visit) for visit in sorted(standing, key=lambda each: (each.day, each.minute, each.id))]
    if call.world.options.single_appointment and len(rows) == 1:
        return answer(rows[0])
    return answer(rows)


def span_of(call: RestCall) -> tuple[set[int], date, date]:
    """The columns and the first and last day of a day, week or month view. Raises HttpRefusal 400."""
    view = call.query("forview").lower() or "day"
    columns = {value for part in call.query("columnid").split("-") if (value := number(part, "col"))}
    start = read_date(call.query("startdate"))
    if not columns:
        raise HttpRefusal(400, "columnId is required")
    if start is None or view not in ("day", "week", "month"):
        raise HttpRefusal(400, "startDate or forView is not valid")
    if view == "month":
        return columns, start.replace(day=1), start.replace(day=monthrange(start.year, start.month)[1])
    return columns, start, start + timedelta(days=6 if view == "week" else 0)


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
    world, office, now, body = call.world, call.office.key, call.world.now(), call.body()
    patient = world.find(world.patients, office, text(body, "patientid"), "")
    profile = world.item(office, "profile", text(body, "profileid"))
    if patient is None or patient.deleted or profile is None:
        raise HttpRefusal(400, "patientid or profileid is missing or not valid")
    start, duration, column = _place(call, body, None)
    visit = Visit(
        id=0,
        office=office,
        patient=patient.id,
        profile=profile.id,
        day=start.date(),
        minute=start.hour * 60 + start.minute,
        duration=duration,
        column=column.id,
        facility=number(text(body, "facilityid"), "") or 0,
        kind=_kind(body.get("type")),
        created=now,
        changed=now,
        created_by=call.office.username,
        changed_by=call.office.username,
    )
    if (conflict := _conflict(world, visit, body)) is not None:
        return conflict
    visit.id = world.new_number("visit")
    world.keep_visit(visit)
    world.counters.add("visits_added")
    return answer({"id": visit.id})


def _place(call: RestCall, body: dict[str, object], present: Visit | None) -> tuple[datetime, int, Item]:
    """Start, minutes and column of a body; what a present appointment has stays when it is not sent."""
    sent = {name: text(body, name) for name in ("startdatetime", "duration", "columnid")}
    if present is not None:
        kept = (iso_start(present.day, present.minute), str(present.duration), str(present.column))
        sent = {name: value or old for (name, value), old in zip(sent.items(), kept, strict=True)}
    column = call.world.item(call.office.key, "column", sent["columnid"])
    duration = number(sent["duration"], "")
    if column is None or not duration or duration > LONGEST:
        raise HttpRefusal(400, "columnid or duration is missing or not valid")
    try:
        return datetime.fromisoformat(sent["startdatetime"]), duration, column
    except ValueError:
        raise HttpRefusal(400, "startdatetime is missing or not valid") from None


def _conflict(world: World, visit: Visit, body: dict[str, object]) -> Answer | None:
    """409 when the visit does not fit where it says it is, None when it does or when it is forced."""
    if text(body, "force") == "1" or visit.minute is None:
        return None
    code = clash(world, visit.office, visit.day, visit.minute, visit.duration, visit.column, but=visit.id)
    if code is None:
        return None
    return answer({"code": code, "message": OVERLAP_TEXT if code == OVERLAP else FULL_TEXT}, 409)


def cancel(call: RestCall) -> Answer:
    """Set status 10. The body is the id alone: a ``noshowreasonid`` beside it breaks the vendor's server (500)."""
    if "noshowreasonid" in {name.lower() for name in call.body()}:
        raise HttpRefusal(500, "An error has occurred.")
    visit = _appointment(call, call.body())
    call.world.counters.add("visits_cancelled")
    return _with_status(call, visit, "10")


def no_show(call: RestCall) -> Answer:
    """Set status 12. Path and body are placeholders [O]: only cancel is proven (vendor sheet 9.2)."""
    return _with_status(call, _appointment(call, call.body()), "12")


def move(call: RestCall) -> Answer:
    """Change start, column or duration under the rules of booking; the visit keeps its id and status.

    A placeholder [O]: the sheet knows no call that moves an appointment.
    """
    world, body = call.world, call.body()
    visit = _appointment(call, body, unnamed=True)
    start, duration, column = _place(call, body, visit)
    before = visit.day, visit.minute, visit.duration, visit.column
    visit.day, visit.minute = start.date(), start.hour * 60 + start.minute
    visit.duration, visit.column = duration, column.id
    if (conflict := _conflict(world, visit, body)) is not None:
        visit.day, visit.minute, visit.duration, visit.column = before
        return conflict
    world.counters.add("visits_moved")
    return _with_status(call, visit, visit.status)


def _appointment(call: RestCall, body: dict[str, object], *, unnamed: bool = False) -> Visit:
    """The appointment of the address. The body repeats its id; only a move may leave it out."""
    visit = call.world.visits.get(str(call.number))
    if visit is None or visit.office != call.office.key or visit.status == "11":
        raise HttpRefusal(404, "There is no such appointment")
    if text(body, "id") != str(call.number) and not (unnamed and "id" not in body):
        raise HttpRefusal(400, "id does not agree with the address")
    return visit


def _with_status(call: RestCall, visit: Visit, status: str) -> Answer:
    visit.status, visit.changed, visit.changed_by = status, call.world.now(), call.office.username
    call.world.keep_visit(visit)
    return answer({"id": visit.id})


def _kind(types: object) -> int:
    """The first of ``[{"id": n}]``; 0 when none is given."""
    first: object = types[0] if isinstance(types, list) and types else None
    value = first.get("id") if isinstance(first, dict) else None
    return number(str(value), "") or 0
