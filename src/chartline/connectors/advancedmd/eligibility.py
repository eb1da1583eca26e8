"""Eligibility through the office, in two steps: have the payer asked, and fetch the answer (vendor sheet 9.5).

The answer is a raw X12 271, read by ``formats/x12``. Its wrapping is our placeholder (grade O). Refuses an answer that
says neither that it is there nor that it is still to come.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from chartline.connect.facts import Benefit, EligibilityAnswer
from chartline.connectors.advancedmd import problems
from chartline.connectors.advancedmd.client import Client
from chartline.formats.x12 import eligibility as x12
from chartline.formats.x12.code_lists import CodeLists
from chartline.kernel.clock import Clock
from chartline.kernel.errors import ChartlineError
from chartline.kernel.outcome import Later, Outcome, Receipt, Refused, Unknown
from chartline.kernel.sealed import Sealed

POLL: Final = timedelta(seconds=30)
"""How long after a question that is pending it is asked about again; nobody publishes a better number."""

_PENDING: Final = frozenset(("pending", "inprocess", "in process", "submitted", "new", "0", "1"))

_LISTS: Final = CodeLists()


def ask(client: Client, patient: str, plan: str, service_type: str) -> Outcome[str]:
    """Have the payer of a plan asked; the receipt holds the number of the question."""
    answer = client.submit_demand_request(patient, plan, service_type)
    if not isinstance(answer, Receipt):
        return answer
    number = answer.value.node.get("eligibilityid")
    return Receipt(number, answer.exchange) if number else Unknown(answer.exchange)


def answer(client: Client, clock: Clock, question: str) -> Receipt[EligibilityAnswer] | Later | Refused:
    """The payer's answer; ``Later`` while it is on its way. A payer's own "cannot say" is an answer."""
    got = client.check_eligibility_response(question)
    if not isinstance(got, Receipt):
        return got
    reply = got.value
    if reply.response.strip():
        try:
            return Receipt(_read(question, reply.response), got.exchange)
        except (ChartlineError, ValueError):
            problem = problems.UNREADABLE.problem(evidence=got.exchange, action="checkeligibilityresponse")
            return Refused(problem)
    if reply.status in _PENDING:
        return Later(clock.now() + POLL, "the payer has not answered yet", got.exchange)
    return Refused(problems.PAYER_SILENT.problem(evidence=got.exchange, question=question))


def _read(question: str, text: str) -> EligibilityAnswer:
    raw = text.encode()
    answers = x12.read_271(raw)
    if not answers:
        raise ValueError("no answer in the 271")
    said = answers[0]
    benefits = tuple(benefit for one in said.benefits for benefit in _benefits(one))
    plan = said.plan
    plans = (one.plan for one in said.benefits if one.plan and one.information in "12345")
    group = said.group
    return EligibilityAnswer(
        vendor_id=question,
        benefits=benefits,
        payer_errors=tuple((one.reason, _LISTS.label("aaa_reject", one.reason)) for one in said.all_rejections),
        plan_name=next(plans, plan.description if plan is not None else ""),
        group_number=Sealed(group.value if group is not None else ""),
        raw=Sealed(raw),
    )


def _benefits(one: x12.Benefit) -> tuple[Benefit, ...]:
    """One for each service type, as payers without X12 send them."""
    other = next((party for party in one.parties if not party.is_person), None) if one.information == "R" else None
    return tuple(
        Benefit(
            coverage=one.information,
            level=one.coverage_level,
            service_type=service,
            insurance_type=one.insurance_type,
            plan=one.plan,
            period=one.period,
            amount=one.amount,
            percent=str(one.percent) if one.percent is not None else "",
            in_network=one.in_network,
            note=" ".join(one.messages),
            quantity=str(one.quantity) if one.quantity is not None else "",
            quantity_kind=one.quantity_kind,
            authorization=one.authorization,
            other_payer=other.name if other is not None else "",
            other_payer_id=other.id if other is not None else "",
        )
        for service in one.service_types or ("",)
    )
