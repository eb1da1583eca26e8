"""Denials: what to do first and why, one denial with everything about it, and the appeals that are under way.

Titles name claims, payers and reasons, never patients; a letter and notes open only on the denial's own page, audited.
"""

from __future__ import annotations

from typing import Annotated, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from litestar import Response, get, post
from litestar.params import Parameter
from litestar.response import Redirect

from chartline.app.spreadsheet import Row, as_csv
from chartline.connect.clearing import AppealsClaims, Contact
from chartline.console.actors import actor_names
from chartline.console.failures import BAD_FORM
from chartline.console.forms import Form, typed, typed_day, typed_money
from chartline.console.visitor import BILLING, BILLING_CHANGES, Visiting, Visitor
from chartline.domains.claims import read_claim
from chartline.domains.payments.moves import WRITE_OFFS, MoveKind
from chartline.domains.remits import denials
from chartline.domains.remits.denials import AppealState, DenialFilter, DenialState, Ranked, Way, advice
from chartline.flows import denial_desk
from chartline.formats.paper.letter import text_pdf
from chartline.formats.x12.codes import Category, label
from chartline.kernel.money import Money
from chartline.kernel.sealed import Purpose, Sealed
from chartline.platform.audit import Target

E = TypeVar("E", Way, AppealState, MoveKind)
PAGE, MOST_ROWS = 50, 20_000
Choice = Annotated[str, Parameter(max_length=80)]
COLUMNS = (
    "claim",
    "payer_id",
    "payer_name",
    "kind",
    "reasons",
    "amount",
    "currency",
    "state",
    "decided_on",
    "appeal_by",
    "days_left",
    "follow_up",
    "minutes",
    "score",
)
"""Columns of the file."""
OUTCOMES = (AppealState.WON, AppealState.PARTLY, AppealState.LOST, AppealState.WITHDRAWN)


@get("/denials", sync_to_thread=True)
def denials_page(
    visitor: Visiting,
    standing: Annotated[str, Parameter(query="state", max_length=80)] = "",
    kind: Choice = "",
    payer: Choice = "",
    mine: Choice = "",
    cursor: Annotated[int, Parameter(ge=0, le=1_000_000)] = 0,
) -> Response:
    """The worklist, the most urgent first."""
    visitor.require(BILLING)
    asked = _asked(visitor, standing, kind, payer, mine)
    with visitor.read() as work:
        page = denials.worklist(work, asked, visitor.today(), begin=cursor, limit=PAGE)
        counts = denials.count_denials(work, visitor.today())
    chosen = {"state": standing, "kind": kind, "payer": payer, "mine": mine}
    return visitor.page(
        "denials.html",
        "denials",
        rows=page.rows,
        total=page.total,
        cursor=page.next,
        counts=counts,
        chosen=chosen,
        address=urlencode({name: value for name, value in chosen.items() if value}),
        states=list(DenialState),
        kinds=sorted(counts.by_kind),
        advice=advice,
        label=_label,
        people=actor_names(visitor),
    )


@get("/denials.csv", sync_to_thread=True)
def denials_file(
    visitor: Visiting,
    standing: Annotated[str, Parameter(query="state", max_length=80)] = "",
    kind: Choice = "",
    payer: Choice = "",
    mine: Choice = "",
) -> Response:
    """The filtered worklist as CSV."""
    visitor.require(BILLING)
    with visitor.read() as work:
        page = denials.worklist(work, _asked(visitor, standing, kind, payer, mine), visitor.today(), limit=MOST_ROWS)
    with visitor.work() as work:
        visitor.record(work, "denials.download", count=str(len(page.rows)))
    headers = {"Content-Disposition": 'attachment; filename="denials.csv"'}
    return Response(as_csv([_row(one) for one in page.rows], COLUMNS), media_type="text/csv", headers=headers)


@get("/denials/{denial_id:uuid}", sync_to_thread=True)
def denial_page(visitor: Visiting, denial_id: UUID) -> Response:
    """One denial: the reasons in plain words, what can be done, and its history."""
    return _denial(visitor, str(denial_id))


def _denial(visitor: Visitor, identity: str, *, form: str = "") -> Response:
    """The page of a denial; ``form`` is the address of the vendor's appeal form, which is shown once."""
    vault = visitor.services.vault
    with visitor.showing("console.denial", Target("denial", identity), BILLING) as work:
        found = denials.rank(denials.read_denial(work, identity), visitor.today())
        claim = read_claim(work, found.denial.claim_id)
        appeals = denials.appeals_of(work, identity)
        events = [
            (row, denials.open_note(work, vault, identity, bytes(row["sealed"])).reveal(Purpose.SHOW))
            if row["sealed"] is not None
            else (row, "")
            for row in reversed(denials.denial_history(work, identity))
        ]
    return visitor.page(
        "denial.html",
        "denials",
        ranked=found,
        denial=found.denial,
        claim=claim,
        known=advice(found.denial.kind),
        appeals=appeals,
        events=events,
        label=_label,
        people=actor_names(visitor),
        kinds=list(WRITE_OFFS),
        ways=list(Way),
        outcomes=OUTCOMES,
        changes=visitor.may(BILLING_CHANGES),
        form=form,
    )


