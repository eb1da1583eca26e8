"""Insurance plans: between AdvancedMD's rows and the facts of ``connect`` (vendor sheet 9.1, 9.4). Pure.

Refuses nothing for a row's sake: what cannot be read comes out empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from chartline.connect.facts import CoverageFact, Relationship
from chartline.connectors.advancedmd.spelling import key, plain, read_money
from chartline.connectors.advancedmd.times import read_date, write_date
from chartline.connectors.advancedmd.tree import Node
from chartline.connectors.advancedmd.wire import PlanRow, prefixed_id
from chartline.kernel.money import Money
from chartline.kernel.sealed import Purpose, Sealed

_HIPAA: Final = {"18": Relationship.SELF, "01": Relationship.SPOUSE, "1": Relationship.SPOUSE, "19": Relationship.CHILD}
_RELATIONSHIP_CODES: Final = {
    Relationship.SELF: ("1", "18"),
    Relationship.SPOUSE: ("2", "01"),
    Relationship.CHILD: ("3", "19"),
    Relationship.OTHER: ("4", "G8"),
}
"""The vendor's own number and the X12 one. Only self (1, 18) is proven; the rest is our placeholder (grade O)."""


def coverage_of(row: PlanRow, carriers: Mapping[str, str]) -> CoverageFact:
    """An insurance plan. A copay in percent is no amount and is left out; an unknown order is 0."""
    relationship = _HIPAA.get(row.hipaa_relationship)
    if relationship is None:
        relationship = Relationship.SELF if row.relationship == "1" else Relationship.OTHER
    return CoverageFact(
        vendor_id=row.id or None,
        payer_id=row.payer_id,
        payer_name=carriers.get(row.carrier, ""),
        member_id=Sealed(row.member),
        group_number=Sealed(row.group_number),
        order=int(row.coverage) if row.coverage.isdigit() else 0,
        relationship=relationship,
        begin=_date_or_none(row.begin),
        end=_date_or_none(row.end),
        copay=_copay(row),
        carrier_vendor_id=row.carrier or None,
    )


def new_plan(coverage: CoverageFact, carrier: str, responsible_party: str) -> Node:
    """The ``insplan`` element of ``addinsurance``; its subscriber is a responsible party (trap 20)."""
    number, hipaa = _RELATIONSHIP_CODES[coverage.relationship]
    return Node(
        "insplan",
        {
            "id": "",
            "begindate": write_date(coverage.begin) if coverage.begin else "",
            "enddate": write_date(coverage.end) if coverage.end else "",
            "carrier": prefixed_id("car", carrier),
            "subscriber": prefixed_id("resp", responsible_party),
            "subscribernum": plain(coverage.member_id.reveal(Purpose.EXCHANGE)),
            "relationship": number,
            "hipaarelationship": hipaa,
            "grpname": "",
            "grpnum": plain(coverage.group_number.reveal(Purpose.EXCHANGE)),
            "copay": coverage.copay.text() if coverage.copay else "0.00",
            "copaytype": "$",
            "coverage": str(coverage.order),
        },
    )


FIELDS: Final = ("carrier", "subscribernum", "grpnum", "begindate", "enddate", "coverage", "copay", "relationship")
"""What of a plan can be changed, under the vendor's names; ``relationship`` stands for both of its codes."""


def spell_plan(coverage: CoverageFact) -> dict[str, str]:
    """Every field of a plan that can be changed, as it is written."""
    return {
        "carrier": prefixed_id("car", coverage.carrier_vendor_id) if coverage.carrier_vendor_id else "",
        "subscribernum": plain(coverage.member_id.reveal(Purpose.EXCHANGE)),
        "grpnum": plain(coverage.group_number.reveal(Purpose.EXCHANGE)),
        "begindate": write_date(coverage.begin) if coverage.begin else "",
        "enddate": write_date(coverage.end) if coverage.end else "",
        "coverage": str(coverage.order) if coverage.order else "",
        "copay": coverage.copay.text() if coverage.copay else "",
        "relationship": coverage.relationship.value,
    }


def changed_plan_fields(before: CoverageFact, after: CoverageFact) -> tuple[str, ...]:
    """Fields whose meaning differs and whose new value is not empty: an empty one would blank it."""
    old, new = spell_plan(before), spell_plan(after)
    return tuple(name for name in FIELDS if new[name] and key(new[name]) != key(old[name]))


def plan_change(vendor_id: str, after: CoverageFact, fields: tuple[str, ...]) -> Node:
    """The ``insplan`` element with the plan's id and only what changes."""
    new = spell_plan(after)
    sent = {name: new[name] for name in fields}
    if "relationship" in sent:
        sent["relationship"], sent["hipaarelationship"] = _RELATIONSHIP_CODES[after.relationship]
    if "copay" in sent:
        sent["copaytype"] = "$"
    return Node("insplan", {"id": prefixed_id("ins", vendor_id), **sent})


def _date_or_none(text: str) -> date | None:
    try:
        return read_date(text)
    except ValueError:
        return None


def _copay(row: PlanRow) -> Money | None:
    return read_money(row.copay) if row.copay_type in ("", "$") else None
