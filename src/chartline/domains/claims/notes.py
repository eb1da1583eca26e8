"""Notes and tags: what people want to remember of a claim. Notes may name the patient and are sealed; tags never do."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from chartline.domains.claims.changes import ClaimChanges, open_messages, seal_messages
from chartline.domains.claims.events import EventKind
from chartline.domains.claims.tables import claim_event_table, claim_tag_table
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.sealed import Masked, Purpose, Sealed
from chartline.platform.database import Work
from chartline.platform.vault import Vault

BAD_TAG = ErrorKind(
    "claims.bad_tag",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "A tag is at most 30 small letters, digits and hyphens, and a claim has at most 20 of them.",
    "Write a tag such as ask-doctor; patients' names do not belong into tags.",
    status=422,
)
EMPTY_NOTE = ErrorKind(
    "claims.empty_note",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "A note has 1 to 2000 characters.",
    "Write what is to be remembered.",
    status=422,
)
MOST_TAGS = 20
_tag = re.compile(r"[a-z0-9][a-z0-9-]{0,29}", re.ASCII)


@dataclass(frozen=True, slots=True, repr=False)
class Note(Masked):
    """What somebody wrote, and when."""

    at: datetime
    actor: str
    text: Sealed[str]


def add_note(work: Work, vault: Vault, claim: str, text: Sealed[str], actor: str) -> None:
    """Write a note into the claim's history. Raises ``claims.empty_note``, ``claims.not_found``."""
    written = text.reveal(Purpose.STORE).strip()
    if not 1 <= len(written) <= 2000:
        raise EMPTY_NOTE.error(claim=claim)
    changes = ClaimChanges.of(work, [claim], actor)
    sealed = seal_messages(work, vault, claim, [{"level": "N", "code": "", "text": written, "fields": ""}])
    changes.event(claim, EventKind.NOTED, sealed=sealed)
    changes.save()


def notes_of(work: Work, vault: Vault, claim: str) -> list[Note]:
    """The notes on a claim, newest first."""
    columns = claim_event_table.c
    query = work.select(claim_event_table).where(columns.claim_id == claim, columns.kind == EventKind.NOTED.value)
    return [
        Note(row["at"], row["actor"], Sealed(one["text"]))
        for row in work.rows(query.order_by(columns.seq.desc()))
        for one in open_messages(work, vault, claim, bytes(row["sealed"]))
    ]


def set_tags(work: Work, claim: str, tags: Collection[str], actor: str) -> list[str]:
    """Give a claim exactly these tags; the tags as they are kept. The same again notes nothing.

    Raises ``claims.bad_tag``, ``claims.not_found``.
    """
    wanted = sorted({tag.strip().lower() for tag in tags if tag.strip()})
    if len(wanted) > MOST_TAGS or not all(_tag.fullmatch(tag) for tag in wanted):
        raise BAD_TAG.error(claim=claim)
    changes = ClaimChanges.of(work, [claim], actor)
    if wanted == tags_of(work, [claim]).get(claim, []):
        return wanted
    work.execute(work.delete(claim_tag_table).where(claim_tag_table.c.claim_id == claim))
    work.insert_many(claim_tag_table, [{"claim_id": claim, "tag": tag} for tag in wanted])
    changes.event(claim, EventKind.TAGGED, codes={"tags": list(wanted)})
    changes.save()
    return wanted


def tags_of(work: Work, claims: Collection[str]) -> dict[str, list[str]]:
    """The tags of claims that have any, in alphabetical order; one query."""
    columns = claim_tag_table.c
    query = (
        work.select(claim_tag_table).where(columns.claim_id.in_(list(claims))).order_by(columns.claim_id, columns.tag)
    )
    found: dict[str, list[str]] = {}
    for row in work.rows(query) if claims else []:
        found.setdefault(row["claim_id"], []).append(row["tag"])
    return found


def used_tags(work: Work, limit: int = 50) -> list[str]:
    """The practice's tags, the most used first."""
    columns = claim_tag_table.c
    query = (
        sa.select(columns.tag)
        .where(work.mine(claim_tag_table))
        .group_by(columns.tag)
        .order_by(sa.func.count().desc(), columns.tag)
        .limit(limit)
    )
    return [row["tag"] for row in work.rows(query)]
