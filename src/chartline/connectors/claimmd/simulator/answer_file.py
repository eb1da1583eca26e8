"""A verdict as a 271 file, written by the X12 codec (sheet 8.1, row 16 of section 15).

The question's reference and traces come back, the patient is named at the level at which it was asked about, and a
refusal stands at the level it is about. What the seed makes up (odd codes) is written as it is.
"""

from __future__ import annotations

from datetime import datetime

from chartline.connectors.claimmd.simulator.benefits import segment, stated
from chartline.connectors.claimmd.simulator.seed import Coverage
from chartline.connectors.claimmd.simulator.verdict import CANNED, Verdict
from chartline.formats.x12 import eligibility as x12
from chartline.formats.x12.envelope_writer import Envelope, Usage
from chartline.formats.x12.record import PersonName

SENDER = "CLAIMMD"
PAYER_REASONS = ("41", "42", "79", "80", "T4")
PROVIDER_REASONS = ("43", "44", "45", "46", "47", "48", "50", "51", "97")
ASK_AGAIN = {"42": "R", "80": "R"}
"""AAA04: please resubmit later; all other refusals want a correction."""


def answer_bytes(
    request: x12.EligibilityRequest, verdict: Verdict, payer_name: str, *, at: datetime, control: int, test: bool
) -> bytes:
    """The whole interchange."""
    envelope = Envelope(
        sender=SENDER,
        receiver=(request.provider.reference("TJ") or request.provider.id)[:15] or "UNKNOWN",
        at=at,
        control=control,
        group_control=control,
        usage=Usage.TEST if test else Usage.PRODUCTION,
    )
    return x12.build_271([_answer(request, verdict, payer_name)], envelope, unchecked=True)


def _answer(request: x12.EligibilityRequest, verdict: Verdict, payer_name: str) -> x12.EligibilityAnswer:
    payer = x12.Party(role="PR", name=payer_name, id=request.payer.id, id_kind="PI")
    provider = x12.Party(
        role="1P",
        name=request.provider.name,
        first=request.provider.first,
        is_person=request.provider.is_person,
        id=request.provider.id,
        id_kind="XX",
    )
    traces = tuple(x12.Trace(one.number, one.originator, one.division, "2") for one in request.traces)
    if verdict.coverage is None:
        return _refused(request, verdict.reject, payer, provider, traces)
    coverage = verdict.coverage
    asked = next((code for one in request.questions for code in one.service_types), "30")
    dependent = request.dependent if coverage is not CANNED else None
    return x12.EligibilityAnswer(
        payer=payer,
        provider=provider,
        subscriber=_member(request.subscriber, coverage),
        dependent=_plain(dependent, "G8") if dependent else None,
        benefits=tuple(segment(one) for one in stated(coverage, asked)),
        traces=traces,
        reference=request.reference,
    )


def _refused(
    request: x12.EligibilityRequest,
    reason: str,
    payer: x12.Party,
    provider: x12.Party,
    traces: tuple[x12.Trace, ...],
) -> x12.EligibilityAnswer:
    follow_up = ASK_AGAIN.get(reason, "C")

    def refusal(level: str) -> tuple[x12.Rejection, ...]:
        return (x12.Rejection(level=level, reason=reason, follow_up=follow_up),)

    if reason in PAYER_REASONS:
        return x12.EligibilityAnswer(payer=payer, rejections=refusal("payer"), reference=request.reference)
    if reason in PROVIDER_REASONS:
        return x12.EligibilityAnswer(
            payer=payer, provider=provider, rejections=refusal("provider"), reference=request.reference
        )
    return x12.EligibilityAnswer(
        payer=payer,
        provider=provider,
        subscriber=_plain(request.subscriber, ""),
        rejections=refusal("subscriber"),
        traces=traces,
        reference=request.reference,
    )


def _member(person: x12.Person, coverage: Coverage) -> x12.Person:
    """The subscriber as the payer knows him or her."""
    born = coverage.dob or (None if coverage is CANNED else person.born)
    return x12.Person(
        name=PersonName(
            last=coverage.last_name or person.name.last.upper(), first=coverage.first_name or person.name.first.upper()
        ),
        member_id=coverage.member,
        born=born,
        sex=coverage.sex or ("" if coverage is CANNED else person.sex),
        references=(
            x12.Reference("6P", coverage.group_number, coverage.group_name),
            x12.Reference("18", coverage.plan_number),
        ),
        dates=(x12.QualifiedDate("346", coverage.plan_begin),),
    )


def _plain(person: x12.Person, relationship: str) -> x12.Person:
    return x12.Person(
        name=person.name,
        member_id="" if relationship else person.member_id,
        born=person.born,
        sex=person.sex,
        relationship=relationship,
    )
