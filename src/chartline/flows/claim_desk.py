"""What people of billing do with claims: change, check, hold, send, void, close; and look at what would change.

Each act is one transaction: the claim's version and axes, the ledger, the audit trail, and the job that goes on from
there stand or fall together. What may be done now is decided by ``domains.claims.acts``; every surface calls here.
"""

from __future__ import annotations

from collections.abc import Collection, Generator
from contextlib import contextmanager

from chartline.domains.claims import Claim, ClaimCopy, Finding, Severity, ending, holding, notes, voiding
from chartline.domains.claims.acts import Act, require_act, why_not
from chartline.domains.claims.axes import SubmissionAxis, WorkAxis
from chartline.domains.claims.claim import NO_CLAIM
from chartline.domains.claims.copy import open_copies
from chartline.domains.claims.correction import Correction, correct, corrected, renew, resubmit
from chartline.domains.claims.differences import Difference, differences
from chartline.domains.claims.ending import ClosedReason
from chartline.domains.claims.events import EventKind
from chartline.domains.claims.queries import read_claim, read_claims
from chartline.domains.claims.standing import held_for, standing_of, standings_of
from chartline.domains.claims.validation import findings_of
from chartline.flows.claim_facts import fresh_copy
from chartline.flows.claim_files import put_in_line, send_one, way_of
from chartline.flows.claim_intake import check_claims
from chartline.flows.ground import Ground
from chartline.flows.publishing import queue_publishing
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.sealed import Sealed
from chartline.platform.audit import AuditEvent, Target
from chartline.platform.database import Work

HELD_BY_RULES = ErrorKind(
    "claims.held_by_rules",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "A rule holds the claim, so it was not sent.",
    "Repair what the findings of the claim name; its page shows them, and so does the answer of validate.",
    status=422,
)
MOST = 500
"""So many claims are worked on in one act on many."""


def require(ground: Ground, organisation: str, claim: str, act: Act) -> None:
    """Raises ``claims.not_in_this_state`` unless an act may be done with a claim now."""
    with ground.database.read(organisation) as work:
        require_act(standing_of(work, read_claim(work, claim)), act)


def findings(work: Work, claim: Claim) -> list[Finding]:
    """What the last look of the rules found on a claim."""
    return findings_of(work, claim.id)


@contextmanager
def _acting(ground: Ground, organisation: str, actor: str, action: str, claim: str) -> Generator[Work]:
    """A transaction with its line in the audit trail."""
    with ground.database.work(organisation) as work:
        yield work
        ground.audit.record(work, AuditEvent(actor, action, Target("Claim", claim)))


def change(
    ground: Ground, organisation: str, actor: str, claim: str, correction: Correction, reason: str = ""
) -> list[Finding]:
    """Change a claim, or replace one the payer has: a new version, which the rules look at; what they found.

    Raises ``claims.not_found``, ``claims.in_flight``, ``claims.nothing_changed``.
    """
    with _acting(ground, organisation, actor, "claim.change", claim) as work:
        correct(work, ground.vault, ground.records, claim, correction, actor, reason)
        return check_claims(ground, work, [claim], actor)[claim]


def preview(ground: Ground, work: Work, claim: str, correction: Correction) -> list[Difference]:
    """What a change would make different, with both values; nothing is written."""
    copy = _copy(ground, work, claim)
    return differences(copy, corrected(copy, correction))


def changed_since(ground: Ground, work: Work, claim: str) -> list[Difference]:
    """What is different in the practice since the claim was frozen: patient, coverage, provider, practice, fees."""
    copy = _copy(ground, work, claim)
    return differences(copy, fresh_copy(ground, work, read_claim(work, claim), copy))


def refresh(ground: Ground, organisation: str, actor: str, claim: str) -> list[Finding]:
    """Take over what changed since: a new version, which the rules look at; what they found.

    Raises ``claims.not_found``, ``claims.not_in_this_state``, ``claims.nothing_changed``.
    """
    with _acting(ground, organisation, actor, "claim.refresh", claim) as work:
        held = held_for(work, claim, actor, Act.EDIT)
        old = _copy(ground, work, claim)
        new = fresh_copy(ground, work, held.claim(claim), old)
        names = sorted({one.place.partition(".")[0] for one in differences(old, new)})
        renew(work, ground.vault, ground.records, held, claim, old, new, EventKind.REFRESHED, names)
        return check_claims(ground, work, [claim], actor)[claim]


