"""What each claim should bring by contract: its lines priced by the contracts of its payer on the day of service."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from chartline.domains.claims.tables import claim_line_table, claim_table
from chartline.domains.payments.contracts import Expected, Service, contracts_for
from chartline.kernel.money import Money
from chartline.platform.database import Work

_claims, _lines = claim_table.c, claim_line_table.c


@dataclass(frozen=True, slots=True)
class ExpectedLine:
    """A line of a claim with what the contract says; ``expected`` None where none speaks of it."""

    line: int
    service: Service
    expected: Expected | None


@dataclass(frozen=True, slots=True)
class ExpectedClaim:
    """A claim with what the contract says of each line."""

    claim_id: str
    lines: tuple[ExpectedLine, ...]

    @property
    def allowed(self) -> Money | None:
        """What the payer should allow for the whole claim; None unless the contract speaks of every line."""
        known = [one.expected.amount for one in self.lines if one.expected is not None]
        return Money.total(known) if known and len(known) == len(self.lines) else None


def expected_of(work: Work, claims: Collection[str]) -> dict[str, ExpectedClaim]:
    """What these claims should bring; four queries for every 500."""
    found: dict[str, ExpectedClaim] = {}
    wanted = sorted(claims)
    for start in range(0, len(wanted), 500):
        found |= _some(work, wanted[start : start + 500])
    return found


def _some(work: Work, claims: Collection[str]) -> dict[str, ExpectedClaim]:
    heads = {
        row["id"]: row
        for row in work.rows(
            work.select(claim_table, _claims.id, _claims.payer_id, _claims.place_of_service).where(
                _claims.id.in_(claims)
            )
        )
    }
    lines: dict[str, list[tuple[int, Service]]] = {}
    query = work.select(claim_line_table).where(_lines.claim_id.in_(claims))
    for row in work.rows(query.order_by(_lines.claim_id, _lines.line)):
        head = heads[row["claim_id"]]
        service = Service(
            head["payer_id"],
            row["procedure"],
            tuple(one for one in row["modifiers"].replace(",", " ").split() if one),
            row["units"],
            head["place_of_service"],
            row["service_date"],
            Money(row["amount"]),
        )
        lines.setdefault(row["claim_id"], []).append((row["line"], service))
    services = [service for some in lines.values() for _, service in some]
    contracts = contracts_for(work, {one.payer_id for one in services}, {one.procedure for one in services})
    return {
        claim: ExpectedClaim(claim, tuple(ExpectedLine(line, one, contracts.expected(one)) for line, one in some))
        for claim, some in lines.items()
    }
