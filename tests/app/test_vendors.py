"""Connectors are found by name, other people's too; none of theirs takes the name of one of ours."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.support.wire import LoopbackWire

from chartline.app.vendors import vendor, vendors
from chartline.connect.wire import Credentials
from chartline.kernel.errors import ChartlineError

ABOUT = """
name = "{name}"
title = "Third party"
kind = "telephone"
capabilities = ["Checks"]
[credentials]
secrets = []
[environments.production]
hosts = ["*.third.example"]
[limits.tiers.all]
limit = 5
period_seconds = 60
"""
CONNECTOR = """
class Connector:
    def __init__(self, wire, credentials):
        self.wire = wire
"""
Install = Callable[[str, str], None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Installs a distribution, as pip would leave it, that registers a connector."""

    def put(package: str, name: str) -> None:
        folder = tmp_path / package
        folder.mkdir()
        (folder / "__init__.py").write_text("")
        (folder / "about.toml").write_text(ABOUT.format(name=name))
        (folder / "connector.py").write_text(CONNECTOR)
        metadata = tmp_path / f"{package}-1.0.dist-info"
        metadata.mkdir()
        (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
        (metadata / "entry_points.txt").write_text(f"[chartline.connectors]\n{name} = {package}\n")
        vendors.cache_clear()

    monkeypatch.syspath_prepend(str(tmp_path))
    yield put
    vendors.cache_clear()


def test_ours_are_there() -> None:
    assert {"advancedmd", "claimmd"} <= set(vendors())
    assert vendor("claimmd").about.title == "Claim.MD"


def test_an_unknown_name_is_told_with_what_to_do() -> None:
    with pytest.raises(ChartlineError) as raised:
        vendor("nobody")
    assert (raised.value.problem.code, raised.value.problem.fields) == ("connect.unknown_vendor", {"vendor": "nobody"})


def test_a_registered_connector_is_one_of_the_vendors(install: Install) -> None:
    install("third_party_connector", "thirdparty")
    found = vendor("thirdparty")
    assert found.about.policy().tier("all").heaviest == 5
    opened = found.open(LoopbackWire(), Credentials({}, {}))
    assert type(opened).__name__ == "Connector"


def test_a_registered_connector_cannot_take_our_name(install: Install) -> None:
    install("impostor_connector", "claimmd")
    with pytest.raises(ValueError, match="two connectors are called claimmd"):
        vendors()


def test_a_process_that_explains_problems_knows_those_of_every_connector() -> None:
    code = (
        "from chartline.kernel.errors import CATALOGUE; from chartline.app.vendors import load_connectors;"
        "load_connectors(); assert {'advancedmd.bad_login', 'claimmd.bad_key'} <= CATALOGUE.keys(), sorted(CATALOGUE)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
