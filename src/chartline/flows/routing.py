"""Which connection is used: the way of a payer's claims, and reads that go on to the next vendor when one is down.

A read may be asked of another vendor. A write never is: a claim file stays with the connection that it was built for
until its vendor is proven not to have it (DESIGN, "A connector").
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from chartline.connect.connections import Connection
from chartline.connect.health import healths
from chartline.connect.routing import Routes, Service, read_routes
from chartline.flows.ground import NOT_CONNECTED, Ground
from chartline.kernel.errors import Blame
from chartline.kernel.outcome import Later, Receipt, Refused
from chartline.platform.database import Work

C = TypeVar("C")
T = TypeVar("T")

ELSEWHERE = frozenset({Blame.NETWORK, Blame.VENDOR})
"""Whose fault it must be that another vendor is asked: a payer's or the practice's own "no" is the same everywhere."""


@dataclass(frozen=True, slots=True)
class Passed:
    """A connection that could not answer just then, and the code of its reason."""

    connection: Connection
    code: str


@dataclass(frozen=True, slots=True)
class Share:
    """The payers whose claims go through a connection: those named, or, when ``only`` is None, all but those named."""

    only: frozenset[str] | None
    but: frozenset[str] = frozenset()


def present_routes(work: Work) -> Routes:
    """The settings and the health of now; two queries."""
    return read_routes(work, healths(work))


def ways(
    ground: Ground, organisation: str, capability: type[C], service: Service, payer_id: str
) -> list[tuple[Connection, C]]:
    """Every connection that offers a capability, the one to use for this payer first.

    Raises ``connect.not_connected`` when there is none.
    """
    found = ground.every(organisation, capability)
    if not found:
        raise NOT_CONNECTED.stop(capability=capability.__name__)
    with ground.database.read(organisation) as work:
        return present_routes(work).ordered(found, service, payer_id)


def ask(
    ground: Ground,
    organisation: str,
    capability: type[C],
    service: Service,
    payer_id: str,
    question: Callable[[Connection, C], Receipt[T] | Later | Refused],
) -> tuple[Connection, Receipt[T] | Later | Refused, tuple[Passed, ...]]:
    """Ask a question that changes nothing; when a vendor is down or cannot, the next one is asked.

    Answers the connection, its outcome, and those passed over. Raises ``connect.not_connected``.
    """
    passed: list[Passed] = []
    first: tuple[Connection, Receipt[T] | Later | Refused] | None = None
    for connection, connector in ways(ground, organisation, capability, service, payer_id):
        outcome = question(connection, connector)
        if not _goes_on(outcome):
            return connection, outcome, tuple(passed)
        passed.append(Passed(connection, outcome.problem.code if isinstance(outcome, Refused) else "later"))
        first = first or (connection, outcome)
    # None could: what the first one said decides when it is asked again.
    assert first is not None
    return first[0], first[1], tuple(passed[1:])


def _goes_on(outcome: Receipt[T] | Later | Refused) -> bool:
    if isinstance(outcome, Refused):
        return outcome.problem.blame in ELSEWHERE
    return isinstance(outcome, Later)


def share_of(work: Work, connection_id: str, offering: Sequence[Connection]) -> Share:
    """The share of a connection among those that take claims: the first in order has every payer without a setting."""
    routes = present_routes(work)
    order = routes.ordered([(each, None) for each in offering], Service.CLAIMS, "")
    mine = frozenset(routes.payers_of(connection_id, Service.CLAIMS))
    if order and order[0][0].id == connection_id:
        return Share(None, frozenset(routes.routed(Service.CLAIMS)) - mine)
    return Share(mine)
