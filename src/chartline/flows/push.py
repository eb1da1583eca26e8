"""Sends one record of ours to a vendor, once, and knows how to look for it there.

A record may have changed again while an earlier write of it is not settled. Then what was sent *then* is looked for
first; only when that is known does the newer content go out, as a new record or as a change. Refuses a change that
the vendor's interface has no call for: a person makes it there.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from chartline.connect.capabilities import ChangesCoverage, ChangesVisits, ReadsChanges, WritesFacts
from chartline.connect.facts import PatientDetail
from chartline.connect.intents import CHANGED_PAYLOAD, Write, payload
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
from chartline.domains.sync.outgoing import Pending
from chartline.flows.answers import SETTLE_AGAIN
from chartline.flows.ground import Ground
from chartline.flows.visit_changes import VisitChange, sent_with, visit_change
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.outcome import Absent, Later, Looked, Outcome, Receipt, Refused, Unknown
from chartline.kernel.sealed import Masked

CHANGE_BY_HAND = ErrorKind(
    "sync.change_by_hand",
    Blame.PRACTICE,
    Again.NEVER,
    "This change cannot be sent to the practice system through its interface.",
    "Make the same change there by hand; the record here is kept.",
)
STAYS_HERE = ErrorKind(
    "sync.status_stays_here",
    Blame.VENDOR,
    Again.NEVER,
    "The practice system has no call for the state of a visit, so the state stays here.",
    "Nothing needs to be done: charges and claims do not wait for it.",
)

ADD_PATIENT: Final = "add_patient"
UPDATE_PATIENT: Final = "update_patient"
ADD_COVERAGE: Final = "add_coverage"
UPDATE_COVERAGE: Final = "update_coverage"
ADD_VISIT: Final = "add_visit"
CHANGE_VISIT: Final = "change_visit"


@dataclass(frozen=True, slots=True, repr=False)
class Delivered(Masked):
    """The vendor has these fields of the record now, under this id.

    ``earlier`` says that it is what an earlier write sent; the record has changed since and has to go out again.
    """

    vendor_id: str
    fields: Fields
    exchange: str | None
    earlier: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class _Act(Masked):
    """One write of one record. ``fields`` is what the vendor has afterwards, ``changed`` the names that leave.

    ``look`` finds out whether fields that were sent have arrived.
    """

    operation: str
    key: str
    fields: Fields
    changed: tuple[str, ...]
    send: Callable[[], Outcome[str]]
    look: Callable[[Fields, tuple[str, ...]], Looked[str]]


Answered = Delivered | PatientDetail | Later | Refused | Unknown


class Push:
    """Sends records through one connector. A read capability beside it serves the look-ups."""

    def __init__(self, ground: Ground, organisation: str, connector: WritesFacts) -> None:
        self._ground, self._organisation, self._connector = ground, organisation, connector

    def send(self, item: Pending) -> Answered:
        """What the vendor has once it has the record. A patient that the vendor had already answers whole."""
        if item.kind is Kind.PATIENT:
            return self._change_patient(item) if item.vendor_id else self._add_patient(item)
        if item.kind is Kind.COVERAGE:
            return self._change_coverage(item) if item.vendor_id else self._add_coverage(item)
        return self._change_visit(item) if item.vendor_id else self._add_visit(item)

    def _perform(self, item: Pending, act: _Act) -> Delivered | Later | Refused | Unknown:
        intents, organisation = self._ground.intents, self._organisation
        write = Write(item.connection, act.operation, act.key, _content(act), kept=True)
        for earlier in intents.open_writes(organisation, item.connection, act.operation, item.local_id):
            if (earlier.once_key, earlier.payload_hash) == (write.once_key, write.payload_hash) or not earlier.payload:
                continue
            fields, changed = sent_fields(earlier.payload)
            looked = intents.settle(organisation, earlier, lambda f=fields, c=changed: act.look(f, c))
            if isinstance(looked, Receipt):
                return Delivered(looked.value, fields, looked.exchange, earlier=True)
            if not isinstance(looked, Absent):
                return looked
        outcome = intents.once(organisation, write, act.send, lambda: act.look(act.fields, act.changed))
        if isinstance(outcome, Receipt):
            return Delivered(outcome.value, act.fields, outcome.exchange)
        if isinstance(outcome, Refused) and outcome.problem.code == CHANGED_PAYLOAD.code:
            # Another worker sent an older state of the record in this very moment; it is looked for next time.
            return Later(self._ground.clock.now() + SETTLE_AGAIN, "under way")
        return outcome

    def _detail(self, vendor_id: str) -> Receipt[PatientDetail] | Absent | Later | Refused:
        if isinstance(self._connector, ReadsChanges):
            return self._connector.patient_detail(vendor_id)
        return Refused(CHANGE_BY_HAND.problem(record=vendor_id))

    def _add_patient(self, item: Pending) -> Answered:
        person = person_from(item.after)

        def look(fields: Fields, _: tuple[str, ...]) -> Looked[str]:
            found = self._connector.find_patient(person_from(fields))
            return Receipt(found.value.vendor_id or "", found.exchange) if isinstance(found, Receipt) else found

        act = _Act(
            ADD_PATIENT,
            item.local_id,
            item.after,
            tuple(item.after),
            lambda: self._connector.add_patient(person),
            look,
        )
        if not self._ground.intents.known(
            self._organisation, Write(item.connection, act.operation, act.key, _content(act))
        ):
            # Before the first attempt: the vendor may have had this patient all along.
            found = self._connector.find_patient(person)
            if isinstance(found, Receipt):
                detail = self._detail(found.value.vendor_id or "")
                return detail.value if isinstance(detail, Receipt) else Refused(CHANGE_BY_HAND.problem())
            if not isinstance(found, Absent):
                return found
        return self._perform(item, act)

    def _change_patient(self, item: Pending) -> Answered:
        vendor_id = item.vendor_id or ""
        before, after = person_from({**item.after, **item.before}, vendor_id), person_from(item.after, vendor_id)

        def look(fields: Fields, changed: tuple[str, ...]) -> Looked[str]:
            found = self._detail(vendor_id)
            if not isinstance(found, Receipt):
                return found
            return _arrived(vendor_id, person_fields(found.value.person), fields, changed, found.exchange)

        return self._perform(
            item,
            _Act(
                UPDATE_PATIENT,
                f"{item.local_id}/{item.token}",
                item.after,
                item.changed,
                lambda: self._connector.update_patient(before, after),
                look,
            ),
        )

    def _add_coverage(self, item: Pending) -> Answered:
        patient_vendor_id = item.patient_vendor_id or ""
        coverage = coverage_from(item.after)

        def look(fields: Fields, _: tuple[str, ...]) -> Looked[str]:
            sent, found = coverage_from(fields), self._detail(patient_vendor_id)
            if not isinstance(found, Receipt):
                return found
            for each in found.value.coverages:
                if each.member_id == sent.member_id and each.end == sent.end and each.vendor_id:
                    return Receipt(each.vendor_id, found.exchange)
            return Absent(found.exchange)

        def send() -> Outcome[str]:
            detail = self._detail(patient_vendor_id)
            if isinstance(detail, Receipt):
                return self._connector.add_coverage(detail.value.person, coverage)
            return Refused(CHANGE_BY_HAND.problem(record=item.local_id)) if isinstance(detail, Absent) else detail

        return self._perform(item, _Act(ADD_COVERAGE, item.local_id, item.after, tuple(item.after), send, look))

    def _change_coverage(self, item: Pending) -> Answered:
        connector, vendor_id = self._connector, item.vendor_id or ""
        patient_vendor_id = item.patient_vendor_id or ""
        if not isinstance(connector, ChangesCoverage):
            return Refused(CHANGE_BY_HAND.problem(kind=item.kind.value, record=item.local_id))
        before, after = coverage_from({**item.after, **item.before}, vendor_id), coverage_from(item.after, vendor_id)

        def look(fields: Fields, changed: tuple[str, ...]) -> Looked[str]:
            found = self._detail(patient_vendor_id)
            if not isinstance(found, Receipt):
                return found
            for each in found.value.coverages:
                if each.vendor_id == vendor_id:
                    return _arrived(vendor_id, coverage_fields(each), fields, changed, found.exchange)
            return Absent(found.exchange)

        def send() -> Outcome[str]:
            detail = self._detail(patient_vendor_id)
            if isinstance(detail, Receipt):
                return connector.update_coverage(detail.value.person, before, after)
            return Refused(CHANGE_BY_HAND.problem(record=item.local_id)) if isinstance(detail, Absent) else detail

        key = f"{item.local_id}/{item.token}"
        return self._perform(item, _Act(UPDATE_COVERAGE, key, item.after, item.changed, send, look))

    def _add_visit(self, item: Pending) -> Answered:
        patient_vendor_id = item.patient_vendor_id or ""
        visit = visit_from(item.after, patient_vendor_id)
        return self._perform(
            item,
            _Act(
                ADD_VISIT,
                item.local_id,
                item.after,
                tuple(item.after),
                lambda: self._connector.add_visit(visit),
                lambda fields, _: self._connector.find_visit(visit_from(fields, patient_vendor_id)),
            ),
        )

    def _change_visit(self, item: Pending) -> Answered:
        connector, vendor_id = self._connector, item.vendor_id or ""
        patient_vendor_id = item.patient_vendor_id or ""
        change = visit_change(item)
        if change is VisitChange.STATUS:
            return Refused(STAYS_HERE.problem(kind=item.kind.value, record=item.local_id))
        if change is VisitChange.OTHER or not isinstance(connector, ChangesVisits):
            return Refused(CHANGE_BY_HAND.problem(kind=item.kind.value, record=item.local_id))
        fields, changed = sent_with(item, change)
        before, after = (
            visit_from(each, patient_vendor_id, vendor_id) for each in ({**item.after, **item.before}, fields)
        )
        calls: dict[VisitChange, Callable[[], Outcome[str]]] = {
            VisitChange.MOVE: lambda: connector.move_visit(before, after),
            VisitChange.CANCEL: lambda: connector.cancel_visit(after),
            VisitChange.NO_SHOW: lambda: connector.no_show_visit(after),
        }

        def look(sent: Fields, names: tuple[str, ...]) -> Looked[str]:
            found = connector.read_visit(visit_from(sent, patient_vendor_id, vendor_id))
            if not isinstance(found, Receipt):
                return found
            return _arrived(found.value.vendor_id or vendor_id, visit_fields(found.value), sent, names, found.exchange)

        key = f"{item.local_id}/{item.token}"
        return self._perform(item, _Act(CHANGE_VISIT, key, fields, changed, calls[change], look))


def _arrived(
    vendor_id: str, theirs: Fields, sent: Fields, changed: tuple[str, ...], exchange: str | None
) -> Receipt[str] | Absent:
    """Whether the vendor has every field that was sent."""
    there = all(same(name, theirs.get(name, ""), sent.get(name, "")) for name in changed)
    return Receipt(vendor_id, exchange) if there else Absent(exchange)


def _content(act: _Act) -> bytes:
    return payload(sorted(act.fields.items()), list(act.changed))


def sent_fields(content: bytes) -> tuple[Fields, tuple[str, ...]]:
    """What a write of this module sent, from its kept payload: all fields, and the names of those that changed."""
    fields, changed = json.loads(content)
    return {str(name): str(value) for name, value in fields}, tuple(map(str, changed))
