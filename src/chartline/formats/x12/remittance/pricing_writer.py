"""How hospitals and Medicare were paid, as segments: the way back from ``pricing``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chartline.formats.x12.remittance.institutional import Inpatient, InpatientSummary, Outpatient, ProviderSummary
from chartline.formats.x12.writer import TOO_MANY, Draft, require

_MOST_REMARKS = 5


def write_pricing(
    inpatient: Inpatient | None, outpatient: Outpatient | None, remarks: Sequence[str]
) -> Iterator[Draft]:
    """MIA and MOA of a claim. The first five remarks go into MIA when there is one. Raises ``x12.too_many``."""
    most = _MOST_REMARKS * (1 if inpatient is None else 2)
    if len(remarks) > most:
        raise TOO_MANY.error(field="remarks", most=str(most))
    left = list(remarks)
    if inpatient is not None:
        yield _inpatient(inpatient, left[:_MOST_REMARKS])
        left = left[_MOST_REMARKS:]
    if outpatient is not None or left:
        of = outpatient or Outpatient()
        codes = left + [""] * (_MOST_REMARKS - len(left))
        yield ("MOA", of.rate, of.procedures, *codes, of.dialysis, of.professional_not_billed)


def write_summary(summary: ProviderSummary) -> Iterator[Draft]:
    """TS3 and, where there is one, TS2."""
    yield (
        "TS3",
        require(summary.provider, "provider"),
        require(summary.facility, "facility"),
        summary.fiscal_year_end,
        summary.claims,
        summary.charged,
        *[None] * 7,
        summary.secondary_payer,
        None,
        summary.other_than_laboratory,
        None,
        summary.procedures_reportable,
        summary.procedures_payable,
        None,
        summary.professional,
        summary.patient_liability_met,
        summary.patient_reimbursed,
        summary.periodic_claims,
        summary.periodic_adjustment,
    )
    if summary.inpatient is not None:
        yield _inpatient_summary(summary.inpatient)


def _inpatient(of: Inpatient, remarks: list[str]) -> Draft:
    codes = remarks + [""] * (_MOST_REMARKS - len(remarks))
    return (
        "MIA",
        of.covered_days,
        of.outlier,
        of.lifetime_psychiatric_days,
        of.drg,
        codes[0],
        of.disproportionate_share,
        of.secondary_payer_pass_through,
        of.capital,
        of.capital_federal_drg,
        of.capital_hospital_drg,
        of.capital_share_drg,
        of.old_capital,
        of.capital_teaching,
        of.operating_hospital_drg,
        of.cost_report_days,
        of.operating_federal_drg,
        of.capital_outlier,
        of.teaching,
        of.professional_not_billed,
        *codes[1:],
        of.capital_exception,
    )


def _inpatient_summary(of: InpatientSummary) -> Draft:
    return (
        "TS2",
        of.drg,
        of.federal,
        of.hospital,
        of.disproportionate_share,
        of.capital,
        of.teaching,
        of.outlier_days,
        of.day_outlier,
        of.cost_outlier,
        of.average_stay,
        of.discharges,
        of.cost_report_days,
        of.covered_days,
        of.not_covered_days,
        of.secondary_payer_pass_through,
        of.average_weight,
        of.capital_federal_drg,
        of.capital_hospital_drg,
        of.capital_share_drg,
    )
