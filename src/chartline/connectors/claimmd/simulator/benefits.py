"""A member's benefits as eligibility shows them: one entry for each EB segment (sheet 8.3).

Descriptions are ours. Amounts are decimal text; a percent goes out as X12 sends EB08, ``0.2`` (sheet 13).
"""

from __future__ import annotations

from decimal import Decimal

from chartline.connectors.claimmd.simulator.adjudication import cents
from chartline.connectors.claimmd.simulator.envelope import Node, Number
from chartline.connectors.claimmd.simulator.seed import Coverage
from chartline.connectors.claimmd.simulator.service import amount

PLAN = "30"
COVERAGES = {
    "1": "Active",
    "6": "Inactive",
    "A": "Coinsurance",
    "B": "Copay",
    "C": "Deductible",
    "G": "Out of pocket limit",
}
SERVICES = {
    "30": "Plan as a whole",
    "35": "Dental care",
    "98": "Office visit",
    "MH": "Mental health",
    "UC": "Urgent care",
}
PERIODS = {"23": "Calendar year", "27": "Visit", "29": "Remaining"}


def benefits(coverage: Coverage, asked: str) -> list[Node]:
    """All benefits of a coverage; ``asked`` is the service type of the request, answered beside the plan's 30."""
    services = [PLAN, *([asked] if asked not in (PLAN, *coverage.services) else []), *coverage.services]
    if coverage.status == "inactive":
        return [_benefit("6", PLAN, plan=coverage)]
    found = [_benefit("1", service, plan=coverage) for service in services]
    for service in services[1:]:
        if coverage.copay is not None:
            found.append(_benefit("B", service, period="27", money=coverage.copay))
        if coverage.coinsurance_percent is not None:
            percent = Number(f"{(Decimal(coverage.coinsurance_percent) / 100).normalize():f}")
            found.append(_benefit("A", service, percent=percent))
    for code, whole, left in (
        ("C", coverage.deductible, coverage.deductible_remaining),
        ("G", coverage.out_of_pocket, coverage.out_of_pocket_remaining),
    ):
        if whole is not None:
            found.append(_benefit(code, PLAN, period="23", money=whole))
        if left is not None:
            found.append(_benefit(code, PLAN, period="29", money=left))
    return found


def _benefit(
    code: str,
    service: str,
    *,
    plan: Coverage | None = None,
    period: str = "",
    money: str | None = None,
    percent: str = "",
) -> Node:
    attributes = {
        "benefit_coverage_code": code,
        "benefit_coverage_description": COVERAGES[code],
        "benefit_code": service,
        "benefit_description": SERVICES.get(service, "Service"),
    }
    if plan is not None:
        attributes |= {"insurance_type_code": plan.insurance_type, "insurance_plan": plan.plan, "inplan_network": "W"}
    else:
        attributes |= {"benefit_level_code": "IND", "benefit_level_description": "Individual", "inplan_network": "Y"}
    if period:
        attributes |= {"benefit_period_code": period, "benefit_period_description": PERIODS[period]}
    if money is not None:
        attributes["benefit_amount"] = Number(amount(cents(money)))
    if percent:
        attributes["benefit_percent"] = percent
    return Node("benefit", attributes)
