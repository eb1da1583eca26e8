"""Which connection serves a payer: what the practice set for the payer, then order, health, price and age.

Pure but for its one table. Refuses nothing: a payer without a setting of its own goes where most go.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

import sqlalchemy as sa

from chartline.connect.connections import Connection
from chartline.connect.health import NEVER_CALLED, Health, Standing
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.platform.database import Id, Work, metadata

C = TypeVar("C")

PRIORITY, PRICE = "priority", "price_cents"
"""Options of a connection: 1 comes before 2 (100 when unset); what a transaction costs there."""
BAD_ORDER = ErrorKind(
    "connect.bad_order",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The order or the price of a connection is not a whole number.",
    "Give priority as a number from 1 to 999 and price_cents as whole cents.",
)

payer_connection_table = sa.Table(
    "payer_connection",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("payer_id", sa.String(40), primary_key=True),
    sa.Column("service", sa.String(20), primary_key=True),
    sa.Column("connection", sa.String(64), nullable=False),
)


class Service(StrEnum):
    """What is routed."""

    CLAIMS = "claims"
    ELIGIBILITY = "eligibility"
    STATUS = "status"
    AUTHORIZATION = "authorization"


@dataclass(frozen=True, slots=True)
class Routes:
    """The practice's settings by payer and service, and the health of its connections."""

    by_payer: Mapping[tuple[str, str], str]
    health: Mapping[str, Health]

    def ordered(
        self, found: Sequence[tuple[Connection, C]], service: Service, payer_id: str
    ) -> list[tuple[Connection, C]]:
        """Connections that offer a service, the one to use for a payer first."""
        wanted = self.by_payer.get((payer_id, service.value))

        def place(pair: tuple[Connection, C]) -> tuple[bool, bool, int, int]:
            connection, _ = pair
            down = self.health.get(connection.id, NEVER_CALLED).standing is Standing.DOWN
            return (connection.id != wanted, down, number(connection, PRIORITY, 100), number(connection, PRICE, 0))

        return sorted(found, key=place)  # stable: the oldest among equals

    def payers_of(self, connection: str, service: Service) -> set[str]:
        """The payers that were set to go through a connection."""
        return {payer for (payer, kind), each in self.by_payer.items() if kind == service.value and each == connection}

    def routed(self, service: Service) -> set[str]:
        """All payers that have a setting of their own."""
        return {payer for payer, kind in self.by_payer if kind == service.value}


def read_routes(work: Work, health: Mapping[str, Health]) -> Routes:
    """The settings of the practice; one query."""
    rows = work.rows(work.select(payer_connection_table))
    return Routes({(row["payer_id"], row["service"]): row["connection"] for row in rows}, health)


def save_route(work: Work, payer_id: str, service: Service, connection: str | None) -> None:
    """Send what concerns a payer through one connection; None goes back to the order of the others."""
    columns = payer_connection_table.c
    if connection is None:
        here = sa.and_(columns.payer_id == payer_id, columns.service == service.value)
        work.execute(work.delete(payer_connection_table).where(here))
    else:
        key: dict[str, object] = {"payer_id": payer_id, "service": service.value}
        work.upsert(payer_connection_table, key, connection=connection)


def number(connection: Connection, option: str, default: int) -> int:
    """An option that is a whole number. Raises ``connect.bad_order``."""
    text = connection.options.get(option, "").strip()
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 7):
        raise BAD_ORDER.error(connection=connection.name, option=option)
    return int(text)
