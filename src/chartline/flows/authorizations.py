"""Prior authorization from asking to deciding: by wire where a connection authorizes, by a person where none does.

A request goes out through ``Intents.once`` under a key of its own for each try that a person starts, so that a lost
answer is looked for and never sent again. Every half hour payers are looked at for what they have decided since, for 90
days; then the desk is told. Refuses to send while a needed document is missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import msgspec

from chartline.connect.clearing import AuthorizationAsk, AuthorizationReply, Authorizes, Certified
from chartline.connect.connections import Connection
from chartline.connect.facts import Relationship
from chartline.connect.intents import Write, payload
from chartline.connect.routing import Service
from chartline.domains.coverage.authorizations.authorization import (
    Authorization,
    find_by_state,
    note_of,
    read_authorization,
)
from chartline.domains.coverage.authorizations.checklist import ask_for, attach, templates_for, waive
from chartline.domains.coverage.authorizations.states import UNDECIDED, AuthorizationState, Route
from chartline.domains.coverage.authorizations.steps import (
    ByHand,
    Wanted,
    cancel,
    decide,
    decide_by_hand,
    draft,
    expire_due,
    hand_over,
    note_look,
    refuse,
    step,
)
from chartline.domains.coverage.payers import numbers_of
from chartline.domains.coverage.subscriber import subscriber_of
from chartline.domains.practice.coverages import read_coverage
from chartline.domains.practice.people import read_person
from chartline.domains.practice.providers import provider_by_npi
from chartline.domains.practice.settings import office_today, read_practice
from chartline.flows.answers import Answer, answer, come_back, done
from chartline.flows.ground import FAST, VENDOR, Ground
from chartline.flows.routing import present_routes
from chartline.formats.fhir import JsonObject
from chartline.kernel.errors import Again, Blame, ErrorKind, StopRun
from chartline.kernel.outcome import Later, Looked, Outcome, Receipt, Refused, Unknown
from chartline.kernel.sealed import Purpose, Sealed
from chartline.platform.audit import AuditEvent, Target
from chartline.platform.database import Work
from chartline.platform.jobs import ComeBack, Job, Run

SUBMIT, SYNC = "authorizations.submit", "authorizations.sync"
EVERY = timedelta(minutes=30)
REQUEST = "request_authorization"
"""The operation of the intent."""
ACTOR = "job:authorizations"
MOST = 500
"""So many are looked at in one run; the longest unchanged come first."""
_WIRED = frozenset({Route.WIRE})

MISSING = ErrorKind(
    "authorization.documents_missing",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "Needed documents are missing, so nothing was sent.",
    "Attach them on the authorization's page, or say that they are not needed, then submit again.",
    status=409,
)


class _Reply(msgspec.Struct, frozen=True):
    """A payer's reply as an intent keeps it: codes, numbers and days."""

    decision: str
    number: str
    begin: date | None
    end: date | None
    units: int | None
    reason: str
    vendor_id: str


_replies = msgspec.json.Decoder(_Reply)


