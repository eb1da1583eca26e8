"""How the claims stand that the office made from our charges (vendor sheet 9.8).

Nothing about these calls is proven, so what they say is told as the office's own word, with the name that its list of
states gives it. The free text of a claim stays in the exchange log. Refuses nothing itself.
"""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import Final

from chartline.connect.facts import VisitClaimFact
from chartline.connectors.advancedmd.client import Client
from chartline.connectors.advancedmd.times import OfficeTime
from chartline.connectors.advancedmd.transactions import ClaimRow
from chartline.connectors.advancedmd.translate import moment_of
from chartline.connectors.advancedmd.wire import bare_id
from chartline.kernel.clock import Clock
from chartline.kernel.outcome import Later, Receipt, Refused

KEPT: Final = timedelta(hours=24)


class States:
    """The office's names of claim states, remembered for a day."""

    def __init__(self, client: Client, clock: Clock) -> None:
        self._client, self._clock = client, clock
        self._lock = threading.Lock()
        self._kept: tuple[datetime, dict[str, str]] | None = None

    def names(self) -> Receipt[dict[str, str]] | Later | Refused:
        """Code to name."""
        with self._lock:
            kept = self._kept
        if kept is not None and self._clock.now() - kept[0] < KEPT:
            return Receipt(kept[1])
        answer = self._client.claim_status_list()
        if not isinstance(answer, Receipt):
            return answer
        names = {row.code or row.id: row.name for row in answer.value}
        with self._lock:
            self._kept = (self._clock.now(), names)
        return Receipt(names, answer.exchange)


def of_visit(
    client: Client, states: States, visit: str, office: OfficeTime
) -> Receipt[tuple[VisitClaimFact, ...]] | Later | Refused:
    """The claims of a visit. Without the list of states they come without names."""
    answer = client.check_claim_status(visit)
    if not isinstance(answer, Receipt) or not answer.value:
        return Receipt((), answer.exchange) if isinstance(answer, Receipt) else answer
    named = states.names()
    names = named.value if isinstance(named, Receipt) else {}
    return Receipt(tuple(_claim(row, names, visit, office) for row in answer.value), answer.exchange)


def _claim(row: ClaimRow, names: dict[str, str], visit: str, office: OfficeTime) -> VisitClaimFact:
    return VisitClaimFact(
        vendor_id=row.id,
        visit_vendor_id=row.visit or bare_id(visit),
        status=row.status,
        at=moment_of(row.day, office),
        carrier_vendor_id=row.carrier,
        message=names.get(row.status, ""),
    )
