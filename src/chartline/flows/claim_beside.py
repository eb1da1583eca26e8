"""What stands beside a claim in other rooms: its authorization, coverage, contract, denials, and what the patient got.

Reads only, a constant number of queries; opens no patient value. Refuses nothing: a part that is not there is empty.
"""

from __future__ import annotations

from dataclasses import dataclass

from chartline.domains.claims import Claim
from chartline.domains.coverage.authorizations import Authorization, used_by
from chartline.domains.coverage.authorizations.authorization import read_authorizations
from chartline.domains.coverage.checks import newest_of_coverages
from chartline.domains.coverage.tables import Check
from chartline.domains.payments.expected import expected_of
from chartline.domains.payments.statements import StatementRow, StatementState, list_statements
from chartline.domains.payments.underpayments import Underpayment, list_underpayments
from chartline.domains.remits.denials.appeals import Appeal, appeals_of_claim
from chartline.domains.remits.denials.denial import Denial, DenialState
from chartline.domains.remits.denials.worklist import DenialFilter, worklist
from chartline.kernel.money import Money
from chartline.platform.database import Work

_MOST = 20


@dataclass(frozen=True, slots=True)
class UsedAuthorization:
    """An authorization that the claim bills under, and the units of it that the claim uses."""

    authorization: Authorization
    units: int


@dataclass(frozen=True, slots=True)
class ClaimBeside:
    """Everything. ``expected`` is None unless a contract speaks of every line; ``check`` is of the month of service."""

    authorizations: tuple[UsedAuthorization, ...]
    check: Check | None
    expected: Money | None
    denials: tuple[Denial, ...]
    appeals: tuple[Appeal, ...]
    underpayments: tuple[Underpayment, ...]
    statement: StatementRow | None


def beside(work: Work, claim: Claim) -> ClaimBeside:
    """What stands beside a claim."""
    used = used_by(work, claim.id)
    known = read_authorizations(work, sorted(used))
    check = newest_of_coverages(work, [claim.coverage_id]).get(claim.coverage_id)
    day = claim.service_date
    if check is not None and (check.service_date.year, check.service_date.month) != (day.year, day.month):
        check = None
    priced = expected_of(work, [claim.id]).get(claim.id)
    disputes = worklist(work, DenialFilter(states=tuple(DenialState), claim_id=claim.id), work.now.date(), limit=_MOST)
    denials = tuple(one.denial for one in disputes.rows)
    shown = (StatementState.MADE, StatementState.SENT)
    asked = list_statements(work, patient=claim.patient_id, states=shown, limit=1).statements
    return ClaimBeside(
        authorizations=tuple(UsedAuthorization(one, used[one.id]) for one in known),
        check=check,
        expected=priced.allowed if priced is not None else None,
        denials=denials,
        appeals=tuple(appeals_of_claim(work, claim.id)) if denials else (),
        underpayments=tuple(list_underpayments(work, claim=claim.id, limit=_MOST).underpayments),
        statement=next((one for one in asked if one.as_of >= day), None),
    )
