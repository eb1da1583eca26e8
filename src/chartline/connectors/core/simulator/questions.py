"""Answers in real time about members and claims: 271 and 277.

What a member id begins with decides: ``INACTIVE`` has no coverage, ``AAA72`` is refused with reason 72 (any two
digits), everybody else is covered. A payer that is down says AAA 42 at its own level.
"""

from __future__ import annotations

import re
from decimal import Decimal

from chartline.connectors.core.simulator.world import Claim, World
from chartline.formats.x12 import claim_status, eligibility
from chartline.formats.x12.envelope_writer import Envelope
from chartline.kernel.money import Money

_REFUSED = re.compile(r"AAA(\d\d)")
_PAYER = frozenset({"41", "42", "79", "80"})
_PROVIDER = frozenset({"43", "45", "50", "51"})
_AGAIN = {"42": "R", "80": "R", "71": "C", "72": "C", "73": "C", "75": "C"}


def reason_of(member: str) -> str:
    """The AAA reason that a member id asks for, empty for none."""
    found = _REFUSED.match(member)
    return found.group(1) if found else ""


def follow_up(reason: str) -> str:
    """AAA04 of a reason."""
    return _AGAIN.get(reason, "C")


def answer_270(payload: bytes, envelope: Envelope) -> bytes:
    """The 271 to a 270."""
    answers = [_eligible(one) for one in eligibility.read_270(payload)]
    return eligibility.build_271(answers, envelope)


def _eligible(asked: eligibility.EligibilityRequest) -> eligibility.EligibilityAnswer:
    payer = eligibility.Party(role="PR", name="EXAMPLE CORE PAYER", id=asked.payer.id, id_kind="PI")
    provider = eligibility.Party(
        role="1P",
        name=asked.provider.name,
        first=asked.provider.first,
        is_person=asked.provider.is_person,
        id=asked.provider.id,
        id_kind=asked.provider.id_kind,
    )
    traces = tuple(eligibility.Trace(one.number, one.originator, one.division, "2") for one in asked.traces)
    member = asked.subscriber.member_id
    reason = reason_of(member)
    if reason:
        level = "payer" if reason in _PAYER else "provider" if reason in _PROVIDER else "subscriber"
        refusal = eligibility.Rejection(level=level, reason=reason, follow_up=follow_up(reason))
        to_subscriber = level == "subscriber"
        return eligibility.EligibilityAnswer(
            payer=payer,
            provider=None if level == "payer" else provider,
            subscriber=_person(asked.subscriber, "") if to_subscriber else None,
            rejections=(refusal,),
            traces=traces if to_subscriber else (),
            reference=asked.reference,
        )
    codes = tuple(code for one in asked.questions for code in one.service_types) or ("30",)
    dependent = asked.dependent
    return eligibility.EligibilityAnswer(
        payer=payer,
        provider=provider,
        subscriber=_person(asked.subscriber, ""),
        dependent=_person(dependent, dependent.relationship) if dependent is not None else None,
        benefits=_benefits(codes, active=not member.startswith("INACTIVE")),
        traces=traces,
        reference=asked.reference,
    )


def _person(person: eligibility.Person, relationship: str) -> eligibility.Person:
    return eligibility.Person(
        name=person.name,
        member_id="" if relationship else person.member_id,
        born=person.born,
        sex=person.sex,
        relationship=relationship,
        references=() if relationship else (eligibility.Reference("6P", "CG-100", "EXAMPLE GROUP"),),
    )


def _benefits(codes: tuple[str, ...], *, active: bool) -> tuple[eligibility.Benefit, ...]:
    whole = eligibility.Benefit(
        information="1" if active else "6", service_types=codes, insurance_type="HM", plan="EXAMPLE CORE HMO"
    )
    if not active:
        return (whole,)
    return (
        whole,
        eligibility.Benefit(
            information="B",
            coverage_level="IND",
            service_types=("98",),
            period="27",
            amount=Money(2500),
            in_network="Y",
        ),
        eligibility.Benefit(
            information="A", coverage_level="IND", service_types=("30",), percent=Decimal("0.2"), in_network="Y"
        ),
        eligibility.Benefit(
            information="C", coverage_level="IND", service_types=("30",), period="29", amount=Money(15000)
        ),
    )


def answer_276(world: World, payload: bytes, envelope: Envelope) -> bytes:
    """The 277 to a 276."""
    return claim_status.build_277([_stands(world, one) for one in claim_status.read_276(payload)], envelope)


def _stands(world: World, asked: claim_status.StatusRequest) -> claim_status.StatusAnswer:
    found = _found(world, asked)
    subscriber = claim_status.StatusPerson(
        name=asked.subscriber.name,
        is_organisation=asked.subscriber.is_organisation,
        member_id=asked.subscriber.member_id,
        member_id_kind=asked.subscriber.member_id_kind,
    )
    return claim_status.StatusAnswer(
        reference=asked.reference,
        payer=asked.payer,
        requester=asked.requester,
        provider=asked.provider,
        subscriber=subscriber,
        trace=asked.trace,
        statuses=(_status(world, found, asked),),
        payer_control_number=found.number if found is not None else "",
        patient_control_number=asked.patient_control_number,
        first_day=asked.first_day,
        last_day=asked.last_day,
    )


def _found(world: World, asked: claim_status.StatusRequest) -> Claim | None:
    numbers = (asked.payer_control_number, asked.patient_control_number)
    known = [one for one in world.claims if not one.refused and {one.number, one.control_number} & {*numbers}]
    return known[-1] if known else None


def _status(world: World, found: Claim | None, asked: claim_status.StatusRequest) -> claim_status.Status:
    today = world.now.date()
    if found is None:
        code = claim_status.StatusCode("A4", "35")
        return claim_status.Status(codes=(code,), since=today, charged=asked.charge or Money(0), paid=Money(0))
    if found.paid is None:
        code = claim_status.StatusCode("P1", "20")
        return claim_status.Status(codes=(code,), since=today, charged=Money(found.charge), paid=Money(0))
    return claim_status.Status(
        codes=(claim_status.StatusCode("F1", "65"),),
        since=found.paid_on or today,
        charged=Money(found.charge),
        paid=Money(found.paid),
        decided_on=found.paid_on,
        method="CHK",
        paid_on=found.paid_on,
        payment_number=found.check,
    )
