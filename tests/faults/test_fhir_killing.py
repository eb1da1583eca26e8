"""kill -9 during a FHIR transaction: all of it is there afterwards, or nothing, in the rows and in every index.

On PostgreSQL the server is stopped at an exact statement: the test holds a lock on the table that is written next. On
SQLite, which has one lock for everything, it is killed at moments spread over the time a transaction takes.
"""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import pytest
import sqlalchemy as sa
from tests.faults.installation import environment_of, process
from tests.support import postgresql
from tests.support.fhir import Json
from tests.support.waiting import until

from chartline.app.services import Services, open_services
from chartline.kernel.ids import new_id
from chartline.kernel.sealed import Purpose
from chartline.kernel.settings import Settings
from chartline.sandbox.processes import Process

pytestmark = pytest.mark.faults
ENTRIES = 100
TAGS = "urn:invented:round"


@dataclass
class Server:
    """A server of its own process, which can be killed and started again on the same data."""

    services: Services
    process: Process
    token: str
    organisation: str
    said: list[int] = field(default_factory=list)
    """Statuses that came back before the kill, the last one last."""

    def start(self) -> None:
        self.process.start()
        self.port = self.process.wait_ready()["port"]

    def client(self) -> httpx2.Client:
        base, known = f"http://127.0.0.1:{self.port}/fhir/R4", {"Authorization": f"Bearer {self.token}"}
        return httpx2.Client(base_url=base, headers=known, timeout=60, verify=False)

    def send(self, body: Json) -> threading.Thread:
        """Send a Bundle from another thread; what comes back, or 0 when the wire is cut, is added to ``said``."""

        def run() -> None:
            try:
                with self.client() as client:
                    self.said.append(client.post("", json=body).status_code)
            except httpx2.TransportError:
                self.said.append(0)

        thread = threading.Thread(target=run)
        thread.start()
        return thread


@contextmanager
def server(folder: Path, database: str) -> Generator[Server]:
    """An empty practice and its server."""
    settings = Settings(data=str(folder / "data"), database=database)
    with ExitStack() as stack:
        services = open_services(settings)
        stack.callback(services.close)
        organisation = services.access.create_organisation("INVENTED FHIR PRACTICE")
        token = services.access.create_token(organisation, "tests", "owner").value.reveal(Purpose.AUTHENTICATE)
        words = ("chartline.cli.main", "serve", "--no-worker", "--port", "0")
        child = process(folder, "serve", *words, environment=environment_of(settings))
        stack.callback(child.kill)
        made = Server(services, child, token, organisation)
        made.start()
        yield made


