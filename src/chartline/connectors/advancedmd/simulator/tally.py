"""What the simulator did and what stands in its books, in numbers that tests and the sandbox assert (row 27).

Walks over the world, so it is for the end of a script and not for every call. Numbers, ids and statuses only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable
from datetime import UTC, datetime

from chartline.connectors.advancedmd.simulator.hook import Hook
from chartline.connectors.advancedmd.simulator.meter import CAPS, PRICE, cap
from chartline.connectors.advancedmd.simulator.values import folded
from chartline.connectors.advancedmd.simulator.world import World

DONE = (
    "logins",
    "charges_saved",
    "charges_voided",
    "visits_added",
    "visits_cancelled",
    "visits_moved",
    "patients_added",
    "patients_updated",
    "plans_added",
    "plans_changed",
    "payments_added",
    "notes_added",
    "simulator_errors",
)


def counters(world: World, hook: Hook) -> dict[str, object]:
    """What the simulator did, since its state began. ``charges_saved`` counts lines; voided ones stay counted.

    ``faults`` counts refusals by code, ``faults_struck`` the ordered ones by kind.
    """
    kept = world.counters.all()
    excess = sum(_family(kept, "excess.").values())
    return {
        "calls": _family(kept, "calls."),
        "faults": _family(kept, "faults."),
        "faults_struck": _family(kept, "struck."),
        "excess_calls": excess,
        "excess_cost": (PRICE * excess).text(),
        "excess_per_tier": {str(tier): kept.get(f"excess.{tier}", 0) for tier in CAPS},
        "max_in_window": {str(tier): kept.get(f"window.{tier}", 0) for tier in CAPS},
        **{name: kept.get(name, 0) for name in DONE},
        "logins_at": [
            {"office": session.office, "at": _iso(session.opened)} for session in world.sessions() if session.opened
        ],
        "charge_saves_per_visit": _family(kept, "saves."),
        **_duplicates(world),
        "hook": hook.counters(),
    }


def _duplicates(world: World) -> dict[str, int]:
    """How many there are beyond the first of each identity: 0 everywhere when nothing was done twice."""
    return {
        "patients_with_same_identity": _extra(
            (patient.office, folded(patient.name), patient.dob) for patient in world.patients if not patient.deleted
        ),
        "visits_with_same_identity": _extra(
            (visit.office, visit.patient, visit.profile, visit.day, visit.minute)
            for visit in world.visits
            if visit.standing()
        ),
        "visits_at_same_start": _extra(
            (visit.patient, visit.day, visit.minute)
            for visit in world.visits
            if visit.standing() and visit.minute is not None
        ),
        "plans_with_same_identity": _extra(
            (plan.patient, plan.carrier, plan.fields.get("subscribernum")) for plan in world.plans if plan.active()
        ),
        "charges_posted_twice": _extra(
            (charge.visit, charge.procedure, tuple(charge.modifiers), charge.begin)
            for charge in world.charges
            if not charge.voided
        ),
        "payments_posted_twice": _extra(
            (pay.patient, pay.source, pay.amount.minor, pay.deposited, pay.check, pay.carrier) for pay in world.payments
        ),
    }


def snapshot(world: World) -> dict[str, object]:
    """Ids, statuses and counts per office."""
    return {"offices": {key: _office(world, key) for key in world.offices.keys()}}  # noqa: SIM118


def _office(world: World, key: str) -> dict[str, object]:
    office = world.offices[key]
    posted = Counter(charge.visit for charge in world.owned(world.charges, key) if not charge.voided)
    return {
        "cluster": office.cluster,
        "locked": office.locked,
        "patients": [patient.id for patient in world.owned(world.patients, key) if not patient.deleted],
        "plans": [
            {"id": plan.id, "patient": plan.patient, "active": plan.active()} for plan in world.owned(world.plans, key)
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


def minutes(world: World) -> list[dict[str, object]]:
    """Calls of each office and tier in each minute of the clock, with the cap of that minute; of this process."""
    rows: list[dict[str, object]] = []
    for (office, tier, minute), calls in sorted(world.minutes.items(), key=lambda entry: entry[0]):
        moment = datetime.fromtimestamp(minute * 60, UTC)
        rows.append({"office": office, "tier": tier, "at": _iso(moment), "calls": calls, "cap": cap(tier, moment)})
    return rows


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _family(numbers: dict[str, int], prefix: str) -> dict[str, int]:
    return {name.removeprefix(prefix): value for name, value in numbers.items() if name.startswith(prefix)}


def _extra(identities: Iterable[Hashable]) -> int:
    return sum(count - 1 for count in Counter(identities).values())