class AuthorizationStory:
    """The story."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def jobs(self) -> list[Job]:
        """The jobs of this story."""
        return [Job(SUBMIT, VENDOR, self.submit), Job(SYNC, FAST, self.sync)]

    def submit(self, run: Run, arguments: dict[str, str]) -> ComeBack | dict[str, str] | None:
        """Send one request, once."""
        sent = run.step("send", self._send, run.organisation, arguments["authorization"], run.failed)
        return come_back(sent) or {"state": sent["state"]}

    def sync(self, run: Run, arguments: dict[str, str]) -> ComeBack | dict[str, str] | None:
        """Let expire what is over, and look at each payer that has not decided."""
        first = run.step("list", self._list, run.organisation)
        looked = 0
        for identity in first["ids"].split():
            run.step("look", self._look, run.organisation, identity)
            looked += 1
        return {"expired": first["expired"], "looked": str(looked)}

    def _send(self, organisation: str, authorization_id: str, failed: int) -> Answer:
        ground = self._ground
        with ground.database.read(organisation) as work:
            known = read_authorization(work, authorization_id)
            if known.state is not AuthorizationState.SUBMITTED or known.route is not Route.WIRE:
                return done(state=known.state.value)
            ask = _ask_of(ground, work, known)
        connector = ground.open(organisation, known.connection_id, Authorizes)
        key = f"authorization/{known.id}/{known.attempt}"
        content = payload(known.id, known.attempt, [(one.code, one.units) for one in known.procedures], known.diagnoses)
        outcome = ground.intents.once(
            organisation,
            Write(known.connection_id, REQUEST, key, content),
            lambda: _sent(connector.request_authorization(ask)),
            lambda: _looked(connector.find_authorization(ask)),
        )
        with ground.database.work(organisation) as work:
            match outcome:
                case Receipt(value, exchange):
                    reply = _read(value)
                    changed = decide(work, ground.vault, ground.records, known.id, reply, ACTOR, exchange=exchange)
                    return done(state=changed.state.value)
                case Refused(problem) if problem.again in (Again.NEVER, Again.AFTER_FIX):
                    refuse(work, ground.vault, ground.records, known.id, problem, ACTOR)
                case Refused() | Later() | Unknown():
                    pass
        return answer(outcome, ground.clock, failed)

    def _list(self, organisation: str) -> Answer:
        ground = self._ground
        with ground.database.work(organisation) as work:
            today = office_today(work)
            expired = expire_due(work, ground.vault, ground.records, today, ACTOR)
            waiting = find_by_state(work, UNDECIDED, MOST)
            due = [
                one.id
                for one in waiting
                if one.route in _WIRED and one.vendor_id and one.sync_until is not None and one.sync_until > work.now
            ]
        return done(expired=str(expired), ids=" ".join(due))

    def _look(self, organisation: str, authorization_id: str) -> Answer:
        """Look at one; what keeps one payer from answering keeps no other from being looked at."""
        ground = self._ground
        with ground.database.read(organisation) as work:
            known = read_authorization(work, authorization_id)
            if known.state not in UNDECIDED:
                return done(state=known.state.value)
            ask = _ask_of(ground, work, known)
        try:
            outcome = ground.open(organisation, known.connection_id, Authorizes).authorization_status(
                ask, known.vendor_id
            )
        except StopRun as away:
            # A connection that is switched off is its own trouble.
            outcome = Refused(away.problem)
        with ground.database.work(organisation) as work:
            if isinstance(outcome, Receipt):
                decide(work, ground.vault, ground.records, known.id, outcome.value, ACTOR, exchange=outcome.exchange)
            else:
                note_look(work, [known.id], work.now)
        return done(state=read_state(ground, organisation, known.id))


def read_state(ground: Ground, organisation: str, authorization_id: str) -> str:
    """Where one stands."""
    with ground.database.read(organisation) as work:
        return read_authorization(work, authorization_id).state.value


def begin(
    ground: Ground,
    organisation: str,
    actor: str,
    wanted: Wanted,
    *,
    documents: Sequence[str] = (),
    submit: bool = True,
) -> Authorization:
    """Draft a request with its checklist, and hand it over unless a needed document is missing.

    Raises ``authorization.bad_request``, ``records.not_found``.
    """
    wire = _wire(ground, organisation, wanted.payer_id)
    with ground.database.work(organisation) as work:
        ground.records.read(work, "Patient", wanted.patient_id)
        made = draft(work, ground.vault, ground.records, wanted, actor)
        codes = [one.code for one in wanted.procedures]
        items = [item for one in templates_for(work, wanted.payer_id, codes) for item in one.items]
        ask_for(work, ground.vault, made.id, [*items, *documents], actor)
        _audit(ground, work, actor, "authorization.create", made.id)
        made = read_authorization(work, made.id)
        if made.missing:
            state = AuthorizationState.NEEDS_DOCUMENTS
            return step(work, ground.vault, ground.records, made.id, state, "documents_asked", actor)
        return _hand_over(ground, work, made, wire, actor) if submit else made


def submit_again(ground: Ground, organisation: str, actor: str, authorization_id: str) -> Authorization:
    """Hand over a draft, one whose documents are there now, or one that was denied.

    Raises ``authorization.documents_missing``, ``authorization.wrong_step``, ``authorization.none``.
    """
    with ground.database.read(organisation) as work:
        payer_id = read_authorization(work, authorization_id).payer_id
    wire = _wire(ground, organisation, payer_id)
    with ground.database.work(organisation) as work:
        known = read_authorization(work, authorization_id, lock=True)
        if known.missing:
            raise MISSING.error(missing=str(known.missing))
        _audit(ground, work, actor, "authorization.submit", known.id)
        return _hand_over(ground, work, known, wire, actor)


def note_result(ground: Ground, organisation: str, actor: str, authorization_id: str, typed: ByHand) -> Authorization:
    """Keep what a person learned from the payer. Raises what ``decide_by_hand`` raises."""
    with ground.database.work(organisation) as work:
        _audit(ground, work, actor, "authorization.by_hand", authorization_id)
        return decide_by_hand(work, ground.vault, ground.records, authorization_id, typed, actor)


def withdraw(ground: Ground, organisation: str, actor: str, authorization_id: str) -> Authorization:
    """It is not wanted any more. Raises ``authorization.wrong_step``, ``authorization.none``."""
    with ground.database.work(organisation) as work:
        _audit(ground, work, actor, "authorization.cancel", authorization_id)
        return cancel(work, ground.vault, ground.records, authorization_id, actor)


def add_document(
    ground: Ground,
    organisation: str,
    actor: str,
    authorization_id: str,
    content: Sealed[bytes],
    media: str,
    *,
    document_id: str = "",
    title: str = "",
) -> str:
    """Attach a file; the id of its item.

    Raises ``authorization.none``, ``authorization.bad_document``, ``authorization.no_document``.
    """
    with ground.database.work(organisation) as work:
        known = read_authorization(work, authorization_id, lock=True)
        kept = attach(work, ground.vault, known.id, content, media, actor, document_id=document_id, title=title)
        _audit(ground, work, actor, "authorization.document", known.id)
        step(work, ground.vault, ground.records, known.id, None, "document_added", actor, codes={"document": kept})
        return kept


def ask_documents(
    ground: Ground, organisation: str, actor: str, authorization_id: str, titles: Sequence[str]
) -> Authorization:
    """Put items on the checklist: the payer, or somebody here, wants more. Raises ``authorization.none``."""
    with ground.database.work(organisation) as work:
        known = read_authorization(work, authorization_id, lock=True)
        if not ask_for(work, ground.vault, known.id, titles, actor):
            return known
        return step(work, ground.vault, ground.records, known.id, None, "documents_asked", actor)


def waive_document(ground: Ground, organisation: str, actor: str, authorization_id: str, document_id: str) -> None:
    """An item is not needed after all. Raises ``authorization.none``, ``authorization.no_document``."""
    with ground.database.work(organisation) as work:
        known = read_authorization(work, authorization_id, lock=True)
        waive(work, known.id, document_id, actor)
        codes = {"document": document_id}
        step(work, ground.vault, ground.records, known.id, None, "document_waived", actor, codes=codes)


def _hand_over(ground: Ground, work: Work, known: Authorization, wire: Connection | None, actor: str) -> Authorization:
    """To the connection that authorizes for this payer, or to a person."""
    route = Route.WIRE if wire is not None else Route.MANUAL
    identity = wire.id if wire is not None else ""
    sent = hand_over(work, ground.vault, ground.records, known.id, route, identity, actor)
    if wire is not None:
        key = f"authorization/{sent.id}/{sent.attempt}"
        arguments = {"authorization": sent.id, "connection": identity}
        ground.jobs.enqueue(work, SUBMIT, VENDOR, arguments, key=key, organisation=work.organisation)
    return sent


def _wire(ground: Ground, organisation: str, payer_id: str) -> Connection | None:
    """The connection to ask this payer through; None where none authorizes."""
    found = ground.every(organisation, Authorizes)
    if not found:
        return None
    with ground.database.read(organisation) as work:
        return present_routes(work).ordered(found, Service.AUTHORIZATION, payer_id)[0][0]


def _ask_of(ground: Ground, work: Work, known: Authorization) -> AuthorizationAsk:
    """The request in plain words. Raises ``records.not_found``, ``practice.not_set_up``."""
    practice, records = read_practice(work), ground.records
    person = read_person(records.read(work, "Patient", known.patient_id).reveal(Purpose.EXCHANGE))
    coverage: JsonObject = {}
    if known.coverage_id:
        coverage = records.read(work, "Coverage", known.coverage_id).reveal(Purpose.EXCHANGE)
    insured = subscriber_of(work, records, coverage) if coverage else None
    provider = provider_by_npi(work, known.provider_npi)
    whom = insured if insured is not None else person
    card = read_coverage(coverage)
    return AuthorizationAsk(
        once_key=f"{known.id}-{known.attempt}",
        payer_id=numbers_of(work, known.payer_id).get(known.connection_id, known.payer_id),
        payer_name=known.payer_name,
        requester_npi=practice.npi,
        requester_name=practice.name,
        provider_npi=known.provider_npi,
        provider_last=provider.family if provider else practice.name,
        provider_first=provider.given if provider else "",
        family=whom.family,
        given=whom.given,
        birth_date=whom.birth_date,
        sex=whom.sex,
        member_id=card.member_id,
        service_type=known.service_type,
        diagnoses=known.diagnoses,
        procedures=tuple((one.code, one.units) for one in known.procedures),
        begin=known.begin,
        end=known.end,
        place_of_service=known.place_of_service,
        urgency=known.urgency,
        note=note_of(work, ground.vault, known.id),
        relationship=card.relationship if insured is not None else Relationship.SELF,
        patient_family=person.family if insured is not None else None,
        patient_given=person.given if insured is not None else None,
        patient_birth_date=person.birth_date if insured is not None else None,
        patient_sex=person.sex if insured is not None else "",
    )


def _sent(outcome: Outcome[AuthorizationReply]) -> Outcome[str]:
    return Receipt(_written(outcome.value), outcome.exchange) if isinstance(outcome, Receipt) else outcome


def _looked(outcome: Looked[AuthorizationReply]) -> Looked[str]:
    return Receipt(_written(outcome.value), outcome.exchange) if isinstance(outcome, Receipt) else outcome


def _written(reply: AuthorizationReply) -> str:
    kept = _Reply(
        reply.decision.value, reply.number, reply.begin, reply.end, reply.units, reply.reason, reply.vendor_id
    )
    return msgspec.json.encode(kept).decode()


def _read(value: str) -> AuthorizationReply:
    kept = _replies.decode(value)
    return AuthorizationReply(
        Certified(kept.decision), kept.number, kept.begin, kept.end, kept.units, kept.reason, kept.vendor_id
    )


def _audit(ground: Ground, work: Work, actor: str, action: str, authorization_id: str) -> None:
    ground.audit.record(work, AuditEvent(actor, action, Target("prior_authorization", authorization_id)))
