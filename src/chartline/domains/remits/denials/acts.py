"""What a person does about a denial. Each act is an event with who and why; ending one can be taken back.

Refuses acts on denials that are settled, and an end without a reason.
"""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from chartline.domains.remits.denials.denial import (
    NOT_OPEN,
    Denial,
    DenialEventKind,
    DenialState,
    change_denial,
    read_denial,
)
from chartline.domains.remits.denials.tables import denial_event_table
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.sealed import Purpose, Sealed
from chartline.platform.database import Work
from chartline.platform.vault import Vault

NOT_ENDED = ErrorKind(
    "denials.not_ended",
    Blame.PRACTICE,
    Again.NEVER,
    "This denial is still in dispute, so there is nothing to take back.",
    "Look at its history.",
    status=409,
)
ENDS = {
    DenialState.WRITTEN_OFF: DenialEventKind.WRITTEN_OFF,
    DenialState.MOVED: DenialEventKind.MOVED,
    DenialState.DISMISSED: DenialEventKind.DISMISSED,
}
"""How a person ends a denial; the payer ends it by paying."""


def waiting_denial(work: Work, denial: str) -> Denial:
    """A denial that is in dispute, under lock. Raises ``denials.not_found``, ``denials.not_open``."""
    known = read_denial(work, denial, lock=True)
    if not known.waiting:
        raise NOT_OPEN.error(denial=denial, state=known.state.value)
    return known


def assign(work: Work, denial: str, assignee: str, actor: str) -> None:
    """Give it to somebody (``user:<id>``), or to nobody with empty text."""
    known = waiting_denial(work, denial)
    state = known.state
    if state in (DenialState.OPEN, DenialState.WORKING):
        state = DenialState.WORKING if assignee else DenialState.OPEN
    codes: dict[str, object] = {"to": assignee}
    change_denial(
        work,
        denial,
        DenialEventKind.ASSIGNED,
        actor,
        codes=codes,
        values={"assignee": assignee[:80], "state": state.value},
    )


def follow_up(work: Work, denial: str, on: date | None, actor: str) -> None:
    """Come back to it on a day; None forgets the day."""
    waiting_denial(work, denial)
    codes: dict[str, object] = {"on": on.isoformat() if on else ""}
    change_denial(work, denial, DenialEventKind.FOLLOW_UP, actor, codes=codes, values={"follow_up": on})


def add_note(work: Work, vault: Vault, denial: str, text: Sealed[str], actor: str) -> None:
    """Keep what somebody wrote; it may name the patient, so it is sealed."""
    read_denial(work, denial, lock=True)
    change_denial(work, denial, DenialEventKind.NOTED, actor, sealed=_seal(work, vault, denial, text))


def open_note(work: Work, vault: Vault, denial: str, sealed: bytes) -> Sealed[str]:
    """What ``add_note`` kept."""
    return Sealed(vault.open_sealed(work.organisation, "denial", denial, sealed).decode())


def mark_corrected(work: Work, denial: str, version: int, actor: str) -> None:
    """A corrected claim goes to the payer: it will decide again."""
    waiting_denial(work, denial)
    codes: dict[str, object] = {"version": version}
    change_denial(
        work,
        denial,
        DenialEventKind.CORRECTED,
        actor,
        codes=codes,
        values={"state": DenialState.CORRECTED.value, "follow_up": None},
    )


def end(work: Work, denial: str, how: DenialState, reason: str, actor: str) -> int:
    """End it without the payer's money; answers the number of the event, by which a move of money can be named.

    ``reason`` is a code or a few words without patient values.
    The money is moved by whoever calls (the ledger's write-off or transfer), in the same transaction.
    """
    known = waiting_denial(work, denial)
    codes: dict[str, object] = {"reason": reason[:80], "amount": known.amount.minor, "was": known.state.value}
    return change_denial(work, denial, ENDS[how], actor, codes=codes, values={"state": how.value, "follow_up": None})


def reopen(work: Work, denial: str, actor: str) -> Denial:
    """Take the end back. Raises ``denials.not_ended``."""
    known = read_denial(work, denial, lock=True)
    if known.waiting or known.state is DenialState.WON:
        raise NOT_ENDED.error(denial=denial, state=known.state.value)
    change_denial(
        work,
        denial,
        DenialEventKind.REOPENED,
        actor,
        codes={"was": known.state.value},
        values={"state": DenialState.OPEN.value},
    )
    return known


def last_end(work: Work, denial: str) -> int:
    """The number of the event that last ended it by a move of money; 0 when none did."""
    columns = denial_event_table.c
    kinds = [DenialEventKind.WRITTEN_OFF.value, DenialEventKind.MOVED.value]
    query = work.select(denial_event_table, sa.func.max(columns.seq)).where(
        columns.denial_id == denial, columns.kind.in_(kinds)
    )
    return int(work.scalar(query) or 0)


def _seal(work: Work, vault: Vault, denial: str, text: Sealed[str]) -> bytes:
    return vault.seal(work.organisation, "denial", denial, text.reveal(Purpose.STORE).encode())
