"""One claim as each connected clearinghouse would be sent it, side by side. Nothing is sent, kept or numbered.

Made to see what differs before a payer is routed to another house. Unless values are asked for, the patient, the people
and their numbers are replaced, the same value by the same one in every column, and days are moved: what differs still
does. The caller opens the look (``showing``), so that it is in the audit trail.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from chartline.connect.clearing import ShowsSubmissions, SubmissionView
from chartline.connect.connections import Connection
from chartline.domains.claims.file import preview_file
from chartline.domains.practice.settings import read_practice
from chartline.flows.claim_files import envelope_of
from chartline.flows.ground import Ground
from chartline.formats.x12.explain.redact import redact
from chartline.kernel.errors import ChartlineError, Problem
from chartline.kernel.outcome import Refused
from chartline.kernel.sealed import Masked, Purpose
from chartline.platform.database import Work


@dataclass(frozen=True, slots=True, repr=False)
class Line(Masked):
    """One segment. ``differs`` says that not every column has it."""

    text: str
    differs: bool


@dataclass(frozen=True, slots=True, repr=False)
class Payload(Masked):
    """What one connection would be sent: the request's address and parts, and the file a segment a line.

    With a ``problem`` it would be sent nothing.
    """

    connection: str
    vendor: str
    address: str = ""
    method: str = ""
    media: str = ""
    parts: tuple[tuple[str, str], ...] = ()
    file_name: str = ""
    lines: tuple[Line, ...] = ()
    problem: Problem | None = None


def payloads(ground: Ground, work: Work, claim: str, *, values: bool) -> list[Payload]:
    """A column for each connection that shows what it would send, the oldest first.

    Raises ``claims.not_found``, ``practice.not_set_up``.
    """
    secret = secrets.token_bytes(32)
    found = [
        (connection, _shown(ground, work, connection, connector, claim))
        for connection, connector in ground.every(work.organisation, ShowsSubmissions)
    ]
    written = [() if isinstance(view, Problem) else _segments(view, None if values else secret) for _, view in found]
    shared = set.intersection(*(set(one) for one in written if one)) if any(written) else set[str]()
    return [
        _column(connection, view, tuple(Line(text, text not in shared) for text in segments))
        for (connection, view), segments in zip(found, written, strict=True)
    ]


def _shown(
    ground: Ground, work: Work, connection: Connection, connector: ShowsSubmissions, claim: str
) -> SubmissionView | Problem:
    """The view, or why there is none: a claim that one house would not take says so in its column only."""
    try:
        file = preview_file(work, ground.vault, claim, envelope_of(connection, read_practice(work)))
    except ChartlineError as refusal:
        if not refusal.problem.code.startswith("x12."):
            raise
        return refusal.problem
    view = connector.submission_view(file)
    return view.problem if isinstance(view, Refused) else view


def _segments(view: SubmissionView, secret: bytes | None) -> tuple[str, ...]:
    content = view.content.reveal(Purpose.SHOW)
    if secret is not None:
        content = b"".join(redact(content, secret=secret))
    text = content.decode("utf-8", "replace")
    # The segment terminator is the last character of an ISA, whose length is fixed.
    return tuple(one for one in (part.strip() for part in text.split(text[105:106] or "~")) if one)


def _column(connection: Connection, view: SubmissionView | Problem, lines: tuple[Line, ...]) -> Payload:
    if isinstance(view, Problem):
        return Payload(connection.name, connection.vendor, problem=view)
    return Payload(
        connection=connection.name,
        vendor=view.vendor,
        address=view.address,
        method=view.method,
        media=view.media,
        parts=view.parts,
        file_name=view.file_name,
        lines=lines,
    )
