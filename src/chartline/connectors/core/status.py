"""How a claim stands at its payer, in real time: a question into a 276, its 277 into facts (guide 005010X212).

Categories ``A4`` and ``D0`` say that the payer knows no such claim: the answer is then none at all, which proves
nothing about a claim on its way. Refuses an answer to another question.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from chartline.connect.clearing import StatusAnswer, StatusQuestion
from chartline.connect.wire import Wire
from chartline.connectors.core import messages, problems
from chartline.connectors.core.client import Client
from chartline.connectors.core.control import envelope
from chartline.connectors.core.options import Account
from chartline.formats.x12 import claim_status as x12
from chartline.formats.x12.record import PersonName
from chartline.kernel.errors import ChartlineError
from chartline.kernel.ids import new_id
from chartline.kernel.outcome import Later, Receipt, Refused
from chartline.kernel.sealed import Purpose, Sealed

OPERATION: Final = "276"
NOT_FOUND: Final = frozenset({"A4", "D0"})


def ask(
    wire: Wire, client: Client, account: Account, question: StatusQuestion
) -> Receipt[tuple[StatusAnswer, ...]] | Later | Refused:
    """Ask the payer about one claim."""
    trace = new_id()
    try:
        content = x12.build_276([_request(account, question, trace)], envelope(wire.clock, account))
    except ChartlineError as refusal:
        return Refused(problems.bad_question(refusal))
    answer = client.ask(OPERATION, messages.STATUS, content)
    if not isinstance(answer, Receipt):
        return answer
    try:
        told = x12.read_277(answer.value.reveal(Purpose.EXCHANGE))
    except ChartlineError:
        told = []
    # A payer that did not come as far as the claim answers for the provider, under a trace of its own.
    ours = [one for one in told if one.trace == trace or one.subscriber is None]
    if not ours:
        return Refused(problems.UNREADABLE.problem(evidence=answer.exchange, operation=OPERATION))
    return Receipt(tuple(fact for one in ours for fact in _facts(one)), answer.exchange)


def _request(account: Account, question: StatusQuestion, trace: str) -> x12.StatusRequest:
    member, dependent = _people(question)
    return x12.StatusRequest(
        reference=trace,
        payer=x12.Party(role="PR", name=question.payer_name or question.payer_id, id=question.payer_id, id_kind="PI"),
        requester=x12.Party(role="41", name=question.provider_name, id=account.sender, id_kind="46"),
        provider=x12.Party(role="1P", name=question.provider_name, id=question.provider_npi, id_kind="XX"),
        subscriber=member,
        dependent=dependent,
        trace=trace,
        payer_control_number=question.payer_number,
        patient_control_number=question.control_number,
        charge=question.amount,
        first_day=question.first_day,
        last_day=question.last_day,
    )


def _people(question: StatusQuestion) -> tuple[x12.StatusPerson, x12.StatusPerson | None]:
    """The member, and the patient where that is somebody else: birth date and sex are the patient's (276 guide)."""
    member_id = _open(question.member_id)
    patient = x12.StatusPerson(
        name=PersonName(last=_open(question.family), first=_open(question.given)),
        born=question.birth_date.reveal(Purpose.EXCHANGE),
        sex=question.sex if question.sex in ("M", "F") else "",
    )
    if question.member_family is None:
        return replace(patient, member_id=member_id), None
    name = PersonName(last=_open(question.member_family), first=_open(question.member_given))
    return x12.StatusPerson(name=name, member_id=member_id), patient


def _open(value: Sealed[str] | None) -> str:
    return value.reveal(Purpose.EXCHANGE).strip() if value is not None else ""


def _facts(told: x12.StatusAnswer) -> Iterator[StatusAnswer]:
    for status in told.statuses:
        code = next(iter(status.codes), None)
        if code is None or code.category in NOT_FOUND:
            continue
        yield StatusAnswer(
            category=code.category,
            status=code.status,
            entity=code.entity,
            at=status.since,
            payer_number=told.payer_control_number,
            charged=status.charged,
            paid=status.paid,
            paid_on=status.paid_on or status.decided_on,
            check_number=status.payment_number,
        )
