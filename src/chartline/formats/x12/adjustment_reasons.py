"""Common claim adjustment reason codes (CARC) with labels in our own words.

The codes are facts; the official texts belong to their owner and are not here. The list is short on purpose and grows
stale like every such list: an unknown code is normal, gets a neutral label and never stops a remittance.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Category(StrEnum):
    """What kind of reason it is: decides who works on it and how."""

    DEDUCTIBLE = "deductible"
    COINSURANCE = "coinsurance"
    COPAY = "copay"
    CONTRACTUAL = "contractual"
    AUTHORIZATION = "authorization"
    TIMELY_FILING = "timely_filing"
    DUPLICATE = "duplicate"
    ELIGIBILITY = "eligibility"
    COORDINATION = "coordination"
    MEDICAL_NECESSITY = "medical_necessity"
    CODING = "coding"
    BUNDLING = "bundling"
    NOT_COVERED = "not_covered"
    MAXIMUM = "maximum"
    INFORMATION = "information"
    PROVIDER = "provider"
    LEGAL = "legal"
    OTHER = "other"


class Reason(msgspec.Struct, frozen=True):
    """One CARC: its code, our label, our category."""

    code: str
    label: str
    category: Category


_TABLE: dict[Category, dict[str, str]] = {
    Category.DEDUCTIBLE: {
        "1": "Goes to the deductible",
        "66": "Goes to the blood deductible",
        "247": "Deductible for professional services on a facility claim",
    },
    Category.COINSURANCE: {
        "2": "Patient's coinsurance",
        "248": "Coinsurance for professional services on a facility claim",
    },
    Category.COPAY: {
        "3": "Patient's copay",
        "241": "Low-income copay",
    },
    Category.CONTRACTUAL: {
        "24": "Paid through a capitation agreement",
        "44": "Discount for prompt payment",
        "45": "Above the fee schedule or contracted amount",
        "59": "Reduced under multiple-procedure rules",
        "94": "Priced above the charge",
        "103": "Promotional discount of the provider",
        "104": "Withheld under a managed-care contract",
        "131": "Discount agreed for this claim",
        "144": "Incentive added",
        "161": "Performance bonus",
        "172": "Adjusted for the provider's specialty",
        "237": "Penalty set by law or regulation",
        "B10": "Only a part of the service is allowed",
    },
    Category.AUTHORIZATION: {
        "15": "Authorization number missing or not for this service or provider",
        "39": "Authorization had been asked for and denied",
        "197": "No authorization or notification on file",
        "198": "More than was authorized",
        "210": "Authorization was not asked for in time",
        "243": "Not authorized by the network or primary-care provider",
        "288": "No referral on file",
        "296": "The authorization is for another provider",
    },
    Category.TIMELY_FILING: {
        "29": "Filed too late",
        "138": "Appeal steps or deadlines were missed",
        "164": "Attachment arrived too late",
        "B4": "Late-filing penalty",
    },
    Category.DUPLICATE: {
        "18": "Exact duplicate of an earlier claim or line",
        "B13": "Already paid, perhaps under another claim",
        "B20": "The same service was given by another provider",
    },
    Category.ELIGIBILITY: {
        "13": "Service is dated after the patient's death",
        "14": "Service is dated before the patient's birth",
        "26": "Before coverage began",
        "27": "After coverage ended",
        "31": "Patient not found as an insured person",
        "32": "Dependent is not eligible",
        "33": "The plan has no dependent coverage",
        "140": "Member id and name do not belong together",
        "166": "After the payer's responsibility for the plan ended",
        "177": "Patient does not meet the eligibility rules",
        "178": "Spend-down not reached",
        "179": "Waiting period not over",
        "200": "Coverage had lapsed",
        "238": "Claim covers eligible and ineligible days; reduced",
        "239": "Claim covers eligible and ineligible days; bill them apart",
        "257": "Premium grace period; undecided",
        "258": "Patient was in custody",
    },
    Category.COORDINATION: {
        "19": "Work injury: workers' compensation is responsible",
        "20": "Injury: a liability insurer is responsible",
        "21": "Injury: a no-fault insurer is responsible",
        "22": "Another payer may come first",
        "23": "What an earlier payer paid or adjusted",
        "100": "Payment went to the patient",
        "109": "Belongs to another payer or contractor",
        "136": "Rules of the earlier payer were not followed",
        "187": "Paid from a spending account",
        "275": "Patient share of the earlier payer is not covered",
        "276": "Denied by the earlier payer, and not covered here",
        "B11": "Passed on to the right payer",
    },
    Category.MEDICAL_NECESSITY: {
        "40": "Not an emergency",
        "50": "Not seen as medically necessary",
        "55": "Seen as experimental",
        "56": "Benefit of the treatment not proven to the payer",
        "58": "Place of service not fitting for the treatment",
        "150": "Records do not support this level of service",
        "151": "Records do not support this many services",
        "152": "Records do not support this length of service",
        "167": "Diagnosis not covered",
        "272": "Coverage guideline not met",
        "273": "Coverage guideline exceeded",
    },
    Category.CODING: {
        "4": "Modifier missing or not fitting the procedure",
        "5": "Procedure does not fit the place of service",
        "6": "Procedure does not fit the patient's age",
        "7": "Procedure does not fit the patient's sex",
        "8": "Procedure does not fit the provider's specialty",
        "9": "Diagnosis does not fit the patient's age",
        "10": "Diagnosis does not fit the patient's sex",
        "11": "Diagnosis does not fit the procedure",
        "12": "Diagnosis does not fit the provider's specialty",
        "110": "Billed before the service date",
        "146": "Diagnosis code not valid on the service date",
        "181": "Procedure code not valid on the service date",
        "182": "Modifier not valid on the service date",
        "189": "Unlisted code used where a specific one exists",
        "199": "Revenue code and procedure code do not fit",
        "B16": "Does not count as a new patient",
        "B22": "Adjusted because of the diagnosis",
    },
    Category.BUNDLING: {
        "97": "Included in the payment of another service",
        "231": "Two procedures that exclude each other",
        "234": "Not paid separately",
        "236": "Code pair not allowed on one day (NCCI)",
        "B14": "Only one visit a day is paid",
        "B15": "Needs another service that was not received or paid",
    },
    Category.NOT_COVERED: {
        "49": "Routine or screening service, not covered",
        "51": "Pre-existing condition, not covered",
        "53": "Given by a family member or housemate, not covered",
        "54": "More than one provider in this case, not covered",
        "96": "Not covered",
        "111": "Covered only with accepted assignment",
        "170": "Not covered from this type of provider",
        "171": "Not covered from this provider in this facility",
        "202": "Personal comfort item",
        "204": "Not covered by the patient's present plan",
        "242": "Outside the network or without the primary-care provider",
        "246": "Code for reporting only, never paid",
        "256": "Not payable under the managed-care contract",
        "269": "Anesthesia not covered here",
        "B1": "Visits not covered",
        "B9": "Patient is in hospice",
    },
    Category.MAXIMUM: {
        "35": "Lifetime maximum reached",
        "119": "Maximum for the period or occurrence reached",
        "149": "Lifetime maximum for this kind of service reached",
        "222": "Above the contracted number of units",
    },
    Category.INFORMATION: {
        "16": "Something is missing or wrong on the claim; the remark code says what",
        "107": "The related service was not found on this claim",
        "129": "Information about earlier processing looks wrong",
        "148": "Information from another provider is missing",
        "163": "Announced attachment did not arrive",
        "226": "Information asked of the provider did not arrive in time or in full",
        "227": "Information asked of the patient did not arrive in time or in full",
        "250": "Wrong attachment arrived",
        "251": "Attachment arrived incomplete",
        "252": "An attachment is needed",
        "261": "Does not fit the patient's history",
        "B12": "Not documented in the records",
    },
    Category.PROVIDER: {
        "183": "Referring provider may not refer for this",
        "184": "Ordering provider may not order this",
        "185": "Rendering provider may not give this service",
        "206": "NPI missing",
        "207": "NPI not well-formed",
        "208": "NPI not known to the payer",
        "B7": "Provider not certified for this service on that date",
        "B23": "Laboratory certificate does not allow this test",
    },
    Category.LEGAL: {
        "105": "Withheld for tax",
        "209": "The patient may not be billed for this",
        "215": "Recovered from a third party",
        "223": "Adjusted under a law no other code covers",
        "253": "Federal sequestration cut",
    },
    Category.OTHER: {
        "85": "Interest",
        "95": "Plan procedures not followed",
        "101": "Estimate only, not a payment",
        "133": "Undecided; the payer is still reviewing",
        "193": "The first decision stands after review",
        "225": "Interest or penalty paid by the payer",
        "A0": "Refund to the patient",
        "A1": "Denied; the remark code says why",
    },
}

REASONS: dict[str, Reason] = {
    code: Reason(code, label, category) for category, codes in _TABLE.items() for code, label in codes.items()
}
"""The known reasons by code."""


def category(code: str) -> Category:
    """The category of a CARC; an unknown code is ``OTHER``."""
    reason = REASONS.get(code)
    return reason.category if reason is not None else Category.OTHER
