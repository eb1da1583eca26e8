from __future__ import annotations

from datetime import date

import msgspec
import pytest

from chartline.formats.x12.check import check
from chartline.formats.x12.envelope_writer import Envelope
from chartline.formats.x12.professional_claim import ProfessionalClaim, build_837p, next_payer_claim, read_837p
from chartline.formats.x12.remittance import Remittance
from chartline.formats.x12.tokenizer import read_segments
from chartline.kernel.errors import ChartlineError

replace = msgspec.structs.replace
PAID_ON = date(2026, 1, 20)


@pytest.fixture
def second(claim: ProfessionalClaim, remittance: Remittance) -> ProfessionalClaim:
    insured = replace(claim.subscriber, order="S", payer_name="SECOND PAYER", payer_id="00456", member_id="X9")
    sent = replace(claim, prior_authorization="AUTH1", frequency="7", payer_control_number="ICN0")
    return next_payer_claim(sent, remittance.claims[0], PAID_ON, insured)


def test_the_next_payer_sees_what_the_first_one_decided(second: ProfessionalClaim, envelope: Envelope) -> None:
    data = build_837p([second], envelope)
    shown = ("SBR", "CAS", "AMT", "OI", "MOA", "SVD", "REF", "DTP", "CLM")
    found = ["*".join([s.id, *s.elements]) for s in read_segments(data) if s.id in shown]
    assert found == [
        "REF*EI*999999999",
        "SBR*S*18*G77******CI",
        "CLM*PCN7*150***11:B:1*Y*A*Y*Y",
        "REF*D9*INT-7",
        "SBR*P*18*G77******CI",
        "AMT*D*100",
        "AMT*EAF*20",
        "OI***Y***Y",
        "MOA***MA01",
        "REF*G1*AUTH1",
        "REF*F8*ICN1",
        "DTP*472*D8*20260105",
        "REF*6R*L1",
        "SVD*00123*100*HC:99213:25**1",
        "CAS*CO*45*30",
        "CAS*PR*1*15**3*5",
        "DTP*573*D8*20260120",
    ]
    assert [second] == read_837p(data)
    assert not check(data).problems


def test_a_claim_decided_as_a_whole_carries_the_date_at_the_payer(
    claim: ProfessionalClaim, remittance: Remittance
) -> None:
    whole = replace(remittance.claims[0], lines=(), adjustments=remittance.claims[0].lines[0].adjustments)
    second = next_payer_claim(claim, whole, PAID_ON, replace(claim.subscriber, order="S", payer_id="00456"))
    (earlier,) = second.other_coverages
    assert (earlier.paid_on, earlier.adjustments) == (PAID_ON, whole.adjustments)
    assert second.lines == claim.lines


@pytest.mark.parametrize("change", [{"status": "22"}, {"control": ""}, {"control": "L2"}])
def test_what_cannot_be_joined_is_refused(
    change: dict[str, str], claim: ProfessionalClaim, remittance: Remittance
) -> None:
    decided = remittance.claims[0]
    if "control" in change:
        decided = replace(decided, lines=(replace(decided.lines[0], control=change["control"]),))
    else:
        decided = replace(decided, **change)
    with pytest.raises(ChartlineError) as caught:
        next_payer_claim(claim, decided, PAID_ON, replace(claim.subscriber, order="S"))
    assert caught.value.problem.code == "x12.contradiction"
