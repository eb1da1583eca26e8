from __future__ import annotations

import msgspec
import pytest

from chartline.formats.x12.envelope_writer import Envelope
from chartline.formats.x12.remittance import (
    Adjustment,
    ProviderAdjustment,
    Remittance,
    RemittanceClaim,
    RemittanceLine,
    check_balance,
    read_835,
    write_835,
)
from chartline.kernel.errors import ChartlineError
from chartline.kernel.money import Money

replace = msgspec.structs.replace


def codes(remittance: Remittance) -> list[str]:
    return [finding.code for finding in check_balance(remittance)]


def with_claim(remittance: Remittance, **change: object) -> Remittance:
    return replace(remittance, claims=(replace(remittance.claims[0], **change),))


def with_line(remittance: Remittance, **change: object) -> Remittance:
    return with_claim(remittance, lines=(replace(remittance.claims[0].lines[0], **change),))


def test_a_good_remittance_has_no_findings(remittance: Remittance) -> None:
    assert codes(remittance) == []


def test_a_payment_that_is_not_claims_less_provider_adjustments_is_found(remittance: Remittance) -> None:
    (finding,) = check_balance(replace(remittance, amount=Money(10000)))
    assert (finding.code, finding.expected, finding.found) == ("x12.payment_balance", "80.00", "100.00")
    assert codes(replace(remittance, provider_adjustments=())) == ["x12.payment_balance"]


def test_a_negative_provider_adjustment_raises_the_payment(remittance: Remittance) -> None:
    interest = replace(remittance.provider_adjustments[0], reason="L6", amount=Money(-25))
    assert codes(replace(remittance, amount=Money(10025), provider_adjustments=(interest,))) == []


def test_a_debit_is_a_negative_payment(remittance: Remittance) -> None:
    recovery = replace(remittance.provider_adjustments[0], amount=Money(15000))
    assert codes(replace(remittance, amount=Money(5000), debit=True, provider_adjustments=(recovery,))) == []


def test_an_unexplained_claim_and_line_are_found_where_they_are(remittance: Remittance) -> None:
    findings = check_balance(with_line(remittance, adjustments=()))
    assert [(f.code, f.place) for f in findings] == [
        ("x12.claim_balance", "claim 1 (CLP04)"),
        ("x12.line_balance", "claim 1, line 1 (SVC03)"),
    ]


def test_lines_that_add_up_to_something_else_are_found(remittance: Remittance) -> None:
    # Every line and the claim agree in themselves, only not with each other.
    line = with_line(
        remittance, charged=Money(10000), paid=Money(5000), adjustments=(Adjustment("CO", "45", Money(5000)),)
    )
    assert codes(line) == ["x12.lines_charged", "x12.lines_paid"]


def test_adjustments_of_claim_and_lines_count_together(remittance: Remittance) -> None:
    changed = with_claim(remittance, paid=Money(9000), adjustments=(Adjustment("CO", "253", Money(1000)),))
    assert codes(replace(changed, amount=Money(7000))) == []


def test_a_claim_without_lines_may_balance(remittance: Remittance) -> None:
    assert codes(with_claim(remittance, lines=(), adjustments=(Adjustment("CO", "45", Money(5000)),))) == []


def test_a_reversal_and_its_correction_balance(remittance: Remittance, envelope: Envelope) -> None:
    (paid,) = remittance.claims
    line = paid.lines[0]
    negative = replace(
        line,
        charged=-line.charged,
        paid=-line.paid,
        allowed=None,
        adjustments=tuple(Adjustment(a.group, a.reason, -a.amount) for a in line.adjustments),
    )
    reversal = replace(paid, status="22", charged=-paid.charged, paid=-paid.paid, lines=(negative,))
    correction = replace(
        paid,
        paid=Money(9000),
        lines=(replace(line, paid=Money(9000), adjustments=(Adjustment("CO", "45", Money(6000)),)),),
    )
    both = replace(
        remittance,
        claims=(reversal, correction),
        amount=Money(0),
        provider_adjustments=(
            ProviderAdjustment(
                provider="1999999984",
                fiscal_year_end=remittance.provider_adjustments[0].fiscal_year_end,
                reason="FB",
                amount=Money(-1000),
            ),
        ),
    )
    (found,) = read_835(write_835(both, envelope))
    assert both == found
    assert codes(found) == []
    assert [claim.is_reversal for claim in found.claims] == [True, False]
    assert Money(-5000) == Money.total([a.amount for a in found.claims[0].all_adjustments])


def test_wrong_signs_are_found(remittance: Remittance) -> None:
    assert codes(with_claim(remittance, status="22")) == ["x12.reversal_sign", "x12.reversal_sign"]
    line = RemittanceLine(code="99213", charged=Money(-100), paid=Money(-100))
    claim = RemittanceClaim(
        patient_control_number="P", status="1", charged=Money(-100), paid=Money(-100), lines=(line,)
    )
    odd = replace(remittance, amount=Money(-100), claims=(claim,), provider_adjustments=())
    assert codes(odd) == ["x12.negative_claim", "x12.negative_claim"]


def test_an_unbalanced_remittance_is_written_only_on_purpose(remittance: Remittance, envelope: Envelope) -> None:
    wrong = replace(remittance, amount=Money(1))
    with pytest.raises(ChartlineError) as caught:
        write_835(wrong, envelope)
    assert (
        caught.value.problem.code,
        caught.value.problem.fields["finding"],
    ) == ("x12.unbalanced", "x12.payment_balance")
    assert codes(read_835(write_835(wrong, envelope, unbalanced=True))[0]) == ["x12.payment_balance"]
