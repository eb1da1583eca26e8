"""Calls that answer what changed, and what is on a day: the projecting feeds (vendor sheet 7, 9.1, 9.2).

An office that does not know one of the further columns answers 400 to the whole call (trap 13); it is asked again with
the proven columns, and only for those from then on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from chartline.connectors.advancedmd import problems
from chartline.connectors.advancedmd.broker import Broker
from chartline.connectors.advancedmd.client import templates
from chartline.connectors.advancedmd.client.asking import Asking, Read, then
from chartline.connectors.advancedmd.rest import Rest
from chartline.connectors.advancedmd.times import write_date
from chartline.connectors.advancedmd.tree import Node
from chartline.connectors.advancedmd.wire import Feed, Results, reminders_of
from chartline.kernel.outcome import Later, Receipt, Refused

ALL_STATES = "0,1,2,3,5,10,11,12"
"""``getreminderappts`` demands a list of states (sheet 9.2)."""


class FeedCalls(Asking):
    """The feeds."""

    def __init__(self, broker: Broker, rest: Rest) -> None:
        super().__init__(broker, rest)
        self._proven_only: set[str] = set()

    def get_updated_patients(self, since: str, ids: Sequence[str] = (), *, insurance: bool = False) -> Read[Feed]:
        """``getupdatedpatients`` since a server time, or these patients in full when ``ids`` are given.

        ``insurance`` has their plans nested in the rows, see ``wire.InsuranceRow``.
        """
        more = (templates.INSURANCE,) if insurance else ()
        return self._changes("patient", since, ids, (templates.PATIENT_MORE, *more), (templates.PATIENT, *more))

    def get_updated_visits(self, since: str, ids: Sequence[str] = (), *, charges: bool = False) -> Read[Feed]:
        """``getupdatedvisits`` since a server time, or these visits in full when ``ids`` are given.

        ``charges`` has new charges nested in the rows; its columns are a placeholder, and an office may refuse them.
        """
        more = (templates.VISIT_PATIENT, *((templates.CHARGE,) if charges else ()))
        return self._changes("visit", since, ids, (templates.VISIT_MORE, *more), (templates.VISIT, *more))

    def get_standing_patients(self, since: str, ids: Sequence[str] = ()) -> Read[Feed]:
        """``getupdatedpatients`` with as little of each row as tells that the patient is there."""
        return self._changes("patient", since, ids, (templates.PATIENT_CENSUS,), (templates.PATIENT_CENSUS,))

    def get_standing_visits(self, since: str, ids: Sequence[str] = ()) -> Read[Feed]:
        """``getupdatedvisits`` with as little of each row as tells that the visit stands, and when."""
        return self._changes("visit", since, ids, (templates.VISIT_CENSUS,), (templates.VISIT_CENSUS,))

    def get_date_visits(self, day: date) -> Read[Feed]:
        """``getdatevisits``: the visits of one day of the office; there is no range (sheet 9.2)."""
        found = self._projected(
            "getdatevisits",
            {"visitdate": write_date(day)},
            (),
            (templates.VISIT_MORE, templates.VISIT_PATIENT),
            (templates.VISIT, templates.VISIT_PATIENT),
        )
        return then(found, lambda results: Feed.of(results.node, "visit"))

    def get_reminder_appts(self, day: date) -> Read[Feed]:
        """``getreminderappts`` of one day in every state: what some offices answer where ``getdatevisits`` has none.

        The names inside its rows are our placeholder (grade O); the call is proven.
        """
        attributes = {
            "startdate": write_date(day),
            "enddate": write_date(day),
            "starttime": "00:00",
            "endtime": "23:59",
            "apptstatus": ALL_STATES,
        }
        return then(self._broker.read("getreminderappts", "api", attributes), reminders_of)

    def get_appts(self, first: date, last: date, column: str = "", profile: str = "") -> Read[Feed]:
        """``getappts`` between two days (grade S; shape a placeholder)."""
        attributes = {"startdate": write_date(first), "enddate": write_date(last)}
        attributes |= {name: value for name, value in (("columnid", column), ("profileid", profile)) if value}
        return then(self._broker.read("getappts", "api", attributes), reminders_of)

    def _changes(
        self, noun: str, since: str, ids: Sequence[str], full: tuple[Node, ...], proven: tuple[Node, ...]
    ) -> Read[Feed]:
        wanted = (Node(f"{noun}list", {}, tuple(Node(noun, {"id": each}) for each in ids)),) if ids else ()
        found = self._projected(f"getupdated{noun}s", {"datechanged": since}, wanted, full, proven)
        return then(found, lambda results: Feed.of(results.node, noun))

    def _projected(
        self,
        action: str,
        attributes: Mapping[str, str],
        wanted: tuple[Node, ...],
        full: tuple[Node, ...],
        proven: tuple[Node, ...],
    ) -> Receipt[Results] | Later | Refused:
        if full != proven and action not in self._proven_only:
            answer = self._broker.read(action, "api", attributes, *wanted, *full)
            if not _unknown_column(answer):
                return answer
            self._proven_only.add(action)
        return self._broker.read(action, "api", attributes, *wanted, *proven)


def _unknown_column(answer: object) -> bool:
    if not isinstance(answer, Refused):
        return False
    problem = answer.problem
    return problem.code == problems.BAD_REQUEST.code and problem.fields.get("status") == "400"
