"""Which code stands for which field of a professional claim: one table for reading and writing.

The order is that of the guide, so writing follows it.
"""

from __future__ import annotations

CLAIM_DATES = {
    "431": "onset",
    "454": "initial_treatment",
    "304": "last_seen",
    "453": "acute_manifestation",
    "439": "accident",
    "484": "last_menstrual_period",
    "455": "last_xray",
    "471": "prescription",
    "297": "last_worked",
    "296": "return_to_work",
    "435": "admission",
    "096": "discharge",
    "090": "care_assumed",
    "091": "care_relinquished",
    "444": "first_contact",
    "050": "repricer_received",
}
"""DTP01 of loop 2300."""
DISABILITY = ("314", "360", "361")
"""DTP01 of a disability: both days, the first, the last."""

LINE_DATES = {
    "471": "prescription",
    "607": "certification_revised",
    "463": "therapy_began",
    "461": "last_certification",
    "304": "last_seen",
    "738": "hemoglobin_test",
    "739": "creatinine_test",
    "011": "shipped",
    "455": "last_xray",
    "454": "initial_treatment",
}
"""DTP01 of loop 2400, without the service date (472)."""

CLAIM_REFERENCES = {
    "9F": "referral",
    "G1": "prior_authorization",
    "F8": "payer_control_number",
    "X4": "clia",
    "D9": "intermediary_reference",
    "EA": "medical_record",
}
"""REF01 of loop 2300."""

CLAIM_PROVIDERS = {
    "DN": "referring",
    "P3": "primary_care",
    "82": "rendering",
    "77": "facility",
    "DQ": "supervising",
    "PW": "pick_up",
    "45": "drop_off",
}
"""NM101 of loops 2310."""

LINE_PROVIDERS = {
    "82": "rendering",
    "QB": "purchased_from",
    "77": "facility",
    "DQ": "supervising",
    "DK": "ordering",
    "DN": "referring",
    "P3": "primary_care",
    "PW": "pick_up",
    "45": "drop_off",
}
"""NM101 of loops 2420."""
