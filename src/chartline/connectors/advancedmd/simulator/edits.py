"""What people at the vendor's own screens do: the other side of every conflict. Behind ``/_control`` only.

Fields are the wire's own names. A change made here shows in the feeds like any other, made by FRONTDESK.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Literal

import msgspec

from chartline.connectors.advancedmd.simulator.demographics import PLAN_FIELDS
from chartline.connectors.advancedmd.simulator.ledger import FROM_INSURANCE, FROM_PATIENT, patient_portion, void
from chartline.connectors.advancedmd.simulator.model import Application, Charge, Payment
from chartline.connectors.advancedmd.simulator.patients import ADDRESS, CONTACT, FIELDS, kept
from chartline.connectors.advancedmd.simulator.payments import receive
from chartline.connectors.advancedmd.simulator.values import MOUNTAIN, number, read_date, read_minute
from chartline.connectors.advancedmd.simulator.world import World
from chartline.kernel.money import Money
from chartline.kernel.sealed import Masked

DESK = "FRONTDESK"
PREFIXES = {"patient": "pat", "visit": "vst", "plan": "ins", "charge": "chg", "note": ""}


class EditRefused(ValueError):
    """The fields make no sense; the text is static."""


class NothingThere(LookupError):
    """There is nothing of that number; the text is static."""


class VisitChange(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What the front desk does to a visit; absent fields stay. ``date`` is ISO, ``time`` ``HH:MM``."""

    apptstatus: Literal["0", "1", "2", "3", "5", "10", "11", "12"] | None = None
    date: str | None = None
    time: str | None = None
    duration: int | None = None
    column: int | None = None
    note: str | None = None


