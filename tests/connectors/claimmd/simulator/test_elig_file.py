"""elig/: one 270 in, a 271 out that says what eligdata/ says (row 16 of sheet section 15)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from xml.etree import ElementTree

import msgspec
import pytest
from tests.connectors.claimmd.simulator.test_eligibility import ask
from tests.connectors.claimmd.simulator.world import KEY, NPI, START, TEST_KEY, Json, Vendor

from chartline.formats.x12.check import check
from chartline.formats.x12.eligibility import (
    BenefitQuestion,
    EligibilityAnswer,
    EligibilityRequest,
    Party,
    Person,
    QualifiedDate,
    Reference,
    Trace,
    build_270,
    read_271,
)
from chartline.formats.x12.envelope_writer import Envelope, Usage
from chartline.formats.x12.record import PersonName

ENVELOPE = Envelope(sender="CHARTLINE", receiver="CLAIMMD", at=START, control=1, usage=Usage.TEST)


def question(
    member: str = "W1", payer: str = "00123", npi: str = NPI, dob: date = date(1988, 11, 2)
) -> EligibilityRequest:
    return EligibilityRequest(
        payer=Party(role="PR", name="Example", id=payer, id_kind="PI"),
        provider=Party(
            role="1P", name="Example Practice", id=npi, id_kind="XX", references=(Reference("TJ", "999999999"),)
        ),
        subscriber=Person(
            name=PersonName(last="Okafor", first="Lena"),
            member_id=member,
            born=dob,
            sex="F",
            dates=(QualifiedDate("291", date(2026, 3, 2)),),
        ),
        questions=(BenefitQuestion(service_types=("30",)),),
        traces=(Trace("T-1", "9CHARTLINE"),),
        reference="R-1",
    )


def send(vendor: Vendor, *requests: EligibilityRequest, key: str = KEY, accept: str = "application/json") -> bytes:
    content = build_270(requests, ENVELOPE, unchecked=True) if requests else b"no file of ours"
    return vendor.http.post(
        "/services/elig/",
        data={"AccountKey": key},
        files={"File": ("q.270", content)},
        headers={"accept": accept},
    ).content


def answered(vendor: Vendor, request: EligibilityRequest, key: str = KEY) -> EligibilityAnswer:
    (eligibility,) = msgspec.json.decode(send(vendor, request, key=key))["eligibility"]
    (answer,) = read_271(eligibility["data"].encode())
    return answer


def said(elig: Json) -> list[tuple[str, str, str, str, str]]:
    """The benefits of eligdata/ in a few values."""
    return [
        (
            each["benefit_coverage_code"],
            each["benefit_code"],
            each.get("benefit_period_code", ""),
            each.get("benefit_amount", ""),
            each.get("benefit_percent", ""),
        )
        for each in elig.get("benefit", [])
    ]


def written(answer: EligibilityAnswer) -> list[tuple[str, str, str, str, str]]:
    """The benefits of a 271 in the same values."""
    return [
        (
            each.information,
            each.service_types[0],
            each.period,
            each.amount.text() if each.amount is not None else "",
            f"{each.percent.normalize():f}" if each.percent is not None else "",
        )
        for each in answer.benefits
    ]


@pytest.mark.parametrize(("member", "key"), [("W1", KEY), ("GONE", KEY), ("W1", TEST_KEY)])
def test_the_271_says_what_the_fields_say_row_16(vendor: Vendor, member: str, key: str) -> None:
    elig = ask(vendor, key, ins_number=member)["elig"]
    answer = answered(vendor, question(member), key)
    assert written(answer) == said(elig)
    assert answer.subscriber is not None
    assert (answer.subscriber.member_id, answer.subscriber.name.last) == (elig["ins_number"], elig["ins_name_l"])
    assert answer.group is not None
    assert answer.group.value == elig["group_number"]
    assert (answer.reference, answer.trace("9CHARTLINE")) == ("R-1", "T-1")


@pytest.mark.parametrize(
    ("request_", "reason", "level"),
    [
        (question("NOBODY"), "75", "subscriber"),
        (question(""), "72", "subscriber"),
        (question("NOID"), "79", "payer"),
        (question(dob=date(1990, 1, 1)), "71", "subscriber"),
        (question(npi="1999999985"), "43", "provider"),
    ],
)
def test_a_payers_no_stands_at_its_level_row_16(
    vendor: Vendor, request_: EligibilityRequest, reason: str, level: str
) -> None:
    answer = answered(vendor, request_)
    assert [(each.reason, each.level) for each in answer.all_rejections] == [(reason, level)]
    assert answer.benefits == ()


def test_a_dependent_is_answered_for_as_a_dependent_row_16(vendor: Vendor) -> None:
    asked = msgspec.structs.replace(
        question(),
        dependent=Person(name=PersonName(last="Okafor", first="Ben"), born=date(2015, 1, 1), relationship="G8"),
    )
    answer = answered(vendor, asked)
    assert answer.dependent is not None
    assert answer.dependent.name.first == "BEN"
    assert answer.patient is answer.dependent


def test_a_271_of_the_simulator_holds_to_its_guide_row_16(vendor: Vendor) -> None:
    for request in (question(), question("GONE"), question("NOBODY"), question("NOID")):
        (eligibility,) = msgspec.json.decode(send(vendor, request))["eligibility"]
        assert check(eligibility["data"].encode()).problems == []


def test_system_errors_stand_in_the_envelope_row_16(vendor: Vendor) -> None:
    assert msgspec.json.decode(send(vendor))["error"]["error_code"] == "21"
    assert msgspec.json.decode(send(vendor, question(), question("GONE")))["error"]["error_code"] == "21"
    for request in (question(payer="77001"), question("NORT"), question(payer="404")):
        assert msgspec.json.decode(send(vendor, request))["error"]["error_code"] == "410"
    assert vendor.call("elig")["error"]["error_code"] == "20"


def test_xml_is_as_the_vendors_own_sample_shows_it_row_16(vendor: Vendor) -> None:
    root = ElementTree.fromstring(send(vendor, question(), accept="application/xml"))
    (eligibility,) = root.findall("eligibility")
    assert eligibility.attrib["eligid"] == "550001"
    assert read_271(eligibility.attrib["data"].encode())[0].benefits[0].percent in (None, Decimal("0.2"))
