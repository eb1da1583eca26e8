"""A practice's connections: options in the open, secrets in the vault and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from chartline.connect.connections import Connections
from chartline.kernel.errors import ChartlineError
from chartline.kernel.ids import new_id
from chartline.kernel.sealed import Purpose, Sealed
from chartline.platform.database import Database
from chartline.platform.vault import Secrets, Vault


@pytest.fixture
def connections(tmp_path: Path) -> Connections:
    return Connections(Secrets(Vault.open(tmp_path)))


def test_the_life_of_a_connection(database: Database, connections: Connections) -> None:
    organisation, other = new_id(), new_id()
    with database.work(organisation) as work:
        added = connections.add(
            work,
            vendor="vendor",
            name="Main office",
            options={"office": "1"},
            secrets={"password": Sealed("first/secret"), "username": Sealed("somebody")},
        )
    with database.work(organisation) as work:
        assert connections.all(work) == [connections.get(work, added.id)] == [connections.of_vendor(work, "vendor")]
        credentials = connections.credentials(work, added)
        assert ({"office": "1"}, Sealed("first/secret"), Sealed("somebody")) == (
            credentials.options,
            credentials.secrets["password"],
            credentials.secrets["username"],
        )
        connections.put_secrets(work, added.id, {"password": Sealed("second/secret")})
        connections.set_options(work, added.id, {"office": "2"})
        connections.set_enabled(work, added.id, False)
    with database.read(organisation) as work:
        changed = connections.get(work, added.id)
        assert (changed.options, changed.enabled) == ({"office": "2"}, False)
        renewed = connections.credentials(work, changed).secrets
        assert renewed["password"].reveal(Purpose.AUTHENTICATE) == "second/secret"
        assert sorted(renewed) == ["password", "username"]
        with pytest.raises(ChartlineError, match=r"connect\.not_connected"):
            connections.of_vendor(work, "vendor")
    with database.work(other) as work:
        assert connections.all(work) == []
        for act in (
            lambda: connections.get(work, added.id),
            lambda: connections.set_options(work, added.id, {}),
            lambda: connections.set_enabled(work, added.id, True),
        ):
            with pytest.raises(ChartlineError, match=r"connect\.not_connected"):
                act()


def test_a_name_is_given_once_and_a_refused_connection_leaves_no_secret(
    sqlite_database: Database, connections: Connections
) -> None:
    organisation = new_id()
    with sqlite_database.work(organisation) as work:
        kept = connections.add(work, vendor="vendor", name="Main", options={}, secrets={"key": Sealed("first")})
    with sqlite_database.work(organisation) as work, pytest.raises(ChartlineError, match=r"connect\.name_taken"):
        connections.add(work, vendor="other", name="Main", options={}, secrets={"key": Sealed("second")})
    with sqlite_database.read(organisation) as work:
        assert connections.all(work) == [kept]
        assert connections.credentials(work, kept).secrets == {"key": Sealed("first")}


def test_a_secret_of_one_connection_is_not_another_ones(sqlite_database: Database, connections: Connections) -> None:
    organisation = new_id()
    with sqlite_database.work(organisation) as work:
        first = connections.add(work, vendor="vendor", name="A", options={}, secrets={"key": Sealed("first")})
        second = connections.add(work, vendor="vendor", name="B", options={}, secrets={})
        assert connections.credentials(work, second).secrets == {}
        assert connections.of_vendor(work, "vendor") == first


def test_secrets_are_encrypted_and_not_shown(
    sqlite_database: Database, connections: Connections, tmp_path: Path
) -> None:
    organisation = new_id()
    with sqlite_database.work(organisation) as work:
        added = connections.add(
            work, vendor="vendor", name="Main", options={}, secrets={"key": Sealed("PLAINLY-READABLE")}
        )
        shown = repr((added, connections.credentials(work, added)))
    sqlite_database.engine.dispose()
    assert "PLAINLY" not in shown
    assert all(b"PLAINLY" not in file.read_bytes() for file in (tmp_path / "data").glob("*"))
