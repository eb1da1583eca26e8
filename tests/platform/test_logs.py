"""Logs are JSON with ids and codes; no patient value gets in by any door."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.sealed import Sealed
from chartline.platform.logs import set_up_logs

BROKEN = ErrorKind("test.broken", Blame.US, Again.NEVER, "It broke.", "Mend it.")


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    kept = logging.getLogger().handlers[:]
    set_up_logs("info", tmp_path / "logs" / "chartline.jsonl")
    yield tmp_path / "logs" / "chartline.jsonl"
    structlog.reset_defaults()
    logging.getLogger().handlers[:] = kept


def test_a_line_is_json_with_its_fields(file: Path) -> None:
    structlog.get_logger().info("claim submitted", claim="C000001", count=2)
    line = json.loads(file.read_text())
    assert (line["event"], line["claim"], line["count"]) == ("claim submitted", "C000001", 2)


def test_sealed_values_and_foreign_objects_become_their_type(file: Path) -> None:
    structlog.get_logger().warning("x", name=Sealed("OKAFOR"), data={"name": "OKAFOR"})
    assert "OKAFOR" not in file.read_text()


def test_an_exception_is_logged_without_its_text(file: Path) -> None:
    try:
        raise ValueError("patient OKAFOR is broken")
    except ValueError:
        structlog.get_logger().error("failed", exc_info=True)
    text = file.read_text()
    assert "OKAFOR" not in text
    assert json.loads(text)["error"] == "ValueError"


def test_our_own_errors_are_logged_with_their_code(file: Path) -> None:
    try:
        raise BROKEN.error()
    except Exception:
        structlog.get_logger().error("failed", exc_info=True)
    assert json.loads(file.read_text())["code"] == "test.broken"


def test_libraries_cannot_log_texts(file: Path) -> None:
    logging.getLogger("sqlalchemy.engine").error("INSERT INTO x VALUES (%s)", "OKAFOR")
    text = file.read_text()
    assert "OKAFOR" not in text
    assert json.loads(text)["library"] == "sqlalchemy.engine"
