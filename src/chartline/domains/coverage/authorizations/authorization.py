"""One prior authorization as a value, and how it is found. Opens no sealed text but where it says so."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

import msgspec
import sqlalchemy as sa

from chartline.domains.coverage.authorizations.states import GRANTED, UNDECIDED, AuthorizationState, Route
from chartline.domains.coverage.authorizations.tables import (
    prior_authorization_document_table,
    prior_authorization_event_table,
    prior_authorization_line_table,
    prior_authorization_table,
    prior_authorization_use_table,
)
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.sealed import Sealed
from chartline.platform.database import Work
from chartline.platform.vault import Vault

NO_AUTHORIZATION = ErrorKind(
    "authorization.none",
    Blame.PRACTICE,
    Again.NEVER,
    "There is no such prior authorization.",
    "Look at the patient's list of authorizations.",
    status=404,
)

SOON = timedelta(days=14)
"""So long before its end a granted authorization is an alert."""
_LOW = 5
"""An alert when a fifth of the units or less is left."""

_columns = prior_authorization_table.c
_line = prior_authorization_line_table.c
_event = prior_authorization_event_table.c
_use = prior_authorization_use_table.c
_document = prior_authorization_document_table.c


class Alert(StrEnum):
    """What needs somebody."""

    DOCUMENTS_MISSING = "documents_missing"
    CALL_PAYER = "call_payer"
    """It is to be asked for by telephone or on the payer's pages, and nobody has noted an outcome."""
    UNANSWERED = "unanswered"
    """The payer was looked at for 90 days and has not decided."""
    EXPIRING = "expiring"
    UNITS_LOW = "units_low"
    UNITS_OUT = "units_out"


@dataclass(frozen=True, slots=True)
class Procedure:
    """What is asked for: a CPT or HCPCS code and units."""

    code: str
    units: int


@dataclass(frozen=True, slots=True)
class Authorization:
    """A prior authorization. ``units_used`` counts billed claim lines; ``missing`` needed documents.

    ``begin`` and ``end`` are the days asked for, ``valid_from`` and ``valid_to`` the days granted. ``reason`` is the
    payer's code for a denial or a pend (HCR03 or AAA03).
    """

    id: str
    patient_id: str
    coverage_id: str
    payer_id: str
    payer_name: str
    provider_npi: str
    service_type: str
    urgency: str
    place_of_service: str
    diagnoses: tuple[str, ...]
    procedures: tuple[Procedure, ...]
    begin: date
    end: date
    state: AuthorizationState
    route: Route
    connection_id: str
    vendor_id: str
    number: str
    valid_from: date | None
    valid_to: date | None
    units_approved: int | None
    units_used: int
    missing: int
    reason: str
    problem_code: str
    attempt: int
    submitted: datetime | None
    sync_until: datetime | None
    synced: datetime | None
    events: int
    created: datetime
    updated: datetime

    @property
    def units_requested(self) -> int:
        """All units that were asked for."""
        return sum(one.units for one in self.procedures)

    @property
    def units_left(self) -> int | None:
        """What is left of the units granted; None where the payer granted no number."""
        return None if self.units_approved is None else max(0, self.units_approved - self.units_used)

    def covers(self, procedures: Sequence[tuple[str, int]], day: date) -> bool:
        """Whether it is granted for these procedures (code and units) on a day, with units enough."""
        first, last = self.valid_from or self.begin, self.valid_to or self.end
        codes = {one.code for one in self.procedures}
        units = sum(number for _, number in procedures)
        enough = self.units_left is None or self.units_left >= units
        return self.state in GRANTED and first <= day <= last and {code for code, _ in procedures} <= codes and enough

    def alerts(self, now: datetime, today: date) -> tuple[Alert, ...]:
        """What needs somebody now."""
        found: list[Alert] = []
        if self.missing and self.state in (AuthorizationState.NEEDS_DOCUMENTS, AuthorizationState.DRAFT):
            found.append(Alert.DOCUMENTS_MISSING)
        if self.state is AuthorizationState.SUBMITTED and self.route is Route.MANUAL:
            found.append(Alert.CALL_PAYER)
        if self.state in UNDECIDED and self.sync_until is not None and self.sync_until <= now:
            found.append(Alert.UNANSWERED)
        if self.state in GRANTED:
            if self.valid_to is not None and today <= self.valid_to <= today + SOON:
                found.append(Alert.EXPIRING)
            left = self.units_left
            if left == 0:
                found.append(Alert.UNITS_OUT)
            elif left is not None and left * _LOW <= (self.units_approved or 0):
                found.append(Alert.UNITS_LOW)
        return tuple(found)


