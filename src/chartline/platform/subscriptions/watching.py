"""What active subscriptions wait for, by resource type, and whether one write is it.

Kept in memory with the stamp that came along with the write's own statements, so that a write nobody waits for costs
nothing. Matching is on what a resource is found by, before and after, as a search would. Refuses chains, ``_has`` and
value sets: they cannot be decided on one resource.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from chartline.formats.fhir import JsonObject
from chartline.formats.fhir.definitions import RESOURCE_TYPES
from chartline.formats.fhir.search import BAD_SEARCH, Condition, Criterion, Extracted, extract, holds, read_query
from chartline.kernel.errors import ChartlineError
from chartline.kernel.sealed import Masked
from chartline.platform.database import Work
from chartline.platform.records.observing import Written
from chartline.platform.records.reach import Reach
from chartline.platform.subscriptions.definition import Definition
from chartline.platform.subscriptions.problems import BAD_FILTER, UNKNOWN_TOPIC
from chartline.platform.subscriptions.topics import STORED, Topic, Trigger, topic_of

_UNWATCHED = frozenset({"Subscription", "AuditEvent"})
"""Types that a subscription's own life writes: waiting for them would never end."""


@dataclass(frozen=True, slots=True, repr=False)
class Watch(Masked):
    """One trigger of one subscription on one type; ``filters`` hold for the content that is told of."""

    subscription: str
    interactions: tuple[str, ...]
    current: tuple[Criterion, ...]
    previous: tuple[Criterion, ...]
    filters: tuple[Criterion, ...]
    reach: Reach
    rtype: str

    def fires(self, interaction: str, before: Extracted | None, after: Extracted | None) -> bool:
        """Whether a write is what is waited for."""
        focus = after if after is not None else before
        if interaction not in self.interactions or focus is None or not self._visible(focus):
            return False
        if after is not None and not _all(self.current, after):
            return False
        if before is not None and after is not None and not _all(self.previous, before):
            return False
        return _all(self.filters, focus)

    def _visible(self, focus: Extracted) -> bool:
        return not self.reach.narrows(self.rtype) or self.reach.compartment in focus.compartments


@dataclass(frozen=True, slots=True)
class Waiting:
    """The watches of an organisation by type."""

    stamp: int
    by_type: Mapping[str, Sequence[Watch]]


def watches(identity: str, definition: Definition) -> list[Watch]:
    """Everything a subscription waits for. Raises ``subscription.unknown_topic``, ``subscription.bad_filter``."""
    if not definition.topic:
        rtype, _, query = definition.criteria.partition("?")
        triggers: tuple[Trigger, ...] = (Trigger(rtype, STORED, query),)
        filters: dict[str, tuple[Criterion, ...]] = {}
    else:
        topic = topic_of(definition.topic)
        if topic is None:
            raise UNKNOWN_TOPIC.error(expression="Subscription.criteria")
        triggers, filters = topic.triggers, _filters(topic, definition)
    found = [
        Watch(
            identity,
            one.interactions,
            criteria(one.rtype, one.current, definition.base),
            criteria(one.rtype, one.previous, definition.base),
            filters.get(one.rtype, ()),
            definition.reach,
            one.rtype,
        )
        for one in triggers
    ]
    return [one for one in found if definition.reach.covers(one.rtype)]


def criteria(rtype: str, query: str, base: str = "") -> tuple[Criterion, ...]:
    """The conditions of a search on one type. Raises ``subscription.bad_filter``."""
    if rtype not in RESOURCE_TYPES or rtype in _UNWATCHED:
        raise BAD_FILTER.error(expression="Subscription.criteria")
    if not query:
        return ()
    try:
        read = read_query((rtype,), parse_qsl(query, keep_blank_values=True), strict=True, base=base)
    except ChartlineError as error:
        if error.problem.code != BAD_SEARCH.code:
            raise
        raise BAD_FILTER.error(expression="Subscription.criteria") from None
    found = read.criteria[0]
    if not found or not all(isinstance(one, Condition) and one.value_set is None for one in found):
        raise BAD_FILTER.error(expression="Subscription.criteria")
    return found


def _filters(topic: Topic, definition: Definition) -> dict[str, tuple[Criterion, ...]]:
    """The filters of a subscription by type: all of them must hold. Only what the topic lists may be filtered by."""
    found: dict[str, tuple[Criterion, ...]] = {}
    types = {one.rtype for one in topic.triggers}
    for text in definition.filters:
        rtype, mark, query = text.partition("?")
        named = {pair.partition("=")[0].partition(":")[0] for pair in query.split("&")}
        if not mark or rtype not in types or not named <= set(topic.filters):
            raise BAD_FILTER.error(expression="Subscription.criteria.extension")
        found[rtype] = (*found.get(rtype, ()), *criteria(rtype, query, definition.base))
    return found


def fired(waiting: Waiting, one: Written) -> list[str]:
    """The subscriptions that a write is told to."""
    waits = waiting.by_type.get(one.stored.type)
    if not waits:
        return []
    interaction = interaction_of(one)
    before, after = _extracted(one.before), _extracted(one.after)
    return [watch.subscription for watch in waits if watch.fires(interaction, before, after)]


def interaction_of(one: Written) -> str:
    """create, update or delete; bringing a deleted resource back is a create."""
    if one.after is None:
        return "delete"
    return "create" if one.before is None else "update"


def _extracted(content: JsonObject | None) -> Extracted | None:
    return None if content is None else extract(content)


def _all(conditions: Sequence[Criterion], found: Extracted) -> bool:
    return all(isinstance(one, Condition) and holds(one, found) for one in conditions)


class Known:
    """The watches of every organisation, as far as they were asked for in this process."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], Waiting] = {}
        self._lock = threading.Lock()

    def at(self, work: Work, stamp: int) -> Waiting | None:
        """What is known of the organisation at a stamp; None when it must be read."""
        with self._lock:
            found = self._known.get(_place(work))
        return found if found is not None and found.stamp == stamp else None

    def keep(self, work: Work, waiting: Waiting) -> None:
        """Remember what was read."""
        with self._lock:
            self._known[_place(work)] = waiting


def _place(work: Work) -> tuple[str, str]:
    return str(work.connection.engine.url), work.organisation
