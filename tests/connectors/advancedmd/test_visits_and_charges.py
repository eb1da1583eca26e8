"""Booking visits and saving charges (vendor sheet 9.2, 9.3)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from tests.connectors.advancedmd.conftest import Office, fault, results
from tests.connectors.advancedmd.test_patients import code
from tests.support.vendor import Said

from chartline.connect.facts import ChargeFact, VisitFact, VisitStatus
from chartline.connectors.advancedmd.tree import Node
from chartline.kernel.money import Money
from chartline.kernel.outcome import Absent, Receipt, Refused, Unknown

VISIT = VisitFact(None, "900", datetime(2026, 3, 5, 21, 0, tzinfo=UTC), 45, VisitStatus.BOOKED)
"""14:00 in Denver."""
DAY = date(2026, 3, 5)


@pytest.fixture(autouse=True)
def quiet(office: Office) -> None:
    """Nothing stands anywhere, unless a test says so."""
    office.script["gettxhistory"] = [history()]
    office.script["getreminderappts"] = [results(apptlist="")]


def row(number: int, patient: str = "900", start: str = "2026-03-05T14:00:00", status: str = "0") -> dict[str, object]:
    return {"@id": str(number), "@start": start, "@status": status, "@minutes": "45",
            "patientlist": {"patient": {"@id": patient}}}  # fmt: skip


def test_a_visit_is_booked_in_its_column_by_chargeentry_and_never_by_force_trap_19(office: Office) -> None:
    office.script["addvisit"] = [results(visit={"@id": "vst700", "@isappt": "1", "chargelist": ""}, notelist="")]
    outcome = office.connector(appointment_type="5").add_visit(VISIT)
    assert isinstance(outcome, Receipt)
    assert outcome.value == "700"
    sent = office.asked[0].first("appt")
    assert sent.attributes == {
        "patient": "pat900", "profile": "prof3", "date": "03/05/2026", "time": "14:00", "duration": "45",
        "column": "col2", "types": "ap_type5",
    }  # fmt: skip
    assert office.asked[0].get("class") == "chargeentry"


def test_a_taken_slot_and_a_missing_column_are_told(office: Office) -> None:
    office.script["addvisit"] = [fault("-2147217403", "Can't add appointment: Overlaps existing appointment.")]
    assert code(office.connector().add_visit(VISIT)) == "slot_taken"
    assert code(office.connector(column="").add_visit(VISIT)) == "column_missing"


def test_an_empty_answer_to_a_booking_is_unknown(office: Office) -> None:
    office.script["addvisit"] = [results()]
    assert isinstance(office.connector().add_visit(VISIT), Unknown)


def test_a_booking_is_found_by_patient_and_minute_among_the_standing_visits(office: Office) -> None:
    rows = [row(1, "901"), row(2, start="2026-03-05T15:00:00"), row(3, status="10"), row(4)]
    office.script["getdatevisits"] = [results(**{"@visitcount": "4", "visitlist": {"visit": rows}})]
    outcome = office.connector().find_visit(VISIT)
    assert isinstance(outcome, Receipt)
    assert outcome.value == "4"
    assert office.asked[0].get("visitdate") == "03/05/2026"


def test_a_cancelled_visit_and_an_empty_day_are_absent(office: Office) -> None:
    office.script["getdatevisits"] = [
        results(**{"@visitcount": "1", "visitlist": {"visit": row(3, status="10")}}),
        results(**{"@visitcount": "0", "visitlist": ""}),
    ]
    connector = office.connector()
    assert isinstance(connector.find_visit(VISIT), Absent)
    assert isinstance(connector.find_visit(VISIT), Absent)


def test_a_day_with_fewer_rows_than_counted_proves_nothing(office: Office) -> None:
    office.script["getdatevisits"] = [results(**{"@visitcount": "9", "visitlist": {"visit": row(3, "901")}})]
    assert code(office.connector().find_visit(VISIT)) == "incomplete"


CHARGES = (
    ChargeFact("90837", ("95", "GT"), 1, ("F411", "F4323"), "10", Money(15000)),
    ChargeFact("99213", (), 2, ("F411",), "11", Money(9000)),
)


def lookup(thing: str, prefix: str, known: dict[str, str]) -> Callable[[Node], Said]:
    def answer(message: Node) -> Said:
        found = known.get(message.get("code"))
        rows = {thing: {"@id": f"{prefix}{found}", "@code": message.get("code")}} if found else {}
        return results(**{f"{thing}list": {"@itemcount": str(len(rows)), "@page": "1", "@pagecount": "1", **rows}})

    return answer


@pytest.fixture(autouse=True)
def codes(office: Office) -> None:
    office.script["lookupproccode"] = [lookup("proccode", "pcode", {"90837": "41", "99213": "42", "9921": "9"})]
    office.script["lookupdiagcode"] = [lookup("diagcode", "dcode", {"F41.1": "7"})]


@pytest.mark.parametrize("form", ["json", "xml"])
def test_charges_go_with_the_offices_ids_and_commas_trap_17(office: Office, form: str) -> None:
    office.script["savecharges"] = [results()]
    connector = office.connector(format=form)
    outcome = connector.save_charges("vst700", "900", CHARGES)
    assert isinstance(outcome, Receipt)
    assert outcome.value == "700"
    sent = office.asked[-1]
    assert (sent.get("class"), sent.get("patientid"), sent.first("visit").get("id")) == ("api", "pat900", "vst700")
    first, second = sent.first("visit", "chargelist").every("charge")
    assert (first.attributes) == {
        "proccode": "pcode41",
        "units": "1",
        "diagcodes": "dcode7,F43.23",
        "codeset": "10",
        "modcodes": "95,GT",
    }
    assert second.attributes == {"proccode": "pcode42", "units": "2", "diagcodes": "dcode7", "codeset": "10"}


def test_added_charges_are_separated_by_spaces_trap_17(office: Office) -> None:
    office.script["updvisitwithnewcharges"] = [results()]
    outcome = office.connector().add_charges("700", "900", DAY, CHARGES)
    assert isinstance(outcome, Receipt)
    sent = office.asked[-1]
    assert (sent.get("class"), sent.get("patientid"), sent.get("approval")) == ("chargeentry", "pat900", "0")
    first, second = sent.first("visit", "chargelist").every("charge")
    assert first.attributes == {
        "proccode": "pcode41", "units": "1", "diagcodes": "dcode7 F43.23", "modcodes": "95 GT",
        "begindate": "03/05/2026", "enddate": "03/05/2026", "fee": "150.00", "pos": "10",
    }  # fmt: skip
    assert (second.get("units"), second.get("fee"), second.get("pos")) == ("2", "90.00", "11")


def test_codes_are_remembered(office: Office) -> None:
    office.script["savecharges"] = [results()]
    connector = office.connector()
    connector.save_charges("700", "900", CHARGES[1:])
    connector.save_charges("701", "900", CHARGES[1:])
    assert [a.get("action") for a in office.asked] == [
        "gettxhistory", "lookupproccode", "lookupdiagcode", "savecharges", "gettxhistory", "savecharges",
    ]  # fmt: skip


def test_an_unknown_procedure_stops_before_anything_is_replaced_trap_17(office: Office) -> None:
    outcome = office.connector().save_charges("700", "900", (*CHARGES, replace(CHARGES[0], procedure="99999")))
    assert code(outcome) == "procedure_unknown"
    assert "savecharges" not in [asked.get("action") for asked in office.asked]


def test_saved_charges_without_an_answer_are_unknown_trap_24(office: Office) -> None:
    office.script["savecharges"] = [Said(cut=True)]
    assert isinstance(office.connector().save_charges("700", "900", CHARGES), Unknown)
    assert [asked.get("action") for asked in office.asked].count("savecharges") == 1


def history(*rows: dict[str, str]) -> Said:
    listed = {"charge": list(rows) if len(rows) != 1 else rows[0]} if rows else {}
    return results(**{"@itemcount": str(len(rows)), "@pagenumber": "1", "@pagecount": "1", "chargelist": listed})


def bears(number: int, procedure: str, void: str = "0", visit: str = "700", **more: str) -> dict[str, str]:
    return {"@id": str(number), "@visit": visit, "@proccode": procedure, "@void": void, **more}


def in_full(**charges: str) -> Callable[[Node], Said]:
    """Charges by id, each as procedure, modifiers, diagnoses and units, told in internal ids and with their maps."""
    numbers: dict[str, str] = {}

    def internal(prefix: str, code: str) -> str:
        return f"{prefix}{numbers.setdefault(f'{prefix} {code}', str(len(numbers) + 41))}"

    def listed(noun: str, prefix: str) -> dict[str, Any]:
        rows = [
            {"@id": f"{prefix}{number}", "@code": each.split(" ")[1]}
            for each, number in numbers.items()
            if each.startswith(f"{prefix} ")
        ]
        return {f"{noun}list": {noun: rows if len(rows) > 1 else rows[0]}} if rows else {}

    def answer(message: Node) -> Said:
        procedure, modifiers, diagnoses, units = charges[f"c{message.get('chargeid')}"].split("|")
        charge = {
            "@id": message.get("chargeid"),
            "@proccode": internal("pcode", procedure),
            "@modcodes": ",".join(internal("mcode", code) for code in modifiers.split()),
            "@diagcodes": ",".join(internal("dcode", code) for code in diagnoses.split()),
            "@units": units,
            "@fee": "150.00",
        }
        maps = listed("proccode", "pcode") | listed("modcode", "mcode") | listed("diagcode", "dcode")
        return results(patientlist={"patient": {"chargelist": {"charge": charge}}}, **maps)

    return answer


OURS = in_full(c2="90837|95 GT|F41.1 F43.23|1", c3="99213||F41.1|2")
"""``CHARGES`` as the vendor tells them."""


@pytest.mark.parametrize(
    "rows",
    [
        (bears(1, "90837", "1"), bears(2, "90837"), bears(3, "99213"), bears(4, "90791", visit="701")),
        (bears(2, "pcode41"), bears(3, "pcode42")),
    ],
)
def test_the_charges_of_a_visit_are_recognised_in_code_or_id_trap_18(
    office: Office, rows: tuple[dict[str, str]]
) -> None:
    office.script["gettxhistory"] = [history(*rows)]
    office.script["getchargedetaildata"] = [OURS]
    outcome = office.connector().find_charges("700", "900", DAY, CHARGES)
    assert isinstance(outcome, Receipt)
    assert outcome.value == "700"
    assert (office.asked[0].get("class"), office.asked[0].get("fromdate")) == ("demographics", "03/05/2026")


def test_a_visit_with_void_charges_only_bears_none(office: Office) -> None:
    office.script["gettxhistory"] = [history(bears(1, "90837", "-1"), bears(4, "90791", visit="701")), history()]
    connector = office.connector()
    assert isinstance(connector.find_charges("700", "900", DAY, CHARGES), Absent)
    assert isinstance(connector.find_charges("700", "900", DAY, CHARGES), Absent)


def test_other_charges_on_the_visit_are_for_a_person(office: Office) -> None:
    office.script["gettxhistory"] = [history(bears(1, "90837"))]
    outcome = office.connector().find_charges("700", "900", DAY, CHARGES)
    assert isinstance(outcome, Refused)
    assert (outcome.problem.fields["ours"], outcome.problem.fields["theirs"]) == ("2", "1")


def test_tiers_are_those_of_the_sheet_traps_25_and_26(office: Office) -> None:
    office.script |= {
        "savecharges": [results()],
        "gettxhistory": [history()],
        "getdatevisits": [results(**{"@visitcount": "0"})],
        "addvisit": [results(visit={"@id": "vst1"})],
    }
    connector = office.connector()
    connector.save_charges("700", "900", CHARGES[1:])
    connector.find_charges("700", "900", DAY, CHARGES)
    connector.find_visit(VISIT)
    connector.add_visit(VISIT)
    assert {
        ("login", "login"), ("login", "low"), ("lookupproccode", "low"), ("lookupdiagcode", "low"), ("addvisit", "low"),
        ("savecharges", "medium"), ("gettxhistory", "medium"), ("getdatevisits", "medium"), ("getreminderappts", "low"),
    } == set(office.wire.sent)  # fmt: skip
