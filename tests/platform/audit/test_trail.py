from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa

from chartline.kernel.errors import ChartlineError
from chartline.kernel.sealed import Purpose, Sealed
from chartline.platform.audit import Audit, AuditEvent, Target, Verdict
from chartline.platform.audit.trail import audit_head_table, audit_table
from chartline.platform.database import Database
from chartline.platform.vault import Vault

PATIENT = Target("Patient", "p1")


def fill(audit: Audit, database: Database, organisation: str, count: int = 4) -> None:
    """Write so many events, one transaction each."""
    for number in range(count):
        with database.work(organisation) as work:
            audit.record(work, AuditEvent("user:1", "claim.submit", PATIENT, detail={"claim": f"c{number}"}))


def test_events_come_back_newest_first(database: Database, vault: Vault, organisation: str, stranger: str) -> None:
    audit = Audit(database, vault)
    fill(audit, database, organisation)
    with database.read(organisation) as work:
        rows = audit.rows(work, PATIENT)
        assert [row.number for row in rows] == [4, 3, 2, 1]
        assert rows[0].event.detail == {"claim": "c3"}
        assert [row.number for row in audit.rows(work, before=3)] == [2, 1]
        assert audit.rows(work, Target("Patient", "p2")) == []
    with database.read(stranger) as work:
        assert audit.rows(work) == []


def test_an_untouched_chain_is_intact(database: Database, vault: Vault, organisation: str) -> None:
    audit = Audit(database, vault)
    with database.read(organisation) as work:
        assert Verdict(0, None) == audit.verify(work)
    fill(audit, database, organisation)
    with database.read(organisation) as work:
        assert Verdict(4, None) == audit.verify(work)
        assert audit.verify(work).intact


def unprotect(database: Database) -> None:
    """Take the guards away, as somebody with the database's own rights could."""
    with database.system() as system:
        if database.postgresql:
            system.execute(sa.text("ALTER TABLE audit DISABLE TRIGGER audit_append_only"))
        else:
            for verb in ("update", "delete"):
                system.execute(sa.text(f"DROP TRIGGER audit_no_{verb}"))


def test_a_changed_row_is_found(database: Database, vault: Vault, organisation: str) -> None:
    audit = Audit(database, vault)
    fill(audit, database, organisation)
    unprotect(database)
    with database.work(organisation) as work:
        work.execute(work.update(audit_table).where(audit_table.c.number == 2).values(actor="user:2"))
        assert Verdict(1, 2) == audit.verify(work)


def test_a_removed_row_is_found(database: Database, vault: Vault, organisation: str) -> None:
    audit = Audit(database, vault)
    fill(audit, database, organisation)
    unprotect(database)
    with database.work(organisation) as work:
        work.execute(work.delete(audit_table).where(audit_table.c.number == 3))
        assert Verdict(2, 3) == audit.verify(work)


@pytest.mark.parametrize("kept", [3, 0])
def test_a_removed_tail_is_found(database: Database, vault: Vault, organisation: str, kept: int) -> None:
    audit = Audit(database, vault)
    fill(audit, database, organisation)
    unprotect(database)
    with database.work(organisation) as work:
        work.execute(work.delete(audit_table).where(audit_table.c.number > kept))
        assert Verdict(kept, kept + 1) == audit.verify(work)


def test_a_removed_head_is_found(database: Database, vault: Vault, organisation: str) -> None:
    audit = Audit(database, vault)
    fill(audit, database, organisation)
    with database.work(organisation) as work:
        work.execute(work.delete(audit_head_table))
        assert not audit.verify(work).intact


def test_the_trail_refuses_changes(database: Database, vault: Vault, organisation: str) -> None:
    audit = Audit(database, vault)
    fill(audit, database, organisation)
    for statement in (sa.update(audit_table).values(actor="x"), sa.delete(audit_table)):
        with pytest.raises(ChartlineError, match=r"database\.rejected"), database.work(organisation) as work:
            work.execute(statement)
    with database.read(organisation) as work:
        assert Verdict(4, None) == audit.verify(work)


def test_details_are_codes_and_not_text(database: Database, vault: Vault, organisation: str) -> None:
    with database.work(organisation) as work, pytest.raises(ValueError, match="codes and ids"):
        Audit(database, vault).record(work, AuditEvent("user:1", "x", detail={"note": "seen Quill today"}))


def test_many_writers_make_one_chain(database: Database, vault: Vault, organisation: str) -> None:
    audit = Audit(database, vault)
    threads = [threading.Thread(target=fill, args=(audit, database, organisation, 5)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read(organisation) as work:
        assert Verdict(20, None) == audit.verify(work)


def test_openings_are_written_one_row_a_purpose(database: Database, vault: Vault, organisation: str) -> None:
    audit = Audit(database, vault)
    name = Sealed("Quillfeather")
    name.reveal(Purpose.SHOW)
    with audit.tally_reveals(organisation, "user:1", "patient.page", PATIENT):
        name.reveal(Purpose.SHOW)
        name.reveal(Purpose.SHOW)
        with audit.tally_reveals(organisation, "user:1", "patient.match"):
            name.reveal(Purpose.MATCH)
        name.reveal(Purpose.EXCHANGE)
    with database.read(organisation) as work:
        events = [row.event for row in audit.rows(work)]
    assert sorted((event.action, event.target, event.purpose, event.count) for event in events) == [
        ("patient.match", None, "match", 1),
        ("patient.page", PATIENT, "exchange", 1),
        ("patient.page", PATIENT, "show", 2),
    ]


def test_openings_are_written_when_the_block_fails(database: Database, vault: Vault, organisation: str) -> None:
    audit = Audit(database, vault)
    with pytest.raises(RuntimeError), audit.tally_reveals(organisation, "job:sync", "patient.push"):
        Sealed("x").reveal(Purpose.EXCHANGE)
        raise RuntimeError
    with database.read(organisation) as work:
        assert [row.event.purpose for row in audit.rows(work)] == ["exchange"]


def test_a_block_that_opens_nothing_writes_nothing(database: Database, vault: Vault, organisation: str) -> None:
    audit = Audit(database, vault)
    with audit.tally_reveals(organisation, "user:1", "dashboard") as counted:
        pass
    with database.read(organisation) as work:
        assert (audit.rows(work), counted.counts) == ([], {})
