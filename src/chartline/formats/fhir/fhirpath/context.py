"""What an evaluation knows: the focus, the resources around it, variables, and what it may ask of others.

Counts the items it has touched, so that an expression from outside cannot keep a server busy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import TypeAlias

from chartline.formats.fhir.fhirpath.errors import EVALUATION
from chartline.formats.fhir.fhirpath.nodes import Node, node_of
from chartline.formats.fhir.fhirpath.values import NONE, Items
from chartline.formats.fhir.json import JsonObject

MOST_ITEMS = 1_000_000
"""Items one evaluation may touch: seconds, not minutes."""
LONGEST_TEXT = 1_000_000
"""Characters a string made by an expression may have."""


@dataclass(frozen=True, slots=True)
class Services:
    """What an evaluation may ask: each answers None when it does not know, and then the function has no answer.

    ``resolve`` finds the resource of a reference; without it, a reference that names its type stands for an empty
    resource of that type, so that ``resolve() is Patient`` needs no look-up. ``member_of`` says whether a code, Coding
    or CodeableConcept is in a value set; ``conforms_to`` whether a resource fits a profile; ``subsumes`` whether the
    first Coding or CodeableConcept is an ancestor of the second (or the same); ``narrative`` whether XHTML is allowed
    (``htmlChecks``). ``now`` is the time of ``now()``.
    """

    resolve: Callable[[str], JsonObject | None] | None = None
    member_of: Callable[[object, str], bool | None] | None = None
    conforms_to: Callable[[JsonObject, str], bool | None] | None = None
    subsumes: Callable[[object, object], bool | None] | None = None
    narrative: Callable[[str], bool] | None = None
    now: datetime | None = None


NO_SERVICES = Services()


class Context:
    """The state of one evaluation; functions that walk items change ``this`` and ``index`` and put them back.

    What most evaluations leave as it is stands on the class, so that a small one costs little.
    """

    index: Items = NONE
    total: Items = NONE
    left: int = MOST_ITEMS
    variables: Mapping[str, object] = MappingProxyType({})
    services: Services = NO_SERVICES
    strict: bool = False
    given_resource: object = None
    given_root: object = None

    def __init__(self, focus: Items) -> None:
        self.this = focus
        self.focus = focus

    @property
    def resource(self) -> Items:
        """``%resource``: as given, or the nearest resource around the focus."""
        found = node_of(self.given_resource) if self.given_resource is not None else _around(self.focus)
        return NONE if found is None else [found]

    @property
    def root(self) -> Items:
        """``%rootResource``: as given, or what contains ``%resource``, or that itself."""
        if self.given_root is not None:
            return [node_of(self.given_root)]
        nearest = _around(self.focus)
        if nearest is not None and nearest.name == "contained" and nearest.parent is not None:
            return [nearest.parent]
        return self.resource if nearest is None or self.given_resource is not None else [nearest]

    def spend(self, items: int) -> None:
        """Count items touched. Raises when there were too many."""
        self.left -= items
        if self.left < 0:
            raise EVALUATION.error(reason="too_much_work")


Run: TypeAlias = Callable[[Context], Items]
"""A compiled part of an expression."""


def _around(focus: Items) -> Node | None:
    node = focus[0] if focus else None
    while isinstance(node, Node):
        if node.kind.resource or (isinstance(node.value, dict) and "resourceType" in node.value):
            return node
        node = node.parent
    return None


def short(text: str) -> str:
    """A string an expression has made. Raises when it has grown too long."""
    if len(text) > LONGEST_TEXT:
        raise EVALUATION.error(reason="string_too_long")
    return text
