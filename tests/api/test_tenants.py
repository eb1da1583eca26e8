"""Two practices in one installation never see each other, and never change each other: every address, every method.

Each operation of the API's own description is called with the token of one practice and the ids of the other, in the
path, in the query and in the body; so are the FHIR server and every page of the console. No answer may hold an id of
the other practice that was not in the request, and the other's rows must stay as they were, table by table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import httpx2
import pytest
import schemathesis
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from litestar.routes import HTTPRoute
from schemathesis.core import NotSet
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation
from tests.support.filled import PASSWORD, Filled, fill
from tests.support.tenants import UUID, Belongings, belongings, owned_tables, state

from chartline.asgi import create
from chartline.sandbox.world import make_world

CASES = {"sqlite": 4, "postgresql": 1}
"""So many requests for each operation."""
LOOK_EVERY = 12
"""Operations between two looks at the other's rows; a change names those since the last look."""
NOT_CALLED = ("/health", "/metrics", "/api/openapi.json")
THE_SAME_AGAIN = "/api/advancedmd/"
WORDS = {
    "patient": ("resource", "claim"),
    "claim": ("claim",),
    "remittance": ("remittance",),
    "connection": ("connection",),
    "appointment": ("resource",),
    "provider": ("provider",),
    "exchange": ("exchange",),
}
"""In which tables the ids are whose parameter has such a word in its name."""


@pytest.fixture(scope="module")
def there(filled: Filled) -> Filled:
    """The other practice, in the same installation."""
    return fill(filled.services, make_world(11))


@pytest.fixture(scope="module")
def theirs(there: Filled) -> Belongings:
    return belongings(there.services.database, there.organisation)


class Watch:
    """Looks whether the other practice is as it was."""

    def __init__(self, there: Filled) -> None:
        self._there = there
        self._before = self._state()
        self._since: list[str] = []

    def passed(self, what: str, *, look: bool = False) -> None:
        self._since.append(what)
        if look or len(self._since) >= LOOK_EVERY:
            now = self._state()
            changed = [name for name, before in self._before.items() if now[name] != before]
            assert not changed, (changed, self._since)
            self._since.clear()

    def _state(self) -> dict[str, str]:
        return state(self._there.services.database, self._there.organisation)


@pytest.fixture
def watch(there: Filled) -> Iterator[Watch]:
    made = Watch(there)
    yield made
    made.passed("the end", look=True)


def fitting(theirs: Belongings, name: str, chance: Random) -> str:
    """An id of theirs that fits a parameter's name, else any."""
    for word, tables in WORDS.items():
        if word in name.lower():
            pool = [one for table in tables for one in theirs.by_table.get(table, [])]
            if pool:
                return chance.choice(pool)
    return chance.choice(sorted(theirs.ids))


def turned(value: Any, theirs: Belongings, chance: Random, name: str = "") -> Any:
    """A body in which what may be an id is one of theirs."""
    if isinstance(value, dict):
        return {key: turned(one, theirs, chance, key) for key, one in value.items()}
    if isinstance(value, list):
        return [turned(one, theirs, chance, name) for one in value]
    names_one = name.lower().endswith(("id", "ids", "claim", "claims", "connection", "patient", "provider"))
    if isinstance(value, str) and (names_one or UUID.fullmatch(value)):
        return fitting(theirs, name, chance)
    return value


def leaked(text: str, asked: str, theirs: Belongings, there: Filled) -> set[str]:
    """Ids of theirs that an answer holds and the request did not."""
    return {one for one in UUID.findall(text) if one in theirs.ids or one == there.organisation} - set(
        UUID.findall(asked)
    )


def sender(
    operation: APIOperation, cases: int, filled: Filled, there: Filled, theirs: Belongings
) -> Callable[[], None]:
    """Calls one operation some times with our token and their ids, and looks at each answer."""

    @given(case=operation.as_strategy(), seed=st.integers(0, 1_000_000))
    @settings(
        max_examples=cases,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        derandomize=True,
    )
    def send(case: schemathesis.Case, seed: int) -> None:
        chance = Random(seed)
        case.path_parameters = {
            name: fitting(theirs, name, chance) if UUID.fullmatch(str(value)) else value
            for name, value in (case.path_parameters or {}).items()
        }
        case.query = turned(dict(case.query or {}), theirs, chance)
        if not isinstance(case.body, NotSet):
            case.body = turned(case.body, theirs, chance)
        response = case.call(headers={"Authorization": f"Bearer {filled.token}"})
        request = f"{response.request.url}\n{response.request.body!r}"
        found = leaked(response.text, request, theirs, there)
        assert not found, (operation.label, response.status_code, found)

    return send


@pytest.mark.story
def test_no_operation_shows_or_changes_another_practice(
    filled: Filled, there: Filled, theirs: Belongings, address: str, watch: Watch
) -> None:
    cases = CASES["postgresql" if filled.services.database.postgresql else "sqlite"]
    schema = schemathesis.openapi.from_url(f"{address}/api/openapi.json")
    called = 0
    for result in schema.get_all_operations():
        assert isinstance(result, Ok)
        operation = result.ok()
        if operation.path in NOT_CALLED or operation.path.startswith(THE_SAME_AGAIN):
            continue
        called += 1

        sender(operation, cases, filled, there, theirs)()
        watch.passed(operation.label)
    assert called >= 60


