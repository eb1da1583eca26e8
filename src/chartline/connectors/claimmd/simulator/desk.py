"""The thin services around claims: archive/, notes/, modify/ (sheet 5.5, 15.20).

Nobody writes notes or edits claims in a simulated portal, so both feeds are empty and give the cursor back. Archiving
hides nothing from the status feed; it is only remembered.
"""

from __future__ import annotations

from chartline.connectors.claimmd.simulator.envelope import Node, Number
from chartline.connectors.claimmd.simulator.service import Call, Reply, missing, whole
from chartline.connectors.claimmd.simulator.state import World


class Desk:
    """The claim desk of the vendor's portal, as far as the API shows it."""

    def __init__(self, world: World) -> None:
        self._world = world

    def archive(self, call: Call) -> Reply:
        """Archive claims by ``claimid`` (repeatable); each gets its own outcome."""
        wanted = call.form.every("claimid")
        if not wanted:
            return missing("claimid")
        root = Node("result")
        for claimid in wanted:
            claim = self._world.claims.get(claimid)
            mine = claim is not None and claim.account == call.account.acct_number
            if claim is not None and mine:
                claim.archived = True
                self._world.claims.put(claim.id, claim)
            attributes = {
                "claimid": Number(claimid) if mine else claimid,
                "delete_status": "archived" if mine else "not found",
                "success": Number("1" if mine else "0"),
            }
            root.children.append(Node("claim", attributes))
        return Reply(root)

    def notes(self, call: Call) -> Reply:
        """Notes after NoteID: none."""
        return Reply(Node("result", {"LastNoteID": _cursor(call, "NoteID")}))

    def modify(self, call: Call) -> Reply:
        """Edits made in the portal after ModID: none."""
        return Reply(Node("result", {"last_modid": _cursor(call, "ModID")}))


def _cursor(call: Call, name: str) -> Number:
    return Number(whole(call.form.text(name)) or 0)
