"""Denials from the posting to their end: taken from remittances by a job, and what people do about them.

Ending a denial and moving its money are one transaction: the entry's key is the denial's, so that neither can happen
twice or without the other. An appeal form of a vendor is a link for a person: it is asked for and never opened by us.
"""

from __future__ import annotations

from dataclasses import dataclass

from chartline.connect.clearing import AppealsClaims, Contact, PersonalLink
from chartline.domains.claims.axes import WorkAxis
from chartline.domains.claims.copy import open_first_copies
from chartline.domains.claims.ending import ClosedReason, close
from chartline.domains.claims.ending import reopen as reopen_claim
from chartline.domains.claims.practice_rules import BackTest, Definition, back_test
from chartline.domains.claims.queries import read_claim
from chartline.domains.ledger import balance
from chartline.domains.ledger.accounts import INSURANCE
from chartline.domains.payments.moves import WRITE_OFFS, Decided, MoveKind, decide, undo
from chartline.domains.practice.settings import office_today
from chartline.domains.remits.denials import (
    DenialState,
    end,
    last_end,
    propose_rule,
    read_denial,
    reopen,
    take_denials,
    waiting_denial,
)
from chartline.flows.answers import Answer, done
from chartline.flows.ground import FAST, Ground
from chartline.flows.rule_desk import write_rule
from chartline.kernel.errors import Again, Blame, ChartlineError, ErrorKind
from chartline.kernel.ids import derived_id
from chartline.kernel.money import Money
from chartline.kernel.outcome import Later, Receipt
from chartline.platform.audit import AuditEvent, Target
from chartline.platform.database import Work
from chartline.platform.jobs import ComeBack, Job, Run

TAKE = "denials.take"
NOT_YET = ErrorKind(
    "denials.vendor_waits",
    Blame.VENDOR,
    Again.AFTER,
    "The clearinghouse cannot be asked for its form just now.",
    "Try again in a minute, or write the letter and send it by fax or mail.",
    status=503,
)
NOTHING_OPEN = ErrorKind(
    "denials.nothing_open",
    Blame.PRACTICE,
    Again.NEVER,
    "Nothing of this claim is open with insurance any more.",
    "Look at the claim's entries; dismiss the denial if everything is settled.",
    status=409,
)
NO_LESSON = ErrorKind(
    "denials.no_lesson",
    Blame.PRACTICE,
    Again.NEVER,
    "Nothing on the claim could have told that the payer would refuse it, so no rule is proposed.",
    "Write a rule by hand under Rules, if you know what to look for.",
    status=409,
)
CLOSED_FOR = {DenialState.WRITTEN_OFF: ClosedReason.WRITTEN_OFF, DenialState.MOVED: ClosedReason.BILLED_TO_PATIENT}


def queue_denials(ground: Ground, work: Work, remittance: str, generation: int = 1, *, undone: bool = False) -> None:
    """Put the taking of a remittance's denials in line; for whoever posts or undoes one, in the same transaction."""
    key = f"denials/{remittance}/{generation}{'/undone' if undone else ''}"
    ground.jobs.enqueue(work, TAKE, FAST, {"remittance": remittance}, key=key, organisation=work.organisation)


class DenialDesk:
    """The story."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def jobs(self) -> list[Job]:
        """The jobs of this story."""
        return [Job(TAKE, FAST, self.take)]

    def take(self, run: Run, arguments: dict[str, str]) -> ComeBack | dict[str, str] | None:
        """Take a remittance's denials, some hundred claims a step."""
        opened, after = 0, "0"
        while True:
            portion = run.step("take", self._take, run.organisation, arguments["remittance"], after)
            opened += int(portion["opened"])
            after = portion["last"]
            if after == "0":
                return {"opened": str(opened)}

    def _take(self, organisation: str, remittance: str, after: str) -> Answer:
        with self._ground.database.work(organisation) as work:
            taken = take_denials(work, remittance, int(after))
        return done(opened=str(taken.opened), last=str(taken.last))


def write_off(ground: Ground, organisation: str, actor: str, denial: str, kind: MoveKind, reason: str) -> str:
    """Give the amount up: the ledger, the denial and, when nothing stays open, the claim. Answers the write-off's id.

    Raises ``denials.not_open``, ``denials.nothing_open``, ``payments.no_reason``, ``payments.bad_decision``.
    """
    if kind not in WRITE_OFFS:
        kind = MoveKind.OTHER
    return _end(ground, organisation, actor, denial, DenialState.WRITTEN_OFF, kind, reason)


