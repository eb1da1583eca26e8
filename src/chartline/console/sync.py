"""Synchronisation of each connection at a glance: does it work, what waits, what runs, what needs a person.

Everything here is ids, codes, counts and times; nothing of a patient is opened. Refuses to start anything for a
connection that is switched off.
"""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from litestar import Response, get, post
from litestar.params import Parameter
from litestar.response import Redirect

from chartline.app.budgets import budgets
from chartline.app.vendors import vendor
from chartline.connect.connections import Connection
from chartline.console.actors import actor_names
from chartline.console.failures import BAD_FORM
from chartline.console.forms import Form, typed, typed_day
from chartline.console.troubles import SYNCHRONISES, sync_counts, sync_troubles
from chartline.console.visitor import DESK, OPERATIONS, SYNC_STARTS, Visiting, Visitor
from chartline.domains.sync.runs import OVER, RunFilter, RunState, What
from chartline.flows import sync_desk
from chartline.kernel.errors import CATALOGUE

PAGE = 50
Choice = Annotated[str, Parameter(max_length=20)]


def synchronised(visitor: Visitor) -> list[Connection]:
    """The connections that synchronise, oldest first."""
    with visitor.read() as work:
        found = visitor.services.connections.all(work)
    return [one for one in found if SYNCHRONISES in vendor(one.vendor).about.capabilities]


@get("/sync", sync_to_thread=True)
def sync_page(visitor: Visiting) -> Response:
    """Every connection that synchronises."""
    visitor.require(DESK)
    connections, ground = synchronised(visitor), visitor.services.ground
    with visitor.read() as work:
        troubles = {one.connection.id: one for one in sync_troubles(work, connections, sync_counts(work))}
    return visitor.page(
        "sync.html",
        "sync",
        boards=[sync_desk.dashboard(ground, visitor.organisation, one.id) for one in connections],
        troubles=troubles,
        budgets=budgets(visitor.services, connections),
        abouts={one.id: vendor(one.vendor).about for one in connections},
        may_start=visitor.may(SYNC_STARTS),
        may_switch=visitor.may(OPERATIONS),
    )


@post("/sync/{connection_id:uuid}/run", sync_to_thread=True)
def start_run(visitor: Visiting, connection_id: UUID, data: Form) -> Redirect:
    """Starts what the button says: now, full (from a day on), or a census."""
    visitor.require(SYNC_STARTS)
    ground, organisation, actor = visitor.services.ground, visitor.organisation, visitor.actor
    connection, what = str(connection_id), typed(data, "what", needed=True)
    if what == "now":
        sync_desk.run_sync(ground, organisation, connection, actor)
    elif what == "full":
        sync_desk.run_full(ground, organisation, connection, actor, typed_day(data, "since"))
    elif what == "census":
        run = sync_desk.census(ground, organisation, connection, actor)
        return visitor.go(f"/sync/runs/{run}", "started")
    else:
        raise BAD_FORM.error(field="what")
    return visitor.go("/sync", "started")


@post("/sync/{connection_id:uuid}/switch", sync_to_thread=True)
def switch(visitor: Visiting, connection_id: UUID, data: Form) -> Redirect:
    """Pauses or resumes what runs by itself; with ``stop`` everything ends, which has to be said twice."""
    visitor.require(OPERATIONS)
    wanted: dict[str, dict[str, object]] = {
        "pause": {"paused": True},
        "resume": {"paused": False},
        "stop": {"enabled": False},
        "start": {"enabled": True},
    }
    word = typed(data, "word", needed=True)
    if word not in wanted or (word == "stop" and typed(data, "sure") != "yes"):
        raise BAD_FORM.error(field="sure" if word in wanted else "word")
    sync_desk.set_settings(
        visitor.services.ground, visitor.organisation, str(connection_id), wanted[word], visitor.actor
    )
    return visitor.go("/sync", f"sync_{word}")


@get("/sync/runs", sync_to_thread=True)
def runs_page(
    visitor: Visiting,
    what: Choice = "",
    standing: Annotated[str, Parameter(query="state", max_length=20)] = "",
    cursor: UUID | None = None,
) -> Response:
    """Runs, newest first."""
    visitor.require(DESK)
    wanted = RunFilter(
        what=What(what) if what in {one.value for one in What} else None,
        state=RunState(standing) if standing in {one.value for one in RunState} else None,
        only_news=not (what or standing),
    )
    page = sync_desk.runs(visitor.services.ground, visitor.organisation, wanted, str(cursor) if cursor else "", PAGE)
    with visitor.read() as work:
        names = {one.id: one.name for one in visitor.services.connections.all(work)}
    return visitor.page(
        "sync_runs.html",
        "sync",
        runs=page.runs,
        cursor=page.cursor,
        names=names,
        actors=actor_names(visitor),
        chosen={"what": what, "state": standing},
        choices={"what": list(What), "state": list(RunState)},
    )


@get("/sync/runs/{run_id:uuid}", sync_to_thread=True)
def run_page(visitor: Visiting, run_id: UUID) -> Response:
    """One run: how far it is, what came of it, and for a census where the two sides differ."""
    visitor.require(DESK)
    ground, organisation = visitor.services.ground, visitor.organisation
    view = sync_desk.run_view(ground, organisation, str(run_id))
    report = None
    if view.run.what is What.CENSUS and view.run.state is RunState.DONE:
        report = sync_desk.census_report(ground, organisation, str(run_id))
    with visitor.read() as work:
        names = {one.id: one.name for one in visitor.services.connections.all(work)}
    problem = CATALOGUE.get(view.run.problem_code or "")
    return visitor.page(
        "sync_run.html",
        "sync",
        run=view.run,
        say=problem.say if problem else "",
        do=problem.do if problem else "",
        expected_finish=view.expected_finish,
        over=view.run.state in OVER,
        report=report,
        names=names,
        actors=actor_names(visitor),
        may_start=visitor.may(SYNC_STARTS),
    )


@post("/sync/runs/{run_id:uuid}/repair", sync_to_thread=True)
def repair(visitor: Visiting, run_id: UUID) -> Redirect:
    """Fetches and sends what a census missed."""
    visitor.require(SYNC_STARTS)
    run = sync_desk.repair_census(visitor.services.ground, visitor.organisation, str(run_id), visitor.actor)
    return visitor.go(f"/sync/runs/{run}", "started")


PAGES = [sync_page, start_run, switch, runs_page, run_page, repair]
