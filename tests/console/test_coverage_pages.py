"""Coverage, authorizations and payers in the console: what the pages hold, and what their forms do."""

from __future__ import annotations

import csv
import io
import re

import pytest
from tests.console.conftest import Entry
from tests.console.sending import form_token, send
from tests.domains.money_world import counted
from tests.support.filled import Filled

from chartline.connect.clearing import PayerEntry, Support
from chartline.connect.facts import Benefit, EligibilityAnswer
from chartline.domains.coverage.checks import open_check, record_answer
from chartline.domains.coverage.enrollments import open_enrollment
from chartline.domains.coverage.payers import begin_directory, finish_directory, take_page
from chartline.flows.coverage_desk import ordered_coverages
from chartline.kernel.ids import new_id
from chartline.kernel.money import Money

ANSWER = EligibilityAnswer(
    "e1",
    (
        Benefit("1", "IND", "98", plan="Invented Choice"),
        Benefit("B", "IND", "98", amount=Money(3000), in_network="Y", authorization="Y"),
        Benefit("F", "IND", "98", quantity="12", quantity_kind="VS", period="29"),
        Benefit("R", other_payer="SECOND INVENTED MUTUAL", other_payer_id="00077"),
    ),
)


@pytest.fixture(scope="module")
def told(filled: Filled) -> str:
    """The first patient's payer has spoken, and a directory is read; answers the patient's id."""
    services, patient = filled.services, filled.patients[0]
    with services.database.work(filled.organisation) as work:
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
        open_enrollment(work, connection, "00222", "MEADOW HEALTH", "remittance", "1999999984", "user:x")
    return patient


def test_every_page_of_coverage_is_drawn(told: str, entry: Entry) -> None:
    client = entry("owner")
    for where in (
        "/coverage",
        "/coverage?state=active",
        "/coverage/settings",
        f"/coverage/patients/{told}",
        "/authorizations",
        "/authorizations?state=denied",
        f"/authorizations/new/{told}",
        "/payers",
        "/payers?find=mead",
        "/payers/00222",
        "/payers/nobody",
        "/enrollments",
    ):
        page = client.get(where)
        assert page.status_code == 200, (where, page.text[-500:])
        own = re.search(r"<script(?! src=\"/static/)|<style|\sstyle=|\son[a-z]+=|javascript:", page.text)
        assert own is None, where
        forms = re.findall(r"<form[^>]*method=\"post\"[^>]*>(.*?)</form>", page.text, re.DOTALL)
        assert all('name="form_token"' in form for form in forms), where


def test_a_patients_benefits_are_a_table_with_what_is_left(told: str, entry: Entry) -> None:
    text = entry("biller").get(f"/coverage/patients/{told}").text
    assert "Invented Choice" in text and "$30.00" in text
    assert ">12<" in text and "needed" in text
    assert "SECOND INVENTED MUTUAL" in text


def test_another_payer_is_decided_by_a_person(told: str, entry: Entry) -> None:
    client = entry("front_desk")
    question = re.search(r'/coverage/questions/[^"]+', client.get("/coverage").text)
    assert question is not None
    assert send(client, question[0], choice="maybe").status_code == 400
    assert send(client, question[0], choice="ended").status_code == 303
    assert "Another payer was named" not in client.get("/coverage").text


def test_settings_of_asking_are_changed(entry: Entry) -> None:
    client = entry("owner")
    fields = {"service_type": "mh", "days_ahead": "2", "fresh_days": "4", "monthly": "no"}
    more = {"monthly_days": "10", "active_days": "90", "visit_service_types": "dental 35\n"}
    assert send(client, "/coverage/settings", **fields, **more).status_code == 303
    text = client.get("/coverage/settings").text
    assert 'value="MH"' in text and "dental 35" in text
    assert send(client, "/coverage/settings", **{**fields, **more, "days_ahead": "99"}).status_code == 422


def test_an_authorization_goes_from_the_form_to_its_number(told: str, entry: Entry) -> None:
    client = entry("biller")
    coverage = re.search(r'<option value="([0-9a-f-]{36})"', client.get(f"/authorizations/new/{told}").text)
    assert coverage is not None
    fields = {"coverage": coverage[1], "diagnoses": "F33.1", "begin": "2026-03-10", "end": "2026-06-01"}
    made = send(client, f"/authorizations/new/{told}", procedures="90837 x 12, 90834", **fields)
    assert made.status_code == 303, made.text
    page = made.headers["location"].partition("?")[0]
    text = client.get(page).text
    assert "90837 x 12, 90834 x 1" in text and "Call the payer" in text
    assert send(client, f"{page}/ask", title="Invented treatment plan").status_code == 303
    document = re.search(r'name="document" value="([^"]+)"', client.get(page).text)
    assert document is not None
    files = {"file": ("plan.pdf", b"%PDF-invented", "application/pdf")}
    token = {"form_token": form_token(client), "document": document[1]}
    attached = client.post(f"{page}/documents", data=token, files=files)
    assert attached.status_code == 303, attached.text
    assert client.get(f"{page}/documents/{document[1]}").content == b"%PDF-invented"
    result = {"outcome": "approved", "number": "AUTH-5", "units": "10", "valid_to": "2026-03-15", "spoke_with": "Agnes"}
    assert send(client, f"{page}/result", **result).status_code == 303
    text = client.get(page).text
    assert "AUTH-5" in text and "Agnes" in text and "ends within two weeks" in text
    assert "AUTH-5" in client.get("/authorizations").text
    assert "ends within two weeks" in client.get("/").text
    rows = list(csv.DictReader(io.StringIO(client.get("/authorizations.csv").text)))
    assert [row["number"] for row in rows if row["number"]] == ["AUTH-5"]


def test_an_auditor_changes_nothing(told: str, entry: Entry) -> None:
    client = entry("auditor")
    assert send(client, f"/coverage/patients/{told}/ask", coverage="x").status_code == 403
    assert send(client, "/payers/00222/number", connection="x").status_code == 403
    assert client.get(f"/authorizations/new/{told}").status_code == 403


def test_payers_and_enrolments_are_found_and_kept(told: str, entry: Entry) -> None:
    client = entry("biller")
    assert "MEADOW HEALTH" in client.get("/payers?find=mead hea").text
    assert "No payer fits." in client.get("/payers?find=zzz").text
    page = client.get("/payers/00222").text
    assert "Begin enrolment" in page
    connection = re.search(r'<option value="([0-9a-f-]{36})"', page)
    assert connection is not None
    assert send(client, "/payers/00222/number", connection=connection[1], number="M-222").status_code == 303
    assert "M-222" in client.get("/payers/00222").text
    send(client, "/payers/00222/number", connection=connection[1], number="")
    enrollment = re.search(r"/enrollments/[0-9a-f-]{36}", client.get("/enrollments").text)
    assert enrollment is not None
    assert send(client, enrollment[0], state="enrolled").status_code == 303
    assert "enrolled 1" in client.get("/enrollments").text
    assert client.get("/enrollments.csv").text.splitlines()[1].startswith("00222,MEADOW HEALTH")


@pytest.mark.parametrize("where", ["/coverage", "/authorizations", "/payers", "/enrollments"])
def test_a_page_of_coverage_costs_few_queries(filled: Filled, told: str, entry: Entry, where: str) -> None:
    client = entry("owner")
    client.get(where)
    with counted(filled.services.database) as statements:
        client.get(where)
    assert len([one for one in statements if one.lstrip().upper().startswith("SELECT")]) <= 25
