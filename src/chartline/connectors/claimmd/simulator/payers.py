"""payerlist/: the payer directory, whole, with leading zeros intact (sheet 6, 15.17)."""

from __future__ import annotations

from fnmatch import fnmatchcase

from chartline.connectors.claimmd.simulator.envelope import Node, Number
from chartline.connectors.claimmd.simulator.seed import Payer
from chartline.connectors.claimmd.simulator.service import Call, Reply
from chartline.connectors.claimmd.simulator.state import World


class Payers:
    """The directory, shared by all accounts."""

    def __init__(self, world: World) -> None:
        self._world = world

    def payerlist(self, call: Call) -> Reply:
        """All payers, or those of an exact ``payerid`` or a ``payer_name`` (part of it, or with ``*``)."""
        payerid, name = call.form.text("payerid"), call.form.text("payer_name").upper()
        pattern = name if "*" in name else f"*{name}*"
        found = [payer for payer in self._world.payers if payerid in ("", payer.payerid)]
        return Reply(
            Node("result", {}, [_payer(payer) for payer in found if fnmatchcase(payer.payer_name.upper(), pattern)])
        )


def _payer(payer: Payer) -> Node:
    attributes = {
        "payerid": payer.payerid,
        "payer_name": payer.payer_name,
        "payer_type": payer.payer_type,
        "payer_state": payer.payer_state,
        "1500_claims": payer.professional_claims,
        "ub_claims": payer.institutional_claims,
        "dent_claims": payer.dental_claims,
        "era": payer.era,
        "eligibility": payer.eligibility,
        "secondary_support": payer.secondary_support,
        "attachment": payer.attachment,
        "workers_comp": payer.workers_comp,
        "auto": payer.auto,
        "avg_era_enroll_days": Number(payer.avg_era_enroll_days),
    }
    alternates = [
        Node("payer_alt_names", {"alt_payerid": other.alt_payerid, "alt_payer_name": other.alt_payer_name})
        for other in payer.payer_alt_names
    ]
    return Node("payer", attributes, alternates)
