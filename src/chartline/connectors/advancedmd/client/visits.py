"""Calls about visits and the scheduler: XML-RPC for the billable visit, REST for the calendar (sheet 9.2, 9.10)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from chartline.connectors.advancedmd.client.asking import Asking, Read, then
from chartline.connectors.advancedmd.record import Record
from chartline.connectors.advancedmd.tree import Node
from chartline.connectors.advancedmd.wire import ColumnRow, Results, bare_id, truth
from chartline.kernel.outcome import Outcome
from chartline.kernel.sealed import Masked

View = Literal["day", "week", "month"]


def _number(text: str) -> object:
    """An id as REST wants it: a bare integer (sheet 6.1)."""
    bare = bare_id(text)
    return int(bare) if bare.isdigit() else bare


def wall_minute(wall: datetime) -> str:
    """``YYYY-MM-DDThh:mm`` on the office's clock, without a zone (sheet 6)."""
    return wall.replace(tzinfo=None).isoformat(timespec="minutes")


@dataclass(frozen=True, slots=True, repr=False)
class Hold(Masked):
    """Time held free in a column, between two texts of the office's clock; its note stays behind.

    The vendor's ``duration`` is not here: it is wrong over several days (trap 23). A recurring hold is the daily
    window between the two times of day, on each day from the first to the last.
    """

    id: str
    column: str
    start: str
    end: str
    recurring: bool

    @classmethod
    def of(cls, row: Record) -> Hold:
        """From a row of block holds."""
        return cls(
            id=row.text("id"),
            column=row.text("columnid"),
            start=row.text("startdatetime"),
            end=row.text("enddatetime"),
            recurring=truth(row.text("isrecurring")),
        )


class VisitCalls(Asking):
    """The actions about visits."""

    def add_visit(self, appointment: Node) -> Outcome[Results]:
        """``addvisit`` of class chargeentry, never with ``force``: a clash is then a fault and not a double booking."""
        return self._broker.write("addvisit", "chargeentry", {}, appointment)

    def get_scheduler_setup(self) -> Read[tuple[ColumnRow, ...]]:
        """``getschedulersetup``: the scheduler's columns with their slots."""
        return then(
            self._broker.read("getschedulersetup", "masterfiles", {}),
            lambda results: tuple(ColumnRow.of(row) for row in results.node.first("columnlist").every("column")),
        )

    def appointments(self, columns: Sequence[str], view: View, start: date) -> Read[tuple[Record, ...]]:
        """The standing appointments of columns over a day, a week or a month; without a column it is a 400."""
        return self._rest.read("scheduler.appointments", "scheduler/appointments", _span(columns, view, start))

    def patient_appointments(self, patient: str) -> Read[tuple[Record, ...]]:
        """The standing appointments of one patient."""
        query = {"forView": "patient", "patientId": bare_id(patient), "isLegacy": "true"}
        return self._rest.read("scheduler.appointments", "scheduler/appointments", query)

    def block_holds(self, columns: Sequence[str], view: View, start: date) -> Read[tuple[Hold, ...]]:
        """Times held free in columns over a day, a week or a month."""
        answer = self._rest.read("scheduler.blockholds", "scheduler/blockholds", _span(columns, view, start))
        return then(answer, lambda rows: tuple(Hold.of(row) for row in rows))

    def openings(self, question: Mapping[str, object]) -> Read[tuple[Record, ...]]:
        """The next opening. ``duration`` in the question counts slots, not minutes (trap 23)."""
        return self._rest.read("scheduler.openings", "scheduler/Columns/openings", body=question)

    def book(
        self,
        patient: str,
        column: str,
        profile: str,
        wall: datetime,
        minutes: int,
        kind: str = "",
        facility: str = "",
    ) -> Outcome[tuple[Record, ...]]:
        """Book an appointment; ``minutes`` are minutes, not slots (trap 23). Never with ``force``."""
        body: dict[str, object] = {
            "patientid": _number(patient),
            "columnid": _number(column),
            "profileid": _number(profile),
            "startdatetime": wall_minute(wall),
            "duration": minutes,
            "type": [{"id": _number(kind)}] if kind else [],
        }
        if facility:
            body["facilityid"] = _number(facility)
        return self._rest.write("scheduler.book", "POST", "scheduler/Appointments", body)

    def move(
        self, appointment: str, wall: datetime, minutes: int, column: str = "", profile: str = ""
    ) -> Outcome[tuple[Record, ...]]:
        """Another time, length, column or profile (grade O)."""
        body: dict[str, object] = {
            "id": _number(appointment),
            "startdatetime": wall_minute(wall),
            "duration": minutes,
        }
        body |= {name: _number(value) for name, value in (("columnid", column), ("profileid", profile)) if value}
        return self._rest.write("scheduler.move", "PUT", f"scheduler/appointments/{bare_id(appointment)}", body)

    def cancel(self, appointment: str) -> Outcome[tuple[Record, ...]]:
        """Cancel. The body is the id alone: a reason beside it breaks the vendor's server (sheet 4.1)."""
        path = f"scheduler/appointments/{bare_id(appointment)}/cancel"
        return self._rest.write("scheduler.cancel", "PUT", path, {"id": _number(appointment)})

    def no_show(self, appointment: str) -> Outcome[tuple[Record, ...]]:
        """Say that the patient did not come (grade O)."""
        path = f"scheduler/appointments/{bare_id(appointment)}/noshow"
        return self._rest.write("scheduler.noshow", "PUT", path, {"id": _number(appointment)})


def _span(columns: Sequence[str], view: View, start: date) -> dict[str, str]:
    return {
        "columnId": "-".join(bare_id(each) for each in columns),
        "forView": view,
        "startDate": start.isoformat(),
        "isLegacy": "true",
    }
