"""Payers: each directory is read once a day and replaced whole; enrolments are begun by people.

The pages of a directory are taken in one by one, each in its own transaction, under the run's own mark; only after the
last one does anything leave. The vendor's form for an enrolment is a personal address that carries access: it is handed
to the person who asked, kept nowhere, and never fetched by us.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta

from chartline.connect.clearing import Enrollment, Enrolls, ListsPayers, PersonalLink
from chartline.domains.coverage.enrollments import EnrollmentState, PayerEnrollment, move, open_enrollment
from chartline.domains.coverage.payers import (
    NO_PAYER,
    SERVICES,
    begin_directory,
    finish_directory,
    listed_at,
    note_directory_problem,
    numbers_of,
    take_page,
)
from chartline.domains.practice.settings import read_practice
from chartline.flows.answers import Answer, answer, come_back, done
from chartline.flows.ground import VENDOR, Ground
from chartline.kernel.errors import CATALOGUE, Again, Blame, ErrorKind, StopRun
from chartline.kernel.outcome import Later, Receipt, Refused
from chartline.platform.audit import AuditEvent, Target
from chartline.platform.jobs import ComeBack, Job, Run

LIST = "payers.list"
EVERY = timedelta(days=1)
MOST_PAGES = 500

BAD_SERVICE = ErrorKind(
    "coverage.bad_service",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "There is no such service to enrol for.",
    "Choose one of the services that the payer's page names.",
    status=422,
)
LATER = ErrorKind(
    "coverage.vendor_busy",
    Blame.VENDOR,
    Again.AFTER,
    "The clearinghouse could not take the question just now.",
    "Try again in a minute.",
    status=503,
)


NOT_BEGUN = ErrorKind(
    "coverage.enrollment_not_begun",
    Blame.VENDOR,
    Again.AFTER,
    "The clearinghouse did not give a form for this enrolment.",
    "Try again later; the field holds the code of its answer, and the message is in the exchange log.",
    status=503,
)
ENDLESS = ErrorKind(
    "coverage.directory_endless",
    Blame.VENDOR,
    Again.AFTER_FIX,
    "The list of payers does not come to an end; nothing was taken off ours.",
    "Tell the clearinghouse; the payers that were read can be used meanwhile.",
    status=502,
)


class PayerLists:
    """The story of the directories."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def jobs(self) -> list[Job]:
        """The jobs of this story."""
        return [Job(LIST, VENDOR, self.read)]

    def read(self, run: Run, arguments: dict[str, str]) -> ComeBack | dict[str, str] | None:
        """Read a connection's directory from its beginning to its end."""
        connection, cursor, changed = arguments["connection"], "", 0
        generation = hashlib.sha256(f"{run.id}/{run.returns}".encode()).hexdigest()[:32]
        run.step("begin", self._begin, run.organisation, connection, generation)
        for _ in range(MOST_PAGES):
            page = run.step("page", self._page, run.organisation, connection, generation, cursor, run.failed)
            back = come_back(page)
            if back is not None:
                return back
            changed, cursor = changed + int(page["changed"]), page["cursor"]
            if not cursor:
                break
        else:
            raise ENDLESS.stop(connection=connection)
        ended = run.step("finish", self._finish, run.organisation, connection, generation)
        return {"changed": str(changed), "removed": ended["removed"]}

    def _begin(self, organisation: str, connection: str, generation: str) -> Answer:
        with self._ground.database.work(organisation) as work:
            begin_directory(work, connection, generation)
        return done()

    def _page(self, organisation: str, connection: str, generation: str, cursor: str, failed: int) -> Answer:
        ground = self._ground
        outcome = ground.open(organisation, connection, ListsPayers).payers(cursor)
        with ground.database.work(organisation) as work:
            if isinstance(outcome, Receipt):
                changed = take_page(work, connection, generation, outcome.value.rows)
                return done(changed=str(changed), cursor=outcome.value.cursor if outcome.value.more else "")
            if isinstance(outcome, Refused):
                note_directory_problem(work, connection, outcome.problem.code)
        return answer(outcome, ground.clock, failed)

    def _finish(self, organisation: str, connection: str, generation: str) -> Answer:
        try:
            with self._ground.database.work(organisation) as work:
                return done(removed=str(finish_directory(work, connection, generation)))
        except StopRun as refusal:
            with self._ground.database.work(organisation) as work:
                note_directory_problem(work, connection, refusal.problem.code)
            raise


def begin_enrollment(
    ground: Ground, organisation: str, actor: str, connection_id: str, payer_id: str, service: str, npi: str = ""
) -> tuple[PayerEnrollment, PersonalLink | None]:
    """Begin an enrolment and answer the vendor's personal form, None when nothing more is to be done.

    The practice's own NPI when none is named. Asking again gives a form again. Raises ``coverage.no_payer``,
    ``coverage.bad_service``, ``coverage.vendor_busy``, ``connect.cannot``, ``practice.not_set_up``, the vendor's no.
    """
    if service not in SERVICES:
        raise BAD_SERVICE.error(service=service)
    connector = ground.open(organisation, connection_id, Enrolls)
    with ground.database.work(organisation) as work:
        practice = read_practice(work)
        listed = listed_at(work, connection_id, payer_id)
        if listed is None:
            raise NO_PAYER.error(payer=payer_id)
        known = open_enrollment(work, connection_id, payer_id, listed.name, service, npi or practice.npi, actor)
        number = numbers_of(work, payer_id).get(connection_id, payer_id)
    wanted = Enrollment(
        payer_id=number,
        service=service,
        tax_id=practice.tax_id,
        npi=npi or practice.npi,
        provider_last=practice.name,
        contact=practice.contact,
        contact_phone=practice.phone,
    )
    outcome = connector.enroll(wanted)
    if isinstance(outcome, Later):
        raise LATER.error(evidence=outcome.exchange)
    with ground.database.work(organisation) as work:
        target = Target("payer_enrollment", known.id)
        if isinstance(outcome, Refused):
            move(work, known.id, None, outcome.problem.code, actor)
            ground.audit.record(work, AuditEvent(actor, "enrollment.refused", target))
        else:
            state = EnrollmentState.BEGUN if outcome.value is not None else EnrollmentState.WAITING
            move(work, known.id, state, state.value, actor, expected_days=listed.enrollment_days)
            # Whoever has the address can act for the practice there, so who was given it is written down.
            ground.audit.record(work, AuditEvent(actor, "enrollment.link", target))
    if isinstance(outcome, Refused):
        kind = CATALOGUE.get(outcome.problem.code)
        if kind is not None and kind.status < 500:
            raise StopRun(outcome.problem)
        raise NOT_BEGUN.error(evidence=outcome.problem.evidence, reason=outcome.problem.code)
    return known, outcome.value


def note_enrollment(ground: Ground, organisation: str, actor: str, enrollment_id: str, state: EnrollmentState) -> None:
    """A person says where an enrolment stands: the form is sent, or the payer wrote.

    Raises ``coverage.no_enrollment``.
    """
    with ground.database.work(organisation) as work:
        move(work, enrollment_id, state, "by hand", actor)
        target = Target("payer_enrollment", enrollment_id)
        ground.audit.record(work, AuditEvent(actor, "enrollment.note", target, detail={"state": state.value}))