class Words(msgspec.Struct, frozen=True):
    """What a person typed about a step: sealed in the database, opened for showing."""

    spoke_with: str = ""
    reference: str = ""
    words: str = ""


words_decoder = msgspec.json.Decoder(Words)


@dataclass(frozen=True, slots=True)
class AuthorizationEvent:
    """One step. ``codes`` hold numbers and codes; ``words`` what a person typed, None when nothing was."""

    seq: int
    at: datetime
    actor: str
    kind: str
    before: str
    after: str
    codes: dict[str, str]
    exchange_id: str | None
    words: Sealed[Words] | None


@dataclass(frozen=True, slots=True)
class AuthorizationPage:
    """Authorizations, the newest first, and the cursor of the next page."""

    rows: tuple[Authorization, ...]
    next: str | None


def read_authorization(work: Work, authorization_id: str, *, lock: bool = False) -> Authorization:
    """One authorization; with ``lock`` nobody else changes it meanwhile. Raises ``authorization.none``."""
    query = work.select(prior_authorization_table).where(_columns.id == authorization_id)
    row = work.row(query.with_for_update() if lock else query)
    if row is None:
        raise NO_AUTHORIZATION.error(authorization=authorization_id)
    return _assembled(work, [row])[0]


def list_authorizations(
    work: Work,
    *,
    patient_id: str = "",
    states: Collection[AuthorizationState] = (),
    after: str = "",
    limit: int = 50,
) -> AuthorizationPage:
    """Authorizations of the practice or of one patient; four queries whatever their number.

    Ids are in the order in which they were made, so they page.
    """
    query = work.select(prior_authorization_table)
    if patient_id:
        query = query.where(_columns.patient_id == patient_id)
    if states:
        query = query.where(_columns.state.in_(sorted(state.value for state in states)))
    if after:
        query = query.where(_columns.id < after)
    rows = work.rows(query.order_by(_columns.id.desc()).limit(limit + 1))
    shown = rows[:limit]
    return AuthorizationPage(tuple(_assembled(work, shown)), shown[-1]["id"] if len(rows) > limit else None)


def find_by_state(work: Work, states: Collection[AuthorizationState], limit: int = 500) -> list[Authorization]:
    """Authorizations in some states, the longest unchanged first; four queries."""
    wanted = sorted(state.value for state in states)
    query = work.select(prior_authorization_table).where(_columns.state.in_(wanted))
    return _assembled(work, work.rows(query.order_by(_columns.updated, _columns.id).limit(limit)))


def count_by_state(work: Work) -> dict[AuthorizationState, int]:
    """How many stand where."""
    query = work.select(prior_authorization_table, _columns.state, sa.func.count().label("number"))
    found = {row["state"]: row["number"] for row in work.rows(query.group_by(_columns.state))}
    return {state: found[state.value] for state in AuthorizationState if state.value in found}


def authorization_history(work: Work, vault: Vault, authorization_id: str) -> list[AuthorizationEvent]:
    """What happened, oldest first; what people typed is sealed."""
    rows = work.rows(
        work.select(prior_authorization_event_table)
        .where(_event.authorization_id == authorization_id)
        .order_by(_event.seq)
    )
    return [
        AuthorizationEvent(
            row["seq"],
            row["at"],
            row["actor"],
            row["kind"],
            row["before"],
            row["after"],
            dict(row["codes"]),
            row["exchange_id"],
            _words(work, vault, authorization_id, row),
        )
        for row in rows
    ]


