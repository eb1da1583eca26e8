"""Appeals: written, sent, answered. One of each level for a denial; the payer's answer has a day it is due.

The letter is sealed. Refuses a second letter of a level that is under way, and an outcome before it was sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from chartline.domains.claims import read_claim
from chartline.domains.claims.copy import open_copies
from chartline.domains.remits.denials.acts import waiting_denial
from chartline.domains.remits.denials.deadlines import deadlines_of
from chartline.domains.remits.denials.denial import DenialEventKind, DenialState, change_denial
from chartline.domains.remits.denials.letters import Letter, write_letter
from chartline.domains.remits.denials.tables import appeal_table
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.ids import new_id
from chartline.kernel.money import Money
from chartline.kernel.sealed import Purpose, Sealed
from chartline.platform.database import Work
from chartline.platform.vault import Vault

NO_APPEAL = ErrorKind(
    "appeals.not_found",
    Blame.PRACTICE,
    Again.NEVER,
    "There is no such appeal.",
    "Look it up on the denial; it may belong to another practice.",
    status=404,
)
UNDER_WAY = ErrorKind(
    "appeals.under_way",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "An appeal of this denial is under way.",
    "Send it, or enter the payer's answer; then the next level can begin.",
    status=409,
)
NOT_THEN = ErrorKind(
    "appeals.not_then",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The appeal does not stand where this can be done.",
    "Write it first, then send it, then enter the payer's answer.",
    status=409,
)
MOST_LEVELS = 3


class AppealState(StrEnum):
    """Where an appeal stands."""

    WRITTEN = "written"
    SENT = "sent"
    WON = "won"
    PARTLY = "partly"
    LOST = "lost"
    WITHDRAWN = "withdrawn"


OVER = frozenset({AppealState.WON, AppealState.PARTLY, AppealState.LOST, AppealState.WITHDRAWN})


class Way(StrEnum):
    """How it goes to the payer."""

    PORTAL = "portal"
    """Through the clearinghouse's or payer's own form."""
    FAX = "fax"
    MAIL = "mail"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class Appeal:
    """One appeal. ``answer_by`` is when the payer has to have answered; ``won`` what it granted."""

    id: str
    denial_id: str
    claim_id: str
    level: int
    state: AppealState
    way: Way
    reference: str
    written: datetime
    sent_on: date | None
    answer_by: date | None
    decided_on: date | None
    won: Money

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Appeal:
        """An appeal from its row."""
        plain = {name: row[name] for name in _PLAIN}
        return cls(**plain, state=AppealState(row["state"]), way=Way(row["way"]), won=Money(row["won"]))


_PLAIN = (
    "id",
    "denial_id",
    "claim_id",
    "level",
    "reference",
    "written",
    "sent_on",
    "answer_by",
    "decided_on",
)


def draft_letter(work: Work, vault: Vault, denial: str, on: date) -> Letter:
    """The letter as we would write it, for a person to look at; nothing is kept."""
    known = waiting_denial(work, denial)
    claim = read_claim(work, known.claim_id)
    copy = open_copies(work, vault, [claim.id])[claim.id]
    return write_letter(claim, copy, known, _level(work, denial), on)


def write_appeal(
    work: Work, vault: Vault, denial: str, text: Sealed[str] | None, way: Way, actor: str, on: date
) -> str:
    """Keep the letter of the next level, the person's own words or ours; answers the appeal's id.

    Raises ``denials.not_open``, ``appeals.under_way``.
    """
    known = waiting_denial(work, denial)
    level = _level(work, denial)
    body = text.reveal(Purpose.STORE) if text is not None else draft_letter(work, vault, denial, on).text()
    identity = new_id()
    work.insert(
        appeal_table,
        id=identity,
        denial_id=denial,
        claim_id=known.claim_id,
        level=level,
        state=AppealState.WRITTEN.value,
        way=way.value,
        reference="",
        written=work.now,
        sent_on=None,
        answer_by=None,
        decided_on=None,
        won=0,
        sealed=vault.seal(work.organisation, "appeal", identity, body.encode()),
    )
    codes: dict[str, object] = {"appeal": identity, "level": level, "way": way.value}
    change_denial(
        work, denial, DenialEventKind.APPEAL_WRITTEN, actor, codes=codes, values={"state": DenialState.WORKING.value}
    )
    return identity


def open_letter(work: Work, vault: Vault, appeal: str) -> Sealed[str]:
    """The letter's text. Raises ``appeals.not_found``."""
    sealed = work.scalar(work.select(appeal_table, appeal_table.c.sealed).where(appeal_table.c.id == appeal))
    if sealed is None:
        raise NO_APPEAL.error(appeal=appeal)
    return Sealed(vault.open_sealed(work.organisation, "appeal", appeal, bytes(sealed)).decode())


