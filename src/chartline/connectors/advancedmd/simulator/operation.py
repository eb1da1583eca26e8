"""What an operation is: an action name, the classes it answers to, and a function from a call to ``Results``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from chartline.connectors.advancedmd.simulator.model import Office, Patient
from chartline.connectors.advancedmd.simulator.refusals import (
    INVALID_ATTRIBUTE,
    MISSING_ATTRIBUTE,
    MISSING_ELEMENT,
    Refusal,
)
from chartline.connectors.advancedmd.simulator.tree import Node
from chartline.connectors.advancedmd.simulator.world import World
from chartline.kernel.sealed import Masked


@dataclass(frozen=True, slots=True, repr=False)
class Call(Masked):
    """One authenticated message of an office. ``component`` is the class in lower case."""

    world: World
    office: Office
    component: str
    message: Node
    now: datetime

    def required(self, name: str, node: Node | None = None) -> str:
        """An attribute that must be there and not empty, of the message or of an element; else fault 2048."""
        value = (node or self.message).get(name).strip()
        if not value:
            raise Refusal(MISSING_ATTRIBUTE, f"Missing {name} attribute")
        return value

    def required_element(self, *path: str) -> Node:
        """The first element at a path below the message; else fault 2049."""
        found = self.message.all(*path)
        if not found:
            raise Refusal(MISSING_ELEMENT, f"Missing {path[-1]} element")
        return found[0]

    def patient(self, text: str, attribute: str) -> Patient:
        """A living record of a patient by an id as callers write it; else fault 2051."""
        found = self.world.find(self.world.patients, self.office.key, text, "pat")
        if found is None or found.deleted:
            raise invalid(attribute)
        return found


@dataclass(frozen=True, slots=True)
class Operation:
    """An entry of the action catalogue. ``unverified`` marks shapes that rest on a placeholder [O]."""

    action: str
    classes: frozenset[str]
    run: Callable[[Call], Node]
    reads: bool = False
    unverified: bool = False


def invalid(attribute: str) -> Refusal:
    """Fault 2051 for an attribute whose value makes no sense; the value itself is not repeated."""
    return Refusal(INVALID_ATTRIBUTE, f"Invalid {attribute} attribute")
