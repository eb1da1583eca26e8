"""Payers: the directories searched, what each payer supports and under which number, and enrolments."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from litestar import Response, get, post
from litestar.params import Parameter
from litestar.response import Redirect

from chartline.app.spreadsheet import Row, as_csv
from chartline.console.failures import BAD_FORM
from chartline.console.forms import Form, typed
from chartline.console.visitor import BILLING_CHANGES, PEOPLE, Visiting, Visitor
from chartline.domains.coverage.enrollments import (
    EnrollmentState,
    count_enrollments,
    enrollment_history,
    list_enrollments,
)
from chartline.domains.coverage.payers import (
    SERVICES,
    directories,
    listed_payer,
    numbers_of,
    search_payers,
    set_number,
)
from chartline.flows import payers as story
from chartline.kernel.sealed import Purpose
from chartline.platform.database import Work

PAGE = 50
COLUMNS = ("payer_id", "payer_name", "connection", "service", "npi", "state", "expected", "updated")
"""Columns of the file of enrolments."""
Words = Annotated[str, Parameter(max_length=100)]
Word = Annotated[str, Parameter(max_length=20)]
StateFilter = Annotated[str, Parameter(query="state", max_length=20)]
PayerId = Annotated[str, Parameter(max_length=40)]
_BY_HAND = (EnrollmentState.WAITING, EnrollmentState.ENROLLED, EnrollmentState.REFUSED, EnrollmentState.NEEDED)


@get("/payers", sync_to_thread=True)
def payers_page(visitor: Visiting, find: Words = "", service: Word = "", cursor: PayerId = "") -> Response:
    """The directories, searched by beginnings of names and ids."""
    visitor.require(PEOPLE)
    wanted = service if service in SERVICES else ""
    with visitor.read() as work:
        found, following = search_payers(work, find, wanted, cursor, PAGE)
        values = {"names": _names(visitor, work), "directories": directories(work)}
    return visitor.page(
        "payers.html",
        "coverage",
        payers=found,
        cursor=following,
        find=find,
        service=wanted,
        services=SERVICES,
        **values,
    )


@get("/payers/{payer_id:str}", sync_to_thread=True)
def payer_page(visitor: Visiting, payer_id: PayerId) -> Response:
    """One payer."""
    return _payer(visitor, payer_id)


@post("/payers/{payer_id:str}/number", sync_to_thread=True)
def put_number(visitor: Visiting, payer_id: PayerId, data: Form) -> Redirect:
    """Says by which id a connection knows the payer."""
    visitor.require(BILLING_CHANGES)
    connection = typed(data, "connection", needed=True)
    with visitor.work() as work:
        visitor.services.connections.get(work, connection)
        set_number(work, payer_id, connection, typed(data, "number"), visitor.actor)
        visitor.record(work, "payer.number")
    return visitor.go(f"/payers/{payer_id}", "settings_saved")


@post("/payers/{payer_id:str}/enroll", sync_to_thread=True, status_code=200)
def enroll(visitor: Visiting, payer_id: PayerId, data: Form) -> Response:
    """Asks the vendor for the form and shows its address once: whoever has it can act for the practice there."""
    visitor.require(BILLING_CHANGES)
    connection, service = typed(data, "connection", needed=True), typed(data, "service", needed=True)
    ground = visitor.services.ground
    known, link = story.begin_enrollment(
        ground, visitor.organisation, visitor.actor, connection, payer_id, service, typed(data, "npi")
    )
    address = link.address.reveal(Purpose.SHOW) if link is not None else ""
    return _payer(visitor, payer_id, begun=known.service, link=address)


@get("/enrollments", sync_to_thread=True)
def enrollments_page(visitor: Visiting, stands: StateFilter = "") -> Response:
    """Enrolments by state, the newest change first."""
    visitor.require(PEOPLE)
    with visitor.read() as work:
        rows = list_enrollments(work, state=_state(stands))
        values = {"counts": count_enrollments(work), "names": _names(visitor, work)}
    return visitor.page(
        "enrollments.html",
        "coverage",
        rows=rows,
        state=stands,
        states=_BY_HAND,
        may_change=visitor.may(BILLING_CHANGES),
        **values,
    )


@get("/enrollments.csv", sync_to_thread=True)
def enrollments_file(visitor: Visiting, stands: StateFilter = "") -> Response:
    """The enrolments as CSV."""
    visitor.require(PEOPLE)
    with visitor.read() as work:
        names = _names(visitor, work)
        rows: list[Row] = [
            {
                "payer_id": one.payer_id,
                "payer_name": one.payer_name,
                "connection": names.get(one.connection_id, ""),
                "service": one.service,
                "npi": one.npi,
                "state": one.state.value,
                "expected": one.expected,
                "updated": one.updated.isoformat(),
            }
            for one in list_enrollments(work, state=_state(stands), limit=20_000)
        ]
    headers = {"Content-Disposition": 'attachment; filename="enrollments.csv"'}
    return Response(as_csv(rows, COLUMNS), media_type="text/csv", headers=headers)


@post("/enrollments/{enrollment_id:uuid}", sync_to_thread=True)
def note_enrollment(visitor: Visiting, enrollment_id: UUID, data: Form) -> Redirect:
    """A person says where an enrolment stands."""
    visitor.require(BILLING_CHANGES)
    state = _state(typed(data, "state"))
    if state not in _BY_HAND:
        raise BAD_FORM.error(field="state")
    ground = visitor.services.ground
    story.note_enrollment(ground, visitor.organisation, visitor.actor, str(enrollment_id), state)
    return visitor.go("/enrollments", "enrollment_kept")


def _payer(visitor: Visitor, payer_id: str, *, begun: str = "", link: str = "") -> Response:
    visitor.require(PEOPLE)
    with visitor.read() as work:
        known = list_enrollments(work, payer_id=payer_id, limit=20)
        steps = enrollment_history(work, [one.id for one in known])
        values = {
            "listed": listed_payer(work, payer_id),
            "numbers": numbers_of(work, payer_id),
            "names": _names(visitor, work),
            "enrollments": [(one, steps[one.id]) for one in known],
        }
    return visitor.page(
        "payer.html",
        "coverage",
        payer_id=payer_id,
        services=SERVICES,
        begun=begun,
        link=link,
        may_change=visitor.may(BILLING_CHANGES),
        **values,
    )


def _state(word: str) -> EnrollmentState | None:
    return EnrollmentState(word) if word in {one.value for one in EnrollmentState} else None


def _names(visitor: Visitor, work: Work) -> dict[str, str]:
    return {one.id: one.name for one in visitor.services.connections.all(work)}


PAGES = [
    payers_page,
    payer_page,
    put_number,
    enroll,
    enrollments_page,
    enrollments_file,
    note_enrollment,
]
