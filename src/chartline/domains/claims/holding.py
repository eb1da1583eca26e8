"""Holding claims back, and letting them go: one, or many at once.

A hold has a reason of a few plain words, without patient values: it stands in the open in lists and logs. A held claim
is still checked by the rules; it goes out only after somebody has released it.
"""

from __future__ import annotations

from collections.abc import Collection

from chartline.domains.claims.acts import Act, why_not
from chartline.domains.claims.axes import SubmissionAxis, WorkAxis
from chartline.domains.claims.changes import ClaimChanges
from chartline.domains.claims.events import EventKind
from chartline.domains.claims.publish import publish_claims
from chartline.domains.claims.standing import held_for, standings_of
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.platform.database import Work
from chartline.platform.records import Records
from chartline.platform.vault import Vault

MOST_WORDS = 80
NO_REASON = ErrorKind(
    "claims.no_reason",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "A reason is needed, of at most 80 characters.",
    "Say in a few words why, without the patient's name or numbers.",
    status=422,
)


def hold(work: Work, vault: Vault, records: Records, claim: str, reason: str, actor: str) -> None:
    """Hold a claim back. Raises ``claims.no_reason``, ``claims.not_found``, ``claims.not_in_this_state``."""
    words = plain_reason(reason)
    held = held_for(work, claim, actor, Act.HOLD)
    _hold(held, claim, words)
    _save(work, vault, records, held)


def release(work: Work, vault: Vault, records: Records, claim: str, actor: str) -> None:
    """Let a claim go: ready when the rules let it pass, else a draft to be validated.

    Raises ``claims.not_found``, ``claims.not_in_this_state``.
    """
    held = held_for(work, claim, actor, Act.RELEASE)
    _release(held, claim)
    _save(work, vault, records, held)


def hold_many(
    work: Work, vault: Vault, records: Records, claims: Collection[str], reason: str, actor: str
) -> list[str]:
    """Hold those of the claims that can be held; which they were. Raises ``claims.no_reason``, ``claims.not_found``."""
    words = plain_reason(reason)
    held, able = _able(work, claims, actor, Act.HOLD)
    for claim in able:
        _hold(held, claim, words)
    _save(work, vault, records, held)
    return able


def release_many(work: Work, vault: Vault, records: Records, claims: Collection[str], actor: str) -> list[str]:
    """Let those of the claims go that somebody holds; which they were. Raises ``claims.not_found``."""
    held, able = _able(work, claims, actor, Act.RELEASE)
    for claim in able:
        _release(held, claim)
    _save(work, vault, records, held)
    return able


def plain_reason(reason: str) -> str:
    """A reason as it is kept: blanks tidied. Raises ``claims.no_reason``."""
    words = " ".join(reason.split())
    if not words or len(words) > MOST_WORDS:
        raise NO_REASON.error(field="reason")
    return words


def _able(work: Work, claims: Collection[str], actor: str, act: Act) -> tuple[ClaimChanges, list[str]]:
    held = ClaimChanges.of(work, claims, actor)
    standings = standings_of(work, list(held.claims.values()))
    return held, [claim for claim in dict.fromkeys(claims) if not why_not(standings[claim], act)]


def _hold(held: ClaimChanges, claim: str, words: str) -> None:
    held.change(claim, hold_reason=words)
    held.event(claim, EventKind.PUT_ON_HOLD, WorkAxis.HELD, codes={"reason": words})


def _release(held: ClaimChanges, claim: str) -> None:
    present = held.claim(claim)
    held.change(claim, hold_reason="")
    if present.work is WorkAxis.HELD:
        passed = present.submission is SubmissionAxis.VALIDATED
        held.event(claim, EventKind.RELEASED, WorkAxis.READY if passed else WorkAxis.DRAFT)
    else:
        held.event(claim, EventKind.RELEASED)


def _save(work: Work, vault: Vault, records: Records, held: ClaimChanges) -> None:
    moved = list(held.changed.values())
    held.save()
    publish_claims(work, vault, records, moved)
