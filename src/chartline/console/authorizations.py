"""Prior authorizations: the list by state, one with its history and checklist, asking for one, noting the outcome."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.params import Body, Parameter
from litestar.response import Redirect

from chartline.app.spreadsheet import Row, as_csv
from chartline.connect.clearing import Certified
from chartline.console.coverage_tasks import SAY
from chartline.console.failures import BAD_FORM
from chartline.console.forms import Form, typed, typed_day, typed_number
from chartline.console.people import names_of
from chartline.console.visitor import BILLING_CHANGES, CARE, PEOPLE, Visiting
from chartline.domains.codes.shapes import plain_diagnosis
from chartline.domains.coverage.authorizations.authorization import (
    Authorization,
    Procedure,
    Words,
    authorization_history,
    count_by_state,
    list_authorizations,
    read_authorization,
)
from chartline.domains.coverage.authorizations.checklist import documents_of, read_document
from chartline.domains.coverage.authorizations.states import NEXT, AuthorizationState
from chartline.domains.coverage.authorizations.steps import ByHand, Wanted
from chartline.domains.coverage.authorizations.uses import uses_of
from chartline.domains.coverage.rejections import REJECTIONS
from chartline.domains.practice.providers import list_providers
from chartline.domains.practice.settings import read_practice
from chartline.flows import authorizations as story
from chartline.flows.coverage_desk import ordered_coverages
from chartline.kernel.errors import CATALOGUE
from chartline.kernel.sealed import Purpose, Sealed
from chartline.platform.audit import Target

PAGE = 50
MOST_ROWS = 20_000
"""A download ends here."""
LARGEST = 900_000
"""The largest form with a file that is read."""
CHANGES = (*CARE, *BILLING_CHANGES)
COLUMNS = (
    "id",
    "state",
    "route",
    "payer_id",
    "payer_name",
    "number",
    "begin",
    "end",
    "valid_from",
    "valid_to",
    "units_requested",
    "units_approved",
    "units_used",
    "missing",
    "created",
)
"""Columns of the file."""
StateFilter = Annotated[str, Parameter(query="state", max_length=20)]


@dataclass
class DocumentForm:
    """A file with the item of the checklist that it belongs to, or a title of its own."""

    form_token: str
    file: UploadFile
    document: str = ""
    title: str = ""


@get("/authorizations", sync_to_thread=True)
def authorizations_page(visitor: Visiting, stands: StateFilter = "", cursor: UUID | None = None) -> Response:
    """The newest first, by state."""
    with visitor.showing("console.authorizations") as work:
        page = list_authorizations(work, states=_states(stands), after=str(cursor) if cursor else "", limit=PAGE)
        names = names_of(work, visitor.services.records, [one.patient_id for one in page.rows])
        counts = count_by_state(work)
        alerts = {one.id: one.alerts(work.now, visitor.today()) for one in page.rows}
    return visitor.page(
        "authorizations.html",
        "coverage",
        rows=page.rows,
        cursor=page.next,
        names=names,
        counts=counts,
        alerts=alerts,
        say=SAY,
        state=stands,
    )


@get("/authorizations.csv", sync_to_thread=True)
def authorizations_file(visitor: Visiting, stands: StateFilter = "") -> Response:
    """The authorizations as CSV, without patient values."""
    visitor.require(PEOPLE)
    rows: list[Row] = []
    after: str | None = ""
    with visitor.read() as work:
        while after is not None and len(rows) < MOST_ROWS:
            page = list_authorizations(work, states=_states(stands), after=after, limit=500)
            rows += [_row(one) for one in page.rows]
            after = page.next
    with visitor.work() as work:
        visitor.record(work, "authorizations.download", count=str(len(rows)))
    headers = {"Content-Disposition": 'attachment; filename="authorizations.csv"'}
    return Response(as_csv(rows, COLUMNS), media_type="text/csv", headers=headers)


@get("/authorizations/new/{patient_id:uuid}", sync_to_thread=True)
def new_authorization_page(visitor: Visiting, patient_id: UUID) -> Response:
    """The form for a new request."""
    visitor.require(CHANGES)
    identity = str(patient_id)
    with visitor.showing("console.authorization_form", Target("Patient", identity)) as work:
        visitor.services.records.read(work, "Patient", identity)
        values = {
            "name": names_of(work, visitor.services.records, [identity]).get(identity, "(no name)"),
            "coverages": ordered_coverages(work, visitor.services.records, identity),
            "providers": list_providers(work),
        }
    return visitor.page("authorization_form.html", "coverage", patient_id=identity, **values)


@post("/authorizations/new/{patient_id:uuid}", sync_to_thread=True)
def ask_for(visitor: Visiting, patient_id: UUID, data: Form) -> Redirect:
    """Asks the payer, or keeps the request until its documents are there."""
    visitor.require(CHANGES)
    identity, first = str(patient_id), typed_day(data, "begin")
    if first is None:
        raise BAD_FORM.error(field="begin")
    with visitor.read() as work:
        visitor.services.records.read(work, "Patient", identity)
        known = {one.id: one.fact for one in ordered_coverages(work, visitor.services.records, identity)}
        own = read_practice(work).npi
    coverage = typed(data, "coverage", needed=True)
    if coverage not in known:
        raise BAD_FORM.error(field="coverage")
    wanted = Wanted(
        patient_id=identity,
        coverage_id=coverage,
        payer_id=known[coverage].payer_id,
        payer_name=known[coverage].payer_name,
        provider_npi=typed(data, "provider") or own,
        procedures=_procedures(data),
        diagnoses=tuple(plain_diagnosis(one) for one in typed(data, "diagnoses").replace(",", " ").split()),
        begin=first,
        end=typed_day(data, "end") or first,
        urgency="urgent" if typed(data, "urgent") == "yes" else "elective",
        note=Sealed(typed(data, "note")),
    )
    made = story.begin(visitor.services.ground, visitor.organisation, visitor.actor, wanted)
    return visitor.go(f"/authorizations/{made.id}", "authorization_made")


@get("/authorizations/{authorization_id:uuid}", sync_to_thread=True)
def authorization_page(visitor: Visiting, authorization_id: UUID) -> Response:
    """One authorization."""
    identity, vault = str(authorization_id), visitor.services.vault
    with visitor.showing("console.authorization", Target("prior_authorization", identity)) as work:
        known = read_authorization(work, identity)
        events = [
            (event, event.words.reveal(Purpose.SHOW) if event.words is not None else None)
            for event in reversed(authorization_history(work, vault, identity))
        ]
        documents = [(item, item.title.reveal(Purpose.SHOW)) for item in documents_of(work, vault, identity)]
        values = {
            "uses": uses_of(work, identity),
            "alerts": known.alerts(work.now, visitor.today()),
            "name": names_of(work, visitor.services.records, [known.patient_id]).get(known.patient_id, "(no name)"),
        }
    reason = REJECTIONS.get(known.reason.upper())
    users = visitor.services.access.users(visitor.organisation)
    return visitor.page(
        "authorization.html",
        "coverage",
        one=known,
        events=events,
        documents=documents,
        say=SAY,
        reason=reason,
        trouble=CATALOGUE.get(known.problem_code),
        people={f"user:{each.id}": each.name for each in users},
        outcomes=list(Certified),
        may_submit=AuthorizationState.SUBMITTED in NEXT[known.state],
        may_cancel=AuthorizationState.CANCELLED in NEXT[known.state],
        may_change=visitor.may(CHANGES) and bool(NEXT[known.state]),
        **values,
    )


@post("/authorizations/{authorization_id:uuid}/submit", sync_to_thread=True)
def submit(visitor: Visiting, authorization_id: UUID) -> Redirect:
    """Hands the request over, once its documents are there."""
    visitor.require(CHANGES)
    story.submit_again(visitor.services.ground, visitor.organisation, visitor.actor, str(authorization_id))
    return visitor.go(f"/authorizations/{authorization_id}", "authorization_sent")


@post("/authorizations/{authorization_id:uuid}/cancel", sync_to_thread=True)
def withdraw(visitor: Visiting, authorization_id: UUID) -> Redirect:
    """It is not wanted any more."""
    visitor.require(CHANGES)
    story.withdraw(visitor.services.ground, visitor.organisation, visitor.actor, str(authorization_id))
    return visitor.go(f"/authorizations/{authorization_id}", "authorization_kept")


@post("/authorizations/{authorization_id:uuid}/result", sync_to_thread=True)
def note_result(visitor: Visiting, authorization_id: UUID, data: Form) -> Redirect:
    """Keeps what a person learned from the payer."""
    visitor.require(CHANGES)
    word = typed(data, "outcome")
    if word not in {one.value for one in Certified}:
        raise BAD_FORM.error(field="outcome")
    with visitor.read():
        today = visitor.today()
    result = ByHand(
        decision=Certified(word),
        day=typed_day(data, "day") or today,
        number=typed(data, "number")[:60],
        begin=typed_day(data, "valid_from"),
        end=typed_day(data, "valid_to"),
        units=typed_number(data, "units", 0) or None,
        reason=typed(data, "reason")[:20],
        words=Sealed(Words(typed(data, "spoke_with"), typed(data, "reference"), typed(data, "note"))),
    )
    story.note_result(visitor.services.ground, visitor.organisation, visitor.actor, str(authorization_id), result)
    return visitor.go(f"/authorizations/{authorization_id}", "authorization_kept")


@post("/authorizations/{authorization_id:uuid}/documents", sync_to_thread=True, request_max_body_size=LARGEST)
def attach(
    visitor: Visiting,
    authorization_id: UUID,
    data: Annotated[DocumentForm, Body(media_type=RequestEncodingType.MULTI_PART)],
) -> Redirect:
    """Attaches a file to an item of the checklist, or as a further one."""
    visitor.require(CHANGES)
    story.add_document(
        visitor.services.ground,
        visitor.organisation,
        visitor.actor,
        str(authorization_id),
        Sealed(data.file.file.read()),
        data.file.content_type,
        document_id=data.document,
        title=data.title,
    )
    return visitor.go(f"/authorizations/{authorization_id}", "authorization_kept")


@post("/authorizations/{authorization_id:uuid}/ask", sync_to_thread=True)
def ask_document(visitor: Visiting, authorization_id: UUID, data: Form) -> Redirect:
    """Puts something on the checklist."""
    visitor.require(CHANGES)
    title = typed(data, "title", needed=True)
    story.ask_documents(visitor.services.ground, visitor.organisation, visitor.actor, str(authorization_id), [title])
    return visitor.go(f"/authorizations/{authorization_id}", "authorization_kept")


@post("/authorizations/{authorization_id:uuid}/documents/{document_id:uuid}/waive", sync_to_thread=True)
def waive(visitor: Visiting, authorization_id: UUID, document_id: UUID) -> Redirect:
    """A document is not needed after all."""
    visitor.require(CHANGES)
    story.waive_document(
        visitor.services.ground, visitor.organisation, visitor.actor, str(authorization_id), str(document_id)
    )
    return visitor.go(f"/authorizations/{authorization_id}", "authorization_kept")


@get("/authorizations/{authorization_id:uuid}/documents/{document_id:uuid}", sync_to_thread=True)
def document_file(visitor: Visiting, authorization_id: UUID, document_id: UUID) -> Response:
    """The file, to be kept on disk and never shown inside the console."""
    identity = str(authorization_id)
    with visitor.showing("console.authorization_document", Target("prior_authorization", identity)) as work:
        _, content = read_document(work, visitor.services.vault, identity, str(document_id))
        headers = {"Content-Disposition": f'attachment; filename="{document_id}"'}
        return Response(content.reveal(Purpose.SHOW), media_type="application/octet-stream", headers=headers)


def _states(word: str) -> tuple[AuthorizationState, ...]:
    return (AuthorizationState(word),) if word in {one.value for one in AuthorizationState} else ()


def _procedures(form: Form) -> tuple[Procedure, ...]:
    """Procedures with units, such as ``90837 x 12, 90834``."""
    found: list[Procedure] = []
    for part in typed(form, "procedures", needed=True).upper().split(","):
        code, _, units = part.replace("X", " ").strip().partition(" ")
        units = units.strip() or "1"
        if not (units.isascii() and units.isdigit() and len(units) < 5):
            raise BAD_FORM.error(field="procedures")
        found.append(Procedure(code, int(units)))
    return tuple(found)


def _row(one: Authorization) -> Row:
    row: Row = {}
    for name in COLUMNS:
        value = getattr(one, name)
        row[name] = value.isoformat() if isinstance(value, date) else value
    return row


PAGES = [
    authorizations_page,
    authorizations_file,
    new_authorization_page,
    ask_for,
    authorization_page,
    submit,
    withdraw,
    note_result,
    attach,
    ask_document,
    waive,
    document_file,
]
