"""Posting and voiding charges (vendor sheet 9.3, row 18): savecharges replaces, updvisitwithnewcharges adds.

Either everything that was sent is posted or nothing changes. No charge id is ever in the answer.
"""

from __future__ import annotations

import re
from datetime import date

import msgspec

from chartline.connectors.advancedmd.simulator.ledger import NOTHING, patient_portion, void
from chartline.connectors.advancedmd.simulator.model import Charge, Item, Visit
from chartline.connectors.advancedmd.simulator.operation import Call, invalid
from chartline.connectors.advancedmd.simulator.refusals import UNPUBLISHED, Refusal
from chartline.connectors.advancedmd.simulator.tree import Node, element
from chartline.connectors.advancedmd.simulator.values import number, read_date
from chartline.connectors.advancedmd.simulator.world import World
from chartline.kernel.money import Money
from chartline.kernel.sealed import Masked

ICD_10 = re.compile(r"[A-Z][0-9][0-9A-Z](\.?[0-9A-Z]{1,4})?")


class _Line(Masked, msgspec.Struct, kw_only=True):
    """A charge line that passed all checks and is not posted yet."""

    procedure: Item
    diagnoses: list[Item]
    modifiers: list[Item]
    units: int
    fee: Money
    begin: date
    portion: Money | None = None
    bills_insurance: bool = True


def savecharges(call: Call) -> Node:
    """Void what stands on the visit, then post the list; diagnoses are separated by commas."""
    visit, lines = _read(call, ",")
    for charge in call.world.charges_of(visit):
        void(call.world, charge, call.now)
    return _post(call, visit, lines, approval=False)


def updvisitwithnewcharges(call: Call) -> Node:
    """Add the list to what stands on the visit; diagnoses are separated by spaces; approval="1" holds the lines."""
    visit, lines = _read(call, " ")
    return _post(call, visit, lines, approval=call.message.get("approval") == "1")


def _read(call: Call, separator: str) -> tuple[Visit, list[_Line]]:
    world, office = call.world, call.office.key
    patient = call.patient(call.required("patientid"), "patientid")
    row = call.required_element("visit")
    visit = world.find(world.visits, office, call.required("id", row), "vst")
    if visit is None or visit.patient != patient.id or visit.status == "11":
        raise invalid("id")
    if row.get("date") and read_date(row.get("date")) != visit.day:
        raise invalid("date")
    rows = row.all("chargelist", "charge")
    lines = [_line(call, visit, charge, separator) for charge in rows]
    if row.get("force") != "1":
        _refuse_duplicates(call, visit, lines)
    return visit, lines


def _line(call: Call, visit: Visit, row: Node, separator: str) -> _Line:
    world, office = call.world, call.office.key
    procedure = world.item(office, "proccode", call.required("proccode", row))
    if procedure is None and world.options.lenient_codes:
        procedure = named(world, office, "proccode", row.get("proccode"))
    if procedure is None:
        raise invalid("proccode")
    diagnoses = [diagnosis(world, office, code) for code in _split(row.get("diagcodes"), separator)]
    modifiers = [
        world.item(office, "modcode", code)
        if code.lower().startswith("mcode")
        else named(world, office, "modcode", code)
        for code in _split(row.get("modcodes"), separator)
    ]
    units = number(row.get("units") or "1", "") or 0
    if not 0 < units < 1000:
        raise invalid("units")
    found = [item for item in diagnoses if item]
    known = [item for item in modifiers if item]
    if len(found) != len(diagnoses) or len(known) != len(modifiers):
        raise invalid("modcodes" if len(found) == len(diagnoses) else "diagcodes")
    line = _Line(
        procedure=procedure,
        diagnoses=found,
        modifiers=known,
        units=units,
        fee=Money.parse(procedure.extras.get("fee", "0.00")) * units,
        begin=visit.day,
    )
    return _with_terms(line, row) if separator == " " else line


