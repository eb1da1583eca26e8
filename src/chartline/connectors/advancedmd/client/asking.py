"""What all calls have in common: a way to the vendor, pages of lists, and one shape for every lookup.

Refuses nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from chartline.connectors.advancedmd.broker import Broker
from chartline.connectors.advancedmd.rest import Rest
from chartline.connectors.advancedmd.tree import Node
from chartline.connectors.advancedmd.wire import Paging, Results
from chartline.kernel.outcome import Later, Receipt, Refused
from chartline.kernel.sealed import Masked

R = TypeVar("R")
S = TypeVar("S")

Read = Receipt[R] | Later | Refused


@dataclass(frozen=True, slots=True, repr=False)
class Listed(Masked, Generic[R]):
    """One page of a list with its counters."""

    rows: tuple[R, ...]
    paging: Paging


def then(outcome: Read[R], function: Callable[[R], S]) -> Read[S]:
    """The same word with its content turned into something else."""
    return Receipt(function(outcome.value), outcome.exchange) if isinstance(outcome, Receipt) else outcome


class Asking:
    """One office's two ways: the broker and REST."""

    def __init__(self, broker: Broker, rest: Rest) -> None:
        self._broker, self._rest = broker, rest

    def _lookup(
        self, noun: str, attributes: Mapping[str, str], of: Callable[[Node], R], kind: str = "api"
    ) -> Read[Listed[R]]:
        """Any ``lookup...``: ``<noun>list`` with counters and rows called ``<noun>`` (sheet 9.6)."""

        def listed(results: Results) -> Listed[R]:
            place = results.node.first(f"{noun}list")
            return Listed(tuple(of(row) for row in place.every(noun)), Paging.of(place, results.node))

        return then(self._broker.read(f"lookup{noun}", kind, attributes), listed)
