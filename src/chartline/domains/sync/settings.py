"""How a connection synchronises: kill switch, pause, how often each feed runs, what goes out by itself, pilot group.

A connection without a row has the defaults: everything on, as it happens. Refuses an hour that no day has, and a log
that is kept for less than the six years which audit asks for. Who changed what stands in the audit trail, which the
caller writes with ``differences``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from chartline.domains.sync.fields import Kind
from chartline.domains.sync.tables import sync_pilot_table, sync_setting_table
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.platform.database import Work

BAD_SETTING = ErrorKind(
    "sync.bad_setting",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "A setting of the synchronisation has a value that it cannot have.",
    "Frequencies are real_time, hourly, daily or manual; the hour is 0 to 23; the log is kept for 2192 days or more.",
)
SWITCHED_OFF = ErrorKind(
    "sync.switched_off",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "Synchronisation with this system is switched off, so nothing was sent or fetched.",
    "Switch it on in the settings of the connection, then run it again.",
    status=409,
)

LEAST_LOG_DAYS = 2192
"""Six years."""


class Frequency(StrEnum):
    """How often a feed runs by itself."""

    REAL_TIME = "real_time"
    """As often as the budgets allow; changes of ours at once."""
    HOURLY = "hourly"
    DAILY = "daily"
    """Once a day, at the office's hour."""
    MANUAL = "manual"
    """Only when somebody asks."""


class Feed(StrEnum):
    """What runs by itself."""

    PATIENTS = "patients"
    VISITS = "visits"
    PUSH = "push"


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncSettings:
    """The settings of one connection.

    ``enabled`` is the kill switch: off, nothing at all goes out or comes in. ``paused`` stops what runs by itself;
    what people ask for still runs. With ``pilot`` only the named patients, their coverage and their visits are
    exchanged. ``push_*`` say which kinds go out by themselves. ``daily_hour`` is on the office's wall clock.
    """

    enabled: bool = True
    paused: bool = False
    pilot: bool = False
    patients: Frequency = Frequency.REAL_TIME
    visits: Frequency = Frequency.REAL_TIME
    push: Frequency = Frequency.REAL_TIME
    daily_hour: int = 2
    push_patients: bool = True
    push_coverages: bool = True
    push_visits: bool = True
    push_payments: bool = False
    log_days: int = LEAST_LOG_DAYS
    changed: datetime | None = None
    changed_by: str = ""

    def frequency(self, feed: Feed) -> Frequency:
        """How often a feed runs."""
        return {Feed.PATIENTS: self.patients, Feed.VISITS: self.visits, Feed.PUSH: self.push}[feed]

    def pushes(self, kind: Kind) -> bool:
        """Whether records of a kind go out by themselves."""
        flags = {Kind.PATIENT: self.push_patients, Kind.COVERAGE: self.push_coverages, Kind.VISIT: self.push_visits}
        return flags.get(kind, False)


_COLUMNS = sync_setting_table.c
_FLAGS = (
    "enabled", "paused", "pilot", "push_patients", "push_coverages", "push_visits", "push_payments",
)  # fmt: skip
_FREQUENCIES = ("patients", "visits", "push")
_NUMBERS = {"daily_hour": (0, 23), "log_days": (LEAST_LOG_DAYS, 36_525)}
NAMES = (*_FLAGS, *_FREQUENCIES, *_NUMBERS)
"""What can be set."""


def read_settings(work: Work, connection: str) -> SyncSettings:
    """The settings of a connection; the defaults when nobody has set any."""
    row = work.row(work.select(sync_setting_table).where(_COLUMNS.connection == connection))
    return SyncSettings() if row is None else _settings(row)


def all_settings(work: Work) -> dict[str, SyncSettings]:
    """Every connection that has settings of its own, by id, in one query."""
    return {row["connection"]: _settings(row) for row in work.rows(work.select(sync_setting_table))}


def changed_settings(present: SyncSettings, wanted: Mapping[str, object]) -> SyncSettings:
    """The settings with some of them changed. Raises ``sync.bad_setting``, also for a name that is none."""
    values: dict[str, object] = {}
    for name, value in wanted.items():
        if name in _FLAGS and isinstance(value, bool):
            values[name] = value
        elif name in _FREQUENCIES and str(value) in list(Frequency):
            values[name] = Frequency(str(value))
        elif name in _NUMBERS and type(value) is int and _NUMBERS[name][0] <= value <= _NUMBERS[name][1]:
            values[name] = value
        else:
            raise BAD_SETTING.error(setting=name if name in NAMES else "unknown")
    return dataclasses.replace(present, **values)


def write_settings(work: Work, connection: str, settings: SyncSettings, actor: str) -> SyncSettings:
    """Store the settings of a connection, and who set them."""
    values = {name: getattr(settings, name) for name in NAMES}
    plain = {name: str(value) if isinstance(value, Frequency) else value for name, value in values.items()}
    work.upsert(sync_setting_table, {"connection": connection}, **plain, changed=work.now, changed_by=actor[:100])
    return dataclasses.replace(settings, changed=work.now, changed_by=actor[:100])


def differences(before: SyncSettings, after: SyncSettings) -> dict[str, str]:
    """What a change changed, as codes for the audit trail: name to ``old|new``."""
    pairs = {name: (str(getattr(before, name)), str(getattr(after, name))) for name in NAMES}
    return {name: f"{old}|{new}".lower() for name, (old, new) in pairs.items() if old != new}


def pilot_patients(work: Work, connection: str) -> frozenset[str]:
    """The patients of the pilot group, by our ids."""
    columns = sync_pilot_table.c
    rows = work.rows(work.select(sync_pilot_table, columns.patient_id).where(columns.connection == connection))
    return frozenset(row["patient_id"] for row in rows)


def pilot_of(work: Work, connection: str, settings: SyncSettings) -> frozenset[str] | None:
    """The patients that may be exchanged; None means all."""
    return pilot_patients(work, connection) if settings.pilot else None


def add_to_pilot(work: Work, connection: str, patients: Iterable[str], actor: str) -> int:
    """Name patients for the pilot group; how many were not in it before."""
    return sum(
        work.insert_new(sync_pilot_table, connection=connection, patient_id=each, added=work.now, added_by=actor[:100])
        for each in sorted(set(patients))
    )


def take_from_pilot(work: Work, connection: str, patients: Iterable[str]) -> int:
    """Take patients out of the pilot group; how many were in it."""
    columns = sync_pilot_table.c
    here = (columns.connection == connection, columns.patient_id.in_(sorted(set(patients))))
    return work.execute(work.delete(sync_pilot_table).where(*here)).rowcount


def _settings(row: sa.RowMapping) -> SyncSettings:
    return SyncSettings(
        **{name: row[name] for name in (*_FLAGS, *_NUMBERS)},
        **{name: Frequency(row[name]) for name in _FREQUENCIES},
        changed=row["changed"],
        changed_by=row["changed_by"],
    )
