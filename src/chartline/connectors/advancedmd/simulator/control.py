"""The doors behind the curtain, under ``/_control``: seeding, faults, the front desk's own acts, and what to assert.

Not part of the vendor's surface. JSON in and out; numbers, ids and statuses only, never a patient value.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable
from typing import Literal

import msgspec

from chartline.connect.simulation.faults import Fault, Faults
from chartline.connect.simulation.runner import NOTICE
from chartline.connect.simulation.web import Answer, Request
from chartline.connectors.advancedmd.simulator.catalogue import OPERATIONS
from chartline.connectors.advancedmd.simulator.journal import Journal
from chartline.connectors.advancedmd.simulator.meter import CAPS, PRICE
from chartline.connectors.advancedmd.simulator.options import Options
from chartline.connectors.advancedmd.simulator.patients import ADDRESS, CONTACT, FIELDS, kept
from chartline.connectors.advancedmd.simulator.scheduler import answer
from chartline.connectors.advancedmd.simulator.seed import VENDOR_DOMAIN, SeedRefused, read_seeds
from chartline.connectors.advancedmd.simulator.seeding import plant
from chartline.connectors.advancedmd.simulator.values import folded, number, read_date, read_minute
from chartline.connectors.advancedmd.simulator.world import World

DONE = (
    "logins",
    "charges_saved",
    "visits_added",
    "visits_cancelled",
    "patients_added",
    "patients_updated",
    "plans_added",
    "plans_changed",
    "simulator_errors",
)


class OfficeChange(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What the vendor does to an account: move it to another cluster, expire it, unlock it, change its password."""

    cluster: str | None = None
    expired: bool | None = None
    locked: bool | None = None
    password: str | None = None
    host: str | None = None


