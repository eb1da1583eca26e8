"""Real-time eligibility by a file with one 270 (vendor sheet 8.1), for connections whose option ``eligibility_by`` is
``x12``.

The 271 says more than the vendor's fields do (levels of refusal, several service types of one benefit), and both
answers end in the same facts. Anyone but the subscriber is asked about as a dependent, with relationship G8. A question
knows its payer by the id alone, so the id stands for the name too (NM103). Refuses an answer that holds no 271, or one
that answers another question.
"""

from __future__ import annotations

from typing import Final

from chartline.connect.benefit_facts import benefit_facts
from chartline.connect.facts import EligibilityAnswer, EligibilityQuestion, Relationship
from chartline.connect.wire import Wire
from chartline.connectors.claimmd import problems
from chartline.connectors.claimmd.client import Client
from chartline.connectors.claimmd.services import Answer
from chartline.connectors.claimmd.wire import Unreadable
from chartline.formats.x12 import eligibility as x12
from chartline.formats.x12.envelope_writer import Envelope, Usage
from chartline.formats.x12.record import PersonName
from chartline.kernel.errors import ChartlineError
from chartline.kernel.ids import new_id
from chartline.kernel.outcome import Later, Receipt, Refused
from chartline.kernel.sealed import Purpose, Sealed

RECEIVER: Final = "CLAIMMD"
ORIGINATOR: Final = "9CHARTLINE"
"""TRN03: ``9`` and a name of our own, ten characters."""

DEPENDENT: Final = "G8"
MOST_NUMBERS: Final = 999_999_999


def ask(wire: Wire, client: Client, question: EligibilityQuestion) -> Receipt[EligibilityAnswer] | Later | Refused:
    """Ask the payer. The question is complete (``translate.missing_of``)."""
    identity = new_id()
    try:
        content = _file(wire, question, identity)
    except ChartlineError as refusal:
        # The field is named by the builder; its value is not.
        field = str(refusal.problem.fields.get("field", ""))
        return Refused(problems.BAD_QUESTION.problem(missing=field))
    answer = client.elig(f"q-{identity}.270", Sealed(content))
    if not isinstance(answer, Receipt):
        return answer
    try:
        return Receipt(_answer(answer.value, identity), answer.exchange)
    except (ChartlineError, Unreadable):
        return Refused(problems.UNREADABLE.problem(evidence=answer.exchange, service="elig"))


def _file(wire: Wire, question: EligibilityQuestion, identity: str) -> bytes:
    number = int(identity.replace("-", ""), 16) % MOST_NUMBERS + 1
    envelope = Envelope(
        sender=question.provider_tax_id[:15],
        receiver=RECEIVER,
        at=wire.clock.now(),
        control=number,
        group_control=number,
        # What is real is decided by the account key, not by this letter (sheet 5.1).
        usage=Usage.PRODUCTION,
    )
    return x12.build_270([_request(question, identity)], envelope)


def _request(question: EligibilityQuestion, identity: str) -> x12.EligibilityRequest:
    asked = x12.QualifiedDate("291", question.service_date)
    alone = question.relationship is Relationship.SELF
    born = question.subscriber_birth_date.reveal(Purpose.EXCHANGE)
    subscriber = x12.Person(
        name=PersonName(last=_open(question.subscriber_family), first=_open(question.subscriber_given)),
        member_id=_open(question.member_id),
        born=born,
        sex=question.subscriber_sex if question.subscriber_sex in ("M", "F") else "",
        dates=(asked,) if alone else (),
    )
    return x12.EligibilityRequest(
        payer=x12.Party(role="PR", name=question.payer_id, id=question.payer_id, id_kind="PI"),
        provider=x12.Party(
            role="1P",
            name=question.provider_name or question.provider_npi,
            id=question.provider_npi,
            id_kind="XX",
            references=(x12.Reference("TJ", question.provider_tax_id),),
        ),
        subscriber=subscriber,
        dependent=None if alone else _dependent(question, asked),
        questions=(x12.BenefitQuestion(service_types=(question.service_type,)),),
        traces=(x12.Trace(identity, ORIGINATOR),),
        reference=identity,
    )


def _dependent(question: EligibilityQuestion, asked: x12.QualifiedDate) -> x12.Person:
    born = question.patient_birth_date
    return x12.Person(
        name=PersonName(last=_open(question.patient_family), first=_open(question.patient_given)),
        born=born.reveal(Purpose.EXCHANGE) if born is not None else None,
        relationship=DEPENDENT,
        dates=(asked,),
    )


def _open(value: Sealed[str] | None) -> str:
    return value.reveal(Purpose.EXCHANGE).strip() if value is not None else ""


def _answer(answer: Answer, identity: str) -> EligibilityAnswer:
    """The facts of the 271. Raises Unreadable, and the errors of the X12 reader."""
    rows = answer.record.rows("eligibility")
    holder = next(iter(rows), answer.record)
    data = holder.joined("data").strip()
    if not data.startswith("ISA"):
        raise Unreadable("no 271 in the answer")
    told = x12.read_271(data.encode("utf-8"))
    ours = [one for one in told if one.trace(ORIGINATOR) in ("", identity)]
    if not ours:
        raise Unreadable("an answer to another question")
    one = ours[0]
    benefits = tuple(fact for benefit in one.benefits for fact in benefit_facts(benefit))
    plans = (fact.plan for fact in benefits if fact.coverage == "1" and fact.plan)
    return EligibilityAnswer(
        vendor_id=holder.text("eligid"),
        benefits=benefits,
        payer_errors=tuple((rejection.reason, "") for rejection in one.all_rejections),
        plan_name=next(plans, "") or (one.plan.description if one.plan else ""),
        group_number=Sealed(one.group.value if one.group else ""),
        raw=answer.raw,
    )
