"""What happens to a prior authorization: drafted, handed over, decided, expired, cancelled. Every step is an event.

Each function changes the aggregate, appends the event and publishes, in the caller's transaction. Refuses steps that
contradict each other; the same answer of a payer again changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import msgspec

from chartline.connect.clearing import AuthorizationReply, Certified
from chartline.domains.codes import CodeSystem, shape_problem
from chartline.domains.coverage.authorizations.authorization import (
    Authorization,
    Procedure,
    Words,
    find_by_state,
    read_authorization,
)
from chartline.domains.coverage.authorizations.publishing import authorization_resources
from chartline.domains.coverage.authorizations.states import (
    GRANTED,
    STATE_OF,
    AuthorizationState,
    Route,
    require_step,
)
from chartline.domains.coverage.authorizations.tables import (
    prior_authorization_event_table,
    prior_authorization_line_table,
    prior_authorization_table,
)
from chartline.domains.practice.published import publish
from chartline.kernel.errors import Again, Blame, ErrorKind, Problem
from chartline.kernel.ids import new_id
from chartline.kernel.sealed import Purpose, Sealed
from chartline.platform.database import Work
from chartline.platform.records import Records
from chartline.platform.vault import Vault

BAD_REQUEST = ErrorKind(
    "authorization.bad_request",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "Something in the request for authorization cannot be right.",
    "Correct what the fields name: procedures need a code and units, the days an order, the provider an NPI.",
    status=422,
)

LOOKED_AFTER = timedelta(days=90)
"""So long a payer's decision is looked for by itself."""
_columns = prior_authorization_table.c
_TOLD = ("number", "valid_from", "valid_to", "units_approved", "reason")
"""What of an answer stands in its event."""
_URGENCIES = ("elective", "urgent")
_MOST_LINES, _MOST_DIAGNOSES, _MOST_UNITS = 12, 12, 9999


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked for. ``note`` goes to the payer with the request."""

    patient_id: str
    coverage_id: str
    payer_id: str
    payer_name: str
    provider_npi: str
    procedures: tuple[Procedure, ...]
    diagnoses: tuple[str, ...]
    begin: date
    end: date
    service_type: str = "30"
    place_of_service: str = "11"
    urgency: str = "elective"
    note: Sealed[str] = field(default_factory=lambda: Sealed(""))


@dataclass(frozen=True, slots=True, kw_only=True)
class ByHand:
    """What came of a call, a fax or the payer's own pages, as typed by whoever did it."""

    decision: Certified
    day: date
    number: str = ""
    begin: date | None = None
    end: date | None = None
    units: int | None = None
    reason: str = ""
    words: Sealed[Words] | None = None


def draft(work: Work, vault: Vault, records: Records, wanted: Wanted, actor: str) -> Authorization:
    """A new draft. Raises ``authorization.bad_request``."""
    _check(wanted)
    identity, note = new_id(), wanted.note.reveal(Purpose.STORE)
    sealed = vault.seal(work.organisation, prior_authorization_table.name, identity, note.encode()) if note else None
    work.insert(
        prior_authorization_table,
        id=identity,
        patient_id=wanted.patient_id,
        coverage_id=wanted.coverage_id,
        payer_id=wanted.payer_id,
        payer_name=wanted.payer_name[:120],
        provider_npi=wanted.provider_npi,
        service_type=wanted.service_type,
        urgency=wanted.urgency,
        place_of_service=wanted.place_of_service,
        diagnoses=list(wanted.diagnoses),
        begin=wanted.begin,
        end=wanted.end,
        state=AuthorizationState.DRAFT.value,
        route=Route.UNDECIDED.value,
        connection_id="",
        vendor_id="",
        number="",
        reason="",
        problem_code="",
        attempt=0,
        events=0,
        created=work.now,
        updated=work.now,
        note=sealed,
    )
    work.insert_many(
        prior_authorization_line_table,
        [
            {"authorization_id": identity, "line": place, "procedure": one.code, "units": one.units}
            for place, one in enumerate(wanted.procedures, 1)
        ],
    )
    return step(work, vault, records, identity, None, "drafted", actor)


