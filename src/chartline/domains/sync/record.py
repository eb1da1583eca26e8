"""Our record in the hands of a decision: fields are set one after the other, and stored as one version.

Refuses to store a value that the resource cannot hold; then nothing of the decision is stored.
"""

from __future__ import annotations

from chartline.domains.practice.encounters import follow_visit
from chartline.domains.practice.visits import participant_id
from chartline.domains.sync.changes import note_change
from chartline.domains.sync.fields import Kind, same
from chartline.domains.sync.links import local_of, vendor_of
from chartline.domains.sync.ours import RESOURCE, our_fields, patient_of, written
from chartline.domains.sync.questions import Question
from chartline.kernel.errors import ChartlineError, ErrorKind
from chartline.kernel.sealed import Purpose
from chartline.platform.database import Work
from chartline.platform.records import Records


class Record:
    """One record of ours and one connection. ``fields`` are its values as they are now, decisions included."""

    def __init__(self, work: Work, records: Records, connection: str, kind: Kind, local_id: str) -> None:
        """Raises ``records.not_found``, ``practice.patient_incomplete``, ``practice.visit_incomplete``."""
        self._work, self._records = work, records
        self.connection, self.kind, self.local_id = connection, kind, local_id
        self._stored = records.read(work, RESOURCE[kind], local_id)
        self._body = self._stored.reveal(Purpose.STORE)
        self._provider = participant_id(self._body, "Practitioner") if kind is Kind.VISIT else None
        number = vendor_of(work, connection, Kind.PROVIDER, self._provider) if self._provider else None
        self.fields = our_fields(kind, self._body, connection, number)
        self._patient = patient_of(kind, self._body)
        self._changed = False
        self._questions: list[tuple[Question, bool]] = []

    def set(self, name: str, value: str) -> None:
        """Give a field a value."""
        if same(name, self.fields.get(name, ""), value):
            return
        self._changed, self.fields[name] = True, value
        if name == "provider":
            self._provider = local_of(self._work, self.connection, Kind.PROVIDER, value) if value else None

    def answer(self, question: Question, *, undo: bool) -> None:
        """Carry out, or take back, a decision that is not about one field."""
        self._questions.append((question, undo))

    def store(self, refusal: ErrorKind) -> None:
        """Store what was set, as one version if anything differs; other connections are told.

        Raises ``refusal`` for a value that cannot be held, and for people who cannot be joined.
        """
        body = self._body
        for question, undo in self._questions:
            self._patient = question.patient(undo=undo) or self._patient
        if self._changed or self._patient != patient_of(self.kind, self._body):
            try:
                body = written(
                    self.kind, self.fields, self.local_id, self._patient, self.connection, body, self._provider
                )
            except (ValueError, ChartlineError):
                raise refusal.error(record=self.local_id) from None
        for question, undo in self._questions:
            if self.kind is Kind.PATIENT:
                changed = question.change(self._work, body, undo=undo)
                if changed is None:
                    raise refusal.error(record=self.local_id)
                body = changed
        if body is self._body:
            return
        fresh = self._records.put(self._work, body, if_version=self._stored.version)
        if self.kind is Kind.VISIT:
            follow_visit(self._work, self._records, fresh.reveal(Purpose.STORE))
        note_change(self._work, self.kind, self.local_id, except_for=self.connection)
