"""Reading what stands there: columns that an office lacks, a census, histories, answers in odd shapes (sheet 7, 9)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from tests.connectors.advancedmd.conftest import Office, fault, results
from tests.connectors.advancedmd.test_auth import StillClock
from tests.connectors.advancedmd.test_patients import code
from tests.connectors.advancedmd.test_visits_and_charges import VISIT, bears, history, row
from tests.support.vendor import Said
from tests.support.wire import LoopbackWire

from chartline.connect.facts import ChargeFact, Payer, PaymentFact, PersonFact, VisitStatus
from chartline.connectors.advancedmd import translate
from chartline.connectors.advancedmd.record import Record, read_records
from chartline.connectors.advancedmd.times import OfficeTime
from chartline.connectors.advancedmd.tree import Node, Unreadable, read
from chartline.connectors.advancedmd.wire import VisitRow
from chartline.kernel.money import Money
from chartline.kernel.outcome import Absent, Later, Receipt, Refused, Unknown

DENVER = OfficeTime("America/Denver")
UNKNOWN_COLUMN = Said("Invalid column name", 400)


# --- templates --------------------------------------------------------------------------------------------------------


def test_an_office_that_lacks_a_column_is_asked_for_the_proven_ones_from_then_on_trap_13(office: Office) -> None:
    def answer(message: Node) -> Said:
        columns = message.first("visit").attributes.values()
        return UNKNOWN_COLUMN if "ConfirmedAt" in columns else results(**{"@visitcount": "0"})

    office.script["getupdatedvisits"] = [answer]
    office.script["getdatevisits"] = [results(**{"@visitcount": "0"})]
    office.script["getreminderappts"] = [results(apptlist="")]
    connector = office.connector()
    assert isinstance(connector.changed_visits(""), Receipt)
    assert isinstance(connector.changed_visits(""), Receipt)
    assert [asked.get("action") for asked in office.asked] == ["getupdatedvisits"] * 3
    connector.visits_on(date(2026, 3, 5))
    assert "ConfirmedAt" in office.asked[3].first("visit").attributes.values()


def test_only_columns_that_the_day_list_takes_are_asked_for_trap_13(office: Office) -> None:
    office.script["getdatevisits"] = [results(**{"@visitcount": "1", "visitlist": {"visit": row(4)}})]
    office.connector().visits_on(date(2026, 3, 5))
    rejected = {"StartTime", "Provider", "ProviderId", "Facility", "FacilityId", "Profile", "ProfileId", "Reason"}
    assert not rejected & set(office.asked[0].first("visit").attributes.values())


@pytest.mark.parametrize(
    ("attributes", "status"),
    [
        ('status="0"', VisitStatus.BOOKED),
        ('status="0" confirmedat="03/04/2026 10:00:00 AM"', VisitStatus.CONFIRMED),
        ('status="0" confirmmethod="SMS"', VisitStatus.CONFIRMED),
        ('status="10" confirmmethod="SMS"', VisitStatus.CANCELLED),
    ],
)
def test_a_booked_visit_with_a_confirmation_is_confirmed(attributes: str, status: VisitStatus) -> None:
    fact = translate.visit_of(VisitRow.of(read(f'<visit id="1" {attributes}/>'.encode())), DENVER)
    assert fact.status is status


def test_each_state_goes_there_and_comes_back() -> None:
    for status, there in translate.STATUS_CODES.items():
        back = translate.STATUSES[there]
        assert back is status or (status, back) in (
            (VisitStatus.CONFIRMED, VisitStatus.BOOKED),
            (VisitStatus.CHECKED_OUT, VisitStatus.SEEN),
        )
    assert set(translate.STATUS_CODES) == set(VisitStatus)


@pytest.mark.parametrize(("posted", "said"), [("1", True), ("-1", True), ("0", False), ("", None)])
def test_posted_charges_are_told_where_the_vendor_tells(posted: str, said: bool | None) -> None:
    fact = translate.visit_of(VisitRow.of(read(f'<visit id="1" posted="{posted}"/>'.encode())), DENVER)
    assert fact.charges_posted is said


# --- people -----------------------------------------------------------------------------------------------------------


def test_people_are_looked_up_by_one_criterion_a_call(office: Office) -> None:
    office.script["lookuppatient"] = [results(patientlist={"@itemcount": "0", "@page": "1", "@pagecount": "1"})]
    client = office.connector()._client
    for criterion, text in (("phone", "5555550100"), ("ssn", "900000001"), ("chart", "DOEJA000")):
        client.lookup_patient(criterion, text, 1)
        sent = office.asked[-1]
        assert {name: sent.get(name) for name in ("name", "phone", "ssn", "chart") if sent.get(name)} == {
            criterion: text
        }


def test_the_person_alone_is_asked_for_under_class_api(office: Office) -> None:
    office.script["getdemographic"] = [
        results(patientlist={"patient": {"@id": "pat9", "@name": "DOE,JANE"}}),
        results(),
    ]
    client = office.connector()._client
    found = client.get_person("9")
    assert isinstance(found, Receipt)
    assert found.value is not None
    assert (found.value.id, office.asked[0].get("class")) == ("9", "api")


# --- days -------------------------------------------------------------------------------------------------------------


def appointment(**more: str) -> Said:
    whole = {"id": "vst9", "patient": "pat900", "date": "03/05/2026", "time": "2:00PM", "duration": "45",
             "apptstatus": "0", "profile": "prof3"}  # fmt: skip
    return results(apptlist={"appt": {f"@{name}": value for name, value in {**whole, **more}.items()}})


def test_a_day_without_rows_is_read_from_the_reminders(office: Office) -> None:
    office.script["getdatevisits"] = [results(**{"@visitcount": "0"})]
    office.script["getreminderappts"] = [appointment()]
    connector = office.connector()
    found = connector.find_visit(VISIT)
    assert isinstance(found, Receipt)
    assert found.value == "9"
    asked = office.asked[1]
    assert (asked.get("startdate"), asked.get("apptstatus")) == ("03/05/2026", "0,1,2,3,5,10,11,12")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (fault("", "User does not have privilege"), Absent),
        (Said("", 503), Refused),
        (Said("", 429), Later),
        (appointment(date="03/06/2026"), Absent),
    ],
)
def test_absence_is_said_only_when_both_lists_say_so_or_one_may_not_be_asked(
    office: Office, said: Said, expected: type
) -> None:
    office.script["getdatevisits"] = [results(**{"@visitcount": "0"})]
    office.script["getreminderappts"] = [said]
    assert isinstance(office.connector().find_visit(VISIT), expected)


# --- census -----------------------------------------------------------------------------------------------------------


def patients(ids: list[str], **more: str) -> Said:
    listed = {"patient": [{"@id": each, **{f"@{name}": value for name, value in more.items()}} for each in ids]}
    return results(**{"@patientcount": str(len(ids)), "patientlist": listed})


def test_a_census_of_many_is_asked_in_chunks_and_goes_on_after_a_pause_trap_15(office: Office) -> None:
    office.wire = LoopbackWire(StillClock(datetime(2026, 3, 4, 16, 5, 8, tzinfo=UTC)))
    ids = [str(number) for number in range(1, 1202)]

    def chunk(message: Node) -> Said:
        wanted = [node.get("id") for node in message.first("patientlist").every("patient")]
        assert 0 < len(wanted) <= 400
        rows = [{"@id": each, "@updatestatus": "D" if each in ("7", "1000") else "C"} for each in wanted]
        return results(**{"@patientcount": str(len(rows)), "patientlist": {"patient": rows}})

    office.script["getupdatedpatients"] = [patients(ids), chunk, Said("", 429), chunk]
    connector = office.connector()
    assert isinstance(connector.present("patient", date(2026, 1, 1)), Later)
    outcome = connector.present("patient", date(2026, 1, 1))
    assert isinstance(outcome, Receipt)
    assert outcome.value == frozenset(ids) - {"7", "1000"}
    assert len(office.asked) == 6
    assert {asked.get("datechanged") for asked in office.asked} == {"1900-01-01T00:00:00"}


def test_a_census_shorter_than_its_count_is_refused(office: Office) -> None:
    office.script["getupdatedpatients"] = [results(**{"@patientcount": "3", "patientlist": {"patient": {"@id": "1"}}})]
    assert code(office.connector().present("patient", date(2026, 1, 1))) == "incomplete"


# --- charges and money ------------------------------------------------------------------------------------------------


def test_a_charge_whose_internal_id_nobody_explains_is_no_code_trap_18(office: Office) -> None:
    office.script["gettxhistory"] = [history(bears(2, "90837"))]
    detail = {"@id": "2", "@proccode": "pcode41", "@diagcodes": "dcode7"}
    known = {"proccode": {"@id": "pcode41", "@code": "90837"}}
    office.script["getchargedetaildata"] = [
        results(patientlist={"patient": {"chargelist": {"charge": detail}}}, proccodelist=known)
    ]
    outcome = office.connector().charges_on("700", "900", date(2026, 3, 5))
    assert code(outcome) == "code_unresolved"
    assert isinstance(outcome, Refused)
    assert outcome.problem.fields["codes"] == "dcode7"


PAYMENT = PaymentFact("p1", "900", Payer.PATIENT, Money(5000), date(2026, 3, 5))


def test_a_history_without_a_list_of_payments_proves_no_absence(office: Office) -> None:
    office.script["gettxhistory"] = [history(), results(paymentlist="")]
    connector = office.connector()
    assert code(connector.find_payment(PAYMENT)) == "payments_untold"
    assert isinstance(connector.find_payment(PAYMENT), Absent)


def test_a_payment_whose_amount_cannot_be_read_makes_no_sum(office: Office) -> None:
    office.script["gettxhistory"] = [results(paymentlist={"payment": {"@id": "1", "@amount": "plenty"}})]
    assert code(office.connector().payments_of("900", date(2026, 3, 1), date(2026, 3, 9))) == "unreadable"


def test_a_payment_that_is_said_to_be_done_bears_our_reference_when_the_vendor_names_none(office: Office) -> None:
    office.script["addpayments"] = [results()]
    outcome = office.connector().post_payment(PAYMENT)
    assert isinstance(outcome, Receipt)
    assert outcome.value == "p1"
    sent = office.asked[0].first("patient")
    assert office.asked[0].get("class") == "paymententry"
    assert (sent.get("patientid"), sent.get("paysource"), sent.get("amount"), sent.get("depositdate")) == (
        "pat900", "1", "50.00", "03/05/2026",
    )  # fmt: skip
    unapplied = sent.first("unappliedpaymentlist", "payment")
    assert (unapplied.get("profile"), unapplied.get("amount")) == ("prof3", "50.00")


def test_more_charges_than_a_message_takes_are_not_sent(office: Office, person: PersonFact) -> None:
    office.script["gettxhistory"] = [history()]
    charges = tuple(ChargeFact("90837", (), 1, (), "11", Money(1)) for _ in range(51))
    assert code(office.connector().save_charges("700", "900", charges)) == "too_large"


def test_a_message_larger_than_the_vendor_takes_is_not_sent(office: Office) -> None:
    client = office.connector()._client
    outcome = client.add_visit(Node("appt", {"note": "x" * 1_000_001}))
    assert code(outcome) == "too_large"
    assert office.asked == []


# --- eligibility ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"@status": "pending"}, "later"),
        ({"@status": "complete", "response": "ISA*broken"}, "unreadable"),
        ({"@status": "error", "message": "The payer did not answer"}, "payer_silent"),
        ({"@status": "somethingnew"}, "payer_silent"),
    ],
)
def test_an_answer_about_coverage_is_read_or_waited_for_or_refused(
    office: Office, content: dict[str, str], expected: str
) -> None:
    office.script["checkeligibilityresponse"] = [results(**content)]
    outcome = office.connector().plan_answer("5")
    if expected == "later":
        assert isinstance(outcome, Later)
    else:
        assert code(outcome) == expected


def test_a_question_without_a_number_is_unknown(office: Office) -> None:
    office.script["submitdemandrequest"] = [results(patientlist={"patient": {"@id": "1"}})]
    assert isinstance(office.connector().ask_plan("900", "7", "30"), Unknown)


# --- REST bodies ------------------------------------------------------------------------------------------------------


def test_rest_rows_come_as_a_list_or_bare_or_not_at_all_trap_8() -> None:
    bodies = (b'[{"Id": 1}, {"Id": 2}]', b'{"Id": 1}', b"[]", b"null", b"", b"7")
    assert [len(read_records(body)) for body in bodies] == [2, 1, 0, 0, 0, 0]
    one = read_records(b'{"ID": 900, "Amount": 12.50, "Open": true, "Names": ["a", 2], "Sub": {"x": "y"}}')[0]
    assert (one.text("id"), one.text("amount"), one.text("open"), one.texts("names")) == (
        "900",
        "12.50",
        "1",
        ("a", "2"),
    )
    assert one.rows("sub")[0].text("X") == "y"
    assert Record().text("anything") == ""
    with pytest.raises(Unreadable):
        read_records(b"<html>")
