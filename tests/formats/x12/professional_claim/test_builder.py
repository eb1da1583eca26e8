from __future__ import annotations

from datetime import date

import msgspec
import pytest

from chartline.formats.x12.envelope_writer import Envelope
from chartline.formats.x12.professional_claim import (
    Patient,
    ProfessionalClaim,
    build_837p,
    read_837p,
)
from chartline.formats.x12.record import Address, PersonName
from chartline.formats.x12.tokenizer import read_segments
from chartline.kernel.errors import ChartlineError
from chartline.kernel.money import Money

replace = msgspec.structs.replace


def child() -> Patient:
    return Patient(
        name=PersonName(last="SAMPLE", first="BO"),
        born=date(2020, 2, 29),
        sex="M",
        address=Address(line1="1 EXAMPLE WAY", city="SPRINGFIELD", state="IL", zip="62701"),
        relationship="19",
    )


def segments(data: bytes, *names: str) -> list[str]:
    return ["*".join([s.id, *s.elements]) for s in read_segments(data) if s.id in names]


def test_the_numbers_that_come_back_stand_where_the_clearinghouse_looks(
    claim: ProfessionalClaim, envelope: Envelope
) -> None:
    corrected = replace(claim, frequency="7", payer_control_number="ICN1", prior_authorization="AUTH1")
    data = build_837p([corrected], envelope)
    assert segments(data, "CLM") == ["CLM*PCN7*150***11:B:7*Y*A*Y*Y"]
    expected = ["REF*EI*999999999", "REF*G1*AUTH1", "REF*F8*ICN1", "REF*D9*INT-7", "REF*6R*L1"]
    assert expected == segments(data, "REF")


def test_a_line_is_written_with_code_charge_units_pointers_and_date(
    claim: ProfessionalClaim, envelope: Envelope
) -> None:
    data = build_837p([claim], envelope)
    assert segments(data, "LX", "SV1", "DTP") == ["LX*1", "SV1*HC:99213:25*150*UN*1***1:2", "DTP*472*D8*20260105"]
    assert segments(data, "HI") == ["HI*ABK:K0262*ABF:Z0000"]


def test_levels_are_numbered_through_and_know_their_parents(claim: ProfessionalClaim, envelope: Envelope) -> None:
    other = replace(claim, billing=replace(claim.billing, npi="1999999992"), reference="PCN8")
    dependent = replace(claim, patient=child(), reference="PCN9")
    data = build_837p([claim, other, dependent], envelope)
    assert segments(data, "HL") == [
        "HL*1**20*1",
        "HL*2*1*22*0",
        "HL*3*1*22*1",
        "HL*4*3*23*0",
        "HL*5**20*1",
        "HL*6*5*22*0",
    ]
    assert [c.reference for c in read_837p(data)] == ["PCN7", "PCN9", "PCN8"]


def test_only_a_subscriber_who_is_the_patient_is_called_self(claim: ProfessionalClaim, envelope: Envelope) -> None:
    assert segments(build_837p([claim], envelope), "SBR") == ["SBR*P*18*G77******CI"]
    dependent = replace(claim, patient=child())
    assert segments(build_837p([dependent], envelope), "SBR") == ["SBR*P**G77******CI"]


def test_names_are_cleaned(claim: ProfessionalClaim, envelope: Envelope) -> None:
    subscriber = replace(claim.subscriber, name=PersonName(last="Muñoz*", first="José"))
    (found,) = read_837p(build_837p([replace(claim, subscriber=subscriber)], envelope))
    assert PersonName(last="MUNOZ", first="JOSE") == found.subscriber.name


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"total": Money(14999)}, "x12.claim_total", None),
        ({"reference": "A" * 21}, "x12.too_long", "reference"),
        ({"reference": ""}, "x12.missing", "reference"),
        ({"frequency": "7"}, "x12.missing", "payer_control_number"),
        ({"diagnoses": ()}, "x12.missing", "diagnoses"),
        ({"diagnoses": ("Z0000",) * 13}, "x12.too_many", "diagnoses"),
        ({"diagnoses": ("Z0000",)}, "x12.bad_pointer", None),
        ({"lines": ()}, "x12.missing", "lines"),
        ({"intermediary_reference": "A~B"}, "x12.bad_text", None),
    ],
)
def test_a_claim_that_cannot_be_sent_is_refused(
    change: dict[str, object], code: str, field: str | None, claim: ProfessionalClaim, envelope: Envelope
) -> None:
    with pytest.raises(ChartlineError) as caught:
        build_837p([replace(claim, **change)], envelope)
    assert code == caught.value.problem.code
    assert field is None or field == caught.value.problem.fields["field"]
    assert "SAMPLE" not in str(caught.value.problem)


def test_a_patient_without_birth_date_or_address_is_refused(claim: ProfessionalClaim, envelope: Envelope) -> None:
    for change, field in ({"born": None}, "subscriber.born"), ({"address": None}, "subscriber.address"):
        with pytest.raises(ChartlineError) as caught:
            build_837p([replace(claim, subscriber=replace(claim.subscriber, **change))], envelope)
        assert field == caught.value.problem.fields["field"]


def test_a_claim_shows_nothing_of_its_content(claim: ProfessionalClaim) -> None:
    assert repr(claim) == "<ProfessionalClaim masked>"
    assert f"{claim.subscriber}" == "<Subscriber masked>"
