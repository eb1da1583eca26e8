"""Whether an appointment fits: two independent checks, as the scheduler makes them (vendor sheet 9.10)."""

from __future__ import annotations

from datetime import date

from chartline.connectors.advancedmd.simulator.model import Visit
from chartline.connectors.advancedmd.simulator.refusals import OVERLAP, SLOT_FULL
from chartline.connectors.advancedmd.simulator.world import World

OVERLAP_TEXT = "Can't add appointment: Overlaps existing appointment."
FULL_TEXT = "Can't add appointment: The slot already holds all the appointments it may."


def clash(world: World, office: str, day: date, minute: int, duration: int, column: int, *, but: int = 0) -> int | None:
    """4101 for an overlap with another start (whatever the capacity), 4186 for a full start, None when it fits.

    ``but`` is the number of the visit that is being moved.
    """
    standing = [
        visit
        for visit in world.ways.visits.at((office, day, column))
        if visit.standing() and visit.minute is not None and visit.id != but
    ]
    if any(visit.minute != minute and _overlap(visit, minute, duration) for visit in standing):
        return OVERLAP
    setting = world.item_named("column", column)
    most = int(setting.extras.get("maxapptsperslot", "0")) if setting else 0
    same = sum(visit.minute == minute for visit in standing)
    return SLOT_FULL if most and same >= most else None


def busy(world: World, patient: int, day: date, minute: int | None, duration: int, profile: int) -> bool:
    """Whether the patient is already expected: at an overlapping time, or that day by the same profile."""
    for visit in world.ways.visits.at(("patient", patient)):
        if not visit.standing() or visit.day != day:
            continue
        if minute is None and visit.profile == profile:
            return True
        if minute is not None and visit.minute is not None and _overlap(visit, minute, duration):
            return True
    return False


def _overlap(visit: Visit, minute: int, duration: int) -> bool:
    start = visit.minute or 0
    return start < minute + max(duration, 1) and minute < start + max(visit.duration, 1)