def _with_terms(line: _Line, row: Node) -> _Line:
    """What updvisitwithnewcharges says beyond codes: ``begindate`` (may be blank), ``fee`` of the whole line,
    ``patportion`` and ``billins``. Other attributes of the sheet's list are taken and not kept."""
    if row.get("begindate"):
        begin = read_date(row.get("begindate"))
        if begin is None:
            raise invalid("begindate")
        line.begin = begin
    line.fee = _amount(row, "fee") or line.fee
    line.portion = _amount(row, "patportion")
    if line.portion is not None and line.portion > line.fee:
        raise invalid("patportion")
    line.bills_insurance = row.get("billins") != "0"
    return line


def _amount(row: Node, name: str) -> Money | None:
    if not row.get(name):
        return None
    try:
        amount = Money.parse(row.get(name))
    except ValueError:
        raise invalid(name) from None
    if amount < NOTHING:
        raise invalid(name)
    return amount


def _split(text: str, separator: str) -> list[str]:
    return [part.strip() for part in text.split(separator) if part.strip()]


def named(world: World, office: str, kind: str, code: str) -> Item | None:
    """The entry of a code list with exactly this code."""
    return world.item_coded(office, kind, code)


def diagnosis(world: World, office: str, text: str) -> Item | None:
    """A diagnosis by id, by raw ICD-10 code, or by a well-formed ICD-10 code not yet on file, which is imported."""
    item = world.item(office, "diagcode", text) or named(world, office, "diagcode", text)
    if item is None and ICD_10.fullmatch(text.strip().upper()):
        item = world.add_item(
            office, "diagcode", text.strip().upper(), f"CODE {text.strip().upper()}", {"codeset": "10"}
        )
    return item


def _refuse_duplicates(call: Call, visit: Visit, lines: list[_Line]) -> None:
    """Same date of service, provider, patient and procedure as on another visit (vendor sheet 9.3)."""
    world = call.world
    posted = {
        charge.procedure
        for other in world.ways.visits.at(("patient", visit.patient))
        if other.id != visit.id and (other.day, other.profile) == (visit.day, visit.profile)
        for charge in world.charges_of(other)
    }
    if any(line.procedure.id in posted for line in lines):
        raise Refusal(UNPUBLISHED, "Duplicate charge for this date of service, provider and patient")


def _post(call: Call, visit: Visit, lines: list[_Line], *, approval: bool) -> Node:
    world, patient = call.world, call.world.patients[str(visit.patient)]
    for line in lines:
        portion = patient_portion(world, patient, line.fee) if line.portion is None else line.portion
        charge = Charge(
            id=world.new_number("charge"),
            office=visit.office,
            visit=visit.id,
            patient=visit.patient,
            procedure=line.procedure.id,
            diagnoses=[item.id for item in line.diagnoses],
            modifiers=[item.id for item in line.modifiers],
            units=line.units,
            fee=line.fee,
            begin=line.begin,
            approval=approval,
            patient_portion=portion,
            bills_insurance=line.bills_insurance,
            created=call.now,
        )
        world.keep_charge(charge)
    _touch(call, visit)
    world.counters.add("charges_saved", len(lines))
    world.counters.add(f"saves.{visit.id}")
    return element("Results")


def _touch(call: Call, visit: Visit) -> None:
    visit.changed, visit.changed_by = call.now, call.office.username
    call.world.keep_visit(visit)


def voidcharges(call: Call) -> Node:
    """Void the named charges of a visit, all or none. Name, class and shape are placeholders [O].

    A charge that is billed or protected is not voided: the whole call is a fault.
    """
    world = call.world
    patient = call.patient(call.required("patientid"), "patientid")
    visit = world.find(world.visits, call.office.key, call.required("visitid"), "vst")
    if visit is None or visit.patient != patient.id:
        raise invalid("visitid")
    call.required_element("chargelist", "charge")
    standing = {charge.id: charge for charge in world.charges_of(visit)}
    chosen: dict[int, Charge] = {}
    for row in call.message.all("chargelist", "charge"):
        charge = standing.get(number(call.required("id", row), "chg") or 0)
        if charge is None:
            raise invalid("id")
        if charge.billed or charge.protected:
            raise Refusal(UNPUBLISHED, "The charge is billed or protected and cannot be voided")
        chosen[charge.id] = charge
    for charge in chosen.values():
        void(world, charge, call.now)
    _touch(call, visit)
    world.counters.add("charges_voided", len(chosen))
    return element("Results")