def step(
    work: Work,
    vault: Vault,
    records: Records,
    authorization_id: str,
    state: AuthorizationState | None,
    kind: str,
    actor: str,
    *,
    codes: Mapping[str, str] | None = None,
    words: Sealed[Words] | None = None,
    exchange: str | None = None,
    **values: object,
) -> Authorization:
    """Append an event, change what ``values`` name, publish; None leaves the state as it is.

    Raises ``authorization.none``, ``authorization.wrong_step``.
    """
    known = read_authorization(work, authorization_id, lock=True)
    after = state or known.state
    if state is not None and state is not known.state:
        require_step(known.state, state)
    seq = known.events + 1
    sealed = None
    if words is not None:
        plain = msgspec.json.encode(words.reveal(Purpose.STORE))
        place = f"{authorization_id}/{seq}"
        sealed = vault.seal(work.organisation, prior_authorization_event_table.name, place, plain)
    work.insert(
        prior_authorization_event_table,
        authorization_id=authorization_id,
        seq=seq,
        at=work.now,
        actor=actor[:80],
        kind=kind[:30],
        before=known.state.value if known.events else "",
        after=after.value,
        codes=dict(codes or {}),
        exchange_id=exchange,
        words=sealed,
    )
    change = work.update(prior_authorization_table).where(_columns.id == authorization_id)
    work.execute(change.values(state=after.value, events=seq, updated=work.now, **values))
    changed = read_authorization(work, authorization_id)
    publish(work, records, authorization_resources(changed))
    return changed


def hand_over(
    work: Work, vault: Vault, records: Records, authorization_id: str, route: Route, connection_id: str, actor: str
) -> Authorization:
    """It is on its way: by a connection, or to whoever calls the payer. Raises ``authorization.wrong_step``."""
    known, now = read_authorization(work, authorization_id, lock=True), work.now
    return step(
        work,
        vault,
        records,
        authorization_id,
        AuthorizationState.SUBMITTED,
        "submitted",
        actor,
        codes={"route": route.value},
        route=route.value,
        connection_id=connection_id,
        vendor_id="",
        attempt=known.attempt + 1,
        submitted=now,
        sync_until=now + LOOKED_AFTER,
        problem_code="",
        reason="",
    )


def decide(
    work: Work,
    vault: Vault,
    records: Records,
    authorization_id: str,
    reply: AuthorizationReply,
    actor: str,
    *,
    exchange: str | None = None,
    kind: str = "answered",
    words: Sealed[Words] | None = None,
    codes: Mapping[str, str] | None = None,
) -> Authorization:
    """Take in what a payer says; what it has said before makes no event. Raises ``authorization.wrong_step``."""
    known = read_authorization(work, authorization_id, lock=True)
    state = STATE_OF[reply.decision]
    values: dict[str, object] = {"synced": work.now}
    if reply.vendor_id:
        values["vendor_id"] = reply.vendor_id[:120]
    if reply.number:
        values["number"] = reply.number[:60]
    if state in GRANTED:
        first, last = reply.begin or known.valid_from or known.begin, reply.end or known.valid_to or known.end
        if last < first:
            raise BAD_REQUEST.error(field="end")
        units = reply.units
        if units is None:
            # Granted as asked means the units that were asked for.
            units = known.units_requested if state is AuthorizationState.APPROVED else known.units_approved
        values |= {"valid_from": first, "valid_to": last, "units_approved": units}
    values["reason"] = reply.reason[:20]
    news = {name: value for name, value in values.items() if name != "synced" and getattr(known, name) != value}
    if state is known.state and not news and words is None:
        change = work.update(prior_authorization_table).where(_columns.id == authorization_id)
        work.execute(change.values(synced=work.now))
        return known
    found = {name: str(values[name]) for name in _TOLD if values.get(name) not in (None, "")}
    return step(
        work,
        vault,
        records,
        authorization_id,
        state,
        kind,
        actor,
        codes={**found, **dict(codes or {})},
        words=words,
        exchange=exchange,
        problem_code="",
        **values,
    )


