"""Requests for authorization: decided at once, or pended and decided when their time has come (278).

What the member id begins with decides first (``AAA75`` any reason, ``PEND``, ``DENY``, ``MODIFY``), then what the
gateway was told of a procedure; all else is certified. The same request twice is two requests, as at a real payer. A
decision that came later is laid out under the PayloadID of its request.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from chartline.connectors.core.simulator.questions import follow_up, reason_of
from chartline.connectors.core.simulator.world import Asked, Mind, World
from chartline.formats.x12 import authorization as x12
from chartline.formats.x12.envelope_writer import Envelope

_WORDS = {"PEND": "A4", "DENY": "A3", "MODIFY": "A6", "NOTNEEDED": "NA"}
_HOLDS = ("A1", "A2", "A6")
_NOT_NECESSARY = "0V"


def answer_278(world: World, payload_id: str, payload: bytes, envelope: Envelope) -> bytes:
    """The response to a request."""
    request = x12.read_278_request(payload)[0]
    reason = reason_of(request.subscriber.member_id)
    if reason:
        return x12.build_278_answer([_refused(request, reason)], envelope)
    mind = _mind(world, request)
    number = f"AU{world.counters.next('authorization', 700001)}"
    due = world.now + timedelta(hours=mind.hours) if mind.action == "A4" else None
    asked = Asked(payload_id=payload_id, content=payload, action=mind.action, number=number, due=due, then=mind.then)
    world.asked.put(payload_id, asked)
    world.counters.add("authorizations")
    return x12.build_278_answer([_decided(request, asked, world.now)], envelope)


def decided_278(world: World, payload_id: str, envelope: Envelope) -> bytes | None:
    """The decision on a request by its PayloadID; None while there is none, and for a request that nobody knows."""
    asked = world.asked.get(payload_id)
    if asked is None or asked.action == "A4":
        return None
    return x12.build_278_answer([_decided(x12.read_278_request(asked.content)[0], asked, world.now)], envelope)


def decide_due(world: World) -> None:
    """Decide what was pended and whose time has come."""
    for asked in world.asked:
        if asked.due is not None and asked.due <= world.now:
            asked.action, asked.due = asked.then, None
            world.asked.put(asked.payload_id, asked)


def _mind(world: World, request: x12.AuthorizationRequest) -> Mind:
    for word, action in _WORDS.items():
        if request.subscriber.member_id.startswith(word):
            return Mind(procedure="", action=action)
    for service in request.services:
        item = service.item
        code = item.procedure.code if isinstance(item, x12.ProfessionalService) else ""
        known = world.minds.get(code)
        if known is not None:
            return known
    return Mind(procedure="")


def _refused(request: x12.AuthorizationRequest, reason: str) -> x12.AuthorizationAnswer:
    payers = reason in ("42", "79", "80")
    refusal = x12.Rejection(level="source" if payers else "subscriber", reason=reason, follow_up=follow_up(reason))
    return x12.AuthorizationAnswer(
        reference=request.reference,
        reviewer=_plain(request.reviewer),
        requester=None if payers else _plain(request.requester),
        subscriber=None if payers else request.subscriber,
        rejections=(refusal,),
    )


def _decided(request: x12.AuthorizationRequest, asked: Asked, at: datetime) -> x12.AuthorizationAnswer:
    event = request.event
    holds = asked.action in _HOLDS
    traces = tuple(x12.Trace(one.number, one.originator, one.division, "2") for one in event.traces)
    decision = x12.Decision(
        action=asked.action,
        number=asked.number if holds else "",
        reasons=(_NOT_NECESSARY,) if asked.action == "A3" else (),
    )
    first = event.dates[0].day if event.dates else at.date()
    last = (event.dates[0].through if event.dates else None) or first
    return x12.AuthorizationAnswer(
        reference=request.reference,
        reviewer=_plain(request.reviewer),
        requester=_plain(request.requester),
        subscriber=request.subscriber,
        dependent=request.dependent,
        events=(
            x12.EventAnswer(
                event=x12.Event(
                    review=event.review,
                    traces=traces,
                    administrative_number="" if holds else f"ADM{asked.number[2:]}",
                    diagnoses=event.diagnoses,
                    providers=event.providers,
                ),
                decision=decision,
                validity=x12.Validity(first_day=first, last_day=last) if holds else x12.Validity(),
                services=tuple(_service(one, asked.action) for one in request.services) if holds else (),
            ),
        ),
        kind="19" if asked.action == "A4" else "18",
    )


def _service(service: x12.Service, action: str) -> x12.ServiceAnswer:
    """As asked, or half of it when it was modified."""
    item = service.item
    if isinstance(item, x12.ProfessionalService) and action == "A6":
        units = max(Decimal(1), (item.units or Decimal(1)) // 2)
        item = x12.ProfessionalService(procedure=item.procedure, units=units)
    return x12.ServiceAnswer(service=x12.Service(item=item))


def _plain(party: x12.Party) -> x12.Party:
    return x12.Party(
        role=party.role,
        name=party.name,
        first=party.first,
        is_person=party.is_person,
        id=party.id,
        id_kind=party.id_kind,
    )
