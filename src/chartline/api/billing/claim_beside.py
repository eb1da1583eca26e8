"""What stands beside a claim, as the wire has it: its authorization, coverage, contract, denials and appeals."""

from __future__ import annotations

from datetime import date

from chartline.api.billing.shapes import Dollars, OptionalDollars, Shape, dollars
from chartline.flows.claim_beside import ClaimBeside
from chartline.kernel.money import Money


class UsedAuthorizationShape(Shape):
    """An authorization that the claim bills under. ``unitsLeft`` is null where the payer granted no number."""

    id: str
    number: str
    status: str
    units_used_here: int
    units_approved: int | None
    units_used: int
    units_left: int | None
    valid_to: date | None


class CheckedShape(Shape):
    """The payer's last answer on the coverage, of the month of service."""

    status: str
    service_date: date
    plan_name: str


class DisputeShape(Shape):
    """Something the payer refuses."""

    id: str
    status: str
    amount: Dollars
    reasons: list[str]
    appeal_by: date
    appeals: list[str]


class BesideShape(Shape):
    """What other parts of billing know of a claim. ``expectedAllowed`` is null unless a contract speaks of every line;
    ``underpaid`` is what is missing by contract."""

    authorizations: list[UsedAuthorizationShape]
    eligibility: CheckedShape | None
    expected_allowed: OptionalDollars
    underpaid: Dollars
    denials: list[DisputeShape]
    statement_status: str


def beside_shape(found: ClaimBeside) -> BesideShape:
    """It as this wire has it."""
    check = found.check
    return BesideShape(
        authorizations=[
            UsedAuthorizationShape(
                id=one.authorization.id,
                number=one.authorization.number,
                status=one.authorization.state.value,
                units_used_here=one.units,
                units_approved=one.authorization.units_approved,
                units_used=one.authorization.units_used,
                units_left=one.authorization.units_left,
                valid_to=one.authorization.valid_to,
            )
            for one in found.authorizations
        ],
        eligibility=None
        if check is None
        else CheckedShape(status=check.state.value, service_date=check.service_date, plan_name=check.plan_name),
        expected_allowed=None if found.expected is None else dollars(found.expected),
        underpaid=dollars(Money.total([one.difference for one in found.underpayments])),
        denials=[
            DisputeShape(
                id=one.id,
                status=one.state.value,
                amount=dollars(one.amount),
                reasons=list(one.reasons),
                appeal_by=one.appeal_by,
                appeals=[each.state.value for each in found.appeals if each.denial_id == one.id],
            )
            for one in found.denials
        ],
        statement_status=found.statement.state.value if found.statement is not None else "",
    )