def test_the_other_practices_header_is_refused(filled: Filled, there: Filled, api: httpx2.Client) -> None:
    for path in ("/api/claims", "/api/billing/settings"):
        own = api.get(path, headers={"x-org-id": filled.organisation})
        other = api.get(path, headers={"x-org-id": there.organisation})
        assert own.status_code == 200
        assert (other.status_code, other.json()["code"]) == (403, "access.other_organisation")


def test_fhir_shows_and_changes_nothing_of_another_practice(
    filled: Filled, there: Filled, theirs: Belongings, api: httpx2.Client, watch: Watch
) -> None:
    with there.services.database.read(there.organisation) as work:
        rows = work.connection.execute(
            sa.text("SELECT DISTINCT rtype, id FROM resource WHERE organisation_id = :mine"),
            {
                "mine": there.organisation.replace("-", "")
                if not there.services.database.postgresql
                else there.organisation
            },
        ).all()
    chosen = {rtype: str(identity) for rtype, identity in rows}
    assert len(chosen) >= 8
    for rtype, identity in chosen.items():
        for address in (
            f"/fhir/R4/{rtype}/{identity}",
            f"/fhir/R4/{rtype}/{identity}/_history",
            f"/fhir/R4/{rtype}/{identity}/_history/1",
            f"/fhir/R4/{rtype}?_id={identity}",
            f"/fhir/R4/{rtype}?_count=100&_include=*&_revinclude=*",
            f"/fhir/R4/{rtype}/{identity}/$everything",
        ):
            answer = api.get(address)
            found = leaked(answer.text, address, theirs, there)
            assert not found, (address, found)
        assert api.delete(f"/fhir/R4/{rtype}/{identity}").status_code in (204, 200, 404, 403, 405, 409, 422)
        watch.passed(rtype)


def test_no_page_shows_or_changes_another_practice(
    filled: Filled, there: Filled, theirs: Belongings, address: str, watch: Watch
) -> None:
    routes = [one for one in create(filled.services).site.routes if isinstance(one, HTTPRoute)]
    pages = [one for one in routes if not one.path.startswith(("/api", "/static", "/fhir", "/hooks", "/sign"))]
    chance, opened = Random(3), 0
    with httpx2.Client(base_url=address, follow_redirects=False, timeout=30) as browser:
        browser.post("/sign-in", data={"email": filled.email, "password": PASSWORD})
        for page in pages:
            for method in sorted(page.methods & {"GET", "POST"}):
                path = page.path
                for name in sorted(page.path_parameters):
                    kind = page.path_parameters[name].type
                    value = fitting(theirs, name, chance) if kind.__name__ == "UUID" else "1"
                    path = path.replace("{" + f"{name}:{_word(kind)}" + "}", value)
                answer = browser.get(path) if method == "GET" else browser.post(path, data={"confirm": "yes"})
                found = leaked(answer.text, path, theirs, there)
                assert not found, (method, path, found)
                opened += answer.status_code == 200
                watch.passed(f"{method} {path}")
    assert opened >= 8


def _word(kind: type) -> str:
    return {"UUID": "uuid", "str": "str", "int": "int"}.get(kind.__name__, kind.__name__.lower())


def test_the_database_itself_keeps_practices_apart(filled: Filled, there: Filled) -> None:
    """On PostgreSQL a statement that forgets the organisation still reaches the caller's own rows only."""
    database = filled.services.database
    if not database.postgresql:
        pytest.skip("SQLite has one lock: every statement names the organisation")
    before = state(database, there.organisation)
    with database.work(filled.organisation) as work:
        for table in owned_tables(database):
            if table.name in ("access_user", "access_token"):
                continue  # read before anybody is known
            strangers = (
                sa.select(sa.func.count()).select_from(table).where(table.c.organisation_id != filled.organisation)
            )
            assert work.connection.execute(strangers).scalar_one() == 0, table.name
    with database.work(filled.organisation) as work, pytest.raises(Exception, match="row-level security"):
        work.connection.execute(
            sa.text(
                "INSERT INTO publication_due (organisation_id, kind, subject, since) "
                "VALUES (:other, 'claim', :other, 0)"
            ),
            {"other": there.organisation},
        )
    assert state(database, there.organisation) == before


def test_the_watch_sees_a_leak_and_a_change(there: Filled, theirs: Belongings, address: str) -> None:
    """The other practice's own token shows its ids and changes its rows: both are noticed."""
    seen = Watch(there)
    with httpx2.Client(base_url=address, headers={"Authorization": f"Bearer {there.token}"}, timeout=30) as own:
        assert leaked(own.get("/api/claims").text, "", theirs, there)
        assert own.post("/api/billing/jobs/cleanup/run").status_code in (200, 404)
        made = own.post("/api/patients", json={"family": "Seen", "given": "Sally", "birth_date": "1990-01-02"})
        assert made.status_code == 201, made.text
    with pytest.raises(AssertionError):
        seen.passed("a patient", look=True)
