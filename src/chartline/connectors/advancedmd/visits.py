"""Booking a visit, finding it again, changing it, and reading days (vendor sheet 9.2, 9.10).

There is no reference field on a visit, so a booking is recognised by its patient and start. Cancelled, moved and
deleted visits are not the one that was booked. Refuses to book or move over another appointment, and to send a reason
with a cancellation: the vendor's server breaks on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from chartline.connect.facts import LookupKind, VisitFact, VisitStatus
from chartline.connectors.advancedmd import problems
from chartline.connectors.advancedmd.client import Client
from chartline.connectors.advancedmd.lists import Lists
from chartline.connectors.advancedmd.record import Record
from chartline.connectors.advancedmd.times import OfficeTime
from chartline.connectors.advancedmd.translate import first_id, new_appointment, visits_of
from chartline.connectors.advancedmd.wire import bare_id
from chartline.kernel.errors import Again
from chartline.kernel.outcome import Absent, Later, Looked, Outcome, Receipt, Refused, Unknown

_OVER = (VisitStatus.CANCELLED, VisitStatus.MOVED, VisitStatus.DELETED)


def add(client: Client, lists: Lists, visit: VisitFact, options: Mapping[str, str], office: OfficeTime) -> Outcome[str]:
    """Book a visit in its column, else in the one of its profile, else in the connection's."""
    profile = visit.provider_vendor_id or options.get("profile", "")
    column = visit.column_vendor_id or options.get(f"column.{bare_id(profile)}") or options.get("column", "")
    if not profile:
        return Refused(problems.PROFILE_MISSING.problem())
    if not column:
        return Refused(problems.COLUMN_MISSING.problem())
    answer = client.add_visit(new_appointment(visit, office, profile, column, options.get("appointment_type", "")))
    answer = lists.mend(answer, LookupKind.PROFILE)
    if not isinstance(answer, Receipt):
        return answer
    vendor_id = first_id(answer.value.node, "visit")
    return Receipt(vendor_id, answer.exchange) if vendor_id else Unknown(answer.exchange)


def on_day(client: Client, day: date, office: OfficeTime) -> Receipt[tuple[VisitFact, ...]] | Later | Refused:
    """Every visit of an office day.

    Some offices get no rows from ``getdatevisits`` and have them in ``getreminderappts`` (sheet 9.2), so an empty day
    is asked for twice. An office that may not use the second action is taken at the first one's word.
    """
    answer = client.get_date_visits(day)
    if not isinstance(answer, Receipt):
        return answer
    if len(answer.value.rows) < answer.value.count:
        return Refused(problems.INCOMPLETE.problem(evidence=answer.exchange, action="getdatevisits"))
    if answer.value.rows:
        return Receipt(visits_of(office)(answer.value), answer.exchange)
    reminders = client.get_reminder_appts(day)
    match reminders:
        case Receipt(feed, exchange):
            on_it = tuple(visit for visit in visits_of(office)(feed) if office.wall(visit.start).date() == day)
            return Receipt(on_it, exchange)
        case Refused(problem) if problem.again in (Again.NEVER, Again.AFTER_FIX):
            return Receipt((), answer.exchange)
        case _:
            return reminders


def find(client: Client, visit: VisitFact, office: OfficeTime) -> Looked[str]:
    """The standing visit of this patient at this minute of the office's day."""
    wall = office.wall(visit.start)
    day = on_day(client, wall.date(), office)
    if not isinstance(day, Receipt):
        return day
    for fact in day.value:
        same = fact.patient_vendor_id == bare_id(visit.patient_vendor_id)
        minute = office.wall(fact.start).replace(second=0) == wall.replace(second=0, microsecond=0)
        if same and minute and not fact.deleted and fact.status not in _OVER and fact.vendor_id:
            return Receipt(fact.vendor_id, day.exchange)
    return Absent(day.exchange)


def read(client: Client, visit: VisitFact, office: OfficeTime) -> Looked[VisitFact]:
    """The visit of this id on the day of ``visit.start``, in whatever state; Absent when it is not on that day."""
    wanted = bare_id(visit.vendor_id or "")
    day = on_day(client, office.wall(visit.start).date(), office)
    if not isinstance(day, Receipt):
        return day
    found = next((fact for fact in day.value if fact.vendor_id == wanted), None)
    return Receipt(found, day.exchange) if found is not None else Absent(day.exchange)


def move(client: Client, before: VisitFact, after: VisitFact, office: OfficeTime) -> Outcome[str]:
    """Another start, length, column or profile. Nothing is sent when none of them differs."""
    vendor_id = bare_id(before.vendor_id or after.vendor_id or "")
    column = after.column_vendor_id if after.column_vendor_id != before.column_vendor_id else None
    profile = after.provider_vendor_id if after.provider_vendor_id != before.provider_vendor_id else None
    if (before.start, before.minutes) == (after.start, after.minutes) and not column and not profile:
        return Receipt(vendor_id)
    answer = client.move(vendor_id, office.wall(after.start), after.minutes, column or "", profile or "")
    return _done(answer, vendor_id)


def cancel(client: Client, visit: VisitFact) -> Outcome[str]:
    """Cancel it. The vendor knows no reason, so none is sent."""
    vendor_id = bare_id(visit.vendor_id or "")
    return _done(client.cancel(vendor_id), vendor_id)


def no_show(client: Client, visit: VisitFact) -> Outcome[str]:
    """Say that the patient did not come."""
    vendor_id = bare_id(visit.vendor_id or "")
    return _done(client.no_show(vendor_id), vendor_id)


def _done(answer: Outcome[tuple[Record, ...]], vendor_id: str) -> Outcome[str]:
    """The id in the answer, which may be a new one, else the one we sent: a plain 200 is a yes."""
    if not isinstance(answer, Receipt):
        return answer
    named = next((row.text("id") for row in answer.value), "")
    return Receipt(bare_id(named) or vendor_id, answer.exchange)
