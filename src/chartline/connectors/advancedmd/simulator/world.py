"""The vendor's kept state and the few questions that every operation asks of it.

Refuses to cross offices: a record of another office does not exist for the caller.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import Protocol, TypeVar

from chartline.connect.simulation.shelf import Shelf, Store
from chartline.connectors.advancedmd.simulator.indexes import Indexes
from chartline.connectors.advancedmd.simulator.model import (
    Charge,
    Item,
    Patient,
    Payment,
    Plan,
    Session,
    Visit,
)
from chartline.connectors.advancedmd.simulator.options import Options
from chartline.connectors.advancedmd.simulator.shelves import Shelves
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
    "paycode": 31,
    "payment": 60001,
    "card": 401,
    "hold": 5001,
    "note": 80001,
    "notetemplate": 901,
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
    "paycode": "paycode",
}
"""Id prefixes of code list items (vendor sheet 6.1); ``prov``, ``zip`` and ``paycode`` are placeholders."""

NOTICES = {
    "patient": "patient.updated",
    "visit": "visit.updated",
    "charge": "charge.updated",
    "payment": "payment.updated",
}
"""What the outgoing hook calls a change of each kind; placeholders, since no hook of the vendor is known."""


class _Owned(Protocol):
    office: str


OwnedT = TypeVar("OwnedT", bound=_Owned)


def _digest(text: str) -> str:
    """A shelf's keys are readable in its file; what should not be is kept under its digest."""
    return hashlib.sha256(text.encode()).hexdigest()


class World(Shelves):
    """Shelves, ways into them, options and the clock."""

    def __init__(self, store: Store, clock: Clock, options: Options) -> None:
        super().__init__(store)
        self.clock, self.options = clock, options
        self.ways = Indexes(self)
        self.news: list[tuple[str, str, int]] = []
        """Changes of this request for the outgoing hook: what happened, office, number of the object."""
        self.charts: dict[tuple[str, str], int] = {}
        """Office and five letters -> the first running number of a chart that may be free."""
        self.minutes: dict[tuple[str, int, int], int] = {}
        """Calls by office, tier and minute since 1970, of this process."""

    def now(self) -> datetime:
        """The simulated time."""
        return self.clock.now()

    def new_number(self, kind: str) -> int:
        """The next number of a sequence."""
        return self._sequences.next(kind, FIRST_IDS[kind])

    def owned(self, shelf: Shelf[OwnedT], office: str) -> Iterator[OwnedT]:
        """Everything of one office: for the control surface only, because it walks over the world."""
        return (item for item in shelf if item.office == office)

    def tell(self, kind: str, office: str, value: int) -> None:
        """Note a change for the outgoing hook; sent when the request has been kept."""
        if self.options.hook_url:
            self.news.append((NOTICES[kind], office, value))

    def find(self, shelf: Shelf[OwnedT], office: str, text: str, prefix: str) -> OwnedT | None:
        """An item of an office by an id as callers write it."""
        value = number(text, prefix)
        item = shelf.get(str(value)) if value is not None else None
        return item if item is not None and item.office == office else None

    def catalogue(self, office: str, kind: str) -> list[Item]:
        """A whole code list."""
        return self.ways.items.at((office, kind))

    def item_coded(self, office: str, kind: str, code: str) -> Item | None:
        """The first entry of a code list with exactly this code, as callers write it."""
        return next(iter(self.ways.items.at((office, kind, code.strip().upper()))), None)

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
        item.created = item.changed = self.now()
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

    def sessions(self) -> list[Session]:
        """Every session there was, oldest first."""
        return list(self._sessions)

    def keep_patient(self, patient: Patient) -> None:
        """Keep a patient that is new or changed."""
        self.patients.put(str(patient.id), patient)
        self.tell("patient", patient.office, patient.id)

    def touch_patient(self, patient: int) -> None:
        """Mark a patient as changed now, as a change of their insurance does."""
        found = self.patients[str(patient)]
        found.changed = self.now()
        self.keep_patient(found)

    def keep_visit(self, visit: Visit) -> None:
        """Keep a visit that is new or changed."""
        self.visits.put(str(visit.id), visit)
        self.tell("visit", visit.office, visit.id)

    def keep_charge(self, charge: Charge) -> None:
        """Keep a charge that is new or changed."""
        self.charges.put(str(charge.id), charge)
        self.tell("charge", charge.office, charge.id)

    def keep_payment(self, payment: Payment) -> None:
        """Keep a payment that is new or changed."""
        self.payments.put(str(payment.id), payment)
        self.tell("payment", payment.office, payment.id)

    def plans_of(self, patient: Patient) -> list[Plan]:
        """A patient's plans, primary first."""
        found = self.ways.plans.at(patient.id)
        return sorted(found, key=lambda plan: (plan.fields.get("coverage", ""), plan.id))

    def charges_of(self, visit: Visit, *, standing: bool = True) -> list[Charge]:
        """A visit's charges; only those not voided unless told otherwise."""
        found = self.ways.charges.at(("visit", visit.id))
        return [charge for charge in found if not (standing and charge.voided)]