def decide_by_hand(
    work: Work, vault: Vault, records: Records, authorization_id: str, typed: ByHand, actor: str
) -> Authorization:
    """Take in what a person typed. A grant needs the payer's number.

    Raises ``authorization.bad_request``, ``authorization.wrong_step``.
    """
    granted = STATE_OF[typed.decision] in GRANTED
    if granted and not typed.number.strip():
        raise BAD_REQUEST.error(field="number")
    if typed.units is not None and not 0 < typed.units <= _MOST_UNITS:
        raise BAD_REQUEST.error(field="units")
    reply = AuthorizationReply(typed.decision, typed.number.strip(), typed.begin, typed.end, typed.units, typed.reason)
    codes = {"day": typed.day.isoformat()}
    known = read_authorization(work, authorization_id)
    if known.route is not Route.MANUAL:
        codes["route"] = Route.MANUAL.value
    return decide(
        work,
        vault,
        records,
        authorization_id,
        reply,
        actor,
        kind="by_hand",
        words=typed.words if typed.words is not None else Sealed(Words()),
        codes=codes,
    )


def refuse(
    work: Work, vault: Vault, records: Records, authorization_id: str, problem: Problem, actor: str
) -> Authorization:
    """No payer ever saw it: it is a draft again, with the reason."""
    return step(
        work,
        vault,
        records,
        authorization_id,
        AuthorizationState.DRAFT,
        "refused",
        actor,
        codes={"code": problem.code},
        exchange=problem.evidence,
        problem_code=problem.code[:80],
    )


def cancel(work: Work, vault: Vault, records: Records, authorization_id: str, actor: str) -> Authorization:
    """It is not wanted any more. The payer is not told. Raises ``authorization.wrong_step``."""
    return step(work, vault, records, authorization_id, AuthorizationState.CANCELLED, "cancelled", actor)


def expire_due(work: Work, vault: Vault, records: Records, today: date, actor: str) -> int:
    """Let granted ones expire whose last day is over; how many."""
    over = [one for one in find_by_state(work, GRANTED) if one.valid_to is not None and one.valid_to < today]
    for one in over:
        step(work, vault, records, one.id, AuthorizationState.EXPIRED, "expired", actor)
    return len(over)


def note_look(work: Work, authorization_ids: Sequence[str], at: datetime) -> None:
    """The payer was looked at and had nothing new."""
    if authorization_ids:
        change = work.update(prior_authorization_table).where(_columns.id.in_(list(authorization_ids)))
        work.execute(change.values(synced=at))


def _check(wanted: Wanted) -> None:
    """Raises ``authorization.bad_request`` for the first thing that cannot be right."""
    wrong = ""
    if shape_problem(CodeSystem.NPI, wanted.provider_npi):
        wrong = "provider_npi"
    elif not _all_fit(CodeSystem.PROCEDURE, [one.code for one in wanted.procedures], _MOST_LINES):
        wrong = "procedures"
    elif any(not 0 < one.units <= _MOST_UNITS for one in wanted.procedures):
        wrong = "units"
    elif not _all_fit(CodeSystem.DIAGNOSIS, wanted.diagnoses, _MOST_DIAGNOSES):
        wrong = "diagnoses"
    elif wanted.end < wanted.begin:
        wrong = "end"
    elif wanted.urgency not in _URGENCIES:
        wrong = "urgency"
    elif not wanted.payer_id.strip():
        wrong = "payer_id"
    if wrong:
        raise BAD_REQUEST.error(field=wrong)


def _all_fit(system: CodeSystem, codes: Sequence[str], most: int) -> bool:
    return 0 < len(codes) <= most and not any(shape_problem(system, code) for code in codes)