def note_of(work: Work, vault: Vault, authorization_id: str) -> Sealed[str]:
    """What the practice wrote to the payer, empty without any."""
    sealed = work.scalar(work.select(prior_authorization_table, _columns.note).where(_columns.id == authorization_id))
    if sealed is None:
        return Sealed("")
    plain = vault.open_sealed(work.organisation, prior_authorization_table.name, authorization_id, bytes(sealed))
    return Sealed(plain.decode())


def authorization_ids(work: Work, after: str = "", limit: int = 200) -> list[str]:
    """The ids of authorizations in their order, from behind one of them."""
    query = work.select(prior_authorization_table, _columns.id).order_by(_columns.id).limit(limit)
    return [row["id"] for row in work.rows(query.where(_columns.id > after) if after else query)]


def read_authorizations(work: Work, ids: Sequence[str], *, lock: bool = False) -> list[Authorization]:
    """Authorizations by id, in the order of their ids; four queries."""
    query = work.select(prior_authorization_table).where(_columns.id.in_(list(ids))).order_by(_columns.id)
    return _assembled(work, work.rows(query.with_for_update() if lock else query)) if ids else []


def _assembled(work: Work, rows: Sequence[sa.RowMapping]) -> list[Authorization]:
    """Rows with their lines, uses and missing documents: three queries more."""
    ids = [row["id"] for row in rows]
    if not ids:
        return []
    lines: dict[str, list[Procedure]] = {}
    ordered = work.select(prior_authorization_line_table).where(_line.authorization_id.in_(ids)).order_by(_line.line)
    for row in work.rows(ordered):
        lines.setdefault(row["authorization_id"], []).append(Procedure(row["procedure"], row["units"]))
    used = work.select(
        prior_authorization_use_table, _use.authorization_id, sa.func.sum(_use.units).label("number")
    ).where(_use.authorization_id.in_(ids), _use.given_back.is_(None))
    uses = {row["authorization_id"]: int(row["number"]) for row in work.rows(used.group_by(_use.authorization_id))}
    lacking = work.select(
        prior_authorization_document_table, _document.authorization_id, sa.func.count().label("number")
    ).where(_document.authorization_id.in_(ids), _document.needed, _document.state == "missing")
    missing = {
        row["authorization_id"]: row["number"] for row in work.rows(lacking.group_by(_document.authorization_id))
    }
    return [
        _authorization(row, tuple(lines.get(row["id"], ())), uses.get(row["id"], 0), missing.get(row["id"], 0))
        for row in rows
    ]


def _authorization(row: sa.RowMapping, lines: tuple[Procedure, ...], used: int, missing: int) -> Authorization:
    return Authorization(
        id=row["id"],
        patient_id=row["patient_id"],
        coverage_id=row["coverage_id"],
        payer_id=row["payer_id"],
        payer_name=row["payer_name"],
        provider_npi=row["provider_npi"],
        service_type=row["service_type"],
        urgency=row["urgency"],
        place_of_service=row["place_of_service"],
        diagnoses=tuple(row["diagnoses"]),
        procedures=lines,
        begin=row["begin"],
        end=row["end"],
        state=AuthorizationState(row["state"]),
        route=Route(row["route"]),
        connection_id=row["connection_id"],
        vendor_id=row["vendor_id"],
        number=row["number"],
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
        units_approved=row["units_approved"],
        units_used=used,
        missing=missing,
        reason=row["reason"],
        problem_code=row["problem_code"],
        attempt=row["attempt"],
        submitted=row["submitted"],
        sync_until=row["sync_until"],
        synced=row["synced"],
        events=row["events"],
        created=row["created"],
        updated=row["updated"],
    )


def _words(work: Work, vault: Vault, authorization_id: str, row: sa.RowMapping) -> Sealed[Words] | None:
    if row["words"] is None:
        return None
    place = f"{authorization_id}/{row['seq']}"
    plain = vault.open_sealed(work.organisation, prior_authorization_event_table.name, place, bytes(row["words"]))
    return Sealed(words_decoder.decode(plain))
