"""Rows become facts and facts become messages (vendor sheet 6, 9)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartline.connect.facts import CoverageFact, PersonFact, Relationship, VisitFact, VisitStatus
from chartline.connectors.advancedmd import plans, translate
from chartline.connectors.advancedmd.spelling import Name, dotted, plain, read_phone, write_phone
from chartline.connectors.advancedmd.times import OfficeTime, read_time, read_wall
from chartline.connectors.advancedmd.tree import read
from chartline.connectors.advancedmd.wire import PatientRow, PlanRow, VisitRow
from chartline.kernel.money import Money
from chartline.kernel.sealed import Purpose, Sealed

DENVER = OfficeTime("America/Denver")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("DOE,JANE", ("DOE", "JANE", "")),
        ("DOE,JANE Q", ("DOE", "JANE", "Q")),
        ("DE LA TESTA, MARY ANN Q.", ("DE LA TESTA", "MARY ANN", "Q")),
        ("DOE,J", ("DOE", "J", "")),
        ("CHER", ("CHER", "", "")),
        ("", ("", "", "")),
    ],
)
def test_a_name_is_read_in_three_parts(text: str, parts: tuple[str, str, str]) -> None:
    name = Name.read(text)
    assert parts == (name.family, name.given, name.middle)


def test_a_name_is_written_without_diacritics_and_with_an_initial(person: PersonFact) -> None:
    assert translate.name_of(person, Purpose.EXCHANGE).write() == "Nunez-Testcase,Ana M"
    assert Name("Smith, Jr", "Ana", "").write() == "Smith Jr,Ana"


@given(st.text(max_size=20), st.text(max_size=20), st.text(max_size=20))
def test_a_written_name_reads_back_as_the_same_person_or_keeps_its_border(
    family: str, given_: str, middle: str
) -> None:
    written = Name(family, given_, middle).write()
    assert written.count(",") == 1


@given(st.text())
def test_plain_text_has_no_control_characters(text: str) -> None:
    assert not any(ord(c) < 32 for c in plain(text))


def test_telephones_are_digits_here_and_bracketed_there() -> None:
    assert [read_phone(t) for t in ("(555) 555-0100", "555-555-0100", "+1 555 555 0100")] == ["5555550100"] * 3
    assert read_phone("x123") == "x123"
    assert write_phone("5555550100") == "(555)555-0100"


def test_icd_codes_regain_their_dot() -> None:
    assert [dotted(code) for code in ("F411", "Z00", "F43.23")] == ["F41.1", "Z00", "F43.23"]


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-05T14:00:00",
        "2026-03-05T14:00:00.617",
        "2026-03-05T14:00",
        "3/5/2026 2:00:00 PM",
        "03/05/2026 02:00:00 pm",
        "3/5/2026 14:00",
    ],
)
def test_every_spelling_of_a_time_is_the_same_time(text: str) -> None:
    assert datetime(2026, 3, 5, 14, 0) == read_wall(text)  # noqa: DTZ001 - the wire has no zone


def test_times_of_day_come_in_three_spellings() -> None:
    assert [read_time(t).strftime("%H:%M") for t in ("7:00PM", "0800", "08:00")] == ["19:00", "08:00", "08:00"]


def test_the_offices_clock_is_right_on_both_sides_of_summer_time_trap_25() -> None:
    assert datetime(2026, 3, 7, 21, 0, tzinfo=UTC) == DENVER.moment(read_wall("2026-03-07T14:00:00"))
    assert datetime(2026, 3, 8, 20, 0, tzinfo=UTC) == DENVER.moment(read_wall("2026-03-08T14:00:00"))
    assert DENVER.message_time(datetime(2026, 11, 2, 13, 0, tzinfo=UTC)) == "11/02/2026 06:00:00 AM"


@given(st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)))  # noqa: DTZ001 - hypothesis wants naive bounds
def test_a_moment_goes_to_the_wall_and_back(naive: datetime) -> None:
    moment = naive.replace(tzinfo=UTC, microsecond=0)
    wall = DENVER.wall(moment)
    if not DENVER.doubled(wall):
        assert moment == DENVER.moment(wall)


def visit(text: str) -> VisitFact:
    return translate.visit_of(VisitRow.of(read(text.encode())), DENVER)


@pytest.mark.parametrize(
    ("code", "status"),
    [("0", "booked"), ("1", "arrived"), ("2", "other"), ("3", "seen"), ("5", "moved"), ("10", "cancelled"),
     ("11", "deleted"), ("12", "no_show"), ("77", "other"), ("", "other")],
)  # fmt: skip
def test_each_status_has_our_word_and_keeps_its_code(code: str, status: str) -> None:
    fact = visit(f'<visit id="1" start="2026-03-05T14:00:00" minutes="30" status="{code}"/>')
    assert (VisitStatus(status), code) == (fact.status, fact.raw_status)


def test_a_visit_has_its_start_on_the_offices_clock_and_its_deletion_trap_15() -> None:
    fact = visit('<visit id="vst8" start="2026-03-05T14:00:00" minutes="45" status="0" profile="prof3" '
                 'updatestatus="D"><patientlist><patient id="pat900"/></patientlist></visit>')  # fmt: skip
    assert (
        fact.vendor_id,
        fact.patient_vendor_id,
        fact.provider_vendor_id,
        fact.minutes,
        fact.deleted,
    ) == ("8", "900", "3", 45, True)
    assert datetime(2026, 3, 5, 21, 0, tzinfo=UTC) == fact.start


def test_an_unknown_code_is_kept_and_an_absent_birth_date_is_named() -> None:
    fact = translate.person_of(PatientRow.of(read(b'<patient id="1" name="DOE,JANE" sex="X"/>')))
    assert fact.unknown == {"sex": "X", "birth_date": "absent"}
    assert (fact.sex, fact.deleted) == ("U", False)


def test_a_plan_becomes_a_coverage_with_its_carriers_name_and_leading_zeros() -> None:
    row = PlanRow.of(
        read(
            b'<insplan id="ins7" carrier="car40" payerid="00123" subscriber="resp456" subscribernum="EX1" coverage="2" '
            b'begindate="01/01/2026" enddate="" copay="25.00" copaytype="$" hipaarelationship="19" grpnum="G1"/>'
        )
    )
    fact = plans.coverage_of(row, {"40": "ACME HEALTH"})
    assert ("7", "00123", "ACME HEALTH", 2, Relationship.CHILD, date(2026, 1, 1), None, Money(2500)) == (
        fact.vendor_id,
        fact.payer_id,
        fact.payer_name,
        fact.order,
        fact.relationship,
        fact.begin,
        fact.end,
        fact.copay,
    )
    assert Sealed("EX1") == fact.member_id


def test_a_new_plan_names_a_responsible_party_and_primary_as_one_trap_20() -> None:
    coverage = CoverageFact(
        None, "00123", "ACME HEALTH", Sealed("EX1"), Sealed(""), 1, Relationship.SELF, begin=date(2026, 1, 1)
    )
    plan = plans.new_plan(coverage, "40", "456")
    assert tuple(
        plan.get(n)
        for n in ("subscriber", "carrier", "coverage", "begindate", "enddate", "relationship", "hipaarelationship")
    ) == ("resp456", "car40", "1", "01/01/2026", "", "1", "18")


def test_only_what_differs_and_is_not_empty_is_changed_trap_21(person: PersonFact) -> None:
    theirs = replace(
        person,
        family=Sealed("NUNEZ-TESTCASE"),
        given=Sealed("ANA"),
        middle=Sealed("M"),
        email=Sealed("ANA@EXAMPLE.INVALID"),
    )
    ours = replace(person, phone=Sealed("8015550199"), email=Sealed(""), city=Sealed("TESTVILLE"))
    assert translate.changed_fields(theirs, ours) == ("homephone",)


def test_a_change_sends_new_and_old_in_the_vendors_exact_words_trap_21(person: PersonFact) -> None:
    row = PatientRow.of(
        read(b'<patient id="900" name="NUNEZ-TESTCASE,ANA M"><address zip="84000"/>'
             b'<contactinfo homephone="801-555-0142"/></patient>')
    )  # fmt: skip
    node = translate.patient_change(row, replace(person, postal_code=Sealed("84001")), ("zip", "homephone"))
    assert node.attributes == {"id": "pat900"}
    assert node.first("address").attributes == {"zip": "84001", "o_zip": "84000"}
    assert node.first("contactinfo").attributes == {"homephone": "(801)555-0142", "o_homephone": "801-555-0142"}


def test_a_missing_middle_name_does_not_blank_theirs_trap_21(person: PersonFact) -> None:
    theirs, ours = replace(person, middle=Sealed("Q")), replace(person, middle=Sealed(""), given=Sealed("Anna"))
    kept = translate.keeping_middle(theirs, ours)
    assert translate.spell(kept)["name"] == "Nunez-Testcase,Anna Q"
