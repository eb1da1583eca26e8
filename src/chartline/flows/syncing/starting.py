"""How a verb of the desk begins: is the connection able and switched on, and then a run with its job, and the audit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from chartline.connect.connections import NOT_CONNECTED
from chartline.domains.sync.runs import What, open_run
from chartline.domains.sync.settings import SWITCHED_OFF, read_settings
from chartline.flows.ground import CANNOT, VENDOR, Ground
from chartline.flows.syncing.names import (
    BULK,
    CENSUS,
    ELIGIBILITY,
    FETCH,
    FULL,
    PATIENT,
    PULL_PATIENTS,
    PULL_VISITS,
    PUSH,
    REPAIR,
    VISIT,
)
from chartline.platform.audit import AuditEvent, Target
from chartline.platform.database import Work

C = TypeVar("C")

_JOBS = {
    What.PULL_PATIENTS: PULL_PATIENTS,
    What.PULL_VISITS: PULL_VISITS,
    What.PUSH: PUSH,
    What.PATIENT: PATIENT,
    What.VISIT: VISIT,
    What.BULK: BULK,
    What.FULL: FULL,
    What.CENSUS: CENSUS,
    What.REPAIR: REPAIR,
    What.FETCH: FETCH,
    What.ELIGIBILITY: ELIGIBILITY,
}


def start(
    ground: Ground, work: Work, connection: str, what: What, actor: str, subject: str = "", **arguments: str
) -> str:
    """Open a run and put its job in line, in one transaction; the run's id. Raises ``sync.switched_off``."""
    must_be_on(work, connection)
    run_id = open_run(work, connection, what, actor, subject=subject)
    ground.jobs.enqueue(
        work,
        _JOBS[what],
        VENDOR,
        {"connection": connection, "run": run_id, **arguments},
        key=f"sync/{run_id}",
        organisation=work.organisation,
    )
    note(ground, work, actor, f"sync.{what.value}", Target("sync_run", run_id))
    return run_id


def must_be_on(work: Work, connection: str) -> None:
    """Raises ``sync.switched_off``."""
    if not read_settings(work, connection).enabled:
        raise SWITCHED_OFF.error(connection=connection)


def able(ground: Ground, organisation: str, connection: str, capability: type[C]) -> C:
    """The connector of a connection that is switched on and can do this.

    Raises ``connect.not_connected``, ``sync.switched_off``, ``connect.cannot``.
    """
    with ground.database.read(organisation) as work:
        known = ground.connections.get(work, connection)
        must_be_on(work, connection)
    if not known.enabled:
        raise NOT_CONNECTED.error(connection=known.name)
    connector = ground.connector(organisation, known)
    if not isinstance(connector, capability):
        raise CANNOT.error(connection=known.name, capability=capability.__name__)
    return connector


def note(
    ground: Ground, work: Work, actor: str, action: str, target: Target, detail: Mapping[str, str] | None = None
) -> None:
    """Write down who did it."""
    ground.audit.record(work, AuditEvent(actor=actor, action=action, target=target, detail=detail or {}))