class VisitChange(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What the front desk does to a visit; absent fields stay. ``date`` is ISO, ``time`` ``HH:MM``."""

    apptstatus: Literal["0", "1", "2", "3", "5", "10", "11", "12"] | None = None
    date: str | None = None
    time: str | None = None
    duration: int | None = None
    note: str | None = None


class Control:
    """The control surface of one simulator."""

    def __init__(self, world: World, faults: Faults, journal: Journal) -> None:
        self._world, self._faults, self._journal = world, faults, journal

    def handle(self, request: Request, parts: list[str]) -> Answer:
        """Answer ``/_control/<parts>``; 404 for an unknown door, 422 for a body of the wrong shape."""
        try:
            match [request.method, *parts]:
                case ["GET", "counters"]:
                    return answer(self.counters())
                case ["GET", "snapshot"]:
                    return answer(self.snapshot())
                case ["GET", "journal"]:
                    return answer(self._journal.entries())
                case ["GET", "catalogue"]:
                    return answer({"notice": NOTICE, "actions": _catalogue()})
                case ["POST", "offices"]:
                    seeds = read_seeds(request.body)
                    return answer({seed.office: plant(self._world, seed) for seed in seeds})
                case ["POST", "offices", key]:
                    return self._change_office(key, msgspec.json.decode(request.body, type=OfficeChange))
                case ["POST", "visits", ident]:
                    return self._change_visit(ident, msgspec.json.decode(request.body, type=VisitChange))
                case ["POST", "patients", ident]:
                    return self._change_patient(ident, msgspec.json.decode(request.body, type=dict[str, str]))
                case ["POST", "faults"]:
                    self._faults.add(msgspec.json.decode(request.body, type=Fault))
                    return answer({"added": 1})
                case ["POST", "options"]:
                    return self._change_options(request.body)
                case ["POST", "expire-tokens"]:
                    return answer({"tokens": self._world.end_sessions()})
                case _:
                    return answer({"error": "there is no such door"}, 404)
        except (msgspec.DecodeError, SeedRefused) as error:
            return answer({"error": str(error)}, 422)

    def counters(self) -> dict[str, object]:
        """What the simulator did, since its state began. ``charges_saved`` counts lines; voided ones stay counted."""
        kept_numbers, world = self._world.counters.all(), self._world
        excess = sum(_family(kept_numbers, "excess.").values())
        return {
            "calls": _family(kept_numbers, "calls."),
            "faults": _family(kept_numbers, "faults."),
            "excess_calls": excess,
            "excess_cost": (PRICE * excess).text(),
            "excess_per_tier": {str(tier): kept_numbers.get(f"excess.{tier}", 0) for tier in CAPS},
            "max_in_window": {str(tier): kept_numbers.get(f"window.{tier}", 0) for tier in CAPS},
            **{name: kept_numbers.get(name, 0) for name in DONE},
            "charge_saves_per_visit": _family(kept_numbers, "saves."),
            "patients_with_same_identity": _extra(
                (patient.office, folded(patient.name), patient.dob) for patient in world.patients if not patient.deleted
            ),
            "visits_with_same_identity": _extra(
                (visit.office, visit.patient, visit.profile, visit.day, visit.minute)
                for visit in world.visits
                if visit.standing()
            ),
            "plans_with_same_identity": _extra(
                (plan.patient, plan.carrier, plan.fields.get("subscribernum")) for plan in world.plans if plan.active()
            ),
        }

    def snapshot(self) -> dict[str, object]:
        """Ids, statuses and counts per office."""
        return {"offices": {key: self._office(key) for key in self._world.offices.keys()}}  # noqa: SIM118

    def _office(self, key: str) -> dict[str, object]:
        world, office = self._world, self._world.offices[key]
        posted = Counter(charge.visit for charge in world.owned(world.charges, key, lambda charge: not charge.voided))
        return {
            "cluster": office.cluster,
            "locked": office.locked,
            "patients": [patient.id for patient in world.owned(world.patients, key) if not patient.deleted],
            "plans": [
                {"id": plan.id, "patient": plan.patient, "active": plan.active()}
                for plan in world.owned(world.plans, key)
            ],
            "visits": [
                {"id": visit.id, "patient": visit.patient, "status": visit.status, "charges": posted[visit.id]}
                for visit in world.owned(world.visits, key)
            ],
            "charges": [
                {"id": charge.id, "visit": charge.visit, "void": bool(charge.voided), "fee": charge.fee.text()}
                for charge in world.owned(world.charges, key)
            ],
        }

    def _change_office(self, key: str, change: OfficeChange) -> Answer:
        office = self._world.offices.get(key)
        if office is None:
            return answer({"error": "there is no such office"}, 404)
        if VENDOR_DOMAIN in (change.host or "").lower():
            raise SeedRefused("a simulated office must not name the vendor's own domain")
        for name in change.__struct_fields__:
            value = getattr(change, name)
            if value is not None:
                setattr(office, name, value)
        if change.locked is False:
            office.failures = 0
        self._world.offices.put(key, office)
        return answer({"office": key})

    def _change_visit(self, ident: str, change: VisitChange) -> Answer:
        visit = self._world.visits.get(str(number(ident, "vst")))
        if visit is None:
            return answer({"error": "there is no such visit"}, 404)
        day = read_date(change.date) if change.date else visit.day
        minute = read_minute(change.time) if change.time else visit.minute
        if day is None or (change.time and minute is None):
            return answer({"error": "date is ISO and time is HH:MM"}, 422)
        visit.day, visit.minute = day, minute
        visit.status = change.apptstatus or visit.status
        visit.duration = visit.duration if change.duration is None else change.duration
        visit.note = visit.note if change.note is None else change.note
        visit.changed, visit.changed_by = self._world.now(), "FRONTDESK"
        self._world.visits.put(str(visit.id), visit)
        return answer({"id": visit.id, "apptstatus": visit.status})

    def _change_patient(self, ident: str, change: dict[str, str]) -> Answer:
        """Wire field names to new values; ``deleted`` = ``1`` removes the patient from view."""
        patient = self._world.patients.get(str(number(ident, "pat")))
        if patient is None:
            return answer({"error": "there is no such patient"}, 404)
        unknown = [name for name in change if name not in (*FIELDS, *ADDRESS, *CONTACT, "name", "dob", "deleted")]
        dob = read_date(change.get("dob", "")) if "dob" in change else patient.dob
        if unknown or dob is None:
            return answer({"error": "a field is unknown or a date is not ISO"}, 422)
        patient.name, patient.dob = change.get("name", patient.name).upper(), dob
        patient.deleted = change["deleted"] == "1" if "deleted" in change else patient.deleted
        sections = ((FIELDS, patient.fields), (ADDRESS, patient.address), (CONTACT, patient.contact))
        for names, section in sections:
            section |= {name: kept(name, value) for name, value in change.items() if name in names}
        patient.changed = self._world.now()
        self._world.patients.put(str(patient.id), patient)
        return answer({"id": patient.id})

    def _change_options(self, body: bytes) -> Answer:
        """Set the options that are named; the others stay."""
        named = msgspec.json.decode(body, type=dict[str, object])
        present: dict[str, object] = msgspec.to_builtins(self._world.options)
        self._world.options = msgspec.convert(present | named, Options)
        return answer(msgspec.to_builtins(self._world.options))


def _family(numbers: dict[str, int], prefix: str) -> dict[str, int]:
    return {name.removeprefix(prefix): value for name, value in numbers.items() if name.startswith(prefix)}


def _extra(identities: Iterable[Hashable]) -> int:
    """How many there are beyond the first of each identity."""
    return sum(count - 1 for count in Counter(identities).values())


def _catalogue() -> dict[str, dict[str, object]]:
    return {
        name: {"classes": sorted(operation.classes), "unverified": operation.unverified}
        for name, operation in OPERATIONS.items()
    }
