"""The simulator as a process of its own: it starts alone, keeps its state, and refuses real-looking keys (row 24)."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import msgspec
import pytest
from tests.connectors.claimmd.simulator.world import ENVELOPE, KEY, SEED, MovableClock, Vendor, build_837p, claim

from chartline.connectors.claimmd.simulator import BUILT_IN, read_seed
from chartline.kernel.errors import ChartlineError

COMMAND = [sys.executable, "-m", "chartline.connectors.claimmd.simulator"]


@contextmanager
def running(tmp_path: Path, *options: str) -> Generator[tuple[httpx2.Client, subprocess.Popen[bytes]], None, None]:
    ready = tmp_path / "ready.json"
    ready.unlink(missing_ok=True)
    process = subprocess.Popen([*COMMAND, "--ready", str(ready), *options])
    try:
        while not ready.exists():
            assert process.poll() is None
            time.sleep(0.02)
        port = json.loads(ready.read_text())["port"]
        with httpx2.Client(base_url=f"http://127.0.0.1:{port}") as client:
            yield client, process
    finally:
        process.kill()
        process.wait()


def test_alone_it_has_one_invented_test_account(tmp_path: Path) -> None:
    with running(tmp_path) as (client, process):
        answer = client.post("/services/payerlist/", data={"AccountKey": "SIM-TEST-ACCOUNT-0001"})
        assert b'payerid="00123"' in answer.content
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) in (0, -signal.SIGTERM)


def test_a_killed_simulator_forgets_nothing(tmp_path: Path) -> None:
    clock = MovableClock(tmp_path / "clock.json")
    seed, state = tmp_path / "seed.json", tmp_path / "state.db"
    seed.write_bytes(msgspec.json.encode(SEED))
    options = ("--clock", str(tmp_path / "clock.json"), "--state", str(state), "--accounts", str(seed))
    with running(tmp_path, *options) as (client, process):
        vendor = Vendor(str(client.base_url), clock)
        vendor.control("rules", {"payerid": "00123", "rules": [{"action": "deny", "claim_prefix": "PCN-2"}]})
        vendor.send(claim("PCN-1"), claim("PCN-2"))
        process.kill()
    clock.move(days=20)
    with running(tmp_path, *options) as (client, _):
        vendor = Vendor(str(client.base_url), clock)
        (era,) = vendor.control("snapshot")["eras"]
        assert [each["status"] for each in era["claims"]] == ["1", "4"]
        assert len(vendor.call("response", ResponseID="0")["claim"]) == 4
        assert vendor.control("counters")["claims_by_remote_id"] == {"INT-PCN-1": 1, "INT-PCN-2": 1}
        assert vendor.send(claim("PCN-3"))[0]["claimid"] == "700100202"
    kept = state.read_bytes()
    assert b"OKAFOR" not in kept and KEY.encode() not in kept


def test_it_refuses_to_start_with_a_key_that_looks_real_row_24(tmp_path: Path) -> None:
    seed = tmp_path / "seed.json"
    seed.write_text('{"accounts": [{"key": "4_looks-like-a-real-key", "acct_number": "1"}]}')
    done = subprocess.run([*COMMAND, "--accounts", str(seed)], capture_output=True, check=False, timeout=30)
    assert done.returncode == 2
    assert b"looks-like" not in done.stderr
    assert b"SIM-" in done.stderr


def test_help_teaches() -> None:
    done = subprocess.run([*COMMAND, "--help"], capture_output=True, check=True, timeout=30)
    for word in (b"--accounts", b"--state", b"/_control/", b"independent, from public facts"):
        assert word in done.stdout


def test_a_seed_is_read_back_as_it_was_written_and_bad_ones_are_refused() -> None:
    for seed in (SEED, BUILT_IN):
        assert seed == read_seed(msgspec.json.encode(seed))
    for bad in (
        b"{",
        b'{"payers": [{"payerid": "1", "payer_name": "X", "mind": {"luck": 1}}]}',
        b'{"payers": [{"payerid": "1", "payer_name": "X", "mind": {"terms": {"copay": "2.5.1"}}}]}',
        b'{"payers": [{"payerid": "1", "payer_name": "X", "member_pattern": "("}]}',
        b'{"accounts": [{"key": "SIM-", "acct_number": "1"}]}',
    ):
        with pytest.raises(ChartlineError, match=r"claimmd_simulator\.seed"):
            read_seed(bad)


def test_an_upload_can_come_straight_from_curl_shaped_bytes(tmp_path: Path) -> None:
    with running(tmp_path) as (client, _):
        answer = client.post(
            "/services/upload/",
            data={"AccountKey": "SIM-TEST-ACCOUNT-0001", "Filename": "named.837"},
            files={"File": ("other", build_837p([claim()], ENVELOPE))},
        )
        assert b"in file: named.837" in answer.content
