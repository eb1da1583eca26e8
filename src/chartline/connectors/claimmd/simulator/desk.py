"""The services around claims in the portal: archive/, notes/, modify/ (sheet 5.5, row 20 of section 15).

Nobody sits in a simulated portal, so notes and edits are made by the control API; an edit is remembered and changes no
claim. Both feeds have cursors of their own and filters that do not move them. Archiving hides nothing from the status
feed; it is only remembered, and doing it again is a success again.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from chartline.connect.simulation.shelf import Shelf, Store
from chartline.connectors.claimmd.simulator.envelope import Node, Number
from chartline.connectors.claimmd.simulator.seed import BAD_SEED
from chartline.connectors.claimmd.simulator.service import Call, Reply, malformed, missing, whole
from chartline.connectors.claimmd.simulator.stamps import local
from chartline.connectors.claimmd.simulator.state import Claim, World
from chartline.kernel.sealed import Masked

FIRST_NOTE, FIRST_EDIT = 20001, 30001
Short = Annotated[str, msgspec.Meta(max_length=200)]


class Note(Masked, msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What somebody wrote on a claim."""

    claimid: Short
    note: Annotated[str, msgspec.Meta(max_length=4000)]
    username: Short = "portal"
    id: str = ""
    at: datetime | None = None


class Edit(Masked, msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What somebody changed on a claim."""

    claimid: Short
    field: Short
    old_value: Short = ""
    new_value: Short = ""
    user: Short = "portal"
    id: str = ""
    at: datetime | None = None


class Desk:
    """The claim desk of the vendor's portal, as far as the API shows it."""

    def __init__(self, world: World, store: Store) -> None:
        self._world = world
        self._notes: Shelf[Note] = Shelf(store, "note", Note)
        self._edits: Shelf[Edit] = Shelf(store, "edit", Edit)

    def write_note(self, note: Note) -> None:
        """Somebody writes a note now. Raises ``claimmd_simulator.seed`` for a claim that does not exist."""
        self._known(note.claimid)
        note.id, note.at = self._world.next_id("noteid", FIRST_NOTE), self._world.clock.now()
        self._notes.put(note.id, note)

    def edit_claim(self, edit: Edit) -> None:
        """Somebody changes a claim now. Raises ``claimmd_simulator.seed`` for a claim that does not exist."""
        self._known(edit.claimid)
        edit.id, edit.at = self._world.next_id("modid", FIRST_EDIT), self._world.clock.now()
        self._edits.put(edit.id, edit)

    def _known(self, claimid: str) -> None:
        if claimid not in self._world.claims:
            raise BAD_SEED.error(reason="unknown claim", claim=claimid)

    def archive(self, call: Call) -> Reply:
        """Archive claims by ``claimid`` (repeatable); each gets its own outcome."""
        wanted = call.form.every("claimid")
        if not wanted:
            return missing("claimid")
        root = Node("result")
        for claimid in wanted:
            claim = self._mine(call, claimid)
            if claim is not None:
                claim.archived = True
                self._world.claims.put(claim.id, claim)
            attributes = {
                "claimid": Number(claimid) if claim else claimid,
                "delete_status": "archived" if claim else "not found",
                "success": Number("1" if claim else "0"),
            }
            root.children.append(Node("claim", attributes))
        return Reply(root)

    def notes(self, call: Call) -> Reply:
        """Notes after NoteID, oldest first; those of one claim when ClaimMD_ID is given."""
        after = _cursor(call, "NoteID")
        if after is None:
            return malformed("NoteID")
        only = call.form.text("ClaimMD_ID")
        root, last = Node("result"), after
        for note in self._notes:
            claim = self._mine(call, note.claimid)
            if claim is not None and int(note.id) > after and only in ("", claim.id):
                root.children.append(_note(note, claim))
                last = int(note.id)
        root.attributes["LastNoteID"] = Number(last)
        return Reply(root)

    def modify(self, call: Call) -> Reply:
        """Edits after ModID, oldest first; those of one claim or one field when ClaimMD_ID or Field is given."""
        after = _cursor(call, "ModID")
        if after is None:
            return malformed("ModID")
        only, field = call.form.text("ClaimMD_ID"), call.form.text("Field")
        root, last = Node("result"), after
        for edit in self._edits:
            claim = self._mine(call, edit.claimid)
            if claim is None or int(edit.id) <= after or only not in ("", claim.id) or field not in ("", edit.field):
                continue
            root.children.append(_edit(edit, claim))
            last = int(edit.id)
        root.attributes["last_modid"] = Number(last)
        return Reply(root)

    def _mine(self, call: Call, claimid: str) -> Claim | None:
        claim = self._world.claims.get(claimid)
        return claim if claim is not None and claim.account == call.account.acct_number else None


def _note(note: Note, claim: Claim) -> Node:
    return Node(
        "notes",
        {
            "noteid": Number(note.id),
            "note": note.note,
            "claimmd_id": Number(claim.id),
            "claimid": Number(claim.id),
            "pcn": claim.pcn,
            "username": note.username,
            "date_time": local(note.at) if note.at else "",
        },
    )


def _edit(edit: Edit, claim: Claim) -> Node:
    return Node(
        "mod",
        {
            "modid": Number(edit.id),
            "claimmd_id": Number(claim.id),
            "field": edit.field,
            "old_value": edit.old_value,
            "new_value": edit.new_value,
            "time": local(edit.at) if edit.at else "",
            "user": edit.user,
        },
    )


def _cursor(call: Call, name: str) -> int | None:
    """The position asked from, 0 when none is named, None when it is not a number."""
    return whole(call.form.text(name)) if call.form.text(name) else 0