def validate(ground: Ground, organisation: str, actor: str, claim: str) -> tuple[Claim, list[Finding]]:
    """Let the rules look at a claim; how it stands then, and what they found.

    Raises ``claims.not_found``, ``claims.in_flight``.
    """
    with _acting(ground, organisation, actor, "claim.validate", claim) as work:
        findings = check_claims(ground, work, [claim], actor)[claim]
        return read_claim(work, claim), findings


def submit(ground: Ground, organisation: str, actor: str, claim: str) -> Claim:
    """Check a claim where that is still to be done, and send it in a file of its own, without waiting for the next one.

    Raises ``claims.not_found``, ``claims.not_in_this_state``, ``claims.held_by_rules``, ``connect.not_connected``.
    """
    with _acting(ground, organisation, actor, "claim.submit", claim) as work:
        present = held_for(work, claim, actor, Act.SUBMIT).claim(claim)
        if present.frequency != "8" and present.submission is not SubmissionAxis.VALIDATED:
            findings = check_claims(ground, work, [claim], actor)[claim]
        else:
            findings = []
    wrong = sorted({one.rule for one in findings if one.severity is Severity.ERROR})
    if wrong:
        raise HELD_BY_RULES.error(claim=claim, rules=" ".join(wrong))
    connection = way_of(ground, organisation, present.payer_id)
    with ground.database.work(organisation) as work:
        held_for(work, claim, actor, Act.SUBMIT)
        send_one(ground, work, connection, claim)
        return read_claim(work, claim)


def hold(ground: Ground, organisation: str, actor: str, claim: str, reason: str) -> None:
    """Hold a claim back. Raises ``claims.no_reason``, ``claims.not_found``, ``claims.not_in_this_state``."""
    with _acting(ground, organisation, actor, "claim.hold", claim) as work:
        holding.hold(work, ground.vault, ground.records, claim, reason, actor)


def release(ground: Ground, organisation: str, actor: str, claim: str) -> None:
    """Let a claim go; one that was never checked is checked. Raises ``claims.not_in_this_state``."""
    with _acting(ground, organisation, actor, "claim.release", claim) as work:
        holding.release(work, ground.vault, ground.records, claim, actor)
        if read_claim(work, claim).work is WorkAxis.DRAFT:
            check_claims(ground, work, [claim], actor)


def void(ground: Ground, organisation: str, actor: str, claim: str, reason: str = "") -> int:
    """Ask the payer to void a claim; the version. Raises ``claims.not_in_this_state``."""
    with _acting(ground, organisation, actor, "claim.void", claim) as work:
        return voiding.void(work, ground.vault, ground.records, claim, actor, reason)


def undo_void(ground: Ground, organisation: str, actor: str, claim: str) -> int:
    """Call a void off; the version. Raises ``claims.not_in_this_state``."""
    with _acting(ground, organisation, actor, "claim.undo_void", claim) as work:
        version = voiding.undo_void(work, ground.vault, ground.records, claim, actor)
        check_claims(ground, work, [claim], actor)
        return version


def send_again(ground: Ground, organisation: str, actor: str, claim: str, reason: str = "") -> list[Finding]:
    """Send a claim again as it is: a new version, checked. Raises ``claims.not_in_this_state``."""
    with _acting(ground, organisation, actor, "claim.resubmit", claim) as work:
        resubmit(work, ground.vault, ground.records, claim, actor, reason)
        return check_claims(ground, work, [claim], actor)[claim]


def cancel(ground: Ground, organisation: str, actor: str, claim: str, reason: str = "") -> None:
    """Cancel a claim that no payer has. Raises ``claims.not_in_this_state``."""
    with _acting(ground, organisation, actor, "claim.cancel", claim) as work:
        ending.cancel(work, ground.vault, ground.records, claim, actor, reason)


def appeal(ground: Ground, organisation: str, actor: str, claim: str) -> None:
    """Note that a denial was appealed. Raises ``claims.not_in_this_state``."""
    with _acting(ground, organisation, actor, "claim.appeal", claim) as work:
        ending.appeal(work, ground.vault, ground.records, claim, actor)


def undo_appeal(ground: Ground, organisation: str, actor: str, claim: str) -> None:
    """Take an appeal back. Raises ``claims.not_in_this_state``."""
    with _acting(ground, organisation, actor, "claim.undo_appeal", claim) as work:
        ending.undo_appeal(work, ground.vault, ground.records, claim, actor)