class ChargeChange(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What the billing desk does to a charge: bill it, protect it, release it from approval, void it."""

    billed: bool | None = None
    protected: bool | None = None
    approval: bool | None = None
    void: bool = False


class NoteChange(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Someone signs a note, or takes the signature back with an empty name."""

    signedbyuser: str


class ItemChange(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A code list entry gets another code or name, or other extras (a provider's ``npi``)."""

    code: str | None = None
    name: str | None = None
    extras: dict[str, str] = {}


class DeskPayment(Masked, msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Money a patient or an insurance paid at the desk; all on one charge, or on none."""

    amount: str
    carrier: str = ""
    charge: str = ""
    writeoff: str = "0.00"
    paymethod: str = "CASH"
    checknumber: str = ""


class DeskCharge(Masked, msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A charge line that the desk adds to a visit; codes as people write them, the fee from the schedule."""

    proccode: str
    diagcodes: list[str] = []
    modcodes: list[str] = []
    units: int = 1


class Edit(Masked, msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """One act. Exactly one of the first six names what; ``pays`` goes with ``patient``, ``posts`` with ``visit``, and
    ``fields`` with all.

    ``item`` is ``kind/number``, as in ``provider/61``.
    """

    patient: str | int | None = None
    visit: str | int | None = None
    plan: str | int | None = None
    charge: str | int | None = None
    note: str | int | None = None
    item: str | None = None
    fields: dict[str, object] = {}
    pays: DeskPayment | None = None
    posts: DeskCharge | None = None


def edit_all(world: World, edits: list[Edit]) -> dict[str, object]:
    """Do many acts in their order; a refused one is named by its place and the others are done."""
    refused: list[dict[str, object]] = []
    done: list[dict[str, object]] = []
    for place, edit in enumerate(edits):
        try:
            done.append(_edit(world, edit))
        except (EditRefused, NothingThere, msgspec.ValidationError) as error:
            refused.append({"place": place, "error": str(error)})
    return {"done": len(done), "refused": refused, "results": done}


def _edit(world: World, edit: Edit) -> dict[str, object]:
    named: dict[str, tuple[str | int | None, Callable[[World, str, object], dict[str, object]]]] = {
        "visit": (edit.visit, edit_visit),
        "plan": (edit.plan, edit_plan),
        "charge": (edit.charge, edit_charge),
        "note": (edit.note, edit_note),
        "item": (edit.item, edit_item),
        "patient": (edit.patient, edit_patient),
    }
    chosen = [(ident, act) for ident, act in named.values() if ident is not None]
    misplaced = (edit.pays is not None and edit.patient is None) or (edit.posts is not None and edit.visit is None)
    if len(chosen) != 1 or misplaced:
        raise EditRefused("an edit names exactly one thing")
    ident, act = chosen[0]
    if edit.posts is not None:
        return _post(world, str(ident), edit.posts)
    if edit.pays is not None:
        return _pay(world, str(ident), edit.pays)
    return act(world, str(ident), edit.fields)


def _key(ident: str, kind: str) -> str:
    return str(number(ident, PREFIXES[kind]))


def edit_visit(world: World, ident: str, fields: object) -> dict[str, object]:
    """Another status, day, time, length, column or note. Conflicts are not checked: people can overbook."""
    visit, change = world.visits.get(_key(ident, "visit")), msgspec.convert(fields, VisitChange)
    if visit is None:
        raise NothingThere("there is no such visit")
    day = read_date(change.date) if change.date else visit.day
    minute = read_minute(change.time) if change.time else visit.minute
    if day is None or (change.time and minute is None):
        raise EditRefused("date is ISO and time is HH:MM")
    visit.day, visit.minute = day, minute
    visit.status = change.apptstatus or visit.status
    visit.duration = visit.duration if change.duration is None else change.duration
    visit.column = visit.column if change.column is None else change.column
    visit.note = visit.note if change.note is None else change.note
    visit.changed, visit.changed_by = world.now(), DESK
    world.keep_visit(visit)
    return {"id": visit.id, "apptstatus": visit.status}


def edit_patient(world: World, ident: str, fields: object) -> dict[str, object]:
    """Wire field names to new values; ``deleted`` = ``1`` removes the patient from view."""
    patient, change = world.patients.get(_key(ident, "patient")), msgspec.convert(fields, dict[str, str])
    if patient is None:
        raise NothingThere("there is no such patient")
    unknown = [name for name in change if name not in (*FIELDS, *ADDRESS, *CONTACT, "name", "dob", "deleted")]
    dob = read_date(change.get("dob", "")) if "dob" in change else patient.dob
    if unknown or dob is None:
        raise EditRefused("a field is unknown or a date is not ISO")
    patient.name, patient.dob = change.get("name", patient.name).upper(), dob
    patient.deleted = change["deleted"] == "1" if "deleted" in change else patient.deleted
    sections = ((FIELDS, patient.fields), (ADDRESS, patient.address), (CONTACT, patient.contact))
    for names, section in sections:
        section |= {name: kept(name, value) for name, value in change.items() if name in names}
    patient.changed = world.now()
    world.keep_patient(patient)
    return {"id": patient.id}


def edit_plan(world: World, ident: str, fields: object) -> dict[str, object]:
    """Wire field names of an insurance plan to new values, kept in capitals as they are."""
    plan, change = world.plans.get(_key(ident, "plan")), msgspec.convert(fields, dict[str, str])
    if plan is None:
        raise NothingThere("there is no such plan")
    if any(name not in PLAN_FIELDS for name in change):
        raise EditRefused("a field is unknown")
    plan.fields |= {name: value.upper() for name, value in change.items()}
    plan.changed = world.now()
    world.plans.put(str(plan.id), plan)
    world.touch_patient(plan.patient)
    return {"id": plan.id}


def edit_charge(world: World, ident: str, fields: object) -> dict[str, object]:
    """Bill, protect, release or void a charge; a held charge cannot be billed. The visit shows as changed."""
    charge, change = world.charges.get(_key(ident, "charge")), msgspec.convert(fields, ChargeChange)
    if charge is None:
        raise NothingThere("there is no such charge")
    charge.approval = charge.approval if change.approval is None else change.approval
    if change.billed and charge.approval:
        raise EditRefused("a held charge is not billed")
    charge.billed = charge.billed if change.billed is None else change.billed
    charge.protected = charge.protected if change.protected is None else change.protected
    if change.void and charge.voided is None:
        void(world, charge, world.now())
    world.keep_charge(charge)
    _touch_visit(world, charge.visit, world.now())
    return {"id": charge.id}


def _touch_visit(world: World, ident: int, moment: datetime) -> None:
    visit = world.visits[str(ident)]
    visit.changed, visit.changed_by = moment, DESK
    world.keep_visit(visit)


def edit_note(world: World, ident: str, fields: object) -> dict[str, object]:
    """Sign a note or take its signature back; the sheet has no call that signs."""
    note, change = world.notes.get(_key(ident, "note")), msgspec.convert(fields, NoteChange)
    if note is None:
        raise NothingThere("there is no such note")
    note.signed_by, note.changed = change.signedbyuser, world.now()
    world.notes.put(str(note.id), note)
    return {"id": note.id}


def edit_item(world: World, ident: str, fields: object) -> dict[str, object]:
    """Change a code list entry, as a practice does with its providers, facilities and codes."""
    item, change = world.items.get(ident), msgspec.convert(fields, ItemChange)
    if item is None:
        raise NothingThere("there is no such entry")
    item.code = item.code if change.code is None else change.code.upper()
    item.name = item.name if change.name is None else change.name.upper()
    item.extras = {**item.extras, **change.extras}
    item.changed = world.now()
    world.items.put(ident, item)
    return {"id": item.id}


def _post(world: World, ident: str, posts: DeskCharge) -> dict[str, object]:
    visit = world.visits.get(_key(ident, "visit"))
    if visit is None:
        raise NothingThere("there is no such visit")
    procedure = world.item_coded(visit.office, "proccode", posts.proccode)
    diagnoses = [world.item_coded(visit.office, "diagcode", code) for code in posts.diagcodes]
    modifiers = [world.item_coded(visit.office, "modcode", code) for code in posts.modcodes]
    if procedure is None or None in (*diagnoses, *modifiers) or posts.units < 1:
        raise EditRefused("a code is unknown to the office, or there are no units")
    fee = Money.parse(procedure.extras.get("fee", "0.00")) * posts.units
    charge = Charge(
        id=world.new_number("charge"),
        office=visit.office,
        visit=visit.id,
        patient=visit.patient,
        procedure=procedure.id,
        diagnoses=[item.id for item in diagnoses if item],
        modifiers=[item.id for item in modifiers if item],
        units=posts.units,
        fee=fee,
        patient_portion=patient_portion(world, world.patients[str(visit.patient)], fee),
        begin=visit.day,
        created=world.now(),
    )
    world.keep_charge(charge)
    _touch_visit(world, visit.id, world.now())
    return {"id": charge.id}


def _pay(world: World, ident: str, pays: DeskPayment) -> dict[str, object]:
    patient = world.patients.get(_key(ident, "patient"))
    charge = world.charges.get(_key(pays.charge, "charge")) if pays.charge else None
    if patient is None or (pays.charge and (charge is None or charge.patient != patient.id)):
        raise NothingThere("there is no such patient or charge")
    carrier = world.item(patient.office, "carrier", pays.carrier) if pays.carrier else None
    try:
        amount, writeoff = Money.parse(pays.amount), Money.parse(pays.writeoff)
    except ValueError:
        raise EditRefused("an amount is not decimal text") from None
    if (carrier is None) == bool(pays.carrier):
        raise EditRefused("the carrier is unknown")
    payment = Payment(
        id=world.new_number("payment"),
        office=patient.office,
        patient=patient.id,
        source=FROM_INSURANCE if carrier else FROM_PATIENT,
        amount=amount,
        applications=[Application(charge=charge.id, amount=amount, writeoff=writeoff)] if charge else [],
        carrier=carrier.id if carrier else 0,
        method=pays.paymethod,
        check=pays.checknumber,
        deposited=world.now().astimezone(MOUNTAIN).date(),
        created=world.now(),
    )
    receive(world, payment)
    return {"id": payment.id}
