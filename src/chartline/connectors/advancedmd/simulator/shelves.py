"""The shelves of the kept state: one for each kind of thing the vendor keeps."""

from __future__ import annotations

from chartline.connect.simulation.shelf import Counters, Shelf, Store
from chartline.connectors.advancedmd.simulator.model import (
    Card,
    Charge,
    Demand,
    Hold,
    Item,
    Note,
    NoteTemplate,
    Office,
    Party,
    Patient,
    Payment,
    Plan,
    Session,
    Visit,
)


class Shelves:
    """Everything that outlives the process. Keys are bare numbers, and ``kind/number`` for code list items."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.offices: Shelf[Office] = Shelf(store, "office", Office)
        self._sessions: Shelf[Session] = Shelf(store, "session", Session)
        self.parties: Shelf[Party] = Shelf(store, "party", Party)
        self.patients: Shelf[Patient] = Shelf(store, "patient", Patient)
        self.plans: Shelf[Plan] = Shelf(store, "plan", Plan)
        self.visits: Shelf[Visit] = Shelf(store, "visit", Visit)
        self.charges: Shelf[Charge] = Shelf(store, "charge", Charge)
        self.payments: Shelf[Payment] = Shelf(store, "payment", Payment)
        self.cards: Shelf[Card] = Shelf(store, "card", Card)
        self.holds: Shelf[Hold] = Shelf(store, "hold", Hold)
        self.notes: Shelf[Note] = Shelf(store, "note", Note)
        self.note_templates: Shelf[NoteTemplate] = Shelf(store, "notetemplate", NoteTemplate)
        self.items: Shelf[Item] = Shelf(store, "item", Item)
        self.demands: Shelf[Demand] = Shelf(store, "demand", Demand)
        self._planted: Shelf[int] = Shelf(store, "planted", int)
        self.arrivals: Shelf[list[int]] = Shelf(store, "arrivals", list[int])
        self.counters = Counters(store)
        self._sequences = Counters(store, "sequence")
