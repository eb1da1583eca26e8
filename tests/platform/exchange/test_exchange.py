from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from tests.platform.vault.fixtures import readable

from chartline.kernel.errors import ChartlineError
from chartline.kernel.ids import new_id
from chartline.kernel.sealed import Purpose
from chartline.platform.database import Database
from chartline.platform.exchange import Exchange, ExchangeFilter, ExchangeLog, Word, exchange_counts, protect
from chartline.platform.exchange.tables import exchange_body_table, exchange_table
from chartline.platform.vault import Vault

MONDAY = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


def message(
    number: int = 0, *, request: bytes = b"<ask/>", response: bytes | None = b"<answer/>", outcome: Word = Word.RECEIPT
) -> Exchange:
    """An exchange a minute after the one before it."""
    return Exchange(
        connection="c1",
        vendor="advancedmd",
        operation="getdemographic",
        started=MONDAY + timedelta(minutes=number),
        duration_ms=12,
        outcome=outcome,
        request=request,
        response=response,
        status=200,
    )


def test_a_message_is_kept_with_both_bodies(database: Database, vault: Vault, organisation: str) -> None:
    log = ExchangeLog(database, vault)
    identity = log.record_now(organisation, message(request=b"\x00ask", response=b"answer" * 500))
    with database.read(organisation) as work:
        kept = log.read(work, identity)
    assert kept.request.reveal(Purpose.SHOW) == b"\x00ask"
    assert kept.response is not None
    assert kept.response.reveal(Purpose.SHOW) == b"answer" * 500
    assert (
        kept.entry.started,
        kept.entry.duration_ms,
        kept.entry.outcome,
        kept.entry.status,
        kept.entry.size,
    ) == (MONDAY, 12, Word.RECEIPT, 200, 3004)


def test_a_message_without_an_answer_is_kept(database: Database, vault: Vault, organisation: str) -> None:
    log = ExchangeLog(database, vault)
    with database.work(organisation) as work:
        identity = log.record(work, message(response=None, outcome=Word.UNKNOWN))
        assert log.read(work, identity).response is None


def test_a_message_in_a_transaction_that_fails_is_not_kept(database: Database, vault: Vault, organisation: str) -> None:
    log = ExchangeLog(database, vault)
    with pytest.raises(RuntimeError), database.work(organisation) as work:
        log.record(work, message())
        raise RuntimeError
    with database.read(organisation) as work:
        assert log.entries(work).entries == []


def test_the_same_body_is_kept_once(database: Database, vault: Vault, organisation: str, stranger: str) -> None:
    log = ExchangeLog(database, vault)
    for number in range(3):
        log.record_now(organisation, message(number, request=b"same", response=b"same"))
    log.record_now(stranger, message(request=b"same", response=None))
    hashes: list[bytes] = []
    for owner in (organisation, stranger):
        with database.read(owner) as work:
            hashes += [bytes(row["hash"]) for row in work.rows(work.select(exchange_body_table))]
    # The keyed hash differs between organisations, so that equal contents do not show.
    assert 2 == len(hashes) == len(set(hashes))


def test_listing_pages_through_all_newest_first(database: Database, vault: Vault, organisation: str) -> None:
    log = ExchangeLog(database, vault)
    made = [log.record_now(organisation, message(number // 2)) for number in range(7)]
    seen: list[str] = []
    cursor: str | None = None
    with database.read(organisation) as work:
        while True:
            page = log.entries(work, cursor=cursor, limit=3)
            seen += [entry.id for entry in page.entries]
            cursor = page.next
            if cursor is None:
                break
    assert made[::-1] == seen


def test_listing_can_be_narrowed(database: Database, vault: Vault, organisation: str, stranger: str) -> None:
    log = ExchangeLog(database, vault)
    log.record_now(organisation, message(0))
    unknown = log.record_now(organisation, message(1, outcome=Word.UNKNOWN))
    log.record_now(stranger, message(2, outcome=Word.UNKNOWN))
    with database.read(organisation) as work:
        for narrowed in (
            ExchangeFilter(outcome=Word.UNKNOWN),
            ExchangeFilter(since=MONDAY + timedelta(minutes=1), vendor="advancedmd"),
        ):
            assert [unknown] == [entry.id for entry in log.entries(work, narrowed).entries]
        assert log.entries(work, ExchangeFilter(connection="c2")).entries == []
        assert log.entries(work, ExchangeFilter(until=MONDAY)).entries == []


def test_counts_are_by_day_operation_and_outcome(database: Database, vault: Vault, organisation: str) -> None:
    log = ExchangeLog(database, vault)
    for number in (0, 1, 24 * 60):
        log.record_now(organisation, message(number))
    log.record_now(organisation, message(2, outcome=Word.REFUSED))
    with database.read(organisation) as work:
        counts = exchange_counts(work, MONDAY - timedelta(days=1), MONDAY + timedelta(days=9), "c1")
        assert exchange_counts(work, MONDAY, MONDAY + timedelta(days=9), "c2") == []
    assert [(str(one.day), one.outcome.value, one.count, one.duration_ms) for one in counts] == [
        ("2026-03-02", "receipt", 2, 24),
        ("2026-03-02", "refused", 1, 12),
        ("2026-03-03", "receipt", 1, 12),
    ]


@pytest.mark.parametrize("table", [exchange_table, exchange_body_table], ids=str)
def test_the_log_refuses_changes(database: Database, vault: Vault, organisation: str, table: sa.Table) -> None:
    with database.system() as system:
        protect(system.connection)
        protect(system.connection)
    log = ExchangeLog(database, vault)
    log.record_now(organisation, message())
    statements: list[sa.Executable] = [sa.update(table).values(organisation_id=new_id()), sa.delete(table)]
    if database.postgresql:
        statements.append(sa.text(f"TRUNCATE {table.name}"))
    for statement in statements:
        with pytest.raises(ChartlineError, match=r"database\.rejected"), database.work(organisation) as work:
            work.execute(statement)
    with database.read(organisation) as work:
        assert len(log.entries(work).entries) == 1


def test_another_organisation_finds_nothing(database: Database, vault: Vault, organisation: str, stranger: str) -> None:
    log = ExchangeLog(database, vault)
    identity = log.record_now(organisation, message())
    for asked in (identity, "not-an-id", new_id()):
        with database.read(stranger) as work, pytest.raises(ChartlineError) as error:
            log.read(work, asked)
        assert error.value.problem.code == "exchange.not_found"


@pytest.mark.parametrize("cursor", ["", "zz", "00", b'["2026-01-01T00:00:00Z","x"]'.hex()])
def test_a_foreign_cursor_is_refused(database: Database, vault: Vault, organisation: str, cursor: str) -> None:
    with database.read(organisation) as work, pytest.raises(ChartlineError) as error:
        ExchangeLog(database, vault).entries(work, cursor=cursor)
    assert error.value.problem.code == "exchange.not_found"


def test_neither_file_nor_repr_shows_a_body(
    sqlite_database: Database, vault: Vault, organisation: str, tmp_path: Path
) -> None:
    one = message(request=b"<patient name='Quillfeather'/>", response=b"<ok member='ZQX991234'/>")
    ExchangeLog(sqlite_database, vault).record_now(organisation, one)
    assert readable(tmp_path, ["Quillfeather", "ZQX991234", "<patient"]) == []
    assert "Quillfeather" not in repr(one)
