"""Installations for the faults, one for a whole file of tests, because starting one takes seconds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.faults.installation import Installation, installation
from tests.flows.house import FEW


@pytest.fixture(scope="module")
def shared(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path
) -> Iterator[Installation]:
    """An installation on the embedded database, with the patients that the file of tests names in ``PATIENTS``."""
    patients = getattr(request.module, "PATIENTS", FEW)
    with installation(tmp_path_factory.mktemp("installation"), template=sqlite_template, patients=patients) as made:
        yield made


@pytest.fixture
def place(shared: Installation) -> Iterator[Installation]:
    """The shared installation, with nothing left over from the test before."""
    yield shared
    shared.forget()
