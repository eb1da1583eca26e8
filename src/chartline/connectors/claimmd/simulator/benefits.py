"""A member's benefits as eligibility says them: one for each EB segment (sheet 8.3).

One list for both services, so that the fields of eligdata/ and the 271 of elig/ cannot disagree (row 16 of section 15).
Descriptions are ours. Amounts are decimal text; a percent goes out as X12 sends EB08, ``0.2`` (sheet 13).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from chartline.connectors.claimmd.simulator.adjudication import cents
from chartline.connectors.claimmd.simulator.envelope import Node, Number
from chartline.connectors.claimmd.simulator.seed import Coverage
from chartline.connectors.claimmd.simulator.service import amount
from chartline.formats.x12 import eligibility as x12
from chartline.kernel.money import Money

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


@dataclass(frozen=True, slots=True)
class Stated:
    """One benefit as it is said, whatever the form: EB01, EB03, EB02, EB04, EB05, EB06, cents, a fraction, EB12."""

    code: str
    service: str
    level: str = ""
    insurance_type: str = ""
    plan: str = ""
    period: str = ""
    money: int | None = None
    percent: Decimal | None = None
    network: str = ""


def stated(coverage: Coverage, asked: str) -> list[Stated]:
    """All benefits of a coverage; ``asked`` is the service type of the request, answered beside the plan's 30."""
    services = [PLAN, *([asked] if asked not in (PLAN, *coverage.services) else []), *coverage.services]
    if coverage.status == "inactive":
        return [_whether("6", PLAN, coverage)]
    found = [_whether("1", service, coverage) for service in services]
    for service in services[1:]:
        if coverage.copay is not None:
            found.append(_share("B", service, period="27", money=coverage.copay))
        if coverage.coinsurance_percent is not None:
            found.append(_share("A", service, percent=Decimal(coverage.coinsurance_percent) / 100))
    for code, whole, left in (
        ("C", coverage.deductible, coverage.deductible_remaining),
        ("G", coverage.out_of_pocket, coverage.out_of_pocket_remaining),
    ):
        if whole is not None:
            found.append(_share(code, PLAN, period="23", money=whole))
        if left is not None:
            found.append(_share(code, PLAN, period="29", money=left))
    return found


def _whether(code: str, service: str, coverage: Coverage) -> Stated:
    return Stated(code, service, insurance_type=coverage.insurance_type, plan=coverage.plan, network="W")


def _share(
    code: str, service: str, *, period: str = "", money: str | None = None, percent: Decimal | None = None
) -> Stated:
    told = cents(money) if money is not None else None
    return Stated(code, service, level="IND", period=period, money=told, percent=percent, network="Y")


def node(one: Stated) -> Node:
    """The benefit as eligdata/ shows it."""
    attributes = {
        "benefit_coverage_code": one.code,
        "benefit_coverage_description": COVERAGES[one.code],
        "benefit_code": one.service,
        "benefit_description": SERVICES.get(one.service, "Service"),
    }
    if one.level:
        attributes |= {"benefit_level_code": one.level, "benefit_level_description": "Individual"}
    else:
        attributes |= {"insurance_type_code": one.insurance_type, "insurance_plan": one.plan}
    attributes["inplan_network"] = one.network
    if one.period:
        attributes |= {"benefit_period_code": one.period, "benefit_period_description": PERIODS[one.period]}
    if one.money is not None:
        attributes["benefit_amount"] = Number(amount(one.money))
    if one.percent is not None:
        attributes["benefit_percent"] = Number(f"{one.percent.normalize():f}")
    return Node("benefit", attributes)


def segment(one: Stated) -> x12.Benefit:
    """The benefit as elig/ sends it in the 271."""
    return x12.Benefit(
        information=one.code,
        coverage_level=one.level,
        service_types=(one.service,),
        insurance_type=one.insurance_type,
        plan=one.plan,
        period=one.period,
        amount=Money(one.money) if one.money is not None else None,
        percent=one.percent,
        in_network=one.network,
    )
