from __future__ import annotations

from datetime import date

import msgspec
import pytest

from chartline.formats.x12.claim_parts.coverage import ProviderAtPayer
from chartline.formats.x12.claim_parts.parties import Provider
from chartline.formats.x12.claim_parts.values import Reference
from chartline.formats.x12.envelope_writer import Envelope
from chartline.formats.x12.professional_claim import ProfessionalClaim, build_837p, read_837p
from chartline.formats.x12.record import PersonName
from chartline.kernel.errors import ChartlineError
from chartline.kernel.money import Money

replace = msgspec.structs.replace


def test_another_payers_loop_is_not_taken_for_the_claims_own(claim: ProfessionalClaim, envelope: Envelope) -> None:
    other = (
        b"SBR*S*18*******MB~AMT*D*50~OI***Y***Y~NM1*IL*1*STRANGER*ANN****MI*X9~NM1*PR*2*SECOND PAYER*****PI*999~"
        b"NM1*82*1~REF*D9*NOT MINE~LX*1~"
    )
    (found,) = read_837p(build_837p([claim], envelope).replace(b"LX*1~", other, 1))
    (coverage,) = found.other_coverages
    assert (coverage.payer_name, coverage.name.last, coverage.paid) == ("SECOND PAYER", "STRANGER", Money(5000))
    assert coverage.providers == (ProviderAtPayer("82", (Reference("D9", "NOT MINE"),)),)
    assert claim == replace(found, other_coverages=())


def test_a_lines_own_provider_and_adjudication_stay_with_the_line(claim: ProfessionalClaim, envelope: Envelope) -> None:
    extra = (
        b"REF*6R*L1~NM1*82*1*LINE*PROVIDER****XX*1999999992~REF*6R*NOT MINE~SVD*999*50*HC:99213**1~DTP*573*D8*20260110~"
    )
    (found,) = read_837p(build_837p([claim], envelope).replace(b"REF*6R*L1~", extra, 1))
    (line,) = found.lines
    assert line.rendering == Provider(
        PersonName(last="LINE", first="PROVIDER"), "1999999992", ids=(Reference("6R", "NOT MINE"),)
    )
    assert [decided.paid_on for decided in line.adjudications] == [date(2026, 1, 10)]
    assert claim == replace(found, lines=(replace(line, rendering=None, adjudications=()),))


def test_several_claims_of_one_patient_share_a_level(claim: ProfessionalClaim, envelope: Envelope) -> None:
    data = build_837p([claim], envelope)
    start, end = data.index(b"CLM*"), data.index(b"SE*")
    twice = data[:end] + data[start:end].replace(b"PCN7", b"PCN8") + data[end:]
    assert [c.reference for c in read_837p(twice)] == ["PCN7", "PCN8"]
    assert claim.subscriber == read_837p(twice)[1].subscriber


def test_hierarchy_numbers_begin_again_in_each_transaction(claim: ProfessionalClaim, envelope: Envelope) -> None:
    data = build_837p([claim], envelope)
    start, end = data.index(b"ST*"), data.index(b"GE*")
    again = data[start:end].replace(b"SAMPLE", b"OTHER").replace(b"*0001", b"*0002")
    found = read_837p(data[:end] + again + data[end:])
    assert [c.subscriber.name.last for c in found] == ["SAMPLE", "OTHER"]


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        (b"HL*2*1*22", b"HL*2*9*22", "x12.misplaced"),
        (b"CLM*PCN7*150*", b"CLM*PCN7*15O*", "x12.bad_amount"),
        (b"DTP*472*D8*20260105", b"DTP*472*D8*20260231", "x12.bad_date"),
        (b"DTP*472*D8*20260105~", b"", "x12.incomplete"),
        (b"***1:2~", b"***1:B~", "x12.bad_quantity"),
        (b"SBR*P*18*G77******CI~", b"", "x12.incomplete"),
        (b"ST*837*", b"ST*834*", "x12.no_transaction"),
    ],
)
def test_what_cannot_be_understood_is_refused_with_its_place(
    before: bytes, after: bytes, code: str, claim: ProfessionalClaim, envelope: Envelope
) -> None:
    with pytest.raises(ChartlineError) as caught:
        read_837p(build_837p([claim], envelope).replace(before, after))
    assert code == caught.value.problem.code


def test_what_is_missing_but_not_needed_is_empty(claim: ProfessionalClaim, envelope: Envelope) -> None:
    data = build_837p([claim], envelope).replace(b"REF*EI*999999999~", b"").replace(b"*XX*1999999984~", b"~")
    (found,) = read_837p(data)
    assert (found.billing.npi, found.billing.tax_id) == ("", "")


def test_a_file_cut_at_any_byte_is_refused_in_words(claim: ProfessionalClaim, envelope: Envelope) -> None:
    data = build_837p([claim], envelope)
    for cut in range(len(data) - 1):
        with pytest.raises(ChartlineError):
            read_837p(data[:cut])


def test_a_lost_segment_never_crashes_the_reader(claim: ProfessionalClaim, envelope: Envelope) -> None:
    parts = build_837p([claim], envelope).split(b"~")
    for lost in range(len(parts) - 1):
        try:
            read_837p(b"~".join(parts[:lost] + parts[lost + 1 :]))
        except ChartlineError as refused:
            assert refused.problem.code.startswith("x12.")
