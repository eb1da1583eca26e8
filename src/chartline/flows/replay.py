"""Any past exchange of a record once more, against its recorded answer, and how that differs from what is stored now.

The same connector code reads the same bytes behind a wire that has no client (``connect/recorded``): it cannot reach a
vendor. Nothing is written. What came in is compared with our record field by field; what went out is judged anew, and
the verdict is set beside the one of then. Values stay sealed; names of fields and codes do not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import sqlalchemy as sa

from chartline.connect.capabilities import (
    ChangesCoverage,
    ChangesVisits,
    ReadsChanges,
    ReadsDays,
    Rehearses,
    WritesFacts,
)
from chartline.connect.connections import Connection
from chartline.connect.facts import PatientDetail, VisitFact
from chartline.connect.recorded import NOT_KEPT, NOT_RECORDED, RecordedWire
from chartline.connect.wire import Wire
from chartline.domains.sync.fields import (
    Fields,
    Kind,
    coverage_fields,
    coverage_from,
    person_fields,
    person_from,
    same,
    visit_fields,
    visit_from,
)
from chartline.domains.sync.links import vendor_of
from chartline.domains.sync.log import Direction, EventFilter, SyncEvent, list_events
from chartline.domains.sync.ours import RESOURCE, our_fields, patient_of
from chartline.domains.sync.tables import sync_event_table
from chartline.flows.ground import CANNOT, Ground
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.outcome import Absent, Later, Receipt, Refused, Unknown
from chartline.kernel.sealed import Purpose, Sealed
from chartline.platform.database import Work
from chartline.platform.exchange import Entry, ExchangeFilter, ExchangeLog

NO_EVENT = ErrorKind(
    "replay.no_event",
    Blame.PRACTICE,
    Again.NEVER,
    "No line of the sync log has this id, and none belongs to an exchange of this id.",
    "Take the id of a line or of an exchange from `chartline sync log`.",
    status=404,
)
NO_EXCHANGE = ErrorKind(
    "replay.no_exchange",
    Blame.US,
    Again.NEVER,
    "This line of the sync log names no exchange, so there is no answer to replay.",
    "Choose a line that names one; decisions and refusals of our own have none.",
    status=409,
)

BEFORE: Final = timedelta(minutes=10)
"""How far back calls are looked for that an exchange may have stood on."""
MOST: Final = 200
"""Exchanges that are looked through, and lines of one exchange that are replayed."""

Open = Callable[[Connection, Wire], object]
"""Opens the connector of a connection on a wire, without its secrets."""

Attempt = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Difference:
    """A field in which our record and the recorded answer differ."""

    field: str
    stored: Sealed[str]
    recorded: Sealed[str]


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of one line of the sync log.

    ``then`` is what was noted, ``now`` what today's code makes of the answer: receipt, absent, later, unknown, or
    refused with a problem's code. ``here`` says whether our record still exists. ``served`` are the exchanges used.
    """

    event: SyncEvent
    operation: str
    then: str
    now: str
    here: bool
    differences: tuple[Difference, ...]
    served: tuple[str, ...]

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of the fields that differ."""
        return tuple(each.field for each in self.differences)


def replay(ground: Ground, organisation: str, identity: str, open_on: Open) -> tuple[Replayed, ...]:
    """Replay a line of the sync log, or every line of an exchange. Calls no vendor and changes nothing.

    Raises ``replay.no_event``, ``replay.no_exchange``, ``replay.not_recorded``, ``replay.not_kept``,
    ``connect.not_connected``, ``connect.cannot``.
    """
    with ground.database.read(organisation) as work:
        events = _events(work, identity)
        return tuple(_Replay(ground, work, open_on, event).run() for event in events)


def _events(work: Work, identity: str) -> tuple[SyncEvent, ...]:
    columns = sync_event_table.c
    as_text = sa.cast(columns.id, sa.String)
    spelt = (identity, identity.replace("-", ""))
    rows = work.rows(
        work.select(sync_event_table, columns.id, columns.connection, columns.at, columns.kind, columns.local_id)
        .where(sa.or_(as_text.in_(spelt), columns.exchange_id == identity))
        .order_by(columns.id)
        .limit(MOST)
    )
    if not rows:
        raise NO_EVENT.error(id=identity)
    found: list[SyncEvent] = []
    for row in rows:
        wanted = EventFilter(
            connection=row["connection"],
            kind=Kind(row["kind"]),
            local_id=row["local_id"],
            since=row["at"],
            until=row["at"] + timedelta(microseconds=1),
        )
        found += [event for event in list_events(work, wanted, limit=MOST).events if event.id == row["id"]]
    return tuple(found)


class _Replay:
    """One line of the log."""

    def __init__(self, ground: Ground, work: Work, open_on: Open, event: SyncEvent) -> None:
        self._ground, self._work, self._event = ground, work, event
        if event.exchange_id is None:
            raise NO_EXCHANGE.error(event=event.id)
        self._log: ExchangeLog = ground.exchanges
        anchor = self._log.read(work, event.exchange_id).entry
        self._connection = ground.connections.get(work, event.connection)
        self._wire = RecordedWire(anchor, self._earlier(anchor), lambda one: self._log.read(work, one), {})
        connector = open_on(self._connection, self._wire)
        if isinstance(connector, Rehearses):
            self._wire.sessions = connector.stand_in()
        self._connector = connector

    def _earlier(self, anchor: Entry) -> list[Entry]:
        """Newest first."""
        window = ExchangeFilter(
            connection=anchor.connection,
            since=anchor.started - BEFORE,
            until=anchor.started + timedelta(microseconds=1),
        )
        return [each for each in self._log.entries(self._work, window, limit=MOST).entries if each.id != anchor.id]

    def run(self) -> Replayed:
        """Read the recorded answer and compare."""
        ours = self._ours()
        outgoing = self._event.direction is Direction.OUT
        now, recorded = self._sent(ours) if outgoing else self._came()
        differences = tuple(
            Difference(name, Sealed(ours[name]), Sealed(recorded[name]))
            for name in sorted(recorded)
            if ours is not None and name in ours and not same(name, ours[name], recorded[name])
        )
        return Replayed(
            self._event,
            self._wire.anchor.operation,
            self._event.outcome.value + (f": {self._event.code}" if self._event.code else ""),
            now,
            ours is not None,
            differences,
            tuple(self._wire.served),
        )

    def _ours(self) -> Fields | None:
        event = self._event
        if event.local_id is None or event.kind not in RESOURCE:
            return None
        stored = self._ground.records.find(self._work, RESOURCE[event.kind], event.local_id)
        if stored is None:
            return None
        return our_fields(event.kind, stored.reveal(Purpose.MATCH), event.connection)

    # --- what came in -----------------------------------------------------------------------------------------------

    def _came(self) -> tuple[str, Fields]:
        if self._event.kind is Kind.VISIT:
            return self._came_visit()
        number = self._patient_number()
        if not isinstance(self._connector, ReadsChanges):
            raise CANNOT.error(connection=self._connection.name, capability=ReadsChanges.__name__)
        found = self._connector.patient_detail(number)
        if not isinstance(found, Receipt):
            return self._word(found), {}
        return self._word(found), self._part(found.value)

    def _part(self, detail: PatientDetail) -> Fields:
        if self._event.kind is Kind.PATIENT:
            return person_fields(detail.person)
        plans = [each for each in detail.coverages if each.vendor_id == self._event.vendor_id]
        return coverage_fields(plans[0]) if plans else {}

    def _came_visit(self) -> tuple[str, Fields]:
        found = self._visits()
        if not isinstance(found, Receipt):
            return self._word(found), {}
        rows = [each for each in found.value if each.vendor_id == self._event.vendor_id]
        if not rows:
            return "absent", {}
        return self._word(found), visit_fields(rows[0])

    def _visits(self) -> Receipt[tuple[VisitFact, ...]] | Absent | Later | Refused | Unknown:
        """The rows of the recorded page, whichever call it came from."""
        connector, moment = self._connector, self._wire.anchor.started
        outcome: Receipt[tuple[VisitFact, ...]] | Absent | Later | Refused | Unknown = Refused(NOT_RECORDED.problem())
        if isinstance(connector, ReadsChanges):
            page = connector.changed_visits("")
            outcome = Receipt(page.value.rows, page.exchange) if isinstance(page, Receipt) else page
        if self._missed(outcome) and isinstance(connector, ReadsDays):
            outcome = connector.visits_on(moment.date())
        if self._missed(outcome) and isinstance(connector, ChangesVisits):
            asked = VisitFact(
                self._event.vendor_id, "", moment, 0, visit_from({"start": moment.isoformat()}, "").status
            )
            one = connector.read_visit(asked)
            outcome = Receipt((one.value,), one.exchange) if isinstance(one, Receipt) else one
        return outcome

    @staticmethod
    def _missed(outcome: object) -> bool:
        return isinstance(outcome, Refused) and outcome.problem.code == NOT_RECORDED.code

    def _patient_number(self) -> str:
        event = self._event
        if event.kind is Kind.PATIENT:
            return event.vendor_id or ""
        stored = self._ground.records.find(self._work, RESOURCE[event.kind], event.local_id or "")
        if stored is None:
            return ""
        patient = patient_of(event.kind, stored.reveal(Purpose.MATCH))
        return vendor_of(self._work, event.connection, Kind.PATIENT, patient) or ""

    # --- what went out ----------------------------------------------------------------------------------------------

    def _sent(self, ours: Fields | None) -> tuple[str, Fields]:
        """The recorded answer to a write, judged anew. What would be written is our record as it is now."""
        if not isinstance(self._connector, WritesFacts):
            raise CANNOT.error(connection=self._connection.name, capability=WritesFacts.__name__)
        if ours is None:
            return "record gone", {}
        for attempt in self._attempts(self._connector, ours):
            outcome = attempt()
            if self._wire.anchor.id in self._wire.served:
                return self._word(outcome), {}
        return self._word(Refused(NOT_RECORDED.problem(operation=self._wire.anchor.operation))), {}

    def _attempts(self, connector: WritesFacts, ours: Fields) -> list[Attempt]:
        """The calls that may have had this answer, look-ups among them; the others find nothing recorded."""
        event, patient = self._event, self._patient_number()
        vendor_id = event.vendor_id
        if event.kind is Kind.PATIENT:
            person = person_from(ours, vendor_id)
            emptied = person_from({**dict.fromkeys(ours, ""), "birth_date": ours["birth_date"]}, vendor_id)
            return [
                lambda: connector.add_patient(person),
                lambda: connector.update_patient(emptied, person),
                lambda: connector.find_patient(person),
                *self._detail(patient),
            ]
        if event.kind is Kind.COVERAGE:
            coverage = coverage_from(ours, vendor_id)
            holder = person_from({"birth_date": "1900-01-01", "responsible_party": "0"}, patient)
            found: list[Attempt] = [lambda: connector.add_coverage(holder, coverage)]
            if isinstance(connector, ChangesCoverage):
                bare = coverage_from({}, vendor_id)
                found.append(lambda: connector.update_coverage(holder, bare, coverage))
            return [*found, *self._detail(patient)]
        visit = visit_from(ours, patient, vendor_id)
        booked: list[Attempt] = [
            lambda: connector.add_visit(visit),
            lambda: connector.find_visit(visit),
        ]
        if isinstance(connector, ChangesVisits):
            booked += [
                lambda: connector.move_visit(visit, visit),
                lambda: connector.cancel_visit(visit),
                lambda: connector.no_show_visit(visit),
                lambda: connector.read_visit(visit),
            ]
        return booked

    def _detail(self, patient: str) -> list[Attempt]:
        connector = self._connector
        return [lambda: connector.patient_detail(patient)] if isinstance(connector, ReadsChanges) else []

    def _word(self, outcome: object) -> str:
        match outcome:
            case Receipt():
                return "receipt"
            case Absent():
                return "absent"
            case Later():
                return "later"
            case Unknown():
                return "unknown"
            case Refused(problem) if problem.code == NOT_KEPT.code:
                raise NOT_KEPT.error(evidence=problem.evidence)
            case Refused(problem) if problem.code == NOT_RECORDED.code:
                raise NOT_RECORDED.error(operation=self._wire.anchor.operation)
            case Refused(problem):
                return f"refused: {problem.code}"
            case _:
                return ""
