"""Databases with the world in them: one for our server, one for the floor; a temporary PostgreSQL for both."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import sqlalchemy as sa
from tests.support import postgresql

from chartline.app.services import open_services
from chartline.app.upgrade import upgrade
from chartline.formats.fhir import JsonObject, check
from chartline.kernel.sealed import Purpose
from chartline.kernel.settings import Settings
from chartline.platform.records.writing import Change
from fhir_load_parts import world
from fhir_load_parts.bare import Bare

GROUP = 500
"""Resources in one transaction while loading."""


@dataclass(frozen=True, slots=True)
class World:
    """A loaded database: its address, a token for it, how many resources it has and how long they took."""

    url: str
    token: str
    resources: int
    seconds: float


@contextmanager
def addresses(make: str, folder: Path) -> Generator[tuple[str, str]]:
    """Two empty databases of a make (``sqlite`` or ``postgresql``): ours and the floor's."""
    if make == "sqlite":
        yield f"sqlite:///{folder / 'chartline.db'}", f"sqlite:///{folder / 'floor.db'}"
        return
    with (
        postgresql.running() as server,
        postgresql.fresh_database(server, "ours") as ours,
        postgresql.fresh_database(server, "floor") as floors,
    ):
        yield ours, floors


def load_ours(url: str, folder: Path, patients: int) -> World:
    """Migrate, make a practice with a token, and store the world as transactions store it, checked in full."""
    settings = Settings(data=str(folder), database=url)
    upgrade(settings)
    services = open_services(settings)
    organisation = services.access.create_organisation("INVENTED BENCH PRACTICE")
    token = services.access.create_token(organisation, "bench", "owner").value.reveal(Purpose.AUTHENTICATE)
    begun, count = time.perf_counter(), 0
    for group in _groups(patients):
        for one in group:
            check(one)
        with services.database.work(organisation) as work:
            services.records.write_many(work, [Change.put(one, None, "PUT") for one in group])
        count += len(group)
    seconds = time.perf_counter() - begun
    if services.database.postgresql:
        with services.database.engine.connect() as connection:
            connection.execute(sa.text("ANALYZE"))
            connection.commit()
    services.close()
    return World(url, token, count, seconds)


def load_floor(url: str, patients: int) -> World:
    """The same world in the bare database."""
    bare = Bare(url)
    bare.make()
    begun, count = time.perf_counter(), 0
    for group in _groups(patients):
        bare.write(group)
        count += len(group)
    seconds = time.perf_counter() - begun
    if bare.on_postgresql:
        bare.analyze()
    return World(url, "", count, seconds)


def _groups(patients: int) -> Iterator[list[JsonObject]]:
    left = world.everything(patients)
    while group := list(islice(left, GROUP)):
        yield group
