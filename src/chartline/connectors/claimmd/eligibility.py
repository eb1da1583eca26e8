"""Real-time eligibility, by fields or by a 270, as the connection's option ``eligibility_by`` says (vendor sheet 8).

A payer's own errors are answers (trap 20). Refuses a question that lacks what the vendor demands. A test account
answers everything with one canned coverage (trap 22): its answers say nothing about a patient.
"""

from __future__ import annotations

from chartline.connect.facts import EligibilityAnswer, EligibilityQuestion
from chartline.connect.wire import Wire
from chartline.connectors.claimmd import eligibility_file, problems
from chartline.connectors.claimmd.client import Client
from chartline.connectors.claimmd.translate import answer_of, missing_of, question_fields
from chartline.connectors.claimmd.wire import Unreadable
from chartline.kernel.outcome import Later, Receipt, Refused


def ask(
    wire: Wire, client: Client, question: EligibilityQuestion, by: str
) -> Receipt[EligibilityAnswer] | Later | Refused:
    """Ask the payer, by ``fields`` or by ``x12``."""
    missing = missing_of(question)
    if missing:
        return Refused(problems.BAD_QUESTION.problem(missing=",".join(missing)))
    if by == "x12":
        return eligibility_file.ask(wire, client, question)
    answer = client.elig_data(question_fields(question))
    if not isinstance(answer, Receipt):
        return answer
    try:
        return Receipt(answer_of(answer.value), answer.exchange)
    except Unreadable:
        return Refused(problems.UNREADABLE.problem(evidence=answer.exchange, service="eligdata"))
