"""Calls about the claims that the office made from our charges (vendor sheet 9.8; nothing about them is proven)."""

from __future__ import annotations

from chartline.connectors.advancedmd.client.asking import Asking, Read, then
from chartline.connectors.advancedmd.transactions import ClaimRow
from chartline.connectors.advancedmd.wire import LookupRow, prefixed_id


class ClaimCalls(Asking):
    """The actions about claims."""

    def check_claim_status(self, visit: str) -> Read[tuple[ClaimRow, ...]]:
        """``checkclaimstatus`` of a visit (grade S, shape O)."""
        return then(
            self._broker.read("checkclaimstatus", "claims", {"visitid": prefixed_id("vst", visit)}),
            lambda results: tuple(ClaimRow.of(row) for row in results.node.first("claimlist").every("claim")),
        )

    def claim_status_list(self) -> Read[tuple[LookupRow, ...]]:
        """``claimstatuslist`` (grade S, shape O): every status with its name."""
        return then(
            self._broker.read("claimstatuslist", "claims", {}),
            lambda results: tuple(LookupRow.of(row) for row in results.node.first("statuslist").every("status")),
        )
