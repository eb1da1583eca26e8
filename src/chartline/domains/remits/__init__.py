"""Remittances: taken in once, matched to claims, planned in words, posted to the ledger.

Refuses to post what does not add up, to post twice, and to guess whose claim it is.
"""

from chartline.domains.remits.desk import (
    RemittancePage,
    count_desk,
    list_remittances,
    match_by_hand,
    read_head,
    read_remittance,
    release,
    unmatched,
)
from chartline.domains.remits.intake import Delivery, Transactions, receive, take_in
from chartline.domains.remits.matching import Match, MatchReason, match
from chartline.domains.remits.plan import (
    Check,
    PlanClaim,
    PlanHead,
    PlannedClaim,
    PlanPortion,
    PostingPlan,
    make_plan,
)
from chartline.domains.remits.planning import plan, plan_page
from chartline.domains.remits.portions import PORTION
from chartline.domains.remits.posting import Posted, post, post_in_portions, post_portion
from chartline.domains.remits.publish import explanation_id
from chartline.domains.remits.remittance import (
    MatchState,
    RemittanceClaimRow,
    RemittanceEventKind,
    RemittanceRow,
    RemittanceState,
    open_claims,
    open_header,
    remittance_history,
)
from chartline.domains.remits.splitting import PlannedLine, Split, split_claim

__all__ = [
    "PORTION",
    "Check",
    "Delivery",
    "Match",
    "MatchReason",
    "MatchState",
    "PlanClaim",
    "PlanHead",
    "PlanPortion",
    "PlannedClaim",
    "PlannedLine",
    "Posted",
    "PostingPlan",
    "RemittanceClaimRow",
    "RemittanceEventKind",
    "RemittancePage",
    "RemittanceRow",
    "RemittanceState",
    "Split",
    "Transactions",
    "count_desk",
    "explanation_id",
    "list_remittances",
    "make_plan",
    "match",
    "match_by_hand",
    "open_claims",
    "open_header",
    "plan",
    "plan_page",
    "post",
    "post_in_portions",
    "post_portion",
    "read_head",
    "read_remittance",
    "receive",
    "release",
    "remittance_history",
    "split_claim",
    "take_in",
    "unmatched",
]
