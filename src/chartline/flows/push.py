"""Sends one record of ours to a vendor, once, and knows how to look for it there."""

from __future__ import annotations

from chartline.connect.capabilities import ReadsChanges, WritesFacts
from chartline.connect.facts import PatientDetail
from chartline.connect.intents import Write, payload
from chartline.domains.sync.fields import Kind, coverage_from, person_fields, person_from, same, visit_from
from chartline.domains.sync.outgoing import Pending
from chartline.flows.ground import Ground
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.outcome import Absent, Later, Looked, Outcome, Receipt, Refused

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


class Push:
    """Sends records through one connector. A read capability beside it serves the look-ups."""

    def __init__(self, ground: Ground, organisation: str, connector: WritesFacts) -> None:
        self._ground, self._organisation, self._connector = ground, organisation, connector

    def send(self, item: Pending) -> Outcome[str] | PatientDetail:
        """The vendor's id once the vendor has the record. A patient that the vendor had already answers whole."""
        if item.kind is Kind.PATIENT:
            return self._change_patient(item) if item.vendor_id else self._add_patient(item)
        if item.vendor_id is not None:
            only_status = set(item.changed) <= {"status", "raw_status"}
            kind = STAYS_HERE if item.kind is Kind.VISIT and only_status else CHANGE_BY_HAND
            return Refused(kind.problem(kind=item.kind.value, record=item.local_id))
        return self._add_coverage(item) if item.kind is Kind.COVERAGE else self._add_visit(item)

    def _write(self, item: Pending, operation: str, key: str) -> Write:
        return Write(item.connection, operation, key, payload(item.kind.value, sorted(item.after.items())))

    def _detail(self, vendor_id: str) -> Receipt[PatientDetail] | Absent | Later | Refused:
        if isinstance(self._connector, ReadsChanges):
            return self._connector.patient_detail(vendor_id)
        return Refused(CHANGE_BY_HAND.problem(record=vendor_id))

    def _add_patient(self, item: Pending) -> Outcome[str] | PatientDetail:
        person = person_from(item.after)
        write = self._write(item, "add_patient", item.local_id)

        def look() -> Looked[str]:
            found = self._connector.find_patient(person)
            return Receipt(found.value.vendor_id or "", found.exchange) if isinstance(found, Receipt) else found

        def send() -> Outcome[str]:
            return self._connector.add_patient(person)

        if not self._ground.intents.known(self._organisation, write):
            # Before the first attempt: the vendor may have had this patient all along.
            found = self._connector.find_patient(person)
            if isinstance(found, Receipt):
                detail = self._detail(found.value.vendor_id or "")
                return detail.value if isinstance(detail, Receipt) else Refused(CHANGE_BY_HAND.problem())
            if not isinstance(found, Absent):
                return found
        return self._ground.intents.once(self._organisation, write, send, look)

    def _change_patient(self, item: Pending) -> Outcome[str]:
        vendor_id = item.vendor_id or ""
        before, after = person_from({**item.after, **item.before}, vendor_id), person_from(item.after, vendor_id)

        def look() -> Looked[str]:
            found = self._detail(vendor_id)
            if not isinstance(found, Receipt):
                return found
            theirs = person_fields(found.value.person)
            arrived = all(same(name, theirs[name], item.after[name]) for name in item.changed)
            return Receipt(vendor_id, found.exchange) if arrived else Absent(found.exchange)

        write = self._write(item, "update_patient", f"{item.local_id}/{item.token}")
        send = lambda: self._connector.update_patient(before, after)  # noqa: E731 - the pair of look
        return self._ground.intents.once(self._organisation, write, send, look)

    def _add_coverage(self, item: Pending) -> Outcome[str]:
        patient_vendor_id = item.patient_vendor_id or ""
        coverage = coverage_from(item.after)

        def look() -> Looked[str]:
            found = self._detail(patient_vendor_id)
            if not isinstance(found, Receipt):
                return found
            for each in found.value.coverages:
                if each.member_id == coverage.member_id and each.end == coverage.end and each.vendor_id:
                    return Receipt(each.vendor_id, found.exchange)
            return Absent(found.exchange)

        def send() -> Outcome[str]:
            detail = self._detail(patient_vendor_id)
            if isinstance(detail, Receipt):
                return self._connector.add_coverage(detail.value.person, coverage)
            return Refused(CHANGE_BY_HAND.problem(record=item.local_id)) if isinstance(detail, Absent) else detail

        write = self._write(item, "add_coverage", item.local_id)
        return self._ground.intents.once(self._organisation, write, send, look)

    def _add_visit(self, item: Pending) -> Outcome[str]:
        visit = visit_from(item.after, item.patient_vendor_id or "")
        write = self._write(item, "add_visit", item.local_id)
        return self._ground.intents.once(
            self._organisation,
            write,
            lambda: self._connector.add_visit(visit),
            lambda: self._connector.find_visit(visit),
        )
