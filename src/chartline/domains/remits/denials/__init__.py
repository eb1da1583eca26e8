"""Denials: what payers refuse, worked on until it is paid, given up, or somebody else's.

Refuses to move money: it says what is in dispute, and the ledger is posted to by whoever ends it.
"""

from chartline.domains.remits.denials.acts import (
    add_note,
    assign,
    end,
    follow_up,
    last_end,
    mark_corrected,
    open_note,
    reopen,
    waiting_denial,
)
from chartline.domains.remits.denials.appeals import (
    Appeal,
    AppealState,
    Way,
    appeals_of,
    decide,
    draft_letter,
    list_appeals,
    mark_sent,
    open_letter,
    read_appeal,
    write_appeal,
)
from chartline.domains.remits.denials.deadlines import Deadlines, all_deadlines, save_deadlines
from chartline.domains.remits.denials.denial import WAITING, Denial, DenialState, read_denial
from chartline.domains.remits.denials.intake import Taken, take_denials
from chartline.domains.remits.denials.kinds import Advice, advice
from chartline.domains.remits.denials.learning import propose_rule
from chartline.domains.remits.denials.worklist import (
    DenialCounts,
    DenialFilter,
    Ranked,
    WorklistPage,
    count_denials,
    denial_history,
    rank,
    worklist,
)

__all__ = [
    "WAITING",
    "Advice",
    "Appeal",
    "AppealState",
    "Deadlines",
    "Denial",
    "DenialCounts",
    "DenialFilter",
    "DenialState",
    "Ranked",
    "Taken",
    "Way",
    "WorklistPage",
    "add_note",
    "advice",
    "all_deadlines",
    "appeals_of",
    "assign",
    "count_denials",
    "decide",
    "denial_history",
    "draft_letter",
    "end",
    "follow_up",
    "last_end",
    "list_appeals",
    "mark_corrected",
    "mark_sent",
    "open_letter",
    "open_note",
    "propose_rule",
    "rank",
    "read_appeal",
    "read_denial",
    "reopen",
    "save_deadlines",
    "take_denials",
    "waiting_denial",
    "worklist",
    "write_appeal",
]
