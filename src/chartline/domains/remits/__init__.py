"""Remittances: taken in once, matched to claims, planned in words, posted to the ledger.

Refuses to post what does not add up, to post twice, and to guess whose claim it is.
"""

from chartline.domains.remits.candidates import WEIGHTS, Candidate, candidates
from chartline.domains.remits.desk import (
    RemittancePage,
    count_desk,
    list_remittances,
    read_head,
    read_part,
    read_remittance,
    release,
    unmatched,
)
from chartline.domains.remits.intake import Delivery, Transactions, receive, take_in
from chartline.domains.remits.matching import Match, MatchReason, match
from chartline.domains.remits.moving import credit_patient, match_by_hand, put_aside, unmatch
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
from chartline.domains.remits.posting import Posted, count_loose, post, post_in_portions, post_portion
from chartline.domains.remits.publish import explanation_id
from chartline.domains.remits.recoveries import Adjusted, Standing, adjustments, standings
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
from chartline.domains.remits.trust import PayerTrust, Trust, all_trust, one_click_waiting, set_trust, waits
from chartline.domains.remits.undo import Undone, undo, undo_in_portions, undo_portion

__all__ = [
    "PORTION",
    "WEIGHTS",
    "Adjusted",
    "Candidate",
    "Check",
    "Delivery",
    "Match",
    "MatchReason",
    "MatchState",
    "PayerTrust",
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
    "Standing",
    "Transactions",
    "Trust",
    "Undone",
    "adjustments",
    "all_trust",
    "candidates",
    "count_desk",
    "count_loose",
    "credit_patient",
    "explanation_id",
    "list_remittances",
    "make_plan",
    "match",
    "match_by_hand",
    "one_click_waiting",
    "open_claims",
    "open_header",
    "plan",
    "plan_page",
    "post",
    "post_in_portions",
    "post_portion",
    "put_aside",
    "read_head",
    "read_part",
    "read_remittance",
    "receive",
    "release",
    "remittance_history",
    "set_trust",
    "split_claim",
    "standings",
    "take_in",
    "undo",
    "undo_in_portions",
    "undo_portion",
    "unmatch",
    "unmatched",
    "waits",
]