def mark_sent(work: Work, appeal: str, on: date, reference: str, actor: str) -> Appeal:
    """It went to the payer on a day; from then on its answer is awaited. Raises ``appeals.not_then``."""
    known = _locked(work, appeal, AppealState.WRITTEN)
    denial = waiting_denial(work, known.denial_id)
    answer_by = on + timedelta(days=deadlines_of(work, [denial.payer_id])[denial.payer_id].answer_days)
    _set(work, appeal, state=AppealState.SENT.value, sent_on=on, answer_by=answer_by, reference=reference[:60])
    codes: dict[str, object] = {"appeal": appeal, "level": known.level, "answer_by": answer_by.isoformat()}
    change_denial(
        work,
        known.denial_id,
        DenialEventKind.APPEAL_SENT,
        actor,
        codes=codes,
        values={"state": DenialState.APPEALED.value, "follow_up": answer_by},
    )
    return read_appeal(work, appeal)


def decide(work: Work, appeal: str, outcome: AppealState, won: Money, on: date, actor: str) -> Appeal:
    """Enter the payer's answer. A won appeal is paid by a remittance: until it comes the amount stays in dispute.

    A lost or withdrawn one puts the denial back to work, with the next level's deadline. Raises ``appeals.not_then``.
    """
    stands = (AppealState.SENT,) if outcome is not AppealState.WITHDRAWN else (AppealState.WRITTEN, AppealState.SENT)
    if outcome not in OVER:
        raise NOT_THEN.error(appeal=appeal)
    known = _locked(work, appeal, *stands)
    denial = waiting_denial(work, known.denial_id)
    _set(work, appeal, state=outcome.value, decided_on=on, won=won.minor)
    codes: dict[str, object] = {"appeal": appeal, "outcome": outcome.value, "won": won.minor}
    values: dict[str, object] = {}
    if outcome is not AppealState.WON:
        days = deadlines_of(work, [denial.payer_id])[denial.payer_id].second_appeal_days
        values = {"state": DenialState.OPEN.value, "follow_up": None}
        if outcome is not AppealState.WITHDRAWN:
            values |= {"appeal_by": on + timedelta(days=days)}
    change_denial(work, known.denial_id, DenialEventKind.APPEAL_DECIDED, actor, codes=codes, values=values)
    return read_appeal(work, appeal)


def read_appeal(work: Work, appeal: str) -> Appeal:
    """One appeal. Raises ``appeals.not_found``."""
    row = work.row(work.select(appeal_table).where(appeal_table.c.id == appeal))
    if row is None:
        raise NO_APPEAL.error(appeal=appeal)
    return Appeal.of(row)


def appeals_of(work: Work, denial: str) -> list[Appeal]:
    """The appeals of a denial, first level first."""
    columns = appeal_table.c
    rows = work.rows(work.select(appeal_table).where(columns.denial_id == denial).order_by(columns.level))
    return [Appeal.of(row) for row in rows]


def appeals_of_claim(work: Work, claim: str) -> list[Appeal]:
    """The appeals of all denials of a claim, the first level first."""
    columns = appeal_table.c
    query = work.select(appeal_table).where(columns.claim_id == claim).order_by(columns.level, columns.id)
    return [Appeal.of(row) for row in work.rows(query)]


def list_appeals(work: Work, states: tuple[AppealState, ...] = (), *, after: str = "", limit: int = 50) -> list[Appeal]:
    """Appeals in some states, newest first, behind one of them."""
    columns = appeal_table.c
    query = work.select(appeal_table).order_by(columns.id.desc()).limit(limit)
    if states:
        query = query.where(columns.state.in_([one.value for one in states]))
    if after:
        query = query.where(columns.id < after)
    return [Appeal.of(row) for row in work.rows(query)]


def _level(work: Work, denial: str) -> int:
    """The next level. Raises ``appeals.under_way`` while one is, and after the last."""
    known = appeals_of(work, denial)
    if any(one.state not in OVER for one in known) or len(known) >= MOST_LEVELS:
        raise UNDER_WAY.error(denial=denial)
    return len(known) + 1


def _locked(work: Work, appeal: str, *states: AppealState) -> Appeal:
    row = work.row(work.select(appeal_table).where(appeal_table.c.id == appeal).with_for_update())
    if row is None:
        raise NO_APPEAL.error(appeal=appeal)
    if AppealState(row["state"]) not in states:
        raise NOT_THEN.error(appeal=appeal, state=row["state"])
    return Appeal.of(row)


def _set(work: Work, appeal: str, **values: object) -> None:
    work.execute(work.update(appeal_table).where(sa.and_(appeal_table.c.id == appeal)).values(**values))