@pytest.fixture(scope="module")
def on_sqlite(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("killing")
    (folder / "data").mkdir()
    file = shutil.copy(sqlite_template, folder / "data" / "chartline.db")
    with server(folder, f"sqlite:///{file}") as made:
        yield made


@pytest.fixture(scope="module")
def on_postgresql(
    tmp_path_factory: pytest.TempPathFactory, postgresql_server: str, postgresql_template: str
) -> Iterator[Server]:
    name = f"t{new_id().replace('-', '')}"
    with (
        postgresql.fresh_database(postgresql_server, name, postgresql_template) as url,
        server(tmp_path_factory.mktemp("killing"), url) as made,
    ):
        yield made


def bundle(number: int) -> Json:
    """New visits' notes that refer to each other, and one person who is changed every time."""
    tag = {"tag": [{"system": TAGS, "code": str(number)}]}
    names = [new_id() for _ in range(ENTRIES)]
    notes = [
        {
            "fullUrl": f"urn:uuid:{name}",
            "resource": {
                "resourceType": "Basic",
                "meta": tag,
                "identifier": [{"system": TAGS, "value": f"{number}-{place}"}],
                "code": {"coding": [{"system": TAGS, "code": "note"}]},
                "subject": {"reference": f"urn:uuid:{names[place - 1]}"},
            },
            "request": {"method": "POST", "url": "Basic"},
        }
        for place, name in enumerate(names)
    ]
    person = {"resourceType": "Patient", "id": "counter", "meta": tag, "name": [{"family": f"Round{number}"}]}
    return {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [*notes, {"resource": person, "request": {"method": "PUT", "url": "Patient/counter"}}],
    }


def must_be_whole(site: Server, number: int, before: str) -> bool:
    """All of a round is there, in every index, or nothing; answers which. ``before`` is the version it began with."""
    with site.client() as client:

        def total(search: str) -> int:
            return client.get(f"/{search}&_summary=count").json()["total"]

        tagged = total(f"Basic?_tag={TAGS}|{number}")
        assert tagged in (0, ENTRIES)
        there = tagged == ENTRIES
        assert total(f"Basic?identifier={TAGS}|{number}-0,{TAGS}|{number}-{ENTRIES - 1}") == (2 if there else 0)
        assert total(f"Basic?subject:Basic.identifier={TAGS}|{number}-7") == (1 if there else 0)
        assert total(f"Patient?family=Round{number}") == (1 if there else 0)
        assert total(f"Basic?code={TAGS}|note") % ENTRIES == 0
        versions = client.get("/Patient/counter/_history").json()
        found = [entry["resource"]["meta"]["versionId"] for entry in versions.get("entry", [])]
        assert found == [str(each) for each in range(len(found), 0, -1)]
        assert found[:1] == ([str(int(before) + 1)] if there else [before] if before != "0" else [])
        created = client.get("/Basic/_history?_count=1000&_since=2000-01-01").json()
        assert len(created.get("entry", [])) % ENTRIES == 0
    return there


def version(site: Server) -> str:
    with site.client() as client:
        answer = client.get("/Patient/counter")
        return answer.json()["meta"]["versionId"] if answer.status_code == 200 else "0"


def kill_and_start(site: Server) -> None:
    site.process.kill()
    site.start()


def test_a_transaction_that_is_killed_on_sqlite_is_there_as_a_whole_or_not_at_all(on_sqlite: Server) -> None:
    site, started = on_sqlite, time.monotonic()
    site.send(bundle(0)).join()
    took = time.monotonic() - started
    assert must_be_whole(site, 0, "0")
    for number, share in enumerate((0.3, 0.6, 0.95), 1):
        before = version(site)
        sent = site.send(bundle(number))
        time.sleep(took * share)
        kill_and_start(site)
        sent.join()
        there = must_be_whole(site, number, before)
        assert there or site.said[-1] != 200
    rows_follow_from_bodies(site)


@contextmanager
def held(site: Server, table: str) -> Generator[sa.Connection]:
    """Nobody can write the table."""
    with site.services.database.engine.connect() as holder:
        holder.execute(sa.text(f'LOCK TABLE "{table}" IN EXCLUSIVE MODE'))
        yield holder


def waits(site: Server, table: str) -> bool:
    asked = sa.text(
        "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = CAST(:t AS regclass)"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    with site.services.database.engine.connect() as watcher:
        return watcher.execute(asked, {"t": f'"{table}"'}).scalar_one() > 0


def test_a_transaction_that_is_killed_between_two_statements_on_postgresql_leaves_nothing(
    on_postgresql: Server,
) -> None:
    site = on_postgresql
    site.send(bundle(0)).join()
    assert must_be_whole(site, 0, "0")
    for number, table in enumerate(("resource_history", "resource_eq", "audit"), 1):
        before = version(site)
        with held(site, table):
            sent = site.send(bundle(number))
            until(lambda table=table: waits(site, table))
            site.process.kill()
            sent.join()
        until(lambda table=table: not waits(site, table))
        site.start()
        assert not must_be_whole(site, number, before)
        assert site.said[-1] == 0
    site.send(bundle(9)).join()
    assert must_be_whole(site, 9, version_before(site))
    rows_follow_from_bodies(site)


def version_before(site: Server) -> str:
    return str(int(version(site)) - 1)


def rows_follow_from_bodies(site: Server) -> None:
    """The index made anew from the bodies finds the same."""
    with site.client() as client:
        searches = (f"Basic?code={TAGS}|note&_summary=count", "Patient?family=Round&_summary=count")
        before = [client.get(f"/{each}").json()["total"] for each in searches]
        with site.services.database.work(site.organisation) as work:
            site.services.records.rebuild_index(work)
        assert [client.get(f"/{each}").json()["total"] for each in searches] == before
