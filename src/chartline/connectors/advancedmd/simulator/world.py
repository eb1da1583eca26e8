"""The vendor's kept state and the few questions that every operation asks of it.

Refuses to cross offices: a record of another office does not exist for the caller.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Protocol, TypeVar

from chartline.connect.simulation.shelf import Counters, Shelf, Store
from chartline.connectors.advancedmd.simulator.model import (
    Charge,
    Demand,
    Item,
    Office,
    Party,
    Patient,
    Plan,
    Session,
    Visit,
)
from chartline.connectors.advancedmd.simulator.options import Options
from chartline.connectors.advancedmd.simulator.values import number
from chartline.kernel.clock import Clock

FIRST_IDS = {
    "patient": 1001,
    "party": 2001,
    "plan": 3001,
    "visit": 7001,
    "charge": 90001,
    "demand": 501,
    "carrier": 41,
    "proccode": 501,
    "diagcode": 701,
    "modcode": 801,
    "profile": 3,
    "provider": 61,
    "column": 11,
    "facility": 1,
    "finclass": 21,
    "accttype": 5,
    "zipcode": 301,
    "appttype": 2,
}
"""Sequences start far apart, so that an id used in the wrong place is not right by luck."""

PREFIXES = {
    "carrier": "car",
    "proccode": "pcode",
    "diagcode": "dcode",
    "modcode": "mcode",
    "profile": "prof",
    "provider": "prov",
    "column": "col",
    "facility": "fac",
    "finclass": "fclass",
    "accttype": "accttype",
    "zipcode": "zip",
    "appttype": "ap_type",
}
"""Id prefixes of code list items (vendor sheet 6.1); ``prov`` and ``zip`` are placeholders."""


class _Owned(Protocol):
    office: str


OwnedT = TypeVar("OwnedT", bound=_Owned)


def _digest(text: str) -> str:
    """A shelf's keys are readable in its file; what should not be is kept under its digest."""
    return hashlib.sha256(text.encode()).hexdigest()


class World:
    """Shelves, counters, options and the clock."""

    def __init__(self, store: Store, clock: Clock, options: Options) -> None:
        self.store = store
        self.clock, self.options = clock, options
        self.offices: Shelf[Office] = Shelf(store, "office", Office)
        self._sessions: Shelf[Session] = Shelf(store, "session", Session)
        self.parties: Shelf[Party] = Shelf(store, "party", Party)
        self.patients: Shelf[Patient] = Shelf(store, "patient", Patient)
        self.plans: Shelf[Plan] = Shelf(store, "plan", Plan)
        self.visits: Shelf[Visit] = Shelf(store, "visit", Visit)
        self.charges: Shelf[Charge] = Shelf(store, "charge", Charge)
        self.items: Shelf[Item] = Shelf(store, "item", Item)
        self.demands: Shelf[Demand] = Shelf(store, "demand", Demand)
        self._planted: Shelf[int] = Shelf(store, "planted", int)
        self.arrivals: Shelf[list[int]] = Shelf(store, "arrivals", list[int])
        self.counters = Counters(store)
        self._sequences = Counters(store, "sequence")

    def now(self) -> datetime:
        """The simulated time."""
        return self.clock.now()

    def new_number(self, kind: str) -> int:
        """The next number of a sequence."""
        return self._sequences.next(kind, FIRST_IDS[kind])

    def owned(
        self, shelf: Shelf[OwnedT], office: str, test: Callable[[OwnedT], bool] = lambda _: True
    ) -> Iterator[OwnedT]:
        """Items of one office that pass a test, in the order in which they were made."""
        return (item for item in shelf if item.office == office and test(item))

    def find(self, shelf: Shelf[OwnedT], office: str, text: str, prefix: str) -> OwnedT | None:
        """An item of an office by an id as callers write it."""
        value = number(text, prefix)
        item = shelf.get(str(value)) if value is not None else None
        return item if item is not None and item.office == office else None

    def catalogue(self, office: str, kind: str) -> list[Item]:
        """A whole code list."""
        return list(self.owned(self.items, office, lambda item: item.kind == kind))

    def item(self, office: str, kind: str, text: str) -> Item | None:
        """One entry of a code list by an id as callers write it."""
        value = number(text, PREFIXES[kind])
        item = self.items.get(f"{kind}/{value}")
        return item if item is not None and item.office == office else None

    def item_named(self, kind: str, value: int) -> Item | None:
        """One entry of a code list by its bare number."""
        return self.items.get(f"{kind}/{value}")

    def add_item(
        self,
        office: str,
        kind: str,
        code: str,
        name: str,
        extras: dict[str, str] | None = None,
        address: dict[str, str] | None = None,
    ) -> Item:
        """Put a new entry into a code list."""
        value = self.new_number(kind)
        item = Item(
            id=value, office=office, kind=kind, code=code, name=name, extras=extras or {}, address=address or {}
        )
        return self.items.put(f"{kind}/{value}", item)

    def planted(self, office: str, kind: str, ref: str) -> int | None:
        """The number that an entry of a seed got, None when it was not planted yet."""
        return self._planted.get(_digest(f"{office}/{kind}/{ref}"))

    def note_planted(self, office: str, kind: str, ref: str, value: int) -> None:
        """Remember the number that an entry of a seed got."""
        self._planted.put(_digest(f"{office}/{kind}/{ref}"), value)

    def session(self, token: str) -> Session | None:
        """The session of a token."""
        return self._sessions.get(_digest(token)) if token else None

    def open_session(self, token: str, session: Session) -> None:
        """Keep a session; its token is not kept in readable form."""
        self._sessions.put(_digest(token), session)

    def end_sessions(self) -> int:
        """Let every token be out of date now; how many there are."""
        keys = self._sessions.keys()
        for key in keys:
            session = self._sessions[key]
            session.expires = min(session.expires, self.now())
            self._sessions.put(key, session)
        return len(keys)

    def touch_patient(self, patient: int) -> None:
        """Mark a patient as changed now, as a change of their insurance does."""
        found = self.patients[str(patient)]
        found.changed = self.now()
        self.patients.put(str(patient), found)

    def plans_of(self, patient: Patient) -> list[Plan]:
        """A patient's plans, primary first."""
        found = self.owned(self.plans, patient.office, lambda plan: plan.patient == patient.id)
        return sorted(found, key=lambda plan: (plan.fields.get("coverage", ""), plan.id))

    def charges_of(self, visit: Visit, *, standing: bool = True) -> list[Charge]:
        """A visit's charges; only those not voided unless told otherwise."""
        return list(
            self.owned(
                self.charges,
                visit.office,
                lambda charge: charge.visit == visit.id and not (standing and charge.voided),
            )
        )
