"""A known caller at work: whose rows, with which rights, and where the trail of it goes.

Interactions take their transaction from here, so the same function serves a request of its own and an entry of a
transaction. Refuses to show anything without an event in the audit trail.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from chartline.api.fhir.rights import Rights
from chartline.app.services import Services
from chartline.domains.sync.changes import note_written
from chartline.formats.fhir import JsonObject, parse
from chartline.kernel.sealed import Purpose
from chartline.platform.access import Principal
from chartline.platform.audit import AuditBehind, AuditEvent, Target
from chartline.platform.database import Work
from chartline.platform.records import Records, Stored


@dataclass(frozen=True, slots=True)
class Session:
    """``inside`` is the transaction that is open already, when the caller's request is an entry of one."""

    services: Services
    principal: Principal
    rights: Rights
    trail: AuditBehind
    inside: Work | None = None

    @property
    def records(self) -> Records:
        """The records."""
        return self.services.records

    @property
    def organisation(self) -> str:
        """The caller's organisation."""
        return self.principal.organisation

    @contextmanager
    def reading(self) -> Generator[Work, None, None]:
        """A reading transaction, or the one that is open."""
        if self.inside is not None:
            yield self.inside
            return
        with self.services.database.read(self.organisation) as work:
            yield work

    @contextmanager
    def writing(self) -> Generator[Work, None, None]:
        """A writing transaction, or the one that is open."""
        if self.inside is not None:
            yield self.inside
            return
        with self.services.database.work(self.organisation) as work:
            yield work

    def within(self, work: Work) -> Session:
        """The same caller inside an open transaction."""
        return replace(self, inside=work)

    def shown(self, action: str, rtype: str | None, identity: str | None, count: int = 1) -> None:
        """Put into the trail that resources were shown; written a moment later, with others."""
        target = Target(rtype or "System", identity or "") if rtype or identity else None
        event = AuditEvent(self.principal.actor, f"fhir.{action}", target, Purpose.SHOW.value, count)
        self.trail.note(self.organisation, event)

    def changed(self, work: Work, action: str, stored: Stored) -> None:
        """Put into the trail that a resource was changed, and in line for the connections that follow it, in the
        change's own transaction. Call it last.
        """
        if not stored.deleted:
            note_written(work, [(stored.type, stored.id)])
        event = AuditEvent(
            self.principal.actor,
            f"fhir.{action}",
            Target(stored.type, stored.id),
            detail={"version": str(stored.version)},
        )
        self.services.audit.record(work, event)


def body_of(stored: Stored) -> bytes:
    """The bytes of a resource, to be shown; the request's own event counts them."""
    return stored.body.reveal(Purpose.SHOW)


def resource_of(stored: Stored) -> JsonObject:
    """The resource, read anew."""
    return parse(stored.body.reveal(Purpose.MATCH))
