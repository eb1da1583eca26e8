from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from chartline.formats.x12.envelope_check import check_envelope
from chartline.formats.x12.envelope_writer import Envelope
from chartline.formats.x12.remittance import (
    Adjustment,
    Amount,
    Reference,
    Remittance,
    check_balance,
    read_835,
    write_835,
)
from chartline.kernel.errors import ChartlineError
from chartline.kernel.money import Money

# An invented payer's file as payers write them: line ends, several LX, summaries, inpatient and outpatient remarks.
PAYER_FILE = b"""\
ISA*00*          *00*          *ZZ*EXAMPLEPAYER   *ZZ*CHARTLINE      *260120*0800*^*00501*000000311*0*T*:~
GS*HP*EXAMPLEPAYER*CHARTLINE*20260120*0800*311*X*005010X221A1~
ST*835*1001~
BPR*I*185.5*C*CHK************20260121~
TRN*1*CHK9001*1999999998*999~
REF*EV*CHARTLINE~
DTM*405*20260120~
N1*PR*EXAMPLE PAYER~
N3*9 EXAMPLE PLAZA~
N4*SPRINGFIELD*IL*62701~
REF*2U*SKTX0~
PER*CX**TE*5550100111~
PER*BL*EDI DESK*TE*5550100112*EM*edi@example.invalid~
N1*PE*EXAMPLE FAMILY PRACTICE*FI*999999999~
REF*HPI*1999999984~
LX*1~
TS3*1999999984*11*20261231*2*300~
CLP*PCN1*1*200*150*20*12*ICN1*11*1~
CAS*OA*23*10~
NM1*QC*1*SAMPLE*LENA*Q***MI*W1~
NM1*74*1*SAMPLE*LENA****C*W1X~
NM1*82*2*EXAMPLE FAMILY PRACTICE*****XX*1999999984~
MOA***MA01*MA18~
REF*1L*G77~
DTM*232*20260105~
DTM*233*20260106~
DTM*050*20260107~
PER*CX**TE*5550100113~
AMT*I*0.5~
SVC*HC:99213:25*120*100**1*HC:99214:25*2~
DTM*150*20260105~
DTM*151*20260106~
CAS*CO*45*15*1*253*5~
REF*6R*L1~
REF*LU*11~
AMT*B6*100~
LQ*HE*N130~
LQ*HE*M15~
SVC*NU:0300*80*60*0300~
DTM*472*20260106~
CAS*PR*2*20~
LX*2~
CLP*PCN2*4*100*0**12*ICN2~
CAS*CO*197*100~
NM1*QC*1*EXAMPLE*BO****MI*W2~
SVC*HC:99214*100*0**0~
CAS*CO*197*100~
PLB*1999999984*20261231*WO:ICN0*-40*L6*4.5*72:X1*0~
SE*47*1001~
GE*1*311~
IEA*1*000000311~
"""


def test_a_payers_file_is_read_whole() -> None:
    assert check_envelope(PAYER_FILE) == []
    (found,) = read_835(PAYER_FILE)
    assert (Money(18550), "CHK", date(2026, 1, 21), "CHK9001", "1999999998", date(2026, 1, 20)) == (
        found.amount,
        found.method,
        found.paid_on,
        found.trace,
        found.originator,
        found.produced_on,
    )
    assert (
        found.payer_name,
        found.payer_id,
        found.payee_npi,
        found.payee_tax_id,
    ) == ("EXAMPLE PAYER", "SKTX0", "1999999984", "999999999")
    assert found.payer_contact is not None
    assert (
        found.payer_contact.name,
        found.payer_contact.phone,
        found.payer_contact.email,
    ) == ("EDI DESK", "5550100112", "edi@example.invalid")
    assert [("WO", "ICN0", Money(-4000)), ("L6", "", Money(450)), ("72", "X1", Money(0))] == [
        (p.reason, p.reference, p.amount) for p in found.provider_adjustments
    ]


def test_a_claim_keeps_who_when_and_why() -> None:
    claim = read_835(PAYER_FILE)[0].claims[0]
    assert ("PCN1", "1", Money(20000), Money(15000), Money(2000), "12", "ICN1", "11", "1") == (
        claim.patient_control_number,
        claim.status,
        claim.charged,
        claim.paid,
        claim.patient_responsibility,
        claim.filing,
        claim.payer_control_number,
        claim.facility,
        claim.frequency,
    )
    assert claim.patient is not None
    assert claim.corrected is not None
    assert (
        claim.patient.name.last,
        claim.patient.name.first,
        claim.patient.member_id,
        claim.corrected.member_id,
    ) == ("SAMPLE", "LENA", "W1", "W1X")
    assert (date(2026, 1, 5), date(2026, 1, 6), date(2026, 1, 7)) == (
        claim.statement_from,
        claim.statement_through,
        claim.received,
    )
    assert (("MA01", "MA18"), (Adjustment("OA", "23", Money(1000)),)) == (claim.remarks, claim.adjustments)
    assert ((Reference("1L", "G77"),), (Amount("I", Money(50)),)) == (claim.references, claim.amounts)
    assert claim.rendering_npi == "1999999984"


