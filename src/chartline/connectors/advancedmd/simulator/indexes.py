"""Ways into the kept state that every call needs, so that none walks over the world.

Numbers are of the whole simulator and not of an office, so an index by number needs no office; what callers can
search for (names, codes, days) stands under its office.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from chartline.connectors.advancedmd.simulator.model import Charge, Item, Note, Party, Patient, Payment, Visit
from chartline.connectors.advancedmd.simulator.shelves import Shelves

PHONES = ("homephone", "officephone", "otherphone", "cellphone")


class Indexes:
    """One index for each question that operations ask."""

    def __init__(self, world: Shelves) -> None:
        self.items = world.items.groups(_item_keys)
        """By (office, kind) and (office, kind, code)."""
        self.patients = world.patients.groups(_patient_keys)
        """By (office, "ssn" | "phone" | "chart" | "name", value) and by ("party", number)."""
        self.patients_by_name = world.patients.order(_patient_name)
        self.patients_by_change = world.patients.order(_patient_change)
        self.parties = world.parties.groups(lambda party: [(party.office, party.name)])
        self.parties_by_name = world.parties.order(_party_name)
        self.plans = world.plans.groups(lambda plan: [plan.patient])
        self.visits = world.visits.groups(_visit_keys)
        """By ("patient", number), (office, day) and (office, day, column)."""
        self.visits_by_change = world.visits.order(_visit_change)
        self.visits_by_day = world.visits.order(_visit_day)
        self.charges = world.charges.groups(_charge_keys)
        """By ("visit", number) and ("patient", number)."""
        self.payments = world.payments.groups(_payment_keys)
        """By ("patient", number) and ("charge", number)."""
        self.cards = world.cards.groups(lambda card: [card.party])
        self.holds = world.holds.groups(lambda hold: [hold.column])
        self.notes = world.notes.groups(lambda note: [note.patient])
        self.notes_by_change = world.notes.order(_note_change)
        self.note_templates = world.note_templates.groups(
            lambda template: [template.office, (template.office, template.name)]
        )

    def patients_changed(self, office: str, since: datetime, until: datetime) -> list[Patient]:
        """Patients last changed in a window, both ends in it, by number."""
        return sorted(self.patients_by_change.between((office, since), (office, until)), key=_number)

    def visits_changed(self, office: str, since: datetime, until: datetime) -> list[Visit]:
        """Visits last changed in a window, both ends in it, by number."""
        return sorted(self.visits_by_change.between((office, since), (office, until)), key=_number)


def _number(item: Patient | Visit) -> int:
    return item.id


def _item_keys(item: Item) -> Iterator[tuple[str, ...]]:
    yield item.office, item.kind
    yield item.office, item.kind, item.code


def _patient_keys(patient: Patient) -> Iterator[tuple[object, ...]]:
    yield "party", patient.party
    yield patient.office, "name", patient.name
    for name in ("ssn", "chart"):
        if value := patient.fields.get(name):
            yield patient.office, name, value
    for name in PHONES:
        if value := patient.contact.get(name):
            yield patient.office, "phone", value


def _patient_name(patient: Patient) -> tuple[str, str, int]:
    return patient.office, patient.name, patient.id


def _patient_change(patient: Patient) -> tuple[str, datetime]:
    return patient.office, patient.changed


def _party_name(party: Party) -> tuple[str, str, int]:
    return party.office, party.name, party.id


def _visit_keys(visit: Visit) -> Iterator[tuple[object, ...]]:
    yield "patient", visit.patient
    yield visit.office, visit.day
    yield visit.office, visit.day, visit.column


def _visit_change(visit: Visit) -> tuple[str, datetime]:
    return visit.office, visit.changed


def _visit_day(visit: Visit) -> tuple[object, ...]:
    return visit.office, visit.day, visit.minute or 0, visit.id


def _charge_keys(charge: Charge) -> Iterator[tuple[str, int]]:
    yield "visit", charge.visit
    yield "patient", charge.patient


def _payment_keys(payment: Payment) -> Iterator[tuple[str, int]]:
    yield "patient", payment.patient
    for each in payment.applications:
        yield "charge", each.charge


def _note_change(note: Note) -> tuple[str, datetime]:
    return note.office, note.changed
