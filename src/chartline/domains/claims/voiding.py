"""Voiding a claim that the payer has: a version with frequency 8 that names the payer's number.

The charge is taken back in the ledger at once, by a counter-entry; what the payer paid stays until its reversal comes.
It is undone by a new version that replaces what the payer has.
"""

from __future__ import annotations

from chartline.domains.claims.acts import Act
from chartline.domains.claims.copy import open_copies
from chartline.domains.claims.events import EventKind
from chartline.domains.claims.standing import held_for
from chartline.domains.claims.versions import begin_version
from chartline.platform.database import Work
from chartline.platform.records import Records
from chartline.platform.vault import Vault


def void(work: Work, vault: Vault, records: Records, claim: str, actor: str, reason: str = "") -> int:
    """Ask the payer to void the claim; it goes out with the next file. Returns the version. ``reason`` is a code.

    Raises ``claims.not_found``, ``claims.not_in_this_state``.
    """
    held = held_for(work, claim, actor, Act.VOID)
    if held.claim(claim).hold_reason:
        held.change(claim, hold_reason="")
    copy = open_copies(work, vault, [claim])[claim]
    codes: dict[str, object] = {"reason": reason[:40]} if reason else {}
    return begin_version(work, vault, records, held, claim, copy, EventKind.VOIDING, void=True, codes=codes).version


def undo_void(work: Work, vault: Vault, records: Records, claim: str, actor: str) -> int:
    """Call a void off that no payer has taken in: the charge stands again, and the claim goes out as a replacement once
    the rules let it. Returns the version.

    Raises ``claims.not_found``, ``claims.not_in_this_state``.
    """
    held = held_for(work, claim, actor, Act.UNDO_VOID)
    copy = open_copies(work, vault, [claim])[claim]
    return begin_version(work, vault, records, held, claim, copy, EventKind.VOID_UNDONE).version