def bill_patient(ground: Ground, organisation: str, actor: str, denial: str, reason: str) -> str:
    """Move the amount to the patient. Answers the transfer's id; raises as ``write_off``."""
    return _end(ground, organisation, actor, denial, DenialState.MOVED, MoveKind.TO_PATIENT, reason)


def dismiss(ground: Ground, organisation: str, actor: str, denial: str, reason: str) -> None:
    """End it without money: it was settled elsewhere, or it was none. Raises ``denials.not_open``."""
    with ground.database.work(organisation) as work:
        end(work, denial, DenialState.DISMISSED, reason, actor)
        _note(ground, work, actor, "denial.dismiss", denial)


def open_again(ground: Ground, organisation: str, actor: str, denial: str) -> None:
    """Take the end back, and the money's move with it. Raises ``denials.not_ended``, ``payments.built_upon``."""
    with ground.database.work(organisation) as work:
        known = reopen(work, denial, actor)
        if known.state is not DenialState.DISMISSED:
            undo(work, _move(denial, last_end(work, denial)), actor, office_today(work))
            claim = read_claim(work, known.claim_id)
            if claim.work is WorkAxis.CLOSED:
                reopen_claim(work, ground.vault, ground.records, claim.id, actor)
        _note(ground, work, actor, "denial.reopen", denial)


def appeal_form(
    ground: Ground, organisation: str, actor: str, denial: str, contact: Contact, *, service: type[AppealsClaims]
) -> PersonalLink:
    """Where a person writes the appeal at the clearinghouse. Raises ``connect.not_connected``, the vendor's refusal."""
    with ground.database.read(organisation) as work:
        claim = read_claim(work, waiting_denial(work, denial).claim_id)
    _, connector = ground.first(organisation, service)
    outcome = connector.appeal_form(claim.vendor_claim_id, claim.reference, contact)
    with ground.database.work(organisation) as work:
        _note(ground, work, actor, "denial.appeal_form", denial)
    if isinstance(outcome, Receipt):
        return outcome.value
    if isinstance(outcome, Later):
        raise NOT_YET.error(denial=denial)
    raise ChartlineError(outcome.problem)


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a denial teaches: the rule that would have caught it, and what it would have done to past claims."""

    rule: Definition
    test: BackTest


def lesson_of(ground: Ground, organisation: str, denial: str, limit: int = 500) -> Lesson:
    """The rule that would have caught a denial, tried on past claims; nothing is kept.

    Raises ``denials.not_found``, ``denials.no_lesson``.
    """
    with ground.database.read(organisation) as work:
        known = read_denial(work, denial)
        copy = open_first_copies(work, ground.vault, [known.claim_id])[known.claim_id]
        rule = propose_rule(known, copy)
        if rule is None:
            raise NO_LESSON.error(denial=denial)
        return Lesson(rule, back_test(work, ground.vault, rule, limit))


def learn(ground: Ground, organisation: str, actor: str, denial: str) -> str:
    """Keep the rule that a denial teaches, to be tested and activated by a person; its id.

    Raises ``denials.not_found``, ``denials.no_lesson``.
    """
    rule = lesson_of(ground, organisation, denial, limit=1).rule
    return write_rule(ground, organisation, actor, rule, cause=denial)


def _end(
    ground: Ground, organisation: str, actor: str, denial: str, how: DenialState, kind: MoveKind, reason: str
) -> str:
    with ground.database.work(organisation) as work:
        known = waiting_denial(work, denial)
        left = balance(work, INSURANCE, claim=known.claim_id)
        amount = min(known.amount, left, key=lambda one: one.minor)
        if amount <= Money(0):
            raise NOTHING_OPEN.error(denial=denial)
        identity = _move(denial, end(work, denial, how, reason, actor))
        decide(work, [Decided(kind, known.claim_id, INSURANCE, reason, amount, identity)], actor, office_today(work))
        claim = read_claim(work, known.claim_id)
        if amount == left and claim.work is not WorkAxis.CLOSED:
            close(work, ground.vault, ground.records, claim.id, actor, CLOSED_FOR[how])
        _note(ground, work, actor, f"denial.{how.value}", denial)
    return identity


def _move(denial: str, event: int) -> str:
    """The id of the move of money of one end of a denial: the event's number tells it from an earlier one."""
    return derived_id("denial-end", denial, str(event))


def _note(ground: Ground, work: Work, actor: str, action: str, denial: str) -> None:
    ground.audit.record(work, AuditEvent(actor, action, Target("denial", denial)))
