"""Claims: drafted from a visit, scrubbed, sent, answered, corrected. An aggregate with axes and a full history.

Refuses a second claim for an encounter, a second sending of a version, and changes to what was sent. Posts nothing but
the charge; what payers pay is posted by ``remits``.
"""

from chartline.domains.claims.axes import AdjudicationAxis, SubmissionAxis, Word, WorkAxis, word_of
from chartline.domains.claims.claim import Claim, ClaimEvent, ClaimKind, ClaimSource, ReportText
from chartline.domains.claims.copy import BillingIdentity, ClaimCopy, PostalAddress, RenderingIdentity, open_copies
from chartline.domains.claims.correction import Correction, correct
from chartline.domains.claims.decisions import Decision, apply_decisions
from chartline.domains.claims.drafting import draft, draft_many
from chartline.domains.claims.ending import appeal, cancel, close
from chartline.domains.claims.events import EventKind
from chartline.domains.claims.file import EnvelopeFacts, build_file, build_files, open_file, withdraw_file
from chartline.domains.claims.queries import (
    ClaimFilter,
    ClaimLine,
    ClaimPage,
    claim_lines,
    claim_of_encounter,
    claims_to_mend,
    count_by_word,
    count_stray_reports,
    history,
    list_claims,
    read_claim,
    read_claims,
)
from chartline.domains.claims.rules import Finding, Repair, Rule, Severity, as_markdown, catalogue
from chartline.domains.claims.source import DraftSource
from chartline.domains.claims.submission import ReportsTaken, mark_submitted, record_reports
from chartline.domains.claims.validation import findings_of, validate, validate_many
from chartline.domains.claims.wording import FileParties

__all__ = [
    "AdjudicationAxis",
    "BillingIdentity",
    "Claim",
    "ClaimCopy",
    "ClaimEvent",
    "ClaimFilter",
    "ClaimKind",
    "ClaimLine",
    "ClaimPage",
    "ClaimSource",
    "Correction",
    "Decision",
    "DraftSource",
    "EnvelopeFacts",
    "EventKind",
    "FileParties",
    "Finding",
    "PostalAddress",
    "RenderingIdentity",
    "Repair",
    "ReportText",
    "ReportsTaken",
    "Rule",
    "Severity",
    "SubmissionAxis",
    "Word",
    "WorkAxis",
    "appeal",
    "apply_decisions",
    "as_markdown",
    "build_file",
    "build_files",
    "cancel",
    "catalogue",
    "claim_lines",
    "claim_of_encounter",
    "claims_to_mend",
    "close",
    "correct",
    "count_by_word",
    "count_stray_reports",
    "draft",
    "draft_many",
    "findings_of",
    "history",
    "list_claims",
    "mark_submitted",
    "open_copies",
    "open_file",
    "read_claim",
    "read_claims",
    "record_reports",
    "validate",
    "validate_many",
    "withdraw_file",
    "word_of",
]
