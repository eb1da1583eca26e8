"""Gives a filled practice what a biller's day leaves behind, so that every billing page has something to show.

What people do is done through the pages' own forms; only what vendors say is written below them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import httpx2
from tests.console.sending import form_token, send
from tests.domains.remittances import decided, provider, raw, remittance
from tests.support.filled import PASSWORD, Filled

from chartline.connect.clearing import PayerEntry, Support
from chartline.connect.facts import Benefit, EligibilityAnswer
from chartline.domains.claims import read_claims
from chartline.domains.coverage.checks import open_check, record_answer
from chartline.domains.coverage.enrollments import open_enrollment
from chartline.domains.coverage.payers import begin_directory, finish_directory, take_page
from chartline.domains.payments import claims_of_patient
from chartline.domains.payments.statement_runs import RunState, go_on, list_runs
from chartline.domains.remits.denials import DenialFilter, take_denials, worklist
from chartline.flows.coverage_desk import ordered_coverages
from chartline.kernel.ids import new_id
from chartline.kernel.money import Money
from chartline.kernel.sealed import Purpose

ANSWER = EligibilityAnswer(
    "e1",
    (
        Benefit("1", "IND", "98", plan="CEDAR CHOICE PPO"),
        Benefit("B", "IND", "98", amount=Money(3000), in_network="Y", authorization="Y"),
        Benefit("A", "IND", "98", percent="0.2", in_network="N"),
        Benefit("C", "IND", "30", amount=Money(150000), period="23", in_network="Y"),
        Benefit("C", "IND", "30", amount=Money(42000), period="29", in_network="Y"),
        Benefit("F", "IND", "98", quantity="12", quantity_kind="VS", period="29"),
        Benefit("R", other_payer="SECOND EXAMPLE MUTUAL", other_payer_id="00077"),
    ),
)


@dataclass(frozen=True)
class Desk:
    """Where the things are that the day left behind."""

    patient: str
    owing: str
    denial: str
    brought: str
    authorization: str
    rule: str
    payment: str


def busy_desk(practice: Filled, base: str) -> Desk:
    """Play it. ``base`` is where the practice is served."""
    with httpx2.Client(base_url=base, timeout=30) as client:
        signed_in = client.post("/sign-in", data={"email": practice.email, "password": PASSWORD})
        assert signed_in.status_code == 303, signed_in.text
        patient = _told(practice)
        owing, payment = _money(practice, client)
        return Desk(
            patient=patient,
            owing=owing,
            denial=_denied(practice),
            brought=_brought(client),
            authorization=_authorized(client, patient),
            rule=_ruled(client),
            payment=payment,
        )


def _told(practice: Filled) -> str:
    services, patient = practice.services, practice.patients[0]
    with services.database.work(practice.organisation) as work:
        coverage = ordered_coverages(work, services.records, patient)[0]
        check = open_check(
            work,
            services.records,
            patient_id=patient,
            coverage_id=coverage.id,
            payer_id=coverage.fact.payer_id,
            service_date=work.now.date(),
            service_type="98",
            again=new_id(),
        ).check
        record_answer(work, services.vault, services.records, check.id, ANSWER)
        connection = services.connections.all(work)[0].id
        begin_directory(work, connection, "g1")
        wanted = {"eligibility": Support.YES, "remittance": Support.ENROLLMENT}
        take_page(work, connection, "g1", [PayerEntry("00222", "MEADOW HEALTH", services=wanted)])
        finish_directory(work, connection, "g1")
        open_enrollment(work, connection, "00222", "MEADOW HEALTH", "remittance", practice.world.npi, "user:x")
    return patient


def _denied(practice: Filled) -> str:
    with practice.services.database.work(practice.organisation) as work:
        take_denials(work, practice.remittances[0])
        [row, *_] = worklist(work, DenialFilter(), practice.services.clock.now().date()).rows
    return row.denial.id


def _brought(client: httpx2.Client) -> str:
    advice = remittance(
        decided("LOST-1", 4100, 3000, ("CO-45", 1100)), provider=(provider("WO", 700),), trace="BROUGHT1"
    )
    file = {"file": ("advice.835", raw(advice).reveal(Purpose.STORE), "application/octet-stream")}
    answer = client.post("/remittances/upload", data={"form_token": form_token(client)}, files=file)
    return answer.headers["location"].partition("?")[0]


def _authorized(client: httpx2.Client, patient: str) -> str:
    form = client.get(f"/authorizations/new/{patient}").text
    chosen = {name: _first(form, name) for name in ("coverage", "provider")}
    day = re.search(r'name="begin"[^>]*value="([^"]*)"', form)
    fields = {"procedures": "90837 x 12", "diagnoses": "F411", "begin": day[1] if day else "2026-03-10", **chosen}
    made = send(client, f"/authorizations/new/{patient}", **fields)
    assert made.status_code == 303, made.text
    page = made.headers["location"].partition("?")[0]
    send(client, f"{page}/ask", title="Treatment plan")
    return page


def _first(form: str, name: str) -> str:
    """The first choice of a select that has a value."""
    inside = form.partition(f'name="{name}"')[2].partition("</select>")[0]
    found = re.search(r'value="([^"]+)"', inside)
    return found[1] if found else ""


def _ruled(client: httpx2.Client) -> str:
    fields = {
        "name": "Hours of one payer",
        "join": "all",
        "field_1": "procedure",
        "operator_1": "is",
        "values_1": "90837, 90834",
        "effect": "warn",
        "say": "Somebody looks at hours first.",
    }
    made = send(client, "/rules/own", **fields)
    assert made.status_code == 303, made.text
    return made.headers["location"].partition("?")[0]


def _money(practice: Filled, client: httpx2.Client) -> tuple[str, str]:
    with practice.services.database.read(practice.organisation) as work:
        paid = next(one for one in read_claims(work, practice.claims).values() if one.patient_responsibility.minor)
        assert claims_of_patient(work, paid.patient_id)
    page = client.get(f"/money/patients/{paid.patient_id}").text
    once = re.search(r'name="once" value="([^"]+)"', page)
    assert once is not None
    fields = {"amount": "5.00", "method": "check", "reference": "771", "claim": "none", "once": once[1]}
    taken = send(client, f"/money/patients/{paid.patient_id}/payments", **fields)
    send(client, "/statements/runs")
    services = practice.services
    with services.database.work(practice.organisation) as work:
        run = list_runs(work)[0].id
        while go_on(work, services.vault, services.records, run).state is not RunState.DONE:
            pass
    gone = {
        "claim": paid.number,
        "kind": "charity",
        "owed": "patient",
        "amount": "1.00",
        "reason": "policy",
        "back": "x",
    }
    send(client, "/write-offs", **gone)
    return paid.patient_id, taken.headers["location"].partition("?")[0]
