"""A rule on past claims: which it would have caught, and how many of those the payer refused.

Claims are looked at as they were first sent. Each five hundred cost three queries, whatever is in them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date

import sqlalchemy as sa

from chartline.domains.claims.axes import AdjudicationAxis
from chartline.domains.claims.copy import ClaimCopy, open_first_copies
from chartline.domains.claims.events import EventKind
from chartline.domains.claims.practice_rules.applying import ActiveRule
from chartline.domains.claims.practice_rules.definition import Definition
from chartline.domains.claims.tables import claim_event_table, claim_table
from chartline.kernel.money import Money
from chartline.platform.database import Work
from chartline.platform.vault import Vault

MOST = 2_000
_AT_ONCE, _SHOWN = 500, 50
_claim, _event = claim_table.c, claim_event_table.c


@dataclass(frozen=True, slots=True)
class Caught:
    """A past claim that the rule would have caught. ``denied`` is what stands as denied of it now."""

    claim: str
    number: str
    service_date: date
    places: tuple[str, ...]
    rejected: bool
    was_denied: bool
    denied: Money

    @property
    def refused(self) -> bool:
        """Whether clearinghouse or payer refused it, in whole or in part."""
        return self.rejected or self.was_denied


@dataclass(frozen=True, slots=True)
class BackTest:
    """What a rule would have done. ``caught`` holds the newest fifty of them; amounts in cents."""

    looked: int
    found: int
    refused: int
    """Caught claims that were rejected or denied: those it would have saved."""
    rejected: int
    denied: int
    denied_minor: int
    """What payers did not pay of caught claims."""
    refused_missed: int
    """Refused claims that it would have let pass."""
    caught: tuple[Caught, ...]

    @property
    def harmless(self) -> int:
        """Caught claims that were paid without trouble: the price of the rule."""
        return self.found - self.refused

    def numbers(self) -> dict[str, int]:
        """The counts, to be kept with the version that was tested."""
        data = asdict(self)
        del data["caught"]
        return {**data, "harmless": self.harmless}


def back_test(work: Work, vault: Vault, definition: Definition, limit: int = 500) -> BackTest:
    """Ask a rule about the last ``limit`` claims that were sent (at most 2,000), the newest first."""
    rule = ActiveRule.of("", definition)
    looked, refused = 0, 0
    caught: list[Caught] = []
    before: str | None = None
    while looked < min(limit, MOST):
        rows = _page(work, before, min(_AT_ONCE, min(limit, MOST) - looked))
        if not rows:
            break
        before = rows[-1]["id"]
        looked += len(rows)
        ids = [row["id"] for row in rows]
        copies = open_first_copies(work, vault, ids)
        rejected, denied = _refused(work, ids)
        for row in rows:
            copy = copies.get(row["id"])
            was_denied = row["denied"] > 0 or row["id"] in denied
            refused += was_denied or row["id"] in rejected
            places = _places(rule, copy, row)
            if places:
                one = row["id"], row["number"], row["service_date"], places, row["id"] in rejected, was_denied
                caught.append(Caught(*one, Money(row["denied"])))
    good = sum(1 for one in caught if one.refused)
    return BackTest(
        looked=looked,
        found=len(caught),
        refused=good,
        rejected=sum(1 for one in caught if one.rejected),
        denied=sum(1 for one in caught if one.was_denied),
        denied_minor=sum(one.denied.minor for one in caught),
        refused_missed=refused - good,
        caught=tuple(caught[:_SHOWN]),
    )


def _places(rule: ActiveRule, copy: ClaimCopy | None, row: sa.RowMapping) -> tuple[str, ...]:
    sent = row["submitted"] or row["created"]
    return tuple(rule.question.places(copy, sent.astimezone(UTC).date())) if copy is not None else ()


def _page(work: Work, before: str | None, limit: int) -> list[sa.RowMapping]:
    columns = (_claim.id, _claim.number, _claim.service_date, _claim.denied, _claim.submitted, _claim.created)
    query = work.select(claim_table, *columns).where(_claim.submitted.is_not(None))
    if before is not None:
        query = query.where(_claim.id < before)
    return work.rows(query.order_by(_claim.id.desc()).limit(limit))


def _refused(work: Work, claims: Sequence[str]) -> tuple[set[str], set[str]]:
    """Which of the claims were ever rejected, and which ever denied; one query."""
    query = (
        work.select(claim_event_table, _event.claim_id, _event.kind)
        .where(
            _event.claim_id.in_(claims),
            sa.or_(_event.kind == EventKind.REJECTED.value, _event.after == AdjudicationAxis.DENIED.value),
        )
        .distinct()
    )
    rows = work.rows(query)
    rejected = {row["claim_id"] for row in rows if row["kind"] == EventKind.REJECTED.value}
    return rejected, {row["claim_id"] for row in rows if row["kind"] != EventKind.REJECTED.value}
