"""Which code stands for which field of a dental claim: one table for reading and writing, in the guide's order."""

from __future__ import annotations

CLAIM_DATES = {"439": "accident", "452": "appliance_placed", "050": "repricer_received"}
"""DTP01 of loop 2300; the days of service (472) are apart, because they may be two."""
LINE_DATES = {
    "441": "earlier_placement",
    "139": "earlier_placement_estimated",
    "452": "appliance_placed",
    "446": "appliance_replaced",
    "196": "treatment_began",
    "198": "treatment_completed",
}
"""DTP01 of loop 2400, without the service date (472)."""
CLAIM_REFERENCES = {
    "G3": "predetermination",
    "F8": "payer_control_number",
    "9F": "referral",
    "G1": "prior_authorization",
    "D9": "intermediary_reference",
}
"""REF01 of loop 2300."""
CLAIM_PROVIDERS = {"DN": "referring", "P3": "primary_care", "DD": "assistant", "DQ": "supervising"}
"""NM101 of loops 2310, beside the rendering provider and the place."""
LINE_PROVIDERS = {"82": "rendering", "DD": "assistant", "DQ": "supervising"}
"""NM101 of loops 2420, beside the place."""
