"""How one patient or one visit stands with each practice system: a card on its page, and what can be started from it.

A card holds ids, counts and times, never values. Refuses to link to a vendor's own pages unless the practice has said
where they are (the options ``patient_page`` and ``visit_page`` of a connection).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote
from uuid import UUID

from litestar import post
from litestar.response import Redirect

from chartline.app.vendors import vendor
from chartline.connect.connections import Connection
from chartline.console.forms import Form, typed
from chartline.console.visitor import OPERATIONS, SYNC_STARTS, Visiting, Visitor
from chartline.domains.sync.fields import Kind
from chartline.domains.sync.runs import OVER, SyncRun
from chartline.domains.sync.settings import all_settings, pilot_patients
from chartline.flows import sync_desk
from chartline.flows.sync_board import RecordStatus
from chartline.kernel.errors import CATALOGUE, ErrorKind

EXCHANGES = "WritesFacts"
"""The capability of systems that a patient or a visit can stand in."""
WORDS = ("conflict", "failed", "waiting", "unsynced", "synced")
"""States of a record, the worst first."""
_PAGES = {Kind.PATIENT: "patient_page", Kind.VISIT: "visit_page"}
PAGE_OPTIONS = {
    "patient_page": "address of a patient's page in their program, with {id} where their number goes; only https",
    "visit_page": "address of a visit's page in their program, with {id} where their number goes; only https",
}
"""Options of a connection that make a link out of a vendor's number, with what each is for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A record at one connection. ``words`` counts the states of it and all that is theirs; ``run`` is under way."""

    connection: Connection
    title: str
    on: bool
    status: RecordStatus
    page: str
    word: str
    words: dict[str, int]
    problem: ErrorKind | None
    last: datetime | None
    run: SyncRun | None
    asks_plans: bool
    reads_charges: bool
    pilot: bool
    """Whether only a pilot group is exchanged."""
    in_pilot: bool


def exchanging(visitor: Visitor) -> list[Connection]:
    """The connections with systems that patients and visits are exchanged with, oldest first."""
    with visitor.read() as work:
        found = visitor.services.connections.all(work)
    return [one for one in found if one.enabled and EXCHANGES in vendor(one.vendor).about.capabilities]


def patient_cards(visitor: Visitor, patient_id: str) -> list[Card]:
    """A patient at each connection, with coverages and visits counted in."""
    cards: list[Card] = []
    for one in exchanging(visitor):
        found = sync_desk.patient_status(visitor.services.ground, visitor.organisation, one.id, patient_id)
        run = next((each for each in found.runs if each.state not in OVER), None)
        cards.append(_card(visitor, one, found.patient, found.everything, found.last_synced, run, patient_id))
    return cards


def visit_cards(visitor: Visitor, appointment_id: str, patient_id: str) -> list[Card]:
    """A visit at each connection."""
    cards: list[Card] = []
    for one in exchanging(visitor):
        found = sync_desk.visit_status(visitor.services.ground, visitor.organisation, one.id, appointment_id)
        last = found.last.at if found.last else None
        cards.append(_card(visitor, one, found, (found,), last, None, patient_id))
    return cards


def vendor_page(connection: Connection, kind: Kind, vendor_id: str | None) -> str:
    """The address of a record in the vendor's own program; empty when the practice has not said where that is."""
    pattern = connection.options.get(_PAGES.get(kind, ""), "")
    if vendor_id is None or not pattern.startswith("https://") or "{id}" not in pattern:
        return ""
    return pattern.replace("{id}", quote(vendor_id, safe=""))


def _card(
    visitor: Visitor,
    connection: Connection,
    status: RecordStatus,
    everything: Sequence[RecordStatus],
    last: datetime | None,
    run: SyncRun | None,
    patient_id: str,
) -> Card:
    about = vendor(connection.vendor).about
    with visitor.read() as work:
        settings = all_settings(work).get(connection.id)
        pilot = settings is not None and settings.pilot
        in_pilot = pilot and patient_id in pilot_patients(work, connection.id)
    counted = Counter(each.word for each in everything)
    codes = [each.problem_code for each in everything if each.dead and each.problem_code]
    return Card(
        connection=connection,
        title=about.title,
        on=settings is None or settings.enabled,
        status=status,
        page=vendor_page(connection, status.kind, status.vendor_id),
        word=next(word for word in WORDS if counted[word]),
        words={word: counted[word] for word in WORDS if counted[word]},
        problem=CATALOGUE.get(codes[0]) if codes else None,
        last=last,
        run=run,
        asks_plans="AsksPlans" in about.capabilities,
        reads_charges="ReadsCharges" in about.capabilities,
        pilot=pilot,
        in_pilot=in_pilot,
    )


@post("/patients/{patient_id:uuid}/sync", sync_to_thread=True)
def sync_patient(visitor: Visiting, patient_id: UUID, data: Form) -> Redirect:
    """Synchronises a patient with all that is theirs, both ways."""
    visitor.require(SYNC_STARTS)
    identity, connection = str(patient_id), typed(data, "connection", needed=True)
    sync_desk.sync_patient(visitor.services.ground, visitor.organisation, connection, identity, visitor.actor)
    return visitor.go(f"/patients/{identity}", "started")


@post("/patients/{patient_id:uuid}/eligibility", sync_to_thread=True)
def ask_eligibility(visitor: Visiting, patient_id: UUID, data: Form) -> Redirect:
    """Asks the payer of the primary plan through the practice system; an answer that still holds is not asked again."""
    visitor.require(SYNC_STARTS)
    identity, connection = str(patient_id), typed(data, "connection", needed=True)
    ground, organisation = visitor.services.ground, visitor.organisation
    asked = sync_desk.check_eligibility(ground, organisation, connection, identity, visitor.actor)
    return visitor.go(f"/patients/{identity}", "asked" if asked.run_id else "still_holds")


@post("/patients/{patient_id:uuid}/pilot", sync_to_thread=True)
def change_pilot(visitor: Visiting, patient_id: UUID, data: Form) -> Redirect:
    """Names a patient for the pilot group of a connection, or takes them out."""
    visitor.require(OPERATIONS)
    identity, connection = str(patient_id), typed(data, "connection", needed=True)
    joins = typed(data, "word", needed=True) == "add"
    add, remove = ((identity,), ()) if joins else ((), (identity,))
    ground, organisation = visitor.services.ground, visitor.organisation
    sync_desk.set_pilot(ground, organisation, connection, visitor.actor, add=add, remove=remove)
    back = f"/connections/{connection}" if typed(data, "from") == "connection" else f"/patients/{identity}"
    return visitor.go(back, "pilot_added" if joins else "pilot_removed")


@post("/visits/{appointment_id:uuid}/sync", sync_to_thread=True)
def sync_visit(visitor: Visiting, appointment_id: UUID, data: Form) -> Redirect:
    """Synchronises one visit, after its patient."""
    visitor.require(SYNC_STARTS)
    identity, connection = str(appointment_id), typed(data, "connection", needed=True)
    sync_desk.sync_visit(visitor.services.ground, visitor.organisation, connection, identity, visitor.actor)
    return visitor.go(f"/visits/{identity}", "started")


PAGES = [sync_patient, ask_eligibility, change_pilot, sync_visit]
