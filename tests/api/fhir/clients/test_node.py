"""fhir-kit-client, as it comes from the npm registry, talks with the server.

Skipped where there is no Node or no registry. ``package-lock.json`` pins packages by hash and names no address.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.support.fhir import Site

HERE = Path(__file__).resolve().parent / "node"
INSTALL = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--fetch-retries=1")


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("Node is not installed")
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    if int(version.lstrip("v").partition(".")[0]) < 20:
        pytest.skip("fhir-kit-client needs Node 20")
    folder = tmp_path_factory.mktemp("node") / "session"
    shutil.copytree(HERE, folder)
    done = subprocess.run([npm, *INSTALL], cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    if done.returncode != 0:
        pytest.skip("the npm registry is not reached")
    return folder / "session.mjs"


@pytest.mark.conformance("I2", "I7", "I8", "I13", "I14", "I15", "I22", "I26", "S1", "S4", "S24", "op:$validate")
def test_a_session_of_fhir_kit_client_sees_what_r4_says(fhir: Site, program: Path) -> None:
    surroundings = {**os.environ, "FHIR_BASE": fhir.base, "FHIR_TOKEN": fhir.token}
    command = [shutil.which("node") or "node", str(program)]
    done = subprocess.run(command, env=surroundings, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == {
        "fhirVersion": "4.0.1",
        "version": "1",
        "changed": [True, "2"],
        "stale": 412,
        "patched": "other",
        "history": ["3", "2", "1"],
        "transaction": ["201"] * 5,
        "pages": [2, 2, 1],
        "compartment": 5,
        "validated": "OperationOutcome",
        "deleted": 410,
        "unknown": 404,
    }
