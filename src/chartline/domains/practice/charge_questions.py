"""Charges that stand on a visit at a vendor and are not ours: a question for a person, with both lists.

One question for each visit. A decision is good for the list that the person saw: when other charges stand there by the
time it is carried out, the question is asked anew. Their charges are kept sealed; ours stand in the charge table.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import msgspec
import sqlalchemy as sa

from chartline.connect.facts import ChargeFact, PostedCharge
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.money import Money
from chartline.kernel.sealed import Sealed
from chartline.platform.database import Id, Instant, Work, metadata
from chartline.platform.vault import Vault

charge_question_table = sa.Table(
    "charge_question",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("encounter_id", Id, primary_key=True),
    sa.Column("appointment_id", sa.String(64), nullable=False),
    sa.Column("connection", sa.String(64), nullable=False),
    sa.Column("theirs", sa.LargeBinary, nullable=False),
    sa.Column("digest", sa.LargeBinary, nullable=False),
    sa.Column("asked", Instant, nullable=False),
    sa.Column("choice", sa.String(10)),
    sa.Column("decided", Instant),
    sa.Column("decided_by", sa.String(64)),
)

NO_QUESTION = ErrorKind(
    "practice.no_charge_question",
    Blame.PRACTICE,
    Again.NEVER,
    "No question about the charges of this visit is open.",
    "Look at the desk again; somebody may have decided it.",
    status=404,
)

_columns = charge_question_table.c


class ChargeChoice(StrEnum):
    """What is done about the charges that stand at the vendor."""

    KEEP = "keep"
    """Theirs stay, ours are not sent: the visit is billed with theirs."""
    REPLACE = "replace"
    """Theirs are voided and ours take their place."""
    ADD = "add"
    """Ours are added to theirs."""


class _Line(msgspec.Struct, frozen=True):
    vendor_id: str
    visit: str
    procedure: str
    modifiers: tuple[str, ...]
    units: int
    diagnoses: tuple[str, ...]
    place: str
    amount: int
    protected: bool
    billed: bool


# Made with the module: the library crashes when several threads decode a type for the first time together.
_lines = msgspec.json.Decoder(list[_Line])


@dataclass(frozen=True, slots=True)
class ChargeQuestion:
    """What stands at the vendor, and what was decided about it (``choice`` None while it is open)."""

    encounter_id: str
    appointment_id: str
    connection: str
    theirs: Sealed[tuple[PostedCharge, ...]]
    asked: datetime
    choice: ChargeChoice | None
    decided: datetime | None
    decided_by: str | None
    digest: bytes

    def about(self, work: Work, vault: Vault, standing: tuple[PostedCharge, ...]) -> bool:
        """Whether these are the charges that the person was asked about."""
        return self.digest == _digest(work, vault, standing)


def ask_about(
    work: Work,
    vault: Vault,
    encounter_id: str,
    appointment_id: str,
    connection: str,
    standing: tuple[PostedCharge, ...],
) -> bool:
    """Ask what to do about the charges that stand there; False when just that is asked or decided already."""
    known = read_question(work, vault, encounter_id)
    if known is not None and known.about(work, vault, standing):
        return False
    work.upsert(
        charge_question_table,
        {"encounter_id": encounter_id},
        appointment_id=appointment_id,
        connection=connection,
        theirs=vault.seal(work.organisation, charge_question_table.name, encounter_id, _written(standing)),
        digest=_digest(work, vault, standing),
        asked=work.now,
        choice=None,
        decided=None,
        decided_by=None,
    )
    return True


def read_question(work: Work, vault: Vault, encounter_id: str) -> ChargeQuestion | None:
    """The question about a visit, open or decided; None when there never was one."""
    row = work.row(work.select(charge_question_table).where(_columns.encounter_id == encounter_id))
    return None if row is None else _question(work, vault, row)


def open_questions(work: Work, vault: Vault, limit: int = 100) -> list[ChargeQuestion]:
    """Questions that nobody has decided, oldest first."""
    query = work.select(charge_question_table).where(_columns.choice.is_(None)).order_by(_columns.asked)
    return [_question(work, vault, row) for row in work.rows(query.limit(limit))]


def decide_question(work: Work, encounter_id: str, choice: ChargeChoice, actor: str) -> None:
    """Decide it, or decide it otherwise while nothing was sent. Raises ``practice.no_charge_question``."""
    change = work.update(charge_question_table).where(_columns.encounter_id == encounter_id)
    done = work.execute(change.values(choice=choice.value, decided=work.now, decided_by=actor[:64]))
    if done.rowcount == 0:
        raise NO_QUESTION.error(encounter=encounter_id)


def _written(standing: tuple[PostedCharge, ...]) -> bytes:
    lines = [
        _Line(
            one.vendor_id,
            one.visit_vendor_id,
            one.charge.procedure,
            one.charge.modifiers,
            one.charge.units,
            one.charge.diagnoses,
            one.charge.place_of_service,
            one.charge.amount.minor,
            one.protected,
            one.billed,
        )
        for one in sorted(standing, key=lambda one: one.vendor_id)
    ]
    return msgspec.json.encode(lines)


def _digest(work: Work, vault: Vault, standing: tuple[PostedCharge, ...]) -> bytes:
    return vault.digest(work.organisation, _written(standing))


def _question(work: Work, vault: Vault, row: sa.RowMapping) -> ChargeQuestion:
    content = vault.open_sealed(
        work.organisation, charge_question_table.name, row["encounter_id"], bytes(row["theirs"])
    )
    theirs = tuple(
        PostedCharge(
            line.vendor_id,
            line.visit,
            ChargeFact(line.procedure, line.modifiers, line.units, line.diagnoses, line.place, Money(line.amount)),
            protected=line.protected,
            billed=line.billed,
        )
        for line in _lines.decode(content)
    )
    return ChargeQuestion(
        row["encounter_id"],
        row["appointment_id"],
        row["connection"],
        Sealed(theirs),
        row["asked"],
        ChargeChoice(row["choice"]) if row["choice"] else None,
        row["decided"],
        row["decided_by"],
        bytes(row["digest"]),
    )
