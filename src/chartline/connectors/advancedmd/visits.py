"""Booking a visit and finding it again (vendor sheet 9.2). Refuses to book over another appointment.

There is no reference field on a visit, so a booking is recognised by its patient and start. Cancelled, moved and
deleted visits are not the one that was booked.
"""

from __future__ import annotations

from collections.abc import Mapping

from chartline.connect.facts import VisitFact, VisitStatus
from chartline.connectors.advancedmd import problems
from chartline.connectors.advancedmd.client import Client
from chartline.connectors.advancedmd.times import OfficeTime
from chartline.connectors.advancedmd.translate import first_id, new_appointment, visit_of
from chartline.connectors.advancedmd.wire import VisitRow, bare_id
from chartline.kernel.outcome import Absent, Looked, Outcome, Receipt, Refused, Unknown

_OVER = (VisitStatus.CANCELLED, VisitStatus.MOVED, VisitStatus.DELETED)


def add(client: Client, visit: VisitFact, options: Mapping[str, str], office: OfficeTime) -> Outcome[str]:
    """Book a visit in its column, else in the one of its profile, else in the connection's."""
    profile = visit.provider_vendor_id or options.get("profile", "")
    column = visit.column_vendor_id or options.get(f"column.{bare_id(profile)}") or options.get("column", "")
    if not profile:
        return Refused(problems.PROFILE_MISSING.problem())
    if not column:
        return Refused(problems.COLUMN_MISSING.problem())
    answer = client.add_visit(new_appointment(visit, office, profile, column, options.get("appointment_type", "")))
    if not isinstance(answer, Receipt):
        return answer
    vendor_id = first_id(answer.value.node, "visit")
    return Receipt(vendor_id, answer.exchange) if vendor_id else Unknown(answer.exchange)


def find(client: Client, visit: VisitFact, office: OfficeTime) -> Looked[str]:
    """The standing visit of this patient at this minute of the office's day."""
    wall = office.wall(visit.start)
    answer = client.get_date_visits(wall.date())
    if not isinstance(answer, Receipt):
        return answer
    if len(answer.value.rows) < answer.value.count:
        return Refused(problems.INCOMPLETE.problem(evidence=answer.exchange, action="getdatevisits"))
    for row in answer.value.rows:
        fact = visit_of(VisitRow.of(row), office)
        same = fact.patient_vendor_id == bare_id(visit.patient_vendor_id)
        minute = office.wall(fact.start).replace(second=0) == wall.replace(second=0, microsecond=0)
        if same and minute and not fact.deleted and fact.status not in _OVER and fact.vendor_id:
            return Receipt(fact.vendor_id, answer.exchange)
    return Absent(answer.exchange)
