"""The settings of synchronisation as people set them: switches, frequencies, pilot group, session, address of events.

Every change is written into the audit trail with who made it; ``settings_history`` reads it back. Refuses values that
a setting cannot have, and to show a vendor's address a second time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from chartline.connect.capabilities import TellsSession
from chartline.domains.sync.hooks import close_door, has_door, make_door
from chartline.domains.sync.runs import What
from chartline.domains.sync.settings import (
    SyncSettings,
    add_to_pilot,
    changed_settings,
    differences,
    pilot_patients,
    read_settings,
    take_from_pilot,
    write_settings,
)
from chartline.flows.ground import Ground
from chartline.flows.syncing.scheduling import apply_settings, read_all_again
from chartline.flows.syncing.starting import able, note, start
from chartline.kernel.sealed import Sealed
from chartline.platform.audit import Target


@dataclass(frozen=True, slots=True)
class SettingsView:
    """The settings of a connection with its pilot group, by our patient ids.

    ``address_since`` is when the address was made that the vendor sends its events to; None without one.
    """

    settings: SyncSettings
    pilot: frozenset[str]
    address_since: datetime | None = None


def get_settings(ground: Ground, organisation: str, connection: str) -> SettingsView:
    """How a connection synchronises. Raises ``connect.not_connected``."""
    with ground.database.read(organisation) as work:
        ground.connections.get(work, connection)
        settings, pilot = read_settings(work, connection), pilot_patients(work, connection)
        return SettingsView(settings, pilot, has_door(work, connection))


def set_settings(
    ground: Ground, organisation: str, connection: str, wanted: Mapping[str, object], actor: str
) -> SyncSettings:
    """Change some settings; schedules follow at once, and jobs in line stop before their next call if it is off now.

    After a pilot everything is read once more, because news of other patients was passed over. Raises
    ``sync.bad_setting``, ``connect.not_connected``.
    """
    with ground.database.work(organisation) as work:
        ground.connections.get(work, connection)
        before = read_settings(work, connection)
        after = changed_settings(before, wanted)
        changed = differences(before, after)
        if not changed:
            return before
        after = write_settings(work, connection, after, actor)
        if before.pilot and not after.pilot:
            read_all_again(work, connection)
        apply_settings(ground, work, connection, after)
        note(ground, work, actor, "sync.settings", Target("connection", connection), changed)
        return after


@dataclass(frozen=True, slots=True)
class SettingsChange:
    """One change: when, by whom, and from what to what, as ``old|new`` by the name of the setting."""

    at: datetime
    actor: str
    action: str
    changed: Mapping[str, str]


def settings_history(ground: Ground, organisation: str, connection: str, limit: int = 50) -> tuple[SettingsChange, ...]:
    """The newest changes of a connection's synchronisation, newest first, from the audit trail."""
    with ground.database.read(organisation) as work:
        rows = ground.audit.rows(work, Target("connection", connection), limit=limit)
    return tuple(
        SettingsChange(row.at, row.event.actor, row.event.action, dict(row.event.detail))
        for row in rows
        if row.event.action.startswith("sync.")
    )


def set_pilot(
    ground: Ground,
    organisation: str,
    connection: str,
    actor: str,
    *,
    add: tuple[str, ...] = (),
    remove: tuple[str, ...] = (),
) -> frozenset[str]:
    """Name patients for the pilot group, or take some out; the group as it is now. A new one is synchronised at once.

    Raises ``records.not_found``, ``connect.not_connected``.
    """
    with ground.database.work(organisation) as work:
        ground.connections.get(work, connection)
        for patient_id in add:
            ground.records.read(work, "Patient", patient_id)
        known = pilot_patients(work, connection)
        add_to_pilot(work, connection, add, actor)
        take_from_pilot(work, connection, remove)
        settings = read_settings(work, connection)
        for patient_id in sorted(set(add) - known) if settings.enabled and settings.pilot else ():
            start(ground, work, connection, What.PATIENT, actor, patient_id, patient=patient_id)
        detail = {"added": str(len(set(add) - known)), "removed": str(len(set(remove) & known))}
        note(ground, work, actor, "sync.pilot", Target("connection", connection), detail)
        return pilot_patients(work, connection)


def reset_token(ground: Ground, organisation: str, connection: str, actor: str) -> None:
    """Drop the kept session with the vendor: the next call signs in anew. Raises ``connect.cannot``."""
    connector = able(ground, organisation, connection, TellsSession)
    connector.reset()
    with ground.database.work(organisation) as work:
        note(ground, work, actor, "sync.reset_token", Target("connection", connection))


def make_hook_address(ground: Ground, organisation: str, connection: str, actor: str) -> Sealed[str]:
    """A new token for the address that the vendor calls; the one before ends. It is shown once.

    Raises ``connect.not_connected``.
    """
    with ground.database.work(organisation) as work:
        ground.connections.get(work, connection)
        token = make_door(work, connection)
        note(ground, work, actor, "sync.hook_address", Target("connection", connection))
        return token


def end_hook_address(ground: Ground, organisation: str, connection: str, actor: str) -> bool:
    """The vendor's address stops to work; whether there was one."""
    with ground.database.work(organisation) as work:
        note(ground, work, actor, "sync.hook_address_end", Target("connection", connection))
        return close_door(work, connection)
