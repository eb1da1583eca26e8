"""How hospitals and Medicare were paid, from segments: MIA and MOA of a claim, TS3 and TS2 of a provider.

Amounts and quantities are read as strictly as those that are posted. ``pricing_writer`` is the way back.
"""

from __future__ import annotations

from decimal import Decimal

from chartline.formats.x12.cents import Amounts
from chartline.formats.x12.days import DAYS
from chartline.formats.x12.quantities import QUANTITIES
from chartline.formats.x12.remittance.institutional import Inpatient, InpatientSummary, Outpatient, ProviderSummary
from chartline.kernel.money import Money

MIA_REMARKS = (5, 20, 21, 22, 23)
MOA_REMARKS = (3, 4, 5, 6, 7)


class _Numbers:
    """The elements of a segment as numbers; None where an element is absent, ValueError where it is no number."""

    def __init__(self, elements: list[str], amounts: Amounts) -> None:
        self._elements = elements
        self._amounts = amounts

    def text(self, number: int) -> str:
        return self._elements[number] if number < len(self._elements) else ""

    def money(self, number: int) -> Money | None:
        text = self.text(number)
        return self._amounts[text] if text else None

    def quantity(self, number: int) -> Decimal | None:
        text = self.text(number)
        return QUANTITIES[text] if text else None


def remarks_of(elements: list[str]) -> tuple[str, ...]:
    """The remark codes of an MIA or MOA."""
    numbers = MIA_REMARKS if elements[0] == "MIA" else MOA_REMARKS
    return tuple(elements[number] for number in numbers if number < len(elements) and elements[number])


def read_inpatient(elements: list[str], amounts: Amounts) -> Inpatient:
    """MIA without its remarks; absent days are none."""
    of = _Numbers(elements, amounts)
    return Inpatient(
        covered_days=of.quantity(1) or Decimal(0),
        outlier=of.money(2),
        lifetime_psychiatric_days=of.quantity(3),
        drg=of.money(4),
        disproportionate_share=of.money(6),
        secondary_payer_pass_through=of.money(7),
        capital=of.money(8),
        capital_federal_drg=of.money(9),
        capital_hospital_drg=of.money(10),
        capital_share_drg=of.money(11),
        old_capital=of.money(12),
        capital_teaching=of.money(13),
        operating_hospital_drg=of.money(14),
        cost_report_days=of.quantity(15),
        operating_federal_drg=of.money(16),
        capital_outlier=of.money(17),
        teaching=of.money(18),
        professional_not_billed=of.money(19),
        capital_exception=of.money(24),
    )


def read_outpatient(elements: list[str], amounts: Amounts) -> Outpatient | None:
    """MOA without its remarks; None when it holds nothing else."""
    of = _Numbers(elements, amounts)
    if not any(of.text(number) for number in (1, 2, 8, 9)):
        return None
    return Outpatient(
        rate=of.quantity(1), procedures=of.money(2), dialysis=of.money(8), professional_not_billed=of.money(9)
    )


def read_summary(elements: list[str], amounts: Amounts, group: str) -> ProviderSummary:
    """TS3; ``group`` is the LX number it stands under."""
    of = _Numbers(elements, amounts)
    return ProviderSummary(
        group=group,
        provider=of.text(1),
        facility=of.text(2),
        fiscal_year_end=DAYS[of.text(3)] if of.text(3) else None,
        claims=of.quantity(4),
        charged=of.money(5),
        secondary_payer=of.money(13),
        other_than_laboratory=of.money(15),
        procedures_reportable=of.money(17),
        procedures_payable=of.money(18),
        professional=of.money(20),
        patient_liability_met=of.money(21),
        patient_reimbursed=of.money(22),
        periodic_claims=of.quantity(23),
        periodic_adjustment=of.money(24),
    )


def read_inpatient_summary(elements: list[str], amounts: Amounts) -> InpatientSummary:
    """TS2."""
    of = _Numbers(elements, amounts)
    return InpatientSummary(
        drg=of.money(1),
        federal=of.money(2),
        hospital=of.money(3),
        disproportionate_share=of.money(4),
        capital=of.money(5),
        teaching=of.money(6),
        outlier_days=of.quantity(7),
        day_outlier=of.money(8),
        cost_outlier=of.money(9),
        average_stay=of.quantity(10),
        discharges=of.quantity(11),
        cost_report_days=of.quantity(12),
        covered_days=of.quantity(13),
        not_covered_days=of.quantity(14),
        secondary_payer_pass_through=of.money(15),
        average_weight=of.quantity(16),
        capital_federal_drg=of.money(17),
        capital_hospital_drg=of.money(18),
        capital_share_drg=of.money(19),
    )
