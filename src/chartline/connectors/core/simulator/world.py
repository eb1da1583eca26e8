"""What the gateway keeps: batches, claims, requests for authorization, files to be fetched, and its settings.

Everything is kept over restarts, encrypted. Files stay for 90 days (sheet of clearinghouses 9). Money is whole cents.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta

import msgspec

from chartline.connect.simulation.shelf import Counters, Shelf, Store
from chartline.kernel.clock import Clock
from chartline.kernel.sealed import Masked

RETENTION = timedelta(days=90)


class Mind(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How the payer decides on a procedure: ``action`` is HCR01; a pended one becomes ``then`` after ``hours``."""

    procedure: str
    action: str = "A1"
    then: str = "A1"
    hours: float = 24.0


class Settings(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """How the gateway behaves. Real files (ISA15 ``P``) are refused unless it is told to take them (trap 11)."""

    accepts_production: bool = False
    acknowledge_minutes: float = 10.0
    report_hours: float = 1.0
    pay_days: float = 1.0
    paid_percent: int = 80


class Batch(Masked, msgspec.Struct, kw_only=True):
    """A file of claims that came in. ``key`` is its own: the same file can come twice under one PayloadID."""

    key: str
    payload_id: str
    at: datetime
    content: bytes
    rejected: bool
    acknowledgement: bytes
    reported: bool = False
    paid: bool = False


class Claim(Masked, msgspec.Struct, kw_only=True):
    """One claim at the payer. ``refused`` says that it never came to adjudication."""

    number: str
    control_number: str
    batch: str
    charge: int
    family: str
    given: str
    member: str
    first_day: date | None
    last_day: date | None
    refused: bool
    paid: int | None = None
    paid_on: date | None = None
    check: str = ""


class Asked(Masked, msgspec.Struct, kw_only=True):
    """A request for authorization: as it came, and what was decided. ``due`` is when a pended one is decided."""

    payload_id: str
    content: bytes
    action: str
    number: str
    due: datetime | None = None
    then: str = ""


class File(Masked, msgspec.Struct, kw_only=True):
    """A file that waits to be fetched."""

    payload_id: str
    kind: str
    at: datetime
    content: bytes


class World:
    """The gateway's memory."""

    def __init__(self, clock: Clock, store: Store) -> None:
        self.clock = clock
        self.batches = Shelf(store, "batch", Batch)
        self.claims = Shelf(store, "claim", Claim)
        self.asked = Shelf(store, "asked", Asked)
        self.files = Shelf(store, "file", File)
        self.minds = Shelf(store, "mind", Mind)
        self._settings = Shelf(store, "settings", Settings)
        self.counters = Counters(store)

    @property
    def now(self) -> datetime:
        """The time on the shared clock."""
        return self.clock.now()

    @property
    def settings(self) -> Settings:
        """How it behaves now."""
        return self._settings.get("") or Settings()

    def settle(self, settings: Settings) -> None:
        """Behave otherwise from now on."""
        self._settings.put("", settings)

    def put_file(self, kind: str, content: bytes) -> None:
        """Lay a file out to be fetched."""
        number = self.counters.next("file")
        identity = str(uuid.UUID(int=number | 0x4000 << 64 | 0x8 << 60))
        self.files.put(identity, File(payload_id=identity, kind=kind, at=self.now, content=content))

    def next_file(self, kind: str, after: str) -> File | None:
        """The first file of a kind behind another; the first of all behind an id that nobody knows."""
        kept = [one for one in self.files if one.kind == kind and one.at > self.now - RETENTION]
        places = [number for number, one in enumerate(kept) if one.payload_id == after]
        rest = kept[places[0] + 1 :] if places else kept
        return rest[0] if rest else None
