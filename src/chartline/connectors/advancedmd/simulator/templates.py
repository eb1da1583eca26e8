"""Field templates: element = entity, attribute name = the caller's alias, value = the vendor's column (sheet 7).

Columns are matched without regard to case; one unknown column refuses the whole call with HTTP 400.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from chartline.connectors.advancedmd.simulator.model import Charge, Item, Patient, Plan, Visit
from chartline.connectors.advancedmd.simulator.patients import shown
from chartline.connectors.advancedmd.simulator.refusals import HttpRefusal
from chartline.connectors.advancedmd.simulator.tree import Node
from chartline.connectors.advancedmd.simulator.values import (
    iso_start,
    shown_date,
    shown_minute,
    shown_moment,
)
from chartline.connectors.advancedmd.simulator.world import World

VisitColumn = Callable[[World, Visit], str]
PatientColumn = Callable[[World, Patient], str]
PlanColumn = Callable[[World, Plan], str]
ChargeColumn = Callable[[World, Charge], str]


def _item(world: World, kind: str, value: int) -> Item | None:
    return world.item_named(kind, value)


def _code(kind: str, value: Callable[[Visit], int]) -> VisitColumn:
    return lambda world, visit: item.code if (item := _item(world, kind, value(visit))) else ""


def _name(kind: str, value: Callable[[Visit], int]) -> VisitColumn:
    return lambda world, visit: item.name if (item := _item(world, kind, value(visit))) else ""


def _number(value: int) -> str:
    return str(value) if value else ""


VISIT: Mapping[str, VisitColumn] = {
    "ColumnHeading": _name("column", lambda visit: visit.column),
    "Duration": lambda _, visit: str(visit.duration),
    "Color": lambda _, visit: "",
    "ApptStatus": lambda _, visit: visit.status,
    "VisitDate": lambda _, visit: shown_date(visit.day),
    "VisitStartTime": lambda _, visit: shown_minute(visit.minute),
    "VisitStartDateTime": lambda _, visit: iso_start(visit.day, visit.minute),
    "Visit_UID": lambda _, visit: str(visit.id),
    "PatientID": lambda _, visit: str(visit.patient),
    "AppointmentType": _name("appttype", lambda visit: visit.kind),
    "AppointmentTypeID": lambda _, visit: _number(visit.kind),
    "ProfileUID": lambda _, visit: str(visit.profile),
    "ProfileCode": _code("profile", lambda visit: visit.profile),
    "ProfileName": _name("profile", lambda visit: visit.profile),
    "ProviderName": _name("profile", lambda visit: visit.profile),
    "FacilityCode": _code("facility", lambda visit: visit.facility),
    "FacilityName": _name("facility", lambda visit: visit.facility),
    "Comments": lambda _, visit: visit.note,
    "VisitNote": lambda _, visit: visit.note,
    "ChargesPosted": lambda world, visit: "1" if world.charges_of(visit) else "0",
    "ConfirmMethod": lambda _, visit: "",
    "ConfirmedAt": lambda _, visit: "",
    "CreatedAt": lambda _, visit: shown_moment(visit.created),
    "CreatedBy": lambda _, visit: visit.created_by,
    "ModifiedAt": lambda _, visit: shown_moment(visit.changed),
    "ModifiedBy": lambda _, visit: visit.changed_by,
}
"""Columns of both visit feeds."""

VISIT_CHANGES: Mapping[str, VisitColumn] = {
    **VISIT,
    "StartTime": VISIT["VisitStartTime"],
    "Provider": VISIT["ProviderName"],
    "ProviderId": VISIT["ProfileUID"],
    "Facility": VISIT["FacilityName"],
    "FacilityId": lambda _, visit: _number(visit.facility),
    "Profile": VISIT["ProfileName"],
    "ProfileId": VISIT["ProfileUID"],
    "Reason": VISIT["Comments"],
}
"""Columns of getupdatedvisits: the reject list of getdatevisits is valid here (vendor sheet 7)."""

PATIENT: Mapping[str, PatientColumn] = {
    "Name": lambda _, patient: patient.name,
    "SSN": lambda _, patient: shown("ssn", patient.fields.get("ssn", "")),
    "DOB": lambda _, patient: shown_date(patient.dob),
    "Sex": lambda _, patient: patient.fields.get("sex", "U"),
    "Chart": lambda _, patient: patient.fields.get("chart", ""),
    "Address1": lambda _, patient: patient.address.get("address1", ""),
    "Address2": lambda _, patient: patient.address.get("address2", ""),
    "City": lambda _, patient: patient.address.get("city", ""),
    "State": lambda _, patient: patient.address.get("state", ""),
    "ZipCode": lambda _, patient: patient.address.get("zip", ""),
    "HipaaRelationship": lambda _, patient: patient.fields.get("hipaarelationship", ""),
    "ChangedAt": lambda _, patient: shown_moment(patient.changed),
    "CreatedAt": lambda _, patient: shown_moment(patient.created),
}


def _carrier(world: World, plan: Plan) -> Item:
    return world.items[f"carrier/{plan.carrier}"]


PLAN: Mapping[str, PlanColumn] = {
    "CarName": lambda world, plan: _carrier(world, plan).name,
    "CarCode": lambda world, plan: _carrier(world, plan).code,
    "CarCity": lambda world, plan: _carrier(world, plan).address.get("city", ""),
    "Active": lambda _, plan: "1" if plan.active() else "0",
    "CopayDollarAmount": lambda _, plan: plan.fields.get("copay", "") if plan.fields.get("copaytype") != "%" else "",
    "CopayPercentageAmount": lambda _, plan: (
        plan.fields.get("copay", "") if plan.fields.get("copaytype") == "%" else ""
    ),
    "AnnualDeductible": lambda _, plan: plan.fields.get("deductible", ""),
    "DeductibleAmountMet": lambda _, plan: plan.fields.get("deductiblemet", ""),
    "SubscriberID": lambda _, plan: plan.fields.get("subscribernum", ""),
    "ChangedAt": lambda _, plan: shown_moment(plan.changed),
    "CreatedAt": lambda _, plan: shown_moment(plan.created),
}


def _codes(world: World, kind: str, values: list[int]) -> str:
    return ",".join(item.code for value in values if (item := _item(world, kind, value)))


CHARGE: Mapping[str, ChargeColumn] = {
    "ChargeUID": lambda _, charge: str(charge.id),
    "ProcCode": lambda world, charge: _codes(world, "proccode", [charge.procedure]),
    "DiagCodes": lambda world, charge: _codes(world, "diagcode", charge.diagnoses),
    "ModCodes": lambda world, charge: _codes(world, "modcode", charge.modifiers),
    "Units": lambda _, charge: str(charge.units),
    "Fee": lambda _, charge: charge.fee.text(),
    "BeginDate": lambda _, charge: shown_date(charge.begin),
    "CreatedAt": lambda _, charge: shown_moment(charge.created),
}
"""Placeholder [O]: the sheet says that charges can be had in the feed, not under which names."""


def chosen(template: Node | None, columns: Mapping[str, object]) -> dict[str, str]:
    """Alias -> column as the table spells it. Raises HttpRefusal 400 for a column that is not there."""
    spelled = {column.lower(): column for column in columns}
    wanted = template.attributes if template else {}
    if any(column.lower() not in spelled for column in wanted.values()):
        raise HttpRefusal(400, "Invalid column name")
    return {alias: spelled[column.lower()] for alias, column in wanted.items()}
