"""The next payer: what one payer left to the patient is claimed from the patient's next coverage.

By itself where the practice wants it so, a portion of decided claims at a time; and by hand on any claim. Nothing is
passed on twice, nor what the payer itself handed to the next one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from chartline.connect.facts import Relationship
from chartline.domains.claims import Claim
from chartline.domains.claims.passable import passable_claims
from chartline.domains.claims.passing_on import FORWARDED, NO_NEXT, NextPayer, pass_on
from chartline.domains.claims.queries import read_claim, read_claims
from chartline.domains.claims.settings import read_claim_settings
from chartline.domains.coverage.subscriber import subscriber_of
from chartline.domains.practice.coverages import primary_on, read_coverage
from chartline.domains.practice.day import coverages_of
from chartline.domains.practice.settings import read_practice
from chartline.domains.remits.decided import last_decision
from chartline.domains.sync.cursors import read_cursor, store_cursor
from chartline.flows.answers import Answer, done
from chartline.flows.claim_intake import check_claims
from chartline.flows.ground import FAST, Ground
from chartline.flows.publishing import queue_publishing
from chartline.formats.fhir import JsonObject, text
from chartline.kernel.errors import Again, Blame, ChartlineError, ErrorKind
from chartline.kernel.sealed import Purpose
from chartline.platform.audit import AuditEvent, Target
from chartline.platform.database import Work
from chartline.platform.jobs import ComeBack, Job, Run

NEXT_PAYERS = "claims.next_payers"
_PORTION = 50
_FEED = "next_payers"

NO_COVERAGE = ErrorKind(
    "claims.no_next_coverage",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The patient has no other active coverage on the date of service.",
    "Enter the patient's second insurance with its order, and pass the claim on again.",
    status=409,
)


@dataclass(frozen=True, slots=True)
class PassedOn:
    """The claim to the next payer, and whether a rule holds it."""

    claim: str
    held: bool


class Secondary:
    """The story."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def jobs(self) -> list[Job]:
        """The jobs of this story."""
        return [Job(NEXT_PAYERS, FAST, self.next_payers)]

    def next_payers(self, run: Run, arguments: dict[str, str]) -> ComeBack | dict[str, str] | None:
        """Pass on what was decided since the last time, portion by portion."""
        made = 0
        while True:
            portion = run.step("pass_on", self._portion, run.organisation)
            made += int(portion["made"])
            if not portion["more"]:
                return {"made": str(made)}

    def _portion(self, organisation: str) -> Answer:
        ground, made = self._ground, 0
        with ground.database.work(organisation) as work:
            if not read_claim_settings(work).next_payer_by_itself:
                return done(made="0", more="")
            found, cursor = passable_claims(work, read_cursor(work, organisation, _FEED), _PORTION)
            coverages = coverages_of(work, ground.records, sorted({one.patient_id for one in found}))
            for claim in found:
                to = _next(ground, work, claim, [claim.coverage_id], coverages.get(claim.patient_id, []))
                if to is not None:
                    made += _passed(ground, work, claim, to) is not None
            store_cursor(work, organisation, _FEED, cursor)
            queue_publishing(ground, work)
        return done(made=str(made), more="yes" if len(found) == _PORTION else "")


def pass_claim_on(ground: Ground, organisation: str, actor: str, claim: str) -> PassedOn:
    """Claim from the patient's next coverage what this claim's payer left to the patient.

    Raises ``claims.not_found``, ``claims.no_next_payer``, ``claims.no_next_coverage``.
    """
    with ground.database.work(organisation) as work:
        present = read_claim(work, claim)
        before = read_claims(work, [present.primary_claim_id] if present.primary_claim_id else [])
        asked = [present.coverage_id, *(one.coverage_id for one in before.values())]
        coverages = coverages_of(work, ground.records, [present.patient_id]).get(present.patient_id, [])
        to = _next(ground, work, present, asked, coverages)
        if to is None:
            raise NO_COVERAGE.error(claim=claim)
        decision = last_decision(work, ground.vault, claim)
        if decision is None:
            raise NO_NEXT.error(claim=claim)
        made = pass_on(work, ground.vault, ground.records, claim, *decision, to, actor)
        ground.audit.record(work, AuditEvent(actor, "claim.pass_on", Target("Claim", claim)))
        return PassedOn(made, _held(ground, work, made, actor))


def next_coverage(ground: Ground, work: Work, claim: Claim) -> str | None:
    """The name of the payer that would be asked next, None when there is none."""
    coverages = coverages_of(work, ground.records, [claim.patient_id]).get(claim.patient_id, [])
    to = _next(ground, work, claim, [claim.coverage_id], coverages)
    return to.coverage.payer_name if to is not None else None


def _passed(ground: Ground, work: Work, claim: Claim, to: NextPayer) -> str | None:
    """The next claim; None for what cannot be passed on, which waits for a person."""
    decision = last_decision(work, ground.vault, claim.id)
    if decision is None or decision[0].status in FORWARDED:
        return None
    try:
        made = pass_on(work, ground.vault, ground.records, claim.id, *decision, to, "chartline")
    except ChartlineError:
        # Nothing was written yet: the decision's lines cannot be joined with the claim's, or it changed meanwhile.
        return None
    _held(ground, work, made, "chartline")
    return made


def _held(ground: Ground, work: Work, made: str, actor: str) -> bool:
    if read_claim(work, made).work.value == "draft":
        check_claims(ground, work, [made], actor)
    return read_claim(work, made).work.value == "held"


def _days(work: Work) -> int:
    return read_practice(work).filing_days


def _next(ground: Ground, work: Work, claim: Claim, asked: list[str], coverages: list[JsonObject]) -> NextPayer | None:
    """The coverage that is next in order on the day of service, apart from those that were asked already, and whose it
    is."""
    left = [one for one in coverages if text(one, "id") not in asked]
    own = next((_order(one) for one in coverages if text(one, "id") == claim.coverage_id), 0)
    resource = primary_on([one for one in left if _order(one) >= own], claim.service_date)
    if resource is None:
        return None
    fact = read_coverage(resource)
    if not fact.payer_id or not fact.member_id.reveal(Purpose.MATCH):
        return None
    subscriber = None if fact.relationship is Relationship.SELF else subscriber_of(work, ground.records, resource)
    deadline = _deadline(claim.service_date, _days(work))
    return NextPayer(text(resource, "id") or "", fact, subscriber, filing_deadline=deadline)


def _deadline(day: date, days: int) -> date | None:
    return day + timedelta(days=days) if days else None


def _order(coverage: JsonObject) -> int:
    order = coverage.get("order")
    return order if isinstance(order, int) else 99
