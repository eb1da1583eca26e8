"""Changes that a vendor did not take, and what would be sent now: nothing is sent from looking.

Refuses to show values: which record, which problem and which fields are enough to decide.
"""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from litestar import Response, get, post
from litestar.params import Parameter
from litestar.response import Redirect

from chartline.console.failures import BAD_FORM
from chartline.console.forms import Form, typed
from chartline.console.sync import synchronised
from chartline.console.visitor import DESK, SYNC_STARTS, Visiting
from chartline.domains.sync.fields import Kind
from chartline.domains.sync.letters import (
    Discarded,
    LetterFilter,
    count_letters,
    discard_letter,
    list_letters,
    retry_letters,
)
from chartline.flows.sync_plan import plan
from chartline.platform.audit import Target

PAGE = 50
MOST_WRITES = 500
"""Lines of a plan that a page shows; the figures count all."""
Choice = Annotated[str, Parameter(max_length=80)]
ALL, TICKED, TICK = "all", "ticked", "letter:"
"""What a button sends again: all of the filter, or what is ticked; a box is called after its letter."""
PLACES = {Kind.PATIENT: "/patients/", Kind.VISIT: "/visits/"}


@get("/sync/letters", sync_to_thread=True)
def letters_page(
    visitor: Visiting, connection: Choice = "", kind: Choice = "", code: Choice = "", cursor: UUID | None = None
) -> Response:
    """Dead letters, oldest first, each with its reason and the next step."""
    visitor.require(DESK)
    with visitor.read() as work:
        page = list_letters(work, _filter(connection, kind, code), str(cursor) if cursor else "", PAGE)
        counts = count_letters(work)
        names = {one.id: one.name for one in visitor.services.connections.all(work)}
    chosen = {"connection": connection, "kind": kind, "code": code}
    return visitor.page(
        "sync_letters.html",
        "sync",
        letters=page.letters,
        cursor=page.cursor,
        names=names,
        places=PLACES,
        chosen=chosen,
        address=urlencode({name: value for name, value in chosen.items() if value}),
        total=sum(counts.values()),
        codes=sorted({one for _, _, one in counts}),
        kinds=[Kind.PATIENT, Kind.COVERAGE, Kind.VISIT],
        reasons=list(Discarded),
        may_start=visitor.may(SYNC_STARTS),
    )


@post("/sync/letters/retry", sync_to_thread=True)
def retry(visitor: Visiting, data: Form) -> Redirect:
    """Lets letters go out with the next push: the one of a button, those that are ticked, or all of a filter."""
    visitor.require(SYNC_STARTS)
    word = typed(data, "which", needed=True)
    with visitor.work() as work:
        if word == ALL:
            number = retry_letters(work, _filter(typed(data, "connection"), typed(data, "kind"), typed(data, "code")))
        else:
            chosen = [word] if word != TICKED else [name.removeprefix(TICK) for name in data if name.startswith(TICK)]
            number = sum(retry_letters(work, _one(each)) for each in chosen[:PAGE])
        visitor.record(work, "sync.letters_retry", number=str(number))
    return visitor.go("/sync/letters", "letters_retried" if number else "nothing_chosen")


@post("/sync/letters/discard", sync_to_thread=True)
def discard(visitor: Visiting, data: Form) -> Redirect:
    """Drops one letter for a reason."""
    visitor.require(SYNC_STARTS)
    kind, reason = typed(data, "kind", needed=True), typed(data, "reason", needed=True)
    record, connection = typed(data, "record", needed=True), typed(data, "connection", needed=True)
    if kind not in {one.value for one in Kind} or reason not in {one.value for one in Discarded}:
        raise BAD_FORM.error(field="reason")
    with visitor.work() as work:
        discard_letter(work, connection, Kind(kind), record, Discarded(reason))
        visitor.record(work, "sync.letter_discard", Target(kind, record), reason=reason)
    return visitor.go("/sync/letters", "letter_discarded")


@get("/sync/{connection_id:uuid}/plan", sync_to_thread=True)
def plan_page(visitor: Visiting, connection_id: UUID) -> Response:
    """What would be sent to a connection now, what it costs, and when it would be done."""
    visitor.require(DESK)
    found = plan(visitor.services.ground, visitor.organisation, str(connection_id))
    names = {one.id: one.name for one in synchronised(visitor)}
    return visitor.page(
        "sync_plan.html",
        "sync",
        plan=found,
        writes=found.writes[:MOST_WRITES],
        name=names.get(str(connection_id), ""),
        connection_id=str(connection_id),
        places=PLACES,
        may_start=visitor.may(SYNC_STARTS),
    )


def _filter(connection: str, kind: str, code: str) -> LetterFilter:
    return LetterFilter(
        connection=connection or None,
        kind=Kind(kind) if kind in {one.value for one in Kind} else None,
        code=code or None,
    )


def _one(name: str) -> LetterFilter:
    """One letter, by its connection, kind and record. Raises ``console.bad_form``."""
    connection, _, rest = name.partition("/")
    kind, _, record = rest.partition("/")
    if not (connection and record) or kind not in {one.value for one in Kind}:
        raise BAD_FORM.error(field="which")
    return LetterFilter(connection=connection, kind=Kind(kind), local_ids=(record,))


PAGES = [letters_page, retry, discard, plan_page]
