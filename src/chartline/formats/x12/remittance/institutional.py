"""What Medicare and hospitals find in a remittance: payment by case, and sums by provider.

Names are our own; each field says its element. Amounts and days as sent; None where nothing was sent. Nothing here is
computed or compared.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import msgspec

from chartline.kernel.money import Money


class Inpatient(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How an inpatient stay was priced (MIA). Its remark codes stand in ``RemittanceClaim.remarks``."""

    covered_days: Decimal
    """MIA01, days or visits."""
    outlier: Money | None = None
    """MIA02"""
    lifetime_psychiatric_days: Decimal | None = None
    """MIA03"""
    drg: Money | None = None
    """MIA04"""
    disproportionate_share: Money | None = None
    """MIA06"""
    secondary_payer_pass_through: Money | None = None
    """MIA07"""
    capital: Money | None = None
    """MIA08"""
    capital_federal_drg: Money | None = None
    """MIA09"""
    capital_hospital_drg: Money | None = None
    """MIA10"""
    capital_share_drg: Money | None = None
    """MIA11, the disproportionate share of capital."""
    old_capital: Money | None = None
    """MIA12"""
    capital_teaching: Money | None = None
    """MIA13, indirect medical education."""
    operating_hospital_drg: Money | None = None
    """MIA14"""
    cost_report_days: Decimal | None = None
    """MIA15"""
    operating_federal_drg: Money | None = None
    """MIA16"""
    capital_outlier: Money | None = None
    """MIA17"""
    teaching: Money | None = None
    """MIA18, indirect medical education."""
    professional_not_billed: Money | None = None
    """MIA19"""
    capital_exception: Money | None = None
    """MIA24"""


class Outpatient(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How an outpatient claim was priced (MOA). Its remark codes stand in ``RemittanceClaim.remarks``."""

    rate: Decimal | None = None
    """MOA01, the part reimbursed, ``0.8`` for eighty percent."""
    procedures: Money | None = None
    """MOA02, what is payable for HCPCS codes."""
    dialysis: Money | None = None
    """MOA08, end-stage renal disease."""
    professional_not_billed: Money | None = None
    """MOA09"""


class ProviderSummary(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Sums of the claims under one LX number for one provider (TS3) and, for inpatient care, TS2."""

    group: str
    """LX01, as in ``RemittanceClaim.group``."""
    provider: str
    facility: str
    """Facility type code, TS302."""
    fiscal_year_end: date | None = None
    claims: Decimal | None = None
    charged: Money | None = None
    secondary_payer: Money | None = None
    """TS313, what other payers paid first."""
    other_than_laboratory: Money | None = None
    """TS315"""
    procedures_reportable: Money | None = None
    """TS317"""
    procedures_payable: Money | None = None
    """TS318"""
    professional: Money | None = None
    """TS320"""
    patient_liability_met: Money | None = None
    """TS321"""
    patient_reimbursed: Money | None = None
    """TS322"""
    periodic_claims: Decimal | None = None
    """TS323, claims under periodic interim payment."""
    periodic_adjustment: Money | None = None
    """TS324"""
    inpatient: InpatientSummary | None = None


class InpatientSummary(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Sums of inpatient pricing (TS2), in the order of its elements."""

    drg: Money | None = None
    federal: Money | None = None
    hospital: Money | None = None
    disproportionate_share: Money | None = None
    capital: Money | None = None
    teaching: Money | None = None
    outlier_days: Decimal | None = None
    day_outlier: Money | None = None
    cost_outlier: Money | None = None
    average_stay: Decimal | None = None
    discharges: Decimal | None = None
    cost_report_days: Decimal | None = None
    covered_days: Decimal | None = None
    not_covered_days: Decimal | None = None
    secondary_payer_pass_through: Money | None = None
    average_weight: Decimal | None = None
    capital_federal_drg: Money | None = None
    capital_hospital_drg: Money | None = None
    capital_share_drg: Money | None = None
