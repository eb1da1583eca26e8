"""Which documents a request for authorization needs, and those that are there. Files and titles are sealed.

What is needed comes from templates, which are data: for a payer and procedure, for all procedures of a payer, for a
procedure with any payer. People add items of their own. Refuses files that are too large or of a kind no payer takes.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from chartline.domains.coverage.authorizations.tables import (
    authorization_template_table,
    prior_authorization_document_table,
)
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.ids import derived_id, new_id
from chartline.kernel.sealed import Purpose, Sealed
from chartline.platform.database import Work
from chartline.platform.vault import Vault

NO_DOCUMENT = ErrorKind(
    "authorization.no_document",
    Blame.PRACTICE,
    Again.NEVER,
    "There is no such document on this authorization.",
    "Look at its checklist again.",
    status=404,
)
BAD_DOCUMENT = ErrorKind(
    "authorization.bad_document",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The file is empty, too large, or of a kind that payers do not take.",
    "Send a PDF, PNG, JPEG or TIFF picture, or plain text of at most 700 kB.",
    status=422,
)
BAD_TEMPLATE = ErrorKind(
    "authorization.bad_template",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "A line of the checklists cannot be right.",
    "Each needs a payer or a procedure and at most twelve items of a few words; correct what the fields name.",
    status=422,
)

MEDIA = frozenset({"application/pdf", "image/png", "image/jpeg", "image/tiff", "text/plain"})
MOST_BYTES = 700_000
MOST_ITEMS = 12
MOST_TITLE = 200
_table, _columns = prior_authorization_document_table, prior_authorization_document_table.c
_template = authorization_template_table.c


class DocumentState(StrEnum):
    """Whether a document is there."""

    MISSING = "missing"
    HERE = "here"
    WAIVED = "waived"
    """Somebody decided that it is not needed after all."""


@dataclass(frozen=True, slots=True)
class Document:
    """One item of a checklist; ``size`` is in bytes, 0 without a file."""

    id: str
    code: str
    title: Sealed[str]
    needed: bool
    state: DocumentState
    media: str
    size: int
    changed: datetime
    changed_by: str


@dataclass(frozen=True, slots=True)
class Template:
    """What a payer wants with a procedure, either empty for any; ``required`` says that an authorization is needed."""

    payer_id: str
    procedure: str
    items: tuple[str, ...]
    required: bool = True


def save_template(work: Work, template: Template, actor: str) -> None:
    """Store a checklist over the present one. Raises ``authorization.bad_template``."""
    items = tuple(one.strip() for one in template.items if one.strip())
    payer, procedure = template.payer_id.strip(), template.procedure.strip().upper()
    wrong = not (payer or procedure) or len(items) > MOST_ITEMS or len(payer) > 40
    if wrong or not re.fullmatch(r"[A-Z0-9]{0,5}", procedure) or any(len(one) > MOST_TITLE for one in items):
        raise BAD_TEMPLATE.error(procedure=procedure[:10])
    key: dict[str, object] = {"payer_id": payer, "procedure": procedure}
    work.upsert(
        authorization_template_table,
        key,
        items=list(items),
        required=template.required,
        changed=work.now,
        changed_by=actor[:80],
    )


def remove_template(work: Work, payer_id: str, procedure: str) -> None:
    """Forget a checklist; what was made from it stays."""
    here = sa.and_(_template.payer_id == payer_id, _template.procedure == procedure)
    work.execute(work.delete(authorization_template_table).where(here))


def list_templates(work: Work) -> list[Template]:
    """Every checklist of the practice."""
    query = work.select(authorization_template_table).order_by(_template.payer_id, _template.procedure)
    return [_read_template(row) for row in work.rows(query.limit(1000))]


def templates_for(work: Work, payer_id: str, procedures: Sequence[str]) -> list[Template]:
    """The checklists that concern a request, in one query."""
    mine = (_template.payer_id.in_(["", payer_id]), _template.procedure.in_(["", *procedures]))
    query = work.select(authorization_template_table).where(*mine).order_by(_template.payer_id, _template.procedure)
    return [_read_template(row) for row in work.rows(query)]


def needs_authorization(work: Work, payer_id: str, procedures: Sequence[str]) -> frozenset[str]:
    """The procedures that the practice's own checklists say need an authorization with a payer."""
    found = needing_authorization(work, [(payer_id, code) for code in procedures])
    return frozenset(code for _, code in found)


