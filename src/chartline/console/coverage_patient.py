"""One patient's coverage: the order of insurances, what each payer said, what changed, and authorizations."""

from __future__ import annotations

from uuid import UUID

from litestar import Response, get, post
from litestar.response import Redirect

from chartline.console.failures import BAD_FORM
from chartline.console.forms import Form, typed, typed_day
from chartline.console.people import names_of
from chartline.console.visitor import BILLING_CHANGES, CARE, Visiting, Visitor
from chartline.domains.coverage.authorizations import list_authorizations
from chartline.domains.coverage.benefit_lines import benefit_lines
from chartline.domains.coverage.checks import newest_of_coverages
from chartline.domains.coverage.history import history
from chartline.domains.coverage.kept_answers import kept_answers
from chartline.domains.coverage.order import NAMES, OrderedCoverage, order_warnings
from chartline.domains.coverage.questions import PayerChoice, payer_questions
from chartline.domains.coverage.subscriber import subscriber_fact
from chartline.flows import coverage_desk
from chartline.kernel.errors import CATALOGUE
from chartline.kernel.sealed import Purpose
from chartline.platform.audit import Target
from chartline.platform.database import Work

ASKS = (*CARE, *BILLING_CHANGES)


@get("/coverage/patients/{patient_id:uuid}", sync_to_thread=True)
def patient_coverage_page(visitor: Visiting, patient_id: UUID) -> Response:
    """Everything about a patient's coverage on one page."""
    identity, records = str(patient_id), visitor.services.records
    with visitor.showing("console.patient_coverage", Target("Patient", identity)) as work:
        records.read(work, "Patient", identity)
        known = coverage_desk.ordered_coverages(work, records, identity)
        values = {
            "name": names_of(work, records, [identity]).get(identity, "(no name)"),
            "coverages": _shown(visitor, work, known),
            "warnings": order_warnings(known, visitor.today()),
            "history": history(work, identity, 30),
            "questions": payer_questions(work, identity),
            "authorizations": list_authorizations(work, patient_id=identity, limit=20).rows,
        }
    return visitor.page(
        "coverage_patient.html",
        "coverage",
        patient_id=identity,
        places=NAMES,
        choices=list(PayerChoice),
        troubles=CATALOGUE,
        may_ask=visitor.may(ASKS),
        **values,
    )


@post("/coverage/patients/{patient_id:uuid}/ask", sync_to_thread=True)
def ask_now(visitor: Visiting, patient_id: UUID, data: Form) -> Redirect:
    """Asks the payer of a coverage now, or shows the answer that still holds."""
    visitor.require(ASKS)
    identity = str(patient_id)
    asked = coverage_desk.check_now(
        visitor.services.ground,
        visitor.organisation,
        visitor.actor,
        identity,
        coverage_id=typed(data, "coverage", needed=True),
        force=typed(data, "force") == "yes",
    )
    return visitor.go(f"/coverage/patients/{identity}", "still_holds" if asked.fresh else "asked")


@post("/coverage/patients/{patient_id:uuid}/order", sync_to_thread=True)
def put_order(visitor: Visiting, patient_id: UUID, data: Form) -> Redirect:
    """Puts the present coverages in the order that was typed."""
    visitor.require(CARE)
    identity = str(patient_id)
    chosen = {name.removeprefix("place."): value for name, value in data.items() if name.startswith("place.")}
    if not all(value.isdigit() and len(value) == 1 for value in chosen.values()):
        raise BAD_FORM.error(field="order")
    wanted = sorted(chosen, key=lambda one: (chosen[one], one))
    coverage_desk.set_order(visitor.services.ground, visitor.organisation, visitor.actor, identity, wanted)
    return visitor.go(f"/coverage/patients/{identity}", "saved")


@post("/coverage/patients/{patient_id:uuid}/subscriber", sync_to_thread=True)
def enter_subscriber(visitor: Visiting, patient_id: UUID, data: Form) -> Redirect:
    """Says whose insurance it is."""
    visitor.require(CARE)
    identity, born = str(patient_id), typed_day(data, "birth_date")
    if born is None:
        raise BAD_FORM.error(field="birth_date")
    subscriber = subscriber_fact(typed(data, "family"), typed(data, "given"), born, typed(data, "sex"))
    coverage_desk.enter_subscriber(
        visitor.services.ground,
        visitor.organisation,
        visitor.actor,
        identity,
        typed(data, "coverage", needed=True),
        subscriber,
    )
    return visitor.go(f"/coverage/patients/{identity}", "saved")


def _shown(visitor: Visitor, work: Work, known: list[OrderedCoverage]) -> list[dict[str, object]]:
    """Each coverage with its newest answer; two queries for all."""
    newest = newest_of_coverages(work, [one.id for one in known])
    answers = kept_answers(work, visitor.services.vault, list(newest.values()))
    found: list[dict[str, object]] = []
    for one in known:
        check = newest.get(one.id)
        answer = answers.get(check.id) if check is not None else None
        found.append(
            {
                "id": one.id,
                "fact": one.fact,
                "member_id": one.fact.member_id.reveal(Purpose.SHOW),
                "present": one.holds(visitor.today()),
                "has_subscriber": one.has_subscriber,
                "check": check,
                "lines": benefit_lines(answer) if answer is not None else (),
            }
        )
    return found


PAGES = [patient_coverage_page, ask_now, put_order, enter_subscriber]
