"""What a subscriber is shown: the resources of its events, as far as its author may see them now.

Every look is in the trail. Refuses resources out of reach: an event of one says so instead of showing it.
"""

from __future__ import annotations

from collections.abc import Sequence

from chartline.flows.ground import Ground
from chartline.formats.fhir import JsonObject
from chartline.kernel.errors import ChartlineError
from chartline.kernel.sealed import Masked, Purpose
from chartline.platform.access.tokens import Tokens
from chartline.platform.audit import AuditEvent, Target
from chartline.platform.database import Work
from chartline.platform.records import Stored
from chartline.platform.records.stored import GONE, NOT_FOUND
from chartline.platform.subscriptions import Definition, Event, State
from chartline.platform.subscriptions.notices import notification, status


class Content(Masked):
    """What one message carries: a resource (None for an empty body), and the event it is about for classic ones."""

    __slots__ = ("about", "resource")

    def __init__(self, resource: JsonObject | None, about: Event | None = None) -> None:
        self.resource, self.about = resource, about


class Shown:
    """Reads what notifications carry."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._tokens = Tokens(ground.database, ground.vault)

    def allowed(self, work: Work, definition: Definition) -> bool:
        """Whether the token that made a subscription is still good; a person's or our own always is."""
        kind, _, identity = definition.actor.partition(":")
        if kind != "token":
            return True
        found = next((one for one in self._tokens.tokens(work.organisation) if one.id == identity), None)
        return found is not None and found.revoked is None and (found.expires is None or found.expires > work.now)

    def content(self, work: Work, state: State, kind: str, events: Sequence[Event]) -> Content:
        """The content of the next message of a subscription."""
        definition = state.definition
        bodies = self._bodies(work, state, events)
        if not definition.topic:
            event = events[0]
            return Content(bodies.get(event.number) if definition.media else None, event)
        told = status(state, kind, definition.base, events, definition.content)
        made = notification(told, state, definition.base, work.now, events, definition.content, bodies)
        return Content(made)

    def _bodies(self, work: Work, state: State, events: Sequence[Event]) -> dict[int, JsonObject]:
        """The resources of events by their numbers, in the versions that the events are about."""
        definition = state.definition
        if definition.content != "full-resource":
            return {}
        found: dict[int, JsonObject] = {}
        for event in events:
            if event.interaction != "delete" and (stored := self._version(work, definition, event)) is not None:
                found[event.number] = stored.reveal(Purpose.EXCHANGE)
        if found:
            actor = definition.actor or "practice"
            target = Target("Subscription", state.id)
            told = AuditEvent(actor, "fhir.notify", target, Purpose.EXCHANGE.value, len(found))
            self._ground.audit.record(work, told)
        return found

    def opened(self, stored: Stored) -> JsonObject:
        """The Subscription itself, to give it another status."""
        return stored.reveal(Purpose.MATCH)

    def _version(self, work: Work, definition: Definition, event: Event) -> Stored | None:
        try:
            return self._ground.records.version(work, event.rtype, event.id, event.version, definition.reach)
        except ChartlineError as error:
            if error.problem.code not in (NOT_FOUND.code, GONE.code):
                raise
            return None
