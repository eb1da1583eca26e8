"""One version of a resource, as it is stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chartline.formats.fhir import JsonObject, parse
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.sealed import Purpose, Sealed

NOT_FOUND = ErrorKind(
    "records.not_found",
    Blame.US,
    Again.NEVER,
    "There is no such record.",
    "Check the type and the id; a search may find it under another id.",
    status=404,
)
GONE = ErrorKind(
    "records.deleted",
    Blame.US,
    Again.NEVER,
    "This record was deleted.",
    "Read an earlier version from its history, or put it again to bring it back.",
    status=410,
)
VERSION_CONFLICT = ErrorKind(
    "records.version_conflict",
    Blame.US,
    Again.AFTER_FIX,
    "The record was changed by someone else in the meantime; nothing was stored.",
    "Read the present version, make the change on it, and store that.",
    status=409,
)
TWICE = ErrorKind(
    "records.twice",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The same record stands twice in one change; nothing was stored.",
    "Name each record once in a transaction.",
    status=400,
)


@dataclass(frozen=True, slots=True)
class Stored:
    """One version: ``body`` is the JSON with id and meta written in, empty for a deletion."""

    type: str
    id: str
    version: int
    updated: datetime
    deleted: bool
    body: Sealed[bytes]
    method: str = "PUT"
    """The interaction that made this version: POST, PUT, PATCH or DELETE."""
    owner: str = ""
    """Who alone may change it: "" for anybody, "billing" for what the billing side publishes."""

    @property
    def reference(self) -> str:
        """``Type/id``."""
        return f"{self.type}/{self.id}"

    def reveal(self, purpose: Purpose) -> JsonObject:
        """The resource, read anew at each call, so that changing it changes nothing here.

        Raises ``records.deleted`` for a deletion.
        """
        if self.deleted:
            raise GONE.error(type=self.type, id=self.id)
        return parse(self.body.reveal(purpose))
