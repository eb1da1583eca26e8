"""addvisit: the billable visit, with or without a place in the schedule (vendor sheet 9.2, row 17)."""

from __future__ import annotations

from chartline.connectors.advancedmd.simulator.model import Visit
from chartline.connectors.advancedmd.simulator.operation import Call, invalid
from chartline.connectors.advancedmd.simulator.refusals import OVERLAP, SLOT_FULL, Refusal
from chartline.connectors.advancedmd.simulator.slots import FULL_TEXT, OVERLAP_TEXT, busy, clash
from chartline.connectors.advancedmd.simulator.tree import Node, element
from chartline.connectors.advancedmd.simulator.values import number, read_date, read_minute, shown_date

MINUTES_A_DAY = 1440


def addvisit(call: Call) -> Node:
    """Create a visit. With ``time`` it also becomes an appointment and needs ``duration`` and ``column``.
    The facility is the column's: no facility is evidenced on this call.

    Without ``force="1"``: fault 4101 when the patient is already expected (the sheet infers a 4101-type fault),
    4101 or 4186 when the column has no room.
    """
    world, office, row = call.world, call.office.key, call.required_element("appt")
    patient = call.patient(call.required("patient", row), "patient")
    profile = world.item(office, "profile", call.required("profile", row))
    day = read_date(call.required("date", row))
    if profile is None or day is None:
        raise invalid("date" if profile else "profile")
    minute, duration, column, facility, kind = None, 0, 0, 0, 0
    if row.get("time"):
        minute, span = read_minute(row.get("time")), call.required("duration", row)
        place = world.item(office, "column", call.required("column", row))
        if minute is None or place is None:
            raise invalid("column" if minute is not None else "time")
        if not 0 < (number(span, "") or 0) <= MINUTES_A_DAY:
            raise invalid("duration")
        duration, column, facility = number(span, "") or 0, place.id, int(place.extras.get("facility") or 0)
        kind = number(row.get("types").split(",")[0], "ap_type") or 0
    if row.get("force") != "1":
        code = clash(world, office, day, minute, duration, column) if minute is not None else None
        if busy(world, patient.id, day, minute, duration, profile.id):
            code = code or OVERLAP
        if code is not None:
            raise Refusal(code, FULL_TEXT if code == SLOT_FULL else OVERLAP_TEXT)
    visit = Visit(
        id=world.new_number("visit"),
        office=office,
        patient=patient.id,
        profile=profile.id,
        day=day,
        minute=minute,
        duration=duration,
        column=column,
        facility=facility,
        kind=kind,
        created=call.now,
        changed=call.now,
        created_by=call.office.username,
        changed_by=call.office.username,
    )
    world.keep_visit(visit)
    world.counters.add("visits_added")
    attributes = {
        "id": f"vst{visit.id}",
        "date": shown_date(day),
        "isappt": "0" if minute is None else "1",
        "profile": f"prof{profile.id}",
        "episode": "1",
        "insorder": patient.fields.get("insorder", ""),
        "note": "",
        "forcepaper": "0",
    }
    answer = element("visit", attributes, element("chargelist"), element("extins"))
    return element("Results", {}, answer, element("notelist"))