def close(ground: Ground, organisation: str, actor: str, claim: str, reason: ClosedReason) -> None:
    """Close a claim on which insurance owes nothing. Raises ``claims.not_in_this_state``."""
    with _acting(ground, organisation, actor, "claim.close", claim) as work:
        ending.close(work, ground.vault, ground.records, claim, actor, reason)


def reopen(ground: Ground, organisation: str, actor: str, claim: str) -> None:
    """Open a closed or cancelled claim again. Raises ``claims.not_in_this_state``."""
    with _acting(ground, organisation, actor, "claim.reopen", claim) as work:
        ending.reopen(work, ground.vault, ground.records, claim, actor)
        if read_claim(work, claim).work is WorkAxis.DRAFT:
            check_claims(ground, work, [claim], actor)


def note(ground: Ground, organisation: str, actor: str, claim: str, text: Sealed[str]) -> None:
    """Write a note into a claim's history. Raises ``claims.empty_note``, ``claims.not_found``."""
    with _acting(ground, organisation, actor, "claim.note", claim) as work:
        notes.add_note(work, ground.vault, claim, text, actor)


def tag(ground: Ground, organisation: str, actor: str, claim: str, tags: Collection[str]) -> list[str]:
    """Give a claim exactly these tags. Raises ``claims.bad_tag``, ``claims.not_found``."""
    with _acting(ground, organisation, actor, "claim.tag", claim) as work:
        return notes.set_tags(work, claim, tags, actor)


def hold_many(ground: Ground, organisation: str, actor: str, claims: Collection[str], reason: str) -> int:
    """Hold those of the claims that can be held; how many. Raises ``claims.no_reason``."""
    with ground.database.work(organisation) as work:
        done = holding.hold_many(work, ground.vault, ground.records, list(claims)[:MOST], reason, actor)
        _many(ground, work, actor, "claim.hold", len(done))
    return len(done)


def release_many(ground: Ground, organisation: str, actor: str, claims: Collection[str]) -> int:
    """Let those of the claims go that somebody holds; how many."""
    with ground.database.work(organisation) as work:
        done = holding.release_many(work, ground.vault, ground.records, list(claims)[:MOST], actor)
        drafts = [one.id for one in read_claims(work, done).values() if one.work is WorkAxis.DRAFT]
        check_claims(ground, work, drafts, actor)
        _many(ground, work, actor, "claim.release", len(done))
    return len(done)


def submit_many(ground: Ground, organisation: str, actor: str, claims: Collection[str]) -> tuple[int, int]:
    """Check and send those of the claims that can be sent, in one file for each way; how many were sent, and how many a
    rule holds. Raises ``connect.not_connected``."""
    wanted = list(dict.fromkeys(claims))[:MOST]
    with ground.database.work(organisation) as work:
        present = read_claims(work, wanted)
        standings = standings_of(work, list(present.values()))
        able = [claim for claim in present if not why_not(standings[claim], Act.SUBMIT)]
        found = check_claims(ground, work, [one for one in able if present[one].frequency != "8"], actor)
        queue_publishing(ground, work)
    held = {claim for claim, findings in found.items() if any(one.severity is Severity.ERROR for one in findings)}
    ways = {payer: way_of(ground, organisation, payer) for payer in {present[one].payer_id for one in able}}
    with ground.database.work(organisation) as work:
        going: dict[str, list[str]] = {}
        for claim in able:
            if claim not in held:
                going.setdefault(ways[present[claim].payer_id].id, []).append(claim)
        for connection in {one.id: one for one in ways.values()}.values():
            if connection.id in going:
                put_in_line(ground, work, connection, going[connection.id])
        sent = sum(len(each) for each in going.values())
        _many(ground, work, actor, "claim.submit", sent)
    return sent, len(held)


def _many(ground: Ground, work: Work, actor: str, action: str, count: int) -> None:
    ground.audit.record(work, AuditEvent(actor, action, detail={"count": str(count)}))
    queue_publishing(ground, work)


def _copy(ground: Ground, work: Work, claim: str) -> ClaimCopy:
    copies = open_copies(work, ground.vault, [claim])
    if claim not in copies:
        raise NO_CLAIM.error(claim=claim)
    return copies[claim]
