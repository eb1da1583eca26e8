"""How far each payer is trusted: whether its remittances are posted by themselves, by one click, or one by one.

Automatic for whoever has no setting. What is held stays held whatever the trust is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chartline.domains.remits.remittance import RemittanceEventKind, RemittanceState, find_remittance, note
from chartline.domains.remits.tables import payer_trust_table, remittance_table
from chartline.platform.database import Work


class Trust(StrEnum):
    """Who posts the remittances of a payer."""

    REVIEW = "review"
    """A person, each one after reading its plan."""
    ONE_CLICK = "one_click"
    """A person, all that wait together."""
    AUTOMATIC = "automatic"
    """Nobody: they are posted as they come."""


ANY_PAYER = ""
"""Stands for all payers without a setting of their own."""


@dataclass(frozen=True, slots=True)
class PayerTrust:
    """The setting of one payer; ``payer_id`` is empty for all others."""

    payer_id: str
    trust: Trust
    changed: datetime
    actor: str


def trust_of(work: Work, payer: str) -> Trust:
    """How far a payer is trusted."""
    columns = payer_trust_table.c
    query = work.select(payer_trust_table, columns.payer_id, columns.trust)
    found = {row["payer_id"]: row["trust"] for row in work.rows(query.where(columns.payer_id.in_((payer, ANY_PAYER))))}
    return Trust(found.get(payer) or found.get(ANY_PAYER) or Trust.AUTOMATIC)


def all_trust(work: Work) -> list[PayerTrust]:
    """Every setting, the one for all others first."""
    rows = work.rows(work.select(payer_trust_table).order_by(payer_trust_table.c.payer_id).limit(1000))
    return [PayerTrust(row["payer_id"], Trust(row["trust"]), row["changed"], row["actor"]) for row in rows]


def set_trust(work: Work, payer: str, trust: Trust, actor: str) -> None:
    """Trust a payer so far from now on; what waits already goes on waiting."""
    work.upsert(payer_trust_table, {"payer_id": payer[:80]}, trust=trust.value, changed=work.now, actor=actor)


def payers_seen(work: Work) -> list[tuple[str, str]]:
    """The payers that sent remittances: id and name, by name."""
    columns = remittance_table.c
    query = work.select(remittance_table, columns.payer_id, columns.payer_name).distinct()
    names = {row["payer_id"]: row["payer_name"] for row in work.rows(query.limit(2000))}
    return sorted(names.items(), key=lambda pair: (pair[1], pair[0]))


def waits(work: Work, remittance: str) -> bool:
    """Whether a remittance waits for a person; one that just came is put to wait where its payer asks for it.

    Raises ``remits.not_found``.
    """
    row = find_remittance(work, remittance, lock=True)
    if row.state is not RemittanceState.RECEIVED:
        return row.state in (RemittanceState.HELD, RemittanceState.WAITING, RemittanceState.UNDONE)
    trust = trust_of(work, row.payer_id)
    if trust is Trust.AUTOMATIC:
        return False
    table = remittance_table
    work.execute(work.update(table).where(table.c.id == remittance).values(state=RemittanceState.WAITING.value))
    note(work, remittance, RemittanceEventKind.WAITING, "chartline", {"trust": trust.value})
    return True


def one_click_waiting(work: Work, limit: int = 500) -> list[str]:
    """The remittances that one click posts: they wait, and their payers are trusted so far."""
    columns = remittance_table.c
    query = work.select(remittance_table, columns.id, columns.payer_id)
    rows = work.rows(query.where(columns.state == RemittanceState.WAITING.value).order_by(columns.id).limit(limit))
    settings = {one.payer_id: one.trust for one in all_trust(work)}
    other = settings.get(ANY_PAYER, Trust.AUTOMATIC)
    return [row["id"] for row in rows if settings.get(row["payer_id"], other) is not Trust.REVIEW]
