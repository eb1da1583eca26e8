"""Appointments over XML-RPC: getappts and getreminderappts (vendor sheet 9.2).

The second is in live use, and for some offices the only day list that has rows; what its rows are called is our
reading [O], as is all of getappts.
"""

from __future__ import annotations

from datetime import date, timedelta

from chartline.connectors.advancedmd.simulator.model import Visit
from chartline.connectors.advancedmd.simulator.operation import Call, invalid
from chartline.connectors.advancedmd.simulator.patients import shown
from chartline.connectors.advancedmd.simulator.refusals import TOO_MANY_RECORDS, Refusal
from chartline.connectors.advancedmd.simulator.tree import Node, element
from chartline.connectors.advancedmd.simulator.values import read_date, read_minute, shown_date, shown_minute
from chartline.connectors.advancedmd.simulator.world import World

MOST_ROWS = 1000
"""More is fault 4154 here, since there is no way to ask by id (vendor sheet 4)."""

LONGEST = timedelta(days=366)


def getappts(call: Call) -> Node:
    """Appointments of a span of days, of one column or profile when named; all shapes are placeholders [O]."""
    found = _span(call)
    for attribute, kind in (("columnid", "column"), ("profileid", "profile")):
        if call.message.get(attribute):
            item = call.world.item(call.office.key, kind, call.message.get(attribute))
            if item is None:
                raise invalid(attribute)
            found = [visit for visit in found if getattr(visit, kind) == item.id]
    return _answer(call, [visit for visit in found if visit.status != "11"])


def getreminderappts(call: Call) -> Node:
    """Appointments of a span of days and of a time of day, with one of the listed statuses.

    The list is required, as observed: fault 2048 "Missing apptstatus attribute" (vendor sheet 4).
    """
    statuses = {part.strip() for part in call.required("apptstatus").split(",")}
    earliest, latest = _time(call, "starttime", 0), _time(call, "endtime", 1440)
    found = [
        visit
        for visit in _span(call)
        if visit.status in statuses and visit.minute is not None and earliest <= visit.minute <= latest
    ]
    return _answer(call, found, reminding=True)


def _span(call: Call) -> list[Visit]:
    first, last = _day(call, "startdate"), _day(call, "enddate")
    if last < first or last - first > LONGEST:
        raise invalid("enddate")
    of_days = call.world.ways.visits_by_day.between((call.office.key, first), (call.office.key, last))
    return [visit for visit in of_days if visit.minute is not None]


def _day(call: Call, attribute: str) -> date:
    day = read_date(call.required(attribute))
    if day is None:
        raise invalid(attribute)
    return day


def _time(call: Call, attribute: str, otherwise: int) -> int:
    if not call.message.get(attribute):
        return otherwise
    minute = read_minute(call.message.get(attribute))
    if minute is None:
        raise invalid(attribute)
    return minute


def _answer(call: Call, found: list[Visit], *, reminding: bool = False) -> Node:
    if len(found) > MOST_ROWS:
        raise Refusal(TOO_MANY_RECORDS, "More than 1000 records")
    rows = [_row(call.world, visit, reminding=reminding) for visit in found]
    return element("Results", {}, element("apptlist", {"itemcount": str(len(rows))}, *rows))


def _row(world: World, visit: Visit, *, reminding: bool) -> Node:
    attributes = {
        "id": f"vst{visit.id}",
        "patient": f"pat{visit.patient}",
        "profile": f"prof{visit.profile}",
        "column": f"col{visit.column}" if visit.column else "",
        "date": shown_date(visit.day),
        "time": shown_minute(visit.minute),
        "duration": str(visit.duration),
        "apptstatus": visit.status,
        "types": f"ap_type{visit.kind}" if visit.kind else "",
    }
    if reminding:
        patient = world.patients[str(visit.patient)]
        attributes |= {
            "name": patient.name,
            "homephone": shown("homephone", patient.contact.get("homephone", "")),
            "cellphone": shown("cellphone", patient.contact.get("cellphone", "")),
            "email": patient.contact.get("email", ""),
        }
    return element("appt", attributes)