def test_a_line_keeps_what_was_billed_and_why_it_was_cut() -> None:
    line, revenue = read_835(PAYER_FILE)[0].claims[0].lines
    assert ("99213", ("25",), ("HC", "99214", "25"), Decimal(2)) == (
        line.code,
        line.modifiers,
        line.original_code,
        line.original_units,
    )
    assert (Adjustment("CO", "45", Money(1500), Decimal(1)), Adjustment("CO", "253", Money(500))) == line.adjustments
    assert ("L1", (Reference("LU", "11"),), Money(10000), ("N130", "M15")) == (
        line.control,
        line.references,
        line.allowed,
        line.remarks,
    )
    assert (date(2026, 1, 5), date(2026, 1, 6)) == (line.service_date, line.service_through)
    assert ("NU", "0300", Decimal(1)) == (revenue.qualifier, revenue.code, revenue.units)


def test_the_balance_check_finds_the_one_claim_that_counts_a_denial_twice() -> None:
    findings = check_balance(read_835(PAYER_FILE)[0])
    assert [(f.code, f.place) for f in findings] == [
        ("x12.claim_balance", "claim 2 (CLP04)"),
        ("x12.lines_paid", "claim 2 (CLP04)"),
    ]


def test_a_payment_without_claims_is_a_remittance() -> None:
    start, end = PAYER_FILE.index(b"LX*1~"), PAYER_FILE.index(b"PLB*")
    (found,) = read_835(PAYER_FILE[:start] + PAYER_FILE[end:])
    assert found.claims == ()
    assert len(found.provider_adjustments) == 3


def test_an_unknown_code_is_kept(remittance: Remittance, envelope: Envelope) -> None:
    data = (
        write_835(remittance, envelope).replace(b"CAS*CO*45*", b"CAS*XX*9999*").replace(b"CLP*PCN7*1*", b"CLP*PCN7*77*")
    )
    (claim,) = read_835(data)[0].claims
    assert (claim.status, claim.all_adjustments[0].group, claim.all_adjustments[0].reason) == ("77", "XX", "9999")


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        (b"BPR*I*185.5*", b"BPR*I*185,5*", "x12.bad_amount"),
        (b"CLP*PCN1*1*200*150*", b"CLP*PCN1*1*200**", "x12.bad_amount"),
        (b"*45*15*1*", b"*45**1*", "x12.bad_amount"),
        (b"*45*15*1*", b"*45*15*one*", "x12.bad_quantity"),
        (b"DTM*405*20260120", b"DTM*405*20260230", "x12.bad_date"),
        (b"TRN*1*CHK9001*1999999998*999~\n", b"", "x12.incomplete"),
        (b"************20260121", b"", "x12.incomplete"),
        (b"ST*835*", b"ST*277*", "x12.no_transaction"),
    ],
)
def test_what_cannot_be_posted_is_refused(before: bytes, after: bytes, code: str) -> None:
    with pytest.raises(ChartlineError) as caught:
        read_835(PAYER_FILE.replace(before, after))
    assert code == caught.value.problem.code


def test_a_lost_segment_never_crashes_the_reader() -> None:
    parts = PAYER_FILE.split(b"~\n")
    for lost in range(len(parts) - 1):
        try:
            read_835(b"~\n".join(parts[:lost] + parts[lost + 1 :]))
        except ChartlineError as refused:
            assert refused.problem.code.startswith("x12.")


def test_a_cut_file_is_refused_at_every_byte() -> None:
    whole = read_835(PAYER_FILE)
    for cut in range(len(PAYER_FILE)):
        try:
            found = read_835(PAYER_FILE[:cut])
        except ChartlineError:
            continue
        assert whole == found
        assert cut >= len(PAYER_FILE) - 2


def test_a_remittance_shows_nothing_of_its_content(remittance: Remittance) -> None:
    assert repr(remittance) == "<Remittance masked>"
    assert str(remittance.claims[0]) == "<RemittanceClaim masked>"
