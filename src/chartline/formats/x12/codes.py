"""Closed code lists of the claim and the remittance, with short labels in our own words.

Values are facts; no implementation guide text is here. Unknown codes are answered with a neutral label, never refused:
payers send codes younger than any list.
"""

from __future__ import annotations

from chartline.formats.x12.adjustment_reasons import REASONS, Category, Reason, category

CLAIM_STATUSES: dict[str, str] = {
    "1": "Decided as primary payer",
    "2": "Decided as secondary payer",
    "3": "Decided as tertiary payer",
    "4": "Denied",
    "19": "Decided as primary payer and passed to the next payer",
    "20": "Decided as secondary payer and passed to the next payer",
    "21": "Decided as tertiary payer and passed to the next payer",
    "22": "Earlier payment taken back",
    "23": "Not this payer's claim; passed on",
    "25": "Estimate only, no payment",
}
"""CLP02. Numbers 1 to 3 and 19 to 21 also stand on claims that were paid nothing."""

ADJUSTMENT_GROUPS: dict[str, str] = {
    "CO": "Provider's write-off",
    "PR": "Patient owes",
    "OA": "Other adjustment",
    "PI": "Payer's reduction",
    "CR": "Correction of an earlier decision",
}
"""CAS01: who carries the amount."""

PROVIDER_ADJUSTMENTS: dict[str, str] = {
    "50": "Late charge",
    "51": "Interest penalty",
    "72": "Refund acknowledged",
    "90": "Early-payment allowance",
    "AH": "Origination fee",
    "AM": "Applied to what the borrower owes",
    "AP": "Advance benefits recovered",
    "B2": "Rebate",
    "B3": "Recovery allowance",
    "BD": "Bad debt",
    "BN": "Bonus",
    "C5": "Temporary allowance",
    "CR": "Capitation interest",
    "CS": "Adjustment explained by its reference",
    "CT": "Capitation payment",
    "CV": "Capital passed through",
    "CW": "Nurse-anesthetist cost passed through",
    "DM": "Direct medical education passed through",
    "E3": "Withholding",
    "FB": "Balance carried to or from another remittance",
    "FC": "Fund allocation",
    "GO": "Graduate medical education passed through",
    "HM": "Hemophilia clotting factor",
    "IP": "Incentive premium",
    "IR": "Withheld for the tax authority",
    "IS": "Interim settlement",
    "J1": "Not to be reimbursed",
    "L3": "Penalty",
    "L6": "Interest",
    "LE": "Levy",
    "LS": "Lump sum",
    "OA": "Organ acquisition passed through",
    "OB": "Offset for affiliated providers",
    "PI": "Periodic interim payment",
    "PL": "Final settlement",
    "RA": "Retroactive adjustment",
    "RE": "Return on equity",
    "SL": "Student-loan repayment",
    "TL": "Third-party liability",
    "WO": "Overpayment recovered",
    "WU": "Recovery from an earlier period",
}
"""PLB reason codes. A positive amount lowers the payment."""

PLACES_OF_SERVICE: dict[str, str] = {
    "01": "Pharmacy",
    "02": "Telehealth, not at home",
    "03": "School",
    "04": "Homeless shelter",
    "05": "Indian Health Service, free-standing",
    "06": "Indian Health Service, provider-based",
    "07": "Tribal 638, free-standing",
    "08": "Tribal 638, provider-based",
    "09": "Prison or jail",
    "10": "Telehealth, at home",
    "11": "Office",
    "12": "Home",
    "13": "Assisted living",
    "14": "Group home",
    "15": "Mobile unit",
    "16": "Temporary lodging",
    "17": "Walk-in retail clinic",
    "18": "Worksite",
    "19": "Outpatient hospital, off campus",
    "20": "Urgent care",
    "21": "Inpatient hospital",
    "22": "Outpatient hospital, on campus",
    "23": "Emergency room",
    "24": "Ambulatory surgery center",
    "25": "Birthing center",
    "26": "Military treatment facility",
    "27": "Outreach site or street",
    "31": "Skilled nursing facility",
    "32": "Nursing facility",
    "33": "Custodial care",
    "34": "Hospice",
    "41": "Ambulance, land",
    "42": "Ambulance, air or water",
    "49": "Independent clinic",
    "50": "Federally qualified health center",
    "51": "Inpatient psychiatric facility",
    "52": "Psychiatric partial hospital",
    "53": "Community mental health center",
    "54": "Intermediate care, intellectual disability",
    "55": "Residential substance-use treatment",
    "56": "Psychiatric residential center",
    "57": "Non-residential substance-use treatment",
    "58": "Non-residential opioid treatment",
    "60": "Mass immunization center",
    "61": "Inpatient rehabilitation",
    "62": "Outpatient rehabilitation",
    "65": "End-stage renal disease facility",
    "66": "PACE center",
    "71": "Public health clinic",
    "72": "Rural health clinic",
    "81": "Independent laboratory",
    "99": "Other",
}
"""The public CMS place-of-service list, shortened names."""

FILING_INDICATORS: dict[str, str] = {
    "11": "Other non-federal program",
    "12": "Preferred provider organization",
    "13": "Point of service",
    "14": "Exclusive provider organization",
    "15": "Indemnity insurance",
    "16": "Medicare HMO",
    "17": "Dental maintenance organization",
    "AM": "Auto medical",
    "BL": "Blue Cross or Blue Shield",
    "CH": "TRICARE",
    "CI": "Commercial",
    "DS": "Disability",
    "FI": "Federal employees",
    "HM": "Health maintenance organization",
    "LM": "Liability medical",
    "MA": "Medicare Part A",
    "MB": "Medicare Part B",
    "MC": "Medicaid",
    "OF": "Other federal program",
    "TV": "Title V",
    "VA": "Veterans Affairs",
    "WC": "Workers' compensation",
    "ZZ": "Not known",
}
"""SBR09. A remittance (CLP06) uses the same values without 11, BL, CI and FI, so a commercial
plan comes back as 12 to 15."""

RELATIONSHIPS: dict[str, str] = {
    "01": "Spouse",
    "18": "Self",
    "19": "Child",
    "20": "Employee",
    "21": "Unknown",
    "39": "Organ donor",
    "40": "Cadaver donor",
    "53": "Life partner",
    "G8": "Other",
}
"""PAT01, and 18 in SBR02."""

FREQUENCIES: dict[str, str] = {"1": "Original", "7": "Replacement", "8": "Void"}
"""CLM05-3 as a professional claim uses it."""


def label(group: str, carc: str) -> str:
    """An adjustment in one short line for people: ``"Patient owes: Goes to the deductible (PR-1)"``."""
    who = ADJUSTMENT_GROUPS.get(group, "Adjustment")
    reason = REASONS.get(carc)
    why = reason.label if reason is not None else "reason not in our list"
    return f"{who}: {why} ({group}-{carc})"


__all__ = [
    "ADJUSTMENT_GROUPS",
    "CLAIM_STATUSES",
    "FILING_INDICATORS",
    "FREQUENCIES",
    "PLACES_OF_SERVICE",
    "PROVIDER_ADJUSTMENTS",
    "REASONS",
    "RELATIONSHIPS",
    "Category",
    "Reason",
    "category",
    "label",
]