@get("/denials/{denial_id:uuid}/letter", sync_to_thread=True)
def letter_page(visitor: Visiting, denial_id: UUID) -> Response:
    """The letter of the next appeal, to be edited and kept."""
    visitor.require(BILLING_CHANGES)
    identity = str(denial_id)
    with visitor.showing("console.denial_letter", Target("denial", identity), BILLING) as work:
        made = denials.draft_letter(work, visitor.services.vault, identity, visitor.today())
        found = denials.read_denial(work, identity)
    return visitor.page("denial_letter.html", "denials", denial=found, text=made.text(), ways=list(Way))


@post("/denials/{denial_id:uuid}/letter", sync_to_thread=True)
def keep_letter(visitor: Visiting, denial_id: UUID, data: Form) -> Redirect:
    """Keeps the letter as the next level of appeal."""
    visitor.require(BILLING_CHANGES)
    identity, way = str(denial_id), _one_of(Way, typed(data, "way", needed=True), "way")
    text = Sealed(typed(data, "text", needed=True, longest=20_000))
    with visitor.work() as work:
        denials.write_appeal(work, visitor.services.vault, identity, text, way, visitor.actor, visitor.today())
        visitor.record(work, "appeal.write", Target("denial", identity))
    return visitor.go(f"/denials/{identity}", "appeal_written")


@get("/appeals/{appeal_id:uuid}/letter.pdf", sync_to_thread=True)
def letter_file(visitor: Visiting, appeal_id: UUID) -> Response:
    """An appeal's letter as PDF."""
    identity = str(appeal_id)
    with visitor.showing("console.appeal_letter", Target("appeal", identity), BILLING) as work:
        text = denials.open_letter(work, visitor.services.vault, identity).reveal(Purpose.SHOW)
    headers = {"Content-Disposition": 'inline; filename="appeal.pdf"'}
    return Response(text_pdf("Appeal", text), media_type="application/pdf", headers=headers)


@post("/appeals/{appeal_id:uuid}/sent", sync_to_thread=True)
def appeal_sent(visitor: Visiting, appeal_id: UUID, data: Form) -> Redirect:
    """Says that an appeal went out."""
    visitor.require(BILLING_CHANGES)
    with visitor.work() as work:
        on = typed_day(data, "on") or visitor.today()
        known = denials.mark_sent(work, str(appeal_id), on, typed(data, "reference"), visitor.actor)
    return visitor.go(f"/denials/{known.denial_id}", "appeal_sent")


@post("/appeals/{appeal_id:uuid}/outcome", sync_to_thread=True)
def appeal_outcome(visitor: Visiting, appeal_id: UUID, data: Form) -> Redirect:
    """Enters the payer's answer."""
    visitor.require(BILLING_CHANGES)
    outcome = _one_of(AppealState, typed(data, "outcome", needed=True), "outcome")
    won = typed_money(data, "won") or Money.zero()
    with visitor.work() as work:
        on = typed_day(data, "on") or visitor.today()
        known = denials.decide(work, str(appeal_id), outcome, won, on, visitor.actor)
    return visitor.go(f"/denials/{known.denial_id}", "appeal_decided")


@get("/denials/{denial_id:uuid}/lesson", sync_to_thread=True)
def lesson_page(visitor: Visiting, denial_id: UUID) -> Response:
    """The rule that would have caught it, tried on past claims."""
    visitor.require(BILLING)
    identity = str(denial_id)
    found = denial_desk.lesson_of(visitor.services.ground, visitor.organisation, identity)
    with visitor.read() as work:
        known = denials.read_denial(work, identity)
    return visitor.page(
        "denial_lesson.html",
        "denials",
        denial=known,
        rule=found.rule,
        sentence=found.rule.sentence(),
        test=found.test,
        changes=visitor.may(BILLING_CHANGES),
    )


@post("/denials/{denial_id:uuid}/lesson", sync_to_thread=True)
def learn(visitor: Visiting, denial_id: UUID) -> Redirect:
    """Keeps the rule, to be tested and activated under Rules."""
    visitor.require(BILLING_CHANGES)
    denial_desk.learn(visitor.services.ground, visitor.organisation, visitor.actor, str(denial_id))
    return visitor.go(f"/denials/{denial_id}", "lesson_kept")


