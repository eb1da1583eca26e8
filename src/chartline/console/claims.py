"""Claims: the list with its filters, one claim with everything that happened to it, and correcting it."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from litestar import Response, get, post
from litestar.params import Parameter
from litestar.response import Redirect

from chartline.app.spreadsheet import Row, as_csv
from chartline.console import claim_acts, claim_edit
from chartline.console.forms import Form, typed
from chartline.console.people import names_of
from chartline.console.visitor import BILLING, BILLING_CHANGES, Visiting, Visitor
from chartline.domains.claims import (
    Claim,
    ClaimFilter,
    Word,
    claim_lines,
    count_by_word,
    findings_of,
    history,
    list_claims,
    read_claim,
    read_claims,
)
from chartline.domains.claims.acts import acts_of
from chartline.domains.claims.axes import DECIDED
from chartline.domains.claims.ending import ClosedReason
from chartline.domains.claims.notes import tags_of, used_tags
from chartline.domains.claims.queries import claims_after
from chartline.domains.claims.standing import standing_of
from chartline.domains.ledger import claim_balances
from chartline.domains.practice.providers import list_providers
from chartline.flows import claim_desk, front_desk
from chartline.flows.claim_beside import beside
from chartline.flows.secondary import next_coverage
from chartline.kernel.sealed import Purpose, Sealed
from chartline.platform.audit import Target

PAGE = 50
COLUMNS = (
    "number",
    "version",
    "service_date",
    "payer_id",
    "payer_name",
    "word",
    "charged",
    "paid",
    "adjusted",
    "patient",
    "denied",
    "open",
    "currency",
)
"""Columns of the file."""
MOST_ROWS = 20_000
"""A download ends here."""

Number = Annotated[str, Parameter(max_length=20)]
WordFilter = Annotated[str, Parameter(max_length=20)]
Payer = Annotated[str, Parameter(max_length=40)]
Npi = Annotated[str, Parameter(max_length=10)]
Tag = Annotated[str, Parameter(max_length=30)]
Day = Annotated[str, Parameter(max_length=10)]


@get("/claims", sync_to_thread=True)
def claims_page(
    visitor: Visiting,
    word: WordFilter = "",
    number: Number = "",
    payer: Payer = "",
    provider: Npi = "",
    tag: Tag = "",
    begin: Day = "",
    end: Day = "",
    held: Annotated[str, Parameter(max_length=3)] = "",
    cursor: str | None = None,
) -> Response:
    """Claims, the newest service date first."""
    chosen = {
        "word": word,
        "number": number,
        "payer": payer,
        "provider": provider,
        "tag": tag,
        "begin": begin,
        "end": end,
        "held": held,
    }
    asked = _asked(chosen)
    with visitor.showing("console.claims", permissions=BILLING) as work:
        page = list_claims(work, asked, cursor or None, PAGE)
        counts = count_by_word(work)
        names = names_of(work, visitor.services.records, [one.patient_id for one in page.claims])
        tags = tags_of(work, [one.id for one in page.claims])
        providers = list_providers(work, active_only=False)
        used = used_tags(work)
    return visitor.page(
        "claims.html",
        "claims",
        claims=page.claims,
        cursor=page.next,
        counts=counts,
        names=names,
        tags=tags,
        used_tags=used,
        providers=providers,
        word=asked.word.value if asked.word else "",
        chosen=chosen,
        filtered=any(chosen.values()),
        query=urlencode({name: value for name, value in chosen.items() if value}),
        others=urlencode({name: value for name, value in chosen.items() if value and name != "word"}),
    )


@get("/claims.csv", sync_to_thread=True)
def claims_file(
    visitor: Visiting,
    word: WordFilter = "",
    number: Number = "",
    payer: Payer = "",
    provider: Npi = "",
    tag: Tag = "",
    begin: Day = "",
    end: Day = "",
    held: Annotated[str, Parameter(max_length=3)] = "",
) -> Response:
    """The filtered claims as CSV, without patient values."""
    visitor.require(BILLING)
    asked = _asked(
        {
            "word": word,
            "number": number,
            "payer": payer,
            "provider": provider,
            "tag": tag,
            "begin": begin,
            "end": end,
            "held": held,
        }
    )
    rows: list[Row] = []
    cursor: str | None = None
    with visitor.read() as work:
        while len(rows) < MOST_ROWS:
            page = list_claims(work, asked, cursor, 500)
            rows += [_row(one) for one in page.claims]
            cursor = page.next
            if cursor is None:
                break
    with visitor.work() as work:
        visitor.record(work, "claims.download", count=str(len(rows)))
    headers = {"Content-Disposition": 'attachment; filename="claims.csv"'}
    return Response(as_csv(rows, COLUMNS), media_type="text/csv", headers=headers)


@get("/claims/{claim_id:uuid}", sync_to_thread=True)
def claim_page(visitor: Visiting, claim_id: UUID) -> Response:
    """One claim."""
    identity = str(claim_id)
    ground = visitor.services.ground
    with visitor.showing("console.claim", Target("Claim", identity), BILLING) as work:
        claim = read_claim(work, identity)
        events = [
            {
                "event": one,
                "messages": [(each, each.text.reveal(Purpose.SHOW)) for each in one.messages],
            }
            for one in reversed(history(work, identity, visitor.services.vault))
        ]
        before = read_claims(work, [claim.primary_claim_id] if claim.primary_claim_id else [])
        values = {
            "lines": claim_lines(work, identity),
            "findings": findings_of(work, identity),
            "accounts": claim_balances(work, [identity]).get(identity, {}),
            "name": names_of(work, visitor.services.records, [claim.patient_id]).get(claim.patient_id, "(no name)"),
            "acts": {one.act.value: one for one in acts_of(standing_of(work, claim))},
            "tags": tags_of(work, [identity]).get(identity, []),
            "earlier": before.get(claim.primary_claim_id or ""),
            "later": claims_after(work, identity),
            "next_payer": next_coverage(ground, work, claim) if claim.adjudication in DECIDED else None,
            "differs": len(claim_desk.changed_since(ground, work, identity)),
            "reasons": list(ClosedReason),
            "beside": beside(work, claim),
        }
    return visitor.page("claim.html", "claims", claim=claim, events=events, people=_people(visitor), **values)


@post("/claims/{claim_id:uuid}/correct", sync_to_thread=True)
def correct_claim(visitor: Visiting, claim_id: UUID, data: Form) -> Redirect:
    """Begins a new version with another member id."""
    visitor.require(BILLING_CHANGES)
    identity = str(claim_id)
    member = Sealed(typed(data, "member_id", needed=True))
    front_desk.correct_claim(visitor.services.ground, visitor.organisation, visitor.actor, identity, member)
    return visitor.go(f"/claims/{identity}", "corrected")


def _asked(chosen: dict[str, str]) -> ClaimFilter:
    """The filter that was chosen; what cannot be read counts as not chosen."""
    known = {one.value for one in Word}
    word = chosen["word"]
    return ClaimFilter(
        word=Word(word) if word in known else None,
        number=chosen["number"].strip().upper() or None,
        payer_id=chosen["payer"].strip() or None,
        provider=chosen["provider"].strip() or None,
        tag=chosen["tag"].strip().lower() or None,
        begin=_day(chosen["begin"]),
        end=_day(chosen["end"]),
        held=True if chosen["held"] else None,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _row(claim: Claim) -> Row:
    return {
        "number": claim.number,
        "version": claim.version,
        "service_date": claim.service_date,
        "payer_id": claim.payer_id,
        "payer_name": claim.payer_name,
        "word": claim.word.value,
        "charged": claim.total,
        "paid": claim.paid,
        "adjusted": claim.adjusted,
        "patient": claim.patient_responsibility,
        "denied": claim.denied,
        "open": claim.open,
        "currency": claim.total.currency,
    }


def _people(visitor: Visitor) -> dict[str, str]:
    """Names of the users who acted, by actor."""
    users = visitor.services.access.users(visitor.organisation)
    return {f"user:{one.id}": one.name for one in users}


PAGES = [claims_page, claims_file, claim_page, correct_claim, *claim_edit.PAGES, *claim_acts.PAGES]