def needing_authorization(work: Work, asked: Collection[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    """Those of many payers and procedures of which ``needs_authorization`` says so; one query."""
    payers, procedures = sorted({payer for payer, _ in asked}), sorted({code for _, code in asked})
    here = (_template.payer_id.in_(["", *payers]), _template.procedure.in_(["", *procedures]), _template.required)
    query = work.select(authorization_template_table, _template.payer_id, _template.procedure).where(*here)
    said = {(row["payer_id"], row["procedure"]) for row in (work.rows(query) if asked else [])}
    return frozenset(
        (payer, code) for payer, code in asked if {(payer, code), (payer, ""), ("", code), ("", "")} & said
    )


def ask_for(
    work: Work, vault: Vault, authorization_id: str, titles: Sequence[str], actor: str, *, needed: bool = True
) -> int:
    """Put items on a checklist; one that is there by its title stays. How many are new."""
    new = 0
    for title in dict.fromkeys(one.strip()[:MOST_TITLE] for one in titles):
        if not title:
            continue
        key = vault.digest(work.organisation, title.casefold().encode()).hex()
        identity = derived_id("document", authorization_id, key)
        new += work.insert_new(
            _table,
            id=identity,
            authorization_id=authorization_id,
            code="asked",
            title=_seal(work, vault, identity, "title", title.encode()),
            needed=needed,
            state=DocumentState.MISSING.value,
            media="",
            size=0,
            changed=work.now,
            changed_by=actor[:80],
        )
    return new


def attach(
    work: Work,
    vault: Vault,
    authorization_id: str,
    content: Sealed[bytes],
    media: str,
    actor: str,
    *,
    document_id: str = "",
    title: str = "",
) -> str:
    """Put a file to an item of the checklist, or as a further one; its id.

    Raises ``authorization.bad_document``, ``authorization.no_document``.
    """
    plain = content.reveal(Purpose.STORE)
    if media not in MEDIA or not 0 < len(plain) <= MOST_BYTES:
        raise BAD_DOCUMENT.error(media=media[:40], size=str(len(plain)))
    identity = document_id or new_id()
    values: dict[str, object] = {
        "state": DocumentState.HERE.value,
        "media": media,
        "size": len(plain),
        "content": _seal(work, vault, identity, "content", plain),
        "changed": work.now,
        "changed_by": actor[:80],
    }
    if document_id:
        mine = (_columns.id == document_id, _columns.authorization_id == authorization_id)
        if work.execute(work.update(_table).where(*mine).values(**values)).rowcount == 0:
            raise NO_DOCUMENT.error(document=document_id)
        return document_id
    named = _seal(work, vault, identity, "title", (title.strip()[:MOST_TITLE] or "Document").encode())
    work.insert(
        _table, id=identity, authorization_id=authorization_id, code="added", title=named, needed=False, **values
    )
    return identity


def waive(work: Work, authorization_id: str, document_id: str, actor: str) -> None:
    """An item is not needed after all. Raises ``authorization.no_document``."""
    mine = (_columns.id == document_id, _columns.authorization_id == authorization_id)
    values = {"state": DocumentState.WAIVED.value, "changed": work.now, "changed_by": actor[:80]}
    if work.execute(work.update(_table).where(*mine).values(**values)).rowcount == 0:
        raise NO_DOCUMENT.error(document=document_id)


def documents_of(work: Work, vault: Vault, authorization_id: str) -> list[Document]:
    """The checklist, in the order in which its items came."""
    columns = [each for each in _columns if each.name != "content"]
    query = work.select(_table, *columns).where(_columns.authorization_id == authorization_id)
    return [
        Document(
            row["id"],
            row["code"],
            Sealed(_open(work, vault, row["id"], "title", row["title"]).decode()),
            row["needed"],
            DocumentState(row["state"]),
            row["media"],
            row["size"],
            row["changed"],
            row["changed_by"],
        )
        for row in work.rows(query.order_by(_columns.needed.desc(), _columns.changed, _columns.id))
    ]


def read_document(work: Work, vault: Vault, authorization_id: str, document_id: str) -> tuple[str, Sealed[bytes]]:
    """The kind and content of a file. Raises ``authorization.no_document``, also for an item without a file."""
    mine = (_columns.id == document_id, _columns.authorization_id == authorization_id)
    row = work.row(work.select(_table, _columns.media, _columns.content).where(*mine))
    if row is None or row["content"] is None:
        raise NO_DOCUMENT.error(document=document_id)
    return row["media"], Sealed(_open(work, vault, document_id, "content", row["content"]))


def _seal(work: Work, vault: Vault, document_id: str, part: str, plain: bytes) -> bytes:
    return vault.seal(work.organisation, _table.name, f"{document_id}/{part}", plain)


def _open(work: Work, vault: Vault, document_id: str, part: str, sealed: bytes) -> bytes:
    return vault.open_sealed(work.organisation, _table.name, f"{document_id}/{part}", bytes(sealed))


def _read_template(row: sa.RowMapping) -> Template:
    return Template(row["payer_id"], row["procedure"], tuple(row["items"]), row["required"])