@post("/denials/{denial_id:uuid}/appeal-form", sync_to_thread=True, status_code=200)
def appeal_form(visitor: Visiting, denial_id: UUID) -> Response:
    """Shows the address of the clearinghouse's own form once; we never open it.

    A browser refuses to be led to it by a form of ours (``form-action`` in the pages' policy), so the person opens it.
    """
    visitor.require(BILLING_CHANGES)
    ground = visitor.services.ground
    link = denial_desk.appeal_form(
        ground, visitor.organisation, visitor.actor, str(denial_id), Contact(), service=AppealsClaims
    )
    return _denial(visitor, str(denial_id), form=link.address.reveal(Purpose.SHOW))


@post("/denials/{denial_id:uuid}/assign", sync_to_thread=True)
def assign(visitor: Visiting, denial_id: UUID, data: Form) -> Redirect:
    """Takes it in hand, or gives it back."""
    visitor.require(BILLING_CHANGES)
    with visitor.work() as work:
        denials.assign(work, str(denial_id), visitor.actor if typed(data, "mine") else "", visitor.actor)
    return visitor.go(f"/denials/{denial_id}", "denial_assigned")


@post("/denials/{denial_id:uuid}/follow-up", sync_to_thread=True)
def follow_up(visitor: Visiting, denial_id: UUID, data: Form) -> Redirect:
    """Sets the day on which to come back to it."""
    visitor.require(BILLING_CHANGES)
    with visitor.work() as work:
        denials.follow_up(work, str(denial_id), typed_day(data, "on"), visitor.actor)
    return visitor.go(f"/denials/{denial_id}", "denial_noted")


@post("/denials/{denial_id:uuid}/note", sync_to_thread=True)
def add_note(visitor: Visiting, denial_id: UUID, data: Form) -> Redirect:
    """Keeps a note, sealed."""
    visitor.require(BILLING_CHANGES)
    text = Sealed(typed(data, "text", needed=True, longest=2000))
    with visitor.work() as work:
        denials.add_note(work, visitor.services.vault, str(denial_id), text, visitor.actor)
    return visitor.go(f"/denials/{denial_id}", "denial_noted")


@post("/denials/{denial_id:uuid}/end", sync_to_thread=True)
def end(visitor: Visiting, denial_id: UUID, data: Form) -> Redirect:
    """Writes it off, moves it to the patient, or dismisses it."""
    visitor.require(BILLING_CHANGES)
    ground, identity = visitor.services.ground, str(denial_id)
    how, reason = typed(data, "how", needed=True), typed(data, "reason", needed=True)
    place = (ground, visitor.organisation, visitor.actor, identity)
    if how == "patient":
        denial_desk.bill_patient(*place, reason)
    elif how == "dismiss":
        denial_desk.dismiss(*place, reason)
    else:
        denial_desk.write_off(*place, _one_of(MoveKind, how, "how"), reason)
    return visitor.go(f"/denials/{identity}", "denial_ended")


@post("/denials/{denial_id:uuid}/reopen", sync_to_thread=True)
def open_again(visitor: Visiting, denial_id: UUID) -> Redirect:
    """Takes the end back, and the money's move with it."""
    visitor.require(BILLING_CHANGES)
    denial_desk.open_again(visitor.services.ground, visitor.organisation, visitor.actor, str(denial_id))
    return visitor.go(f"/denials/{denial_id}", "denial_reopened")


def _asked(visitor: Visiting, state: str, kind: str, payer: str, mine: str) -> DenialFilter:
    return DenialFilter(
        states=(DenialState(state),) if state in {one.value for one in DenialState} else (),
        kind=Category(kind) if kind in {one.value for one in Category} else None,
        payer_id=payer.strip() or None,
        assignee=visitor.actor if mine else None,
    )


def _one_of(kind: type[E], text: str, field: str) -> E:
    try:
        return kind(text)
    except ValueError:
        raise BAD_FORM.error(field=field) from None


def _label(code: str) -> str:
    group, _, reason = code.partition("-")
    return label(group, reason)


def _row(ranked: Ranked) -> Row:
    one = ranked.denial
    return {
        "claim": one.claim_number,
        "payer_id": one.payer_id,
        "payer_name": one.payer_name,
        "kind": one.kind.value,
        "reasons": " ".join(one.reasons),
        "amount": one.amount,
        "currency": one.amount.currency,
        "state": one.state.value,
        "decided_on": one.decided_on,
        "appeal_by": one.appeal_by,
        "days_left": ranked.days_left,
        "follow_up": one.follow_up,
        "minutes": one.minutes,
        "score": ranked.score,
    }


PAGES = [
    denials_page,
    denials_file,
    denial_page,
    letter_page,
    keep_letter,
    letter_file,
    appeal_sent,
    appeal_outcome,
    lesson_page,
    learn,
    appeal_form,
    assign,
    follow_up,
    add_note,
    end,
    open_again,
]
