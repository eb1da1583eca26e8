"""Real-time eligibility: a question into a 270, its 271 into facts (guide 005010X279A1).

A payer's AAA is an answer with ``payer_errors`` and never an outage (trap 4); no answer is no answer, and never
"inactive" (trap 5): what cannot be read is refused, to be asked again. A question knows its payer by the id alone, so
the id stands for the name too (NM103). Refuses an answer to another question.
"""

from __future__ import annotations

from typing import Final

from chartline.connect.benefit_facts import benefit_facts
from chartline.connect.facts import EligibilityAnswer, EligibilityQuestion, Relationship
from chartline.connect.wire import Wire
from chartline.connectors.core import messages, problems
from chartline.connectors.core.client import Client
from chartline.connectors.core.control import ORIGINATOR, RELATIONS, envelope
from chartline.connectors.core.options import Account
from chartline.formats.x12 import eligibility as x12
from chartline.formats.x12.record import PersonName
from chartline.kernel.errors import ChartlineError
from chartline.kernel.ids import new_id
from chartline.kernel.outcome import Later, Receipt, Refused
from chartline.kernel.sealed import Purpose, Sealed

OPERATION: Final = "270"


def ask(
    wire: Wire, client: Client, account: Account, question: EligibilityQuestion
) -> Receipt[EligibilityAnswer] | Later | Refused:
    """Ask the payer."""
    trace = new_id()
    try:
        content = x12.build_270([_request(question, trace)], envelope(wire.clock, account))
    except ChartlineError as refusal:
        return Refused(problems.bad_question(refusal))
    answer = client.ask(OPERATION, messages.ELIGIBILITY, content)
    if not isinstance(answer, Receipt):
        return answer
    try:
        told = x12.read_271(answer.value.reveal(Purpose.EXCHANGE))
    except ChartlineError:
        told = []
    ours = [one for one in told if one.trace(ORIGINATOR) in ("", trace)]
    if not ours:
        return Refused(problems.UNREADABLE.problem(evidence=answer.exchange, operation=OPERATION))
    return Receipt(_answer(ours[0], answer.value), answer.exchange)


def _request(question: EligibilityQuestion, trace: str) -> x12.EligibilityRequest:
    asked = x12.QualifiedDate("291", question.service_date)
    alone = question.relationship is Relationship.SELF
    references = (x12.Reference("TJ", question.provider_tax_id),) if question.provider_tax_id else ()
    return x12.EligibilityRequest(
        payer=x12.Party(role="PR", name=question.payer_id, id=question.payer_id, id_kind="PI"),
        provider=x12.Party(
            role="1P",
            name=question.provider_name or question.provider_npi,
            id=question.provider_npi,
            id_kind="XX",
            references=references,
        ),
        subscriber=x12.Person(
            name=PersonName(last=_open(question.subscriber_family), first=_open(question.subscriber_given)),
            member_id=_open(question.member_id),
            born=question.subscriber_birth_date.reveal(Purpose.EXCHANGE),
            sex=question.subscriber_sex if question.subscriber_sex in ("M", "F") else "",
            dates=(asked,) if alone else (),
        ),
        dependent=None if alone else _dependent(question, asked),
        questions=(x12.BenefitQuestion(service_types=(question.service_type,)),),
        traces=(x12.Trace(trace, ORIGINATOR),),
        reference=trace,
    )


def _dependent(question: EligibilityQuestion, asked: x12.QualifiedDate) -> x12.Person:
    born = question.patient_birth_date
    return x12.Person(
        name=PersonName(last=_open(question.patient_family), first=_open(question.patient_given)),
        born=born.reveal(Purpose.EXCHANGE) if born is not None else None,
        relationship=RELATIONS[question.relationship],
        dates=(asked,),
    )


def _open(value: Sealed[str] | None) -> str:
    return value.reveal(Purpose.EXCHANGE).strip() if value is not None else ""


def _answer(told: x12.EligibilityAnswer, raw: Sealed[bytes]) -> EligibilityAnswer:
    benefits = tuple(fact for benefit in told.benefits for fact in benefit_facts(benefit))
    plans = (fact.plan for fact in benefits if fact.coverage == "1" and fact.plan)
    theirs = next((trace.number for trace in told.traces if trace.kind == "1"), "")
    return EligibilityAnswer(
        vendor_id=theirs or told.reference,
        benefits=benefits,
        payer_errors=tuple((rejection.reason, "") for rejection in told.all_rejections),
        plan_name=next(plans, "") or (told.plan.description if told.plan else ""),
        group_number=Sealed(told.group.value if told.group else ""),
        raw=raw,
    )
