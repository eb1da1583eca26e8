"""Finding, adding and changing patients, and their insurance (vendor sheet 9.1, 9.4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.connectors.advancedmd.conftest import Office, fault, results
from tests.support.vendor import Said

from chartline.connect.facts import CoverageFact, PersonFact, Relationship
from chartline.connectors.advancedmd.tree import Node
from chartline.kernel.outcome import Absent, Later, Receipt, Refused, Unknown
from chartline.kernel.sealed import Sealed


def row(number: int, name: str = "NUNEZ-TESTCASE,ANA M", born: str = "07/09/1984") -> dict[str, str]:
    return {"@id": f"pat{number}", "@name": name, "@dob": born, "@gender": "F"}


def code(outcome: object) -> str:
    assert isinstance(outcome, Refused)
    return outcome.problem.code.removeprefix("advancedmd.")


def pages(rows: list[dict[str, str]]) -> Callable[[Node], Said]:
    def answer(message: Node) -> Said:
        number = int(message.get("page"))
        part = rows[(number - 1) * 50 : number * 50]
        counters = {"@itemcount": str(len(rows)), "@page": str(number), "@pagecount": str(-(-len(rows) // 50))}
        return results(patientlist={**counters, **({"patient": part if len(part) > 1 else part[0]} if part else {})})

    return answer


def test_every_page_is_read_before_somebody_is_absent_trap_12(office: Office, person: PersonFact) -> None:
    rows = [row(n, f"NUNEZ-TESTCASE,ANA{n}") for n in range(130)]
    office.script["lookuppatient"] = [pages(rows)]
    assert isinstance(office.connector().find_patient(person), Absent)
    assert [asked.get("page") for asked in office.asked] == ["1", "2", "3"]
    assert {"Nunez-Testcase,Ana"} == {asked.get("name") for asked in office.asked}


def test_somebody_on_the_last_page_is_found_by_name_and_birth_date_trap_12(office: Office, person: PersonFact) -> None:
    rows = [row(n, born="07/09/1985") for n in range(120)] + [row(900)]
    office.script["lookuppatient"] = [pages(rows)]
    outcome = office.connector().find_patient(person)
    assert isinstance(outcome, Receipt)
    assert outcome.value.vendor_id == "900"


def test_a_list_that_is_shorter_than_its_count_proves_nothing(office: Office, person: PersonFact) -> None:
    office.script["lookuppatient"] = [
        results(patientlist={"@itemcount": "3", "@page": "1", "@pagecount": "1", "patient": row(1, "OTHER,ANA")})
    ]
    assert code(office.connector().find_patient(person)) == "incomplete"


def test_two_who_fit_are_for_a_person_to_choose(office: Office, person: PersonFact) -> None:
    office.script["lookuppatient"] = [pages([row(1), row(2, "NUNEZ-TESTCASE,ANA")])]
    outcome = office.connector().find_patient(person)
    assert code(outcome) == "ambiguous_patient"
    assert isinstance(outcome, Refused)
    assert outcome.problem.fields["patients"] == "1,2"


@pytest.mark.parametrize("form", ["json", "xml"])
def test_a_patient_is_added_without_force_and_with_the_profile_trap_22(
    office: Office, person: PersonFact, form: str
) -> None:
    office.script["addpatient"] = [results(patientlist={"patient": {"@id": "pat901", "@respparty": "resp77"}})]
    outcome = office.connector(format=form).add_patient(person)
    assert isinstance(outcome, Receipt)
    assert outcome.value == "901"
    sent = office.asked[0].first("patientlist", "patient")
    assert tuple(sent.get(n) for n in ("name", "dob", "respparty", "chart", "profile")) == (
        "Nunez-Testcase,Ana M",
        "07/09/1984",
        "SELF",
        "AUTO",
        "prof3",
    )
    assert (
        sent.first("address").get("address2"),
        sent.first("address").get("address1"),
    ) == ("12 Invented Way", "Apt 4")
    assert office.asked[0].get("force") + sent.get("force") + sent.get("ssn") == ""


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (fault("", "Duplicate SSN found"), "duplicate_ssn"),
        (
            fault("", "This patient already exists as a responsible party. Select that person"),
            "known_as_responsible_party",
        ),
        (Said('{"PPMDResults": {"Results": {"@success": "0"}, "Error": "Duplicate name/DOB"}}'), "duplicate_patient"),
        (Said("Improperly Formatted Token", 400), "bad_request"),
    ],
)
def test_a_refused_patient_says_why(office: Office, person: PersonFact, said: Said, expected: str) -> None:
    office.script["addpatient"] = [said]
    assert expected == code(office.connector().add_patient(person))


@pytest.mark.parametrize(
    "said",
    [
        results(),
        Said('{"PPMDResults": {"Results": ""}}'),
        Said('{"PPMDResults": {"Results": {"@success": "0"}}}'),
        Said("", 500),
        Said("<html>error</html>"),
        Said('{"PPMDResults": {"Results": {"@suc'),
        Said(cut=True),
    ],
)
def test_a_write_without_a_clear_answer_is_unknown_and_sent_once_trap_24(
    office: Office, person: PersonFact, said: Said
) -> None:
    office.script["addpatient"] = [said]
    assert isinstance(office.connector().add_patient(person), Unknown)
    assert len(office.asked) == 1


def test_a_pause_asked_for_is_later_and_nothing_was_done(office: Office, person: PersonFact) -> None:
    office.script["addpatient"] = [Said('{"title": "QuotaViolation"}', 429)]
    assert isinstance(office.connector().add_patient(person), Later)


def test_no_patient_is_added_without_a_profile(office: Office, person: PersonFact) -> None:
    assert code(office.connector(profile="").add_patient(person)) == "profile_missing"
    assert office.wire.sent == []


def demographic(**more: object) -> Said:
    patient = {**row(900), "address": {"@zip": "84000", "@address2": "12 INVENTED WAY"},
               "contactinfo": {"@homephone": "801-555-0142"}, **more}  # fmt: skip
    return results(
        patientlist={"patient": patient},
        carrierlist={"carrier": {"@id": "car40", "@name": "ACME HEALTH"}},
        resppartylist={"respparty": {"@id": "resp456", "@name": "NUNEZ-TESTCASE,ANA"}},
    )


def test_the_detail_has_insurance_and_asks_the_class_that_has_it_trap_19(office: Office) -> None:
    plan = {"@id": "ins7", "@carrier": "car40", "@subscribernum": "EX1", "@coverage": "1", "@payerid": "00123",
            "@enddate": "", "@hipaarelationship": "18"}  # fmt: skip
    office.script["getdemographic"] = [demographic(insplanlist={"insplan": plan})]
    outcome = office.connector().patient_detail("900")
    assert isinstance(outcome, Receipt)
    assert [(c.vendor_id, c.payer_name, c.payer_id, c.order) for c in outcome.value.coverages] == [
        ("7", "ACME HEALTH", "00123", 1)
    ]
    assert ("456", Sealed("8015550142")) == (outcome.value.person.responsible_party, outcome.value.person.phone)
    assert (office.asked[0].get("class"), office.asked[0].get("patientid")) == ("demographics", "pat900")


def test_an_unknown_patient_is_absent(office: Office) -> None:
    office.script["getdemographic"] = [results(patientlist="")]
    assert isinstance(office.connector().patient_detail("1"), Absent)


@pytest.fixture
def theirs(person: PersonFact) -> PersonFact:
    return replace(person, vendor_id="900", unit=Sealed(""), city=Sealed(""), state=Sealed(""), email=Sealed(""))


def test_a_change_sends_old_and_new_of_the_changed_field_only_trap_21(office: Office, theirs: PersonFact) -> None:
    office.script["getdemographic"] = [demographic()]
    office.script["updatepatient"] = [results(patientlist={"patient": {"@id": "pat900"}})]
    outcome = office.connector().update_patient(theirs, replace(theirs, phone=Sealed("8015550199")))
    assert isinstance(outcome, Receipt)
    sent = office.asked[-1].first("patientlist", "patient")
    assert sent.first("contactinfo").attributes == {"homephone": "(801)555-0199", "o_homephone": "801-555-0142"}
    assert sent.attributes == {"id": "pat900"}
    assert sent.first("address").empty


def test_a_change_that_is_there_already_is_not_sent_again(office: Office, theirs: PersonFact) -> None:
    office.script["getdemographic"] = [demographic()]
    before = replace(theirs, phone=Sealed("8015550000"))
    assert isinstance(office.connector().update_patient(before, theirs), Receipt)
    assert [asked.get("action") for asked in office.asked] == ["getdemographic"]


def test_a_third_value_at_the_vendor_is_not_overwritten(office: Office, theirs: PersonFact) -> None:
    office.script["getdemographic"] = [demographic()]
    before, after = (replace(theirs, phone=Sealed(f"801555{n}")) for n in ("0001", "0002"))
    assert code(office.connector().update_patient(before, after)) == "changed_meanwhile"


def test_no_difference_is_no_call(office: Office, theirs: PersonFact) -> None:
    assert Receipt("900") == office.connector().update_patient(theirs, replace(theirs, email=Sealed("")))
    assert office.wire.sent == []


COVERAGE = CoverageFact(None, "00123", "Acme Health", Sealed("EX1"), Sealed("G1"), 1, Relationship.SELF)
NONE = results(carrierlist={"@itemcount": "0"})
CARRIERS = results(
    carrierlist={"@itemcount": "2", "@page": "1", "@pagecount": "1", "carrier": [
        {"@id": "car40", "@name": "ACME HEALTH"}, {"@id": "car41", "@name": "ACME HEALTH PLUS"}]}
)  # fmt: skip


def test_insurance_is_added_for_the_responsible_party_and_the_carrier_is_asked_once(
    office: Office, theirs: PersonFact
) -> None:
    office.script["lookupcarrier"] = [NONE, CARRIERS]
    office.script["getdemographic"] = [demographic()]
    office.script["addinsurance"] = [
        results(patient={"@id": "pat900", "insplanlist": {"insplan": {"@id": "ins789", "@insnotefid": "1"}}})
    ]
    connector = office.connector()
    outcome = connector.add_coverage(theirs, COVERAGE)
    connector.add_coverage(replace(theirs, responsible_party="456"), COVERAGE)
    assert isinstance(outcome, Receipt)
    assert outcome.value == "789"
    plan = next(office.asked[-1].below("insplan"))
    assert (plan.get("subscriber"), plan.get("carrier")) == ("resp456", "car40")
    assert [asked.get("action") for asked in office.asked] == [
        "getdemographic",
        "lookupcarrier",
        "lookupcarrier",
        "addinsurance",
        "addinsurance",
    ]


def test_an_empty_answer_to_insurance_is_unknown(office: Office, theirs: PersonFact) -> None:
    office.script["addinsurance"] = [results()]
    coverage = replace(COVERAGE, carrier_vendor_id="40")
    assert isinstance(office.connector().add_coverage(replace(theirs, responsible_party="4"), coverage), Unknown)


@pytest.mark.parametrize("name", ["ACME", "NOBODY MUTUAL"])
def test_a_payer_that_no_carrier_or_several_fit_is_for_the_practice(
    office: Office, theirs: PersonFact, name: str
) -> None:
    office.script["lookupcarrier"] = [CARRIERS]
    outcome = office.connector().add_coverage(
        replace(theirs, responsible_party="4"), replace(COVERAGE, payer_name=name)
    )
    assert code(outcome) == "carrier_unknown"
