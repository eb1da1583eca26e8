from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from chartline.kernel.errors import ChartlineError
from chartline.platform.audit import Audit, AuditBehind, AuditEvent, Target, behind
from chartline.platform.database import Database, Work
from chartline.platform.database.engine import BUSY
from chartline.platform.vault import Vault


def event(number: int) -> AuditEvent:
    """A read."""
    return AuditEvent("token:1", "fhir.read", Target("Patient", f"p{number}"), "show")


def test_events_are_written_in_their_order_with_their_own_moments(
    database: Database, vault: Vault, organisation: str, stranger: str
) -> None:
    audit = Audit(database, vault)
    line = AuditBehind(database, audit)
    before = datetime.now(UTC)
    for number in range(450):
        line.note(organisation if number % 3 else stranger, event(number))
    after = datetime.now(UTC)
    line.close()
    with database.read(organisation) as work:
        rows = audit.rows(work, limit=1000)
        assert [row.event.target for row in reversed(rows)] == [Target("Patient", f"p{n}") for n in range(450) if n % 3]
        assert all(before <= row.at <= after for row in rows)
        assert audit.verify(work).intact
    with database.read(stranger) as work:
        assert audit.verify(work).rows == 150


def test_many_threads_lose_nothing(sqlite_database: Database, vault: Vault, organisation: str) -> None:
    audit = Audit(sqlite_database, vault)
    line = AuditBehind(sqlite_database, audit)
    threads = [
        threading.Thread(target=lambda: [line.note(organisation, event(n)) for n in range(100)]) for _ in range(5)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert line.flush()
    with sqlite_database.read(organisation) as work:
        verdict = audit.verify(work)
    assert (verdict.rows, verdict.intact) == (500, True)
    line.close()


def test_what_could_not_be_written_stays_in_line(sqlite_database: Database, vault: Vault, organisation: str) -> None:
    class Away(Audit):
        """Refuses twice, as a busy database does."""

        refusals = 2

        def record_many(self, work: Work, events: Sequence[tuple[datetime, AuditEvent]]) -> list[str]:
            if self.refusals:
                self.refusals -= 1
                raise BUSY.error()
            return super().record_many(work, events)

    audit = Away(sqlite_database, vault)
    line = AuditBehind(sqlite_database, audit)
    line.note(organisation, event(1))
    line.note(organisation, event(2))
    assert line.flush()
    with sqlite_database.read(organisation) as work:
        assert [row.event.target.id for row in audit.rows(work) if row.event.target] == ["p2", "p1"]
    line.close()


def test_a_full_line_refuses_reads(
    sqlite_database: Database, vault: Vault, organisation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Gone(Audit):
        """Never writes."""

        def record_many(self, work: Work, events: Sequence[tuple[datetime, AuditEvent]]) -> list[str]:
            raise BUSY.error()

    monkeypatch.setattr(behind, "MOST_WAITING", 3)
    monkeypatch.setattr(behind, "_PATIENCE", 0.05)
    line = AuditBehind(sqlite_database, Gone(sqlite_database, vault))
    with pytest.raises(ChartlineError, match=r"audit\.behind"):
        for number in range(20):
            line.note(organisation, event(number))
    line.close()


def test_free_text_is_refused_at_once(sqlite_database: Database, vault: Vault, organisation: str) -> None:
    line = AuditBehind(sqlite_database, Audit(sqlite_database, vault))
    with pytest.raises(ValueError, match="codes and ids"):
        line.note(organisation, AuditEvent("token:1", "fhir.read", detail={"name": "Ada Quill"}))
