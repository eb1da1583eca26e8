from __future__ import annotations

from pathlib import Path

import pytest
from tests.platform.vault.fixtures import readable

from chartline.kernel.errors import ChartlineError
from chartline.kernel.sealed import Purpose, Sealed
from chartline.platform.database import Database
from chartline.platform.vault import Secrets, Vault


def test_a_secret_comes_back_sealed(database: Database, vault: Vault, organisation: str) -> None:
    secrets = Secrets(vault)
    with database.work(organisation) as work:
        secrets.put_secret(work, "connection/1/password", Sealed("correct horse"))
        secrets.put_secret(work, "connection/1/password", Sealed("battery staple"))
        secrets.put_secret(work, "connection/2/key", Sealed("k"))
    with database.read(organisation) as work:
        assert secrets.secret(work, "connection/1/password").reveal(Purpose.AUTHENTICATE) == "battery staple"
        assert secrets.secret_names(work) == ["connection/1/password", "connection/2/key"]
        assert secrets.secret_names(work, "connection/2/") == ["connection/2/key"]
        assert secrets.secret_names(work, "connection_") == []


def test_a_secret_is_its_organisations_alone(
    database: Database, vault: Vault, organisation: str, stranger: str
) -> None:
    secrets = Secrets(vault)
    with database.work(organisation) as work:
        secrets.put_secret(work, "password", Sealed("correct horse"))
    with database.work(stranger) as work:
        assert secrets.secret_names(work) == []
        assert not secrets.remove_secret(work, "password")
        with pytest.raises(ChartlineError) as error:
            secrets.secret(work, "password")
    assert error.value.problem.code == "vault.no_secret"
    with database.work(organisation) as work:
        assert secrets.remove_secret(work, "password")
        assert secrets.secret_names(work) == []


def test_the_database_file_shows_no_secret(
    sqlite_database: Database, vault: Vault, organisation: str, tmp_path: Path
) -> None:
    with sqlite_database.work(organisation) as work:
        Secrets(vault).put_secret(work, "connection/password", Sealed("correct horse battery staple"))
    assert readable(tmp_path, ["connection/password", "correct horse", "staple"]) == ["connection/password"]
