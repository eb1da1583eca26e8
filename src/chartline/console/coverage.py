"""Coverage: what payers said before the coming visits, questions for the desk, and how the practice asks."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from litestar import Response, get, post
from litestar.params import Parameter
from litestar.response import Redirect

from chartline.app.spreadsheet import Row, as_csv
from chartline.console.failures import BAD_FORM
from chartline.console.forms import Form, typed
from chartline.console.people import names_of
from chartline.console.visitor import CARE, PEOPLE, SYNC_STARTS, Visiting
from chartline.domains.coverage.benefits import CheckState
from chartline.domains.coverage.checks import counts
from chartline.domains.coverage.history import list_checks
from chartline.domains.coverage.questions import PayerChoice, payer_questions
from chartline.domains.coverage.rounds import read_progress
from chartline.domains.coverage.settings import LIMITS, CoverageSettings, read_coverage_settings
from chartline.domains.coverage.tables import Check
from chartline.flows import coverage_desk
from chartline.kernel.errors import CATALOGUE

PAGE = 50
MOST_ROWS = 20_000
"""A download ends here."""
COLUMNS = (
    "service_date",
    "state",
    "payer_id",
    "service_type",
    "plan_name",
    "copay",
    "deductible",
    "deductible_left",
    "out_of_pocket",
    "out_of_pocket_left",
    "coinsurance",
    "problem_code",
)
"""Columns of the file."""
StateFilter = Annotated[str, Parameter(query="state", max_length=20)]
Place = Annotated[str | None, Parameter(max_length=80)]


@get("/coverage", sync_to_thread=True)
def coverage_page(
    visitor: Visiting, day: date | None = None, stands: StateFilter = "", cursor: Place = None
) -> Response:
    """What payers said for the coming days, what they asked back, and how the monthly round stands."""
    with visitor.showing("console.coverage", permissions=PEOPLE) as work:
        settings = read_coverage_settings(work)
        begin = day or visitor.today()
        end = begin + timedelta(days=settings.days_ahead)
        page = list_checks(work, begin, end, _states(stands), cursor or "", PAGE)
        questions = payer_questions(work)
        patients = [one.patient_id for one in (*page.checks, *questions)]
        values = {
            "names": names_of(work, visitor.services.records, patients),
            "counts": counts(work, begin, end),
            "progress": read_progress(work, visitor.today().replace(day=1)),
        }
    return visitor.page(
        "coverage.html",
        "coverage",
        checks=page.checks,
        cursor=page.next,
        begin=begin,
        end=end,
        state=stands,
        states=list(CheckState),
        questions=questions,
        choices=list(PayerChoice),
        troubles=CATALOGUE,
        settings=settings,
        **values,
    )


@get("/coverage.csv", sync_to_thread=True)
def coverage_file(visitor: Visiting, day: date | None = None, stands: StateFilter = "") -> Response:
    """The checks as CSV, without patient values."""
    visitor.require(PEOPLE)
    rows: list[Row] = []
    cursor: str | None = ""
    with visitor.read() as work:
        begin = day or visitor.today()
        end = begin + timedelta(days=read_coverage_settings(work).days_ahead)
        while cursor is not None and len(rows) < MOST_ROWS:
            page = list_checks(work, begin, end, _states(stands), cursor, 500)
            rows += [_row(one) for one in page.checks]
            cursor = page.next
    with visitor.work() as work:
        visitor.record(work, "coverage.download", count=str(len(rows)))
    headers = {"Content-Disposition": 'attachment; filename="coverage.csv"'}
    return Response(as_csv(rows, COLUMNS), media_type="text/csv", headers=headers)


@post("/coverage/questions/{question_id:uuid}", sync_to_thread=True)
def answer_question(visitor: Visiting, question_id: UUID, data: Form) -> Redirect:
    """Decides what another payer means."""
    visitor.require(CARE)
    word = typed(data, "choice")
    if word not in {one.value for one in PayerChoice}:
        raise BAD_FORM.error(field="choice")
    ground = visitor.services.ground
    coverage_desk.decide_payer(ground, visitor.organisation, visitor.actor, str(question_id), PayerChoice(word))
    return visitor.go("/coverage", "payer_decided")


@get("/coverage/settings", sync_to_thread=True)
def settings_page(visitor: Visiting) -> Response:
    """How the practice asks."""
    visitor.require(PEOPLE)
    with visitor.read() as work:
        settings = read_coverage_settings(work)
    kinds = "\n".join(f"{kind} {code}" for kind, code in sorted(settings.visit_service_types.items()))
    return visitor.page(
        "coverage_settings.html",
        "coverage",
        settings=settings,
        kinds=kinds,
        limits=LIMITS,
        may_change=visitor.may(SYNC_STARTS),
    )


@post("/coverage/settings", sync_to_thread=True)
def save_settings(visitor: Visiting, data: Form) -> Redirect:
    """Stores what was typed; it counts from the next sweep on."""
    visitor.require(SYNC_STARTS)
    numbers = {name: _number(data, name) for name in LIMITS}
    settings = CoverageSettings(
        service_type=typed(data, "service_type", needed=True),
        visit_service_types=_kinds(data),
        monthly=typed(data, "monthly") == "yes",
        **numbers,
    )
    coverage_desk.change_settings(visitor.services.ground, visitor.organisation, visitor.actor, settings)
    return visitor.go("/coverage/settings", "settings_saved")


def _states(word: str) -> tuple[CheckState, ...]:
    return (CheckState(word),) if word in {one.value for one in CheckState} else ()


def _number(form: Form, name: str) -> int:
    text = typed(form, name)
    if not (text.isascii() and text.isdigit() and len(text) < 5):
        raise BAD_FORM.error(field=name)
    return int(text)


def _kinds(form: Form) -> dict[str, str]:
    """Kinds of visits with their service types, one on a line."""
    found: dict[str, str] = {}
    for line in form.get("visit_service_types", "")[:4000].splitlines():
        words = line.split()
        if len(words) == 2:
            found[words[0]] = words[1]
        elif words:
            raise BAD_FORM.error(field="visit_service_types")
    return found


def _row(check: Check) -> Row:
    return {name: getattr(check, name) for name in COLUMNS}


PAGES = [coverage_page, coverage_file, answer_question, settings_page, save_settings]
