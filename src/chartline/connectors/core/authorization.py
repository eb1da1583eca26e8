"""Prior authorization in real time: a request into a 278, its answer into facts (guide 005010X217).

The once-key is our trace (TRN02) and makes the PayloadID, so that one request has one of each. There is no inquiry: the
guide for it (X215) is another transaction, which nobody offers here, and sending the request again would open a second
one. What a payer decided since is fetched as a batch result under the PayloadID of the request (an assumption, and an
option). Finding it settles a lost answer; not finding it proves nothing, so the verdict is ``Later`` and never
``Absent``: after a lost answer a person telephones.

AAA refuses a request: a proven no. But ``42`` (the payer is down) asks for patience, and after ``80`` (an
intermediary got no answer) nobody knows.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from chartline.connect.clearing import AuthorizationAsk, AuthorizationReply, Certified
from chartline.connect.facts import Relationship
from chartline.connect.wire import Wire
from chartline.connectors.core import messages, problems
from chartline.connectors.core.client import Client
from chartline.connectors.core.control import ORIGINATOR, RELATIONS, envelope
from chartline.connectors.core.options import Account
from chartline.formats.x12 import authorization as x12
from chartline.formats.x12.record import PersonName
from chartline.kernel.errors import ChartlineError
from chartline.kernel.ids import derived_id
from chartline.kernel.outcome import Later, Looked, Outcome, Receipt, Refused, Unknown
from chartline.kernel.sealed import Purpose, Sealed

OPERATION: Final = "278"
RESULTS: Final = "278_results"
LOOK_AGAIN: Final = timedelta(minutes=30)
DOWN_AGAIN: Final = timedelta(minutes=15)
PAYER_DOWN: Final = "42"
NO_RESPONSE: Final = "80"

_DECISIONS: Final = {
    "A1": Certified.APPROVED,
    "A2": Certified.MODIFIED,
    "A6": Certified.MODIFIED,
    "A3": Certified.DENIED,
    "A4": Certified.PENDED,
    "CT": Certified.PENDED,
    "C": Certified.CANCELLED,
    "NA": Certified.NOT_REQUIRED,
}
_HOLDS: Final = frozenset({Certified.APPROVED, Certified.MODIFIED})


def request(wire: Wire, client: Client, account: Account, ask: AuthorizationAsk) -> Outcome[AuthorizationReply]:
    """Ask the payer once. Settled by ``find``."""
    try:
        content = x12.build_278_request([request_of(ask)], envelope(wire.clock, account))
    except ChartlineError as refusal:
        return Refused(problems.bad_question(refusal))
    sent = client.request(OPERATION, messages.AUTHORIZATION, payload_id(ask), content)
    return _told(wire, ask, sent.value, sent.exchange) if isinstance(sent, Receipt) else sent


def find(wire: Wire, client: Client, account: Account, ask: AuthorizationAsk) -> Looked[AuthorizationReply]:
    """What the payer decided about this request, if it says so of its own accord; never ``Absent``."""
    return _fetched(wire, client, account, ask, "nobody can say whether the payer has the request")


def status(
    wire: Wire, client: Client, account: Account, ask: AuthorizationAsk
) -> Receipt[AuthorizationReply] | Later | Refused:
    """What the payer decided since it pended the request."""
    looked = _fetched(wire, client, account, ask, "the payer has not decided")
    if isinstance(looked, Unknown):
        return Refused(problems.UNREADABLE.problem(evidence=looked.evidence, operation=RESULTS))
    return looked


def payload_id(ask: AuthorizationAsk) -> str:
    """The PayloadID of a request: the same for the same once-key."""
    return derived_id("core 278", ask.once_key)


def _fetched(
    wire: Wire, client: Client, account: Account, ask: AuthorizationAsk, nothing: str
) -> Receipt[AuthorizationReply] | Later | Refused | Unknown:
    if not account.type_278_results:
        return Later(wire.clock.now() + LOOK_AGAIN, nothing)
    fetched = client.fetch(RESULTS, account.type_278_results, payload_id(ask))
    if not isinstance(fetched, Receipt):
        return fetched
    if fetched.value is None:
        return Later(wire.clock.now() + LOOK_AGAIN, nothing, fetched.exchange)
    return _told(wire, ask, fetched.value.payload, fetched.exchange)


def request_of(ask: AuthorizationAsk) -> x12.AuthorizationRequest:
    """The request as the guide has it, before it is written."""
    trace = x12.Trace(ask.once_key, ORIGINATOR)
    note = ask.note.reveal(Purpose.EXCHANGE).strip()
    return x12.AuthorizationRequest(
        reference=ask.once_key,
        reviewer=x12.Party(role="X3", name=ask.payer_name or ask.payer_id, id=ask.payer_id, id_kind="PI"),
        requester=x12.Party(role="1P", name=ask.requester_name, id=ask.requester_npi, id_kind="XX"),
        subscriber=x12.Person(
            name=PersonName(
                last=ask.family.reveal(Purpose.EXCHANGE).strip(), first=ask.given.reveal(Purpose.EXCHANGE).strip()
            ),
            member_id=ask.member_id.reveal(Purpose.EXCHANGE).strip(),
            born=ask.birth_date.reveal(Purpose.EXCHANGE),
            sex=ask.sex if ask.sex in ("M", "F") else "U",
        ),
        dependent=_dependent(ask),
        event=x12.Event(
            review=x12.Review(
                category="HS",
                service_type=ask.service_type,
                place=ask.place_of_service,
                level_of_service="U" if ask.urgency == "urgent" else "",
            ),
            traces=(trace,),
            dates=(_days("AAH", ask.begin, ask.end),),
            diagnoses=tuple(
                x12.Diagnosis(code, "ABF" if number else "ABK") for number, code in enumerate(ask.diagnoses)
            ),
            message=note,
            providers=(
                x12.Party(
                    role="SJ",
                    name=ask.provider_last,
                    first=ask.provider_first,
                    is_person=bool(ask.provider_first),
                    id=ask.provider_npi,
                    id_kind="XX",
                ),
            ),
        ),
        services=tuple(
            x12.Service(
                item=x12.ProfessionalService(procedure=x12.Procedure(code), units=Decimal(units)),
                first_day=ask.begin,
                last_day=ask.end if ask.end != ask.begin else None,
            )
            for code, units in ask.procedures
        ),
    )


def _dependent(ask: AuthorizationAsk) -> x12.Person | None:
    """The patient, when it is not the member: what is to be authorized is for this person."""
    if ask.relationship is Relationship.SELF or ask.patient_family is None or ask.patient_given is None:
        return None
    born = ask.patient_birth_date
    return x12.Person(
        name=PersonName(
            last=ask.patient_family.reveal(Purpose.EXCHANGE).strip(),
            first=ask.patient_given.reveal(Purpose.EXCHANGE).strip(),
        ),
        born=born.reveal(Purpose.EXCHANGE) if born is not None else None,
        sex=ask.patient_sex if ask.patient_sex in ("M", "F") else "U",
        relationship=RELATIONS[ask.relationship],
    )


def _days(qualifier: str, begin: date, end: date) -> x12.QualifiedDate:
    return x12.QualifiedDate(qualifier, begin, end if end != begin else None)


def _told(
    wire: Wire, ask: AuthorizationAsk, content: Sealed[bytes], exchange: str | None
) -> Receipt[AuthorizationReply] | Later | Refused | Unknown:
    """The answer that is ours. What cannot be read, or speaks of another request, tells nothing."""
    try:
        answers = x12.read_278_answer(content.reveal(Purpose.EXCHANGE))
    except ChartlineError:
        return Unknown(exchange)
    for answer in answers:
        if not _is_ours(answer, ask.once_key):
            continue
        if answer.decisions:
            return Receipt(_reply(answer, ask.once_key), exchange)
        reasons = [rejection.reason for rejection in answer.all_rejections]
        if NO_RESPONSE in reasons:
            return Unknown(exchange)
        if PAYER_DOWN in reasons:
            return Later(wire.clock.now() + DOWN_AGAIN, "the payer cannot answer now", exchange)
        if reasons:
            return Refused(problems.PAYER_REFUSED.problem(evidence=exchange, reason=reasons[0]))
    return Unknown(exchange)


def _is_ours(answer: x12.AuthorizationAnswer, once_key: str) -> bool:
    """By the trace given back; a request refused above the event has none, and is known by BHT03."""
    traces = [trace.number for event in answer.events for trace in event.event.traces if trace.originator == ORIGINATOR]
    return once_key in traces if traces else answer.reference == once_key


def _reply(answer: x12.AuthorizationAnswer, once_key: str) -> AuthorizationReply:
    """The decision on the event; where each service has its own, the whole is what they have in common."""
    event = next((one for one in answer.events if one.decision is not None), None)
    services = [service for one in answer.events for service in one.services]
    decided = [_DECISIONS.get(one.action, Certified.PENDED) for one in answer.decisions]
    whole = decided[0] if event is not None else _common(decided)
    if event is not None and whole is Certified.APPROVED and len(set(decided)) > 1:
        # Certified as a whole, and yet one service is not: what holds is less than was asked for.
        whole = Certified.MODIFIED
    first, last = _validity(answer)
    reasons = [reason for one in answer.decisions for reason in one.reasons]
    administrative = next((one.event.administrative_number for one in answer.events), "")
    return AuthorizationReply(
        decision=whole,
        number=answer.number,
        begin=first,
        end=last,
        units=_units(answer, services) if whole in _HOLDS else None,
        reason=reasons[0] if reasons else "",
        vendor_id=administrative or once_key,
    )


def _common(decided: list[Certified]) -> Certified:
    if len(set(decided)) == 1:
        return decided[0]
    if Certified.PENDED in decided:
        return Certified.PENDED
    return Certified.MODIFIED if _HOLDS & set(decided) else decided[0]


def _validity(answer: x12.AuthorizationAnswer) -> tuple[date | None, date | None]:
    """First and last day: of the event, else of the first service that has them."""
    known = [event.validity for event in answer.events]
    known += [service.validity for event in answer.events for service in event.services]
    for days in known:
        if days.first_day is not None or days.expires is not None:
            return days.first_day or days.issued, days.last_day or days.expires or days.first_day
    return None, None


def _units(answer: x12.AuthorizationAnswer, services: list[x12.ServiceAnswer]) -> int | None:
    """How many: of the whole event where it says so, else of the services that hold."""
    for event in answer.events:
        delivery = event.event.delivery
        if delivery is not None and delivery.quantity is not None:
            return int(delivery.quantity)
    counted = [
        service.service.item.units
        for service in services
        if (service.decision is None or service.decision.is_certified)
        and isinstance(service.service.item, x12.ProfessionalService)
        and service.service.item.units is not None
    ]
    return int(sum(counted)) if counted else None
