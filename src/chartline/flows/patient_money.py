"""Patients' money by itself: every night credits find what is owed and small balances are given up, every hour posted
remittances are compared with the contracts, a statement run makes thousands in portions, and a payment taken here is
entered at the practice system where that is switched on.

Each portion is one transaction, so a killed worker is followed by another one and nothing happens twice.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from chartline.connect.facts import Payer, PaymentFact
from chartline.domains.payments.nightly import PORTION, apply_credits, give_up, small_balances
from chartline.domains.payments.payment import Method, PaymentState, read_payment
from chartline.domains.payments.received import apply, apply_to_oldest, receive
from chartline.domains.payments.settings import read_money_settings
from chartline.domains.payments.statement_runs import RunState, begin, go_on
from chartline.domains.payments.underpayments import compare, unchecked
from chartline.domains.practice.settings import office_today
from chartline.domains.sync.fields import Kind
from chartline.domains.sync.links import vendor_of
from chartline.domains.sync.settings import all_settings
from chartline.flows.answers import Answer, answer, come_back, done
from chartline.flows.ground import FAST, VENDOR, Ground
from chartline.flows.payments_out import post_payment
from chartline.flows.publishing import queue_publishing
from chartline.kernel.errors import Again, Blame, ChartlineError, ErrorKind
from chartline.kernel.money import Money
from chartline.platform.audit import AuditEvent, Target
from chartline.platform.database import Work
from chartline.platform.jobs import ComeBack, Job, Run

NO_PATIENT = ErrorKind(
    "payments.no_patient",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "There is no such patient.",
    "Choose one from the list of patients.",
    status=404,
)
NIGHT = "money.night"
CONTRACTS = "money.contracts"
STATEMENTS = "money.statements"
SEND_PAYMENT = "money.send_payment"
ACTOR = "chartline"
_MOST = 500
"""Portions of one run; a night that has more goes on in another run."""


def begin_statements(ground: Ground, work: Work, as_of: date, actor: str) -> str:
    """Begin a statement run, and put it in line; returns its id. Raises ``payments.run_under_way``."""
    run = begin(work, as_of, actor)
    ground.jobs.enqueue(work, STATEMENTS, FAST, {"run": run}, key=f"statements/{run}", organisation=work.organisation)
    return run


def take_payment(
    ground: Ground,
    work: Work,
    *,
    patient: str,
    amount: Money,
    method: Method,
    actor: str,
    identity: str,
    received: date | None = None,
    reference: str = "",
    claim: str | None = None,
    oldest: bool = True,
) -> None:
    """Take a payment, apply it to a claim or to the oldest ones, and put it in line for the practice system.

    The same ``identity`` again does nothing. Raises ``payments.no_patient``, ``payments.bad_payment``,
    ``payments.no_claim``, ``payments.more_than_open``.
    """
    if ground.records.find(work, "Patient", patient) is None:
        raise NO_PATIENT.error(patient=patient)
    today = office_day(work)
    receive(
        work,
        patient=patient,
        amount=amount,
        method=method,
        received=received or today,
        actor=actor,
        reference=reference,
        identity=identity,
    )
    if len(read_payment(work, identity).acts) > 1:
        return
    if claim is not None:
        apply(work, identity, claim, None, actor, today)
    elif oldest:
        apply_to_oldest(work, identity, actor, today)
    queue_payment(ground, work, identity)
    queue_publishing(ground, work)
    ground.audit.record(work, AuditEvent(actor, "payment.receive", Target("payment", identity)))


def queue_payment(ground: Ground, work: Work, payment: str) -> None:
    """Put a payment in line for every connection that payments are sent to; nothing where none is."""
    for connection, settings in all_settings(work).items():
        if settings.enabled and settings.push_payments:
            arguments = {"connection": connection, "payment": payment}
            key = f"payment/{payment}/{connection}"
            ground.jobs.enqueue(work, SEND_PAYMENT, VENDOR, arguments, key=key, organisation=work.organisation)


def office_day(work: Work) -> date:
    """Today on the office's wall; in UTC before the practice is set up."""
    try:
        return office_today(work)
    except ChartlineError:
        return work.now.date()


class PatientMoney:
    """The story."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def jobs(self) -> list[Job]:
        """The jobs of this story."""
        return [
            Job(NIGHT, FAST, self.night),
            Job(CONTRACTS, FAST, self.contracts),
            Job(STATEMENTS, FAST, self.statements),
            Job(SEND_PAYMENT, VENDOR, self.send_payment),
        ]

    def night(self, run: Run, arguments: dict[str, str]) -> ComeBack | dict[str, str] | None:
        """Apply credits, then give small balances up, each portion by portion."""
        counts: dict[str, str] = {}
        for name, portion in (("credit_portions", self._credits), ("given_up", self._small)):
            counted = self._portions(run, name, portion)
            if counted is None:
                return ComeBack(self._ground.clock.now(), "more to do")
            counts[name] = str(counted)
        return counts

    def contracts(self, run: Run, arguments: dict[str, str]) -> ComeBack | dict[str, str] | None:
        """Compare what was posted since with the contracts."""
        compared = self._portions(run, "compare", self._compare)
        return ComeBack(self._ground.clock.now(), "more to do") if compared is None else {"compared": str(compared)}

    def statements(self, run: Run, arguments: dict[str, str]) -> ComeBack | dict[str, str] | None:
        """Make the statements of a run."""
        for _ in range(_MOST):
            portion = run.step("statements", self._statements, run.organisation, arguments["run"])
            if portion["over"]:
                return {"made": portion["made"]}
        return ComeBack(self._ground.clock.now(), "more to do")

    def send_payment(self, run: Run, arguments: dict[str, str]) -> ComeBack | dict[str, str] | None:
        """Enter a payment at the practice system, once."""
        sent = run.step("send", self._send, run.organisation, arguments["connection"], arguments["payment"], run.failed)
        return come_back(sent)

    def _portions(self, run: Run, name: str, portion: Callable[[str, str], Answer]) -> int | None:
        """How many were done; None when there is more than one run should do."""
        after, counted = "", 0
        for _ in range(_MOST):
            done_now = run.step(name, portion, run.organisation, after)
            counted += int(done_now["count"])
            after = done_now["after"]
            if not after:
                return counted
        return None

    def _credits(self, organisation: str, after: str) -> Answer:
        with self._ground.database.work(organisation) as work:
            if not read_money_settings(work).apply_credits:
                return done(count="0", after="")
            last = apply_credits(work, ACTOR, office_day(work), after=after or None)
            queue_publishing(self._ground, work)
        return done(count="1", after=last or "")

    def _small(self, organisation: str, after: str) -> Answer:
        with self._ground.database.work(organisation) as work:
            settings, today = read_money_settings(work), office_day(work)
            if not settings.small_balance_automatic:
                return done(count="0", after="")
            found = small_balances(work, settings, today, after=after or None)
            given = give_up(work, found, ACTOR, today)
            if given:
                queue_publishing(self._ground, work)
        return done(count=str(given), after=found[-1].claim_id if len(found) == PORTION else "")

    def _compare(self, organisation: str, after: str) -> Answer:
        """``after`` is ``<remittance>/<place>`` inside a large one."""
        with self._ground.database.work(organisation) as work:
            remittance, _, place = after.partition("/")
            if not place:
                waiting = unchecked(work, 1)
                if not waiting:
                    return done(count="0", after="")
                remittance = waiting[0]
            tolerance = Money(read_money_settings(work).underpaid_tolerance)
            last = compare(work, self._ground.vault, remittance, tolerance, int(place or 0))
        return done(count="0" if last else "1", after=f"{remittance}/{last}" if last else "next")

    def _statements(self, organisation: str, statement_run: str) -> Answer:
        with self._ground.database.work(organisation) as work:
            run = go_on(work, self._ground.vault, self._ground.records, statement_run)
        return done(made=str(run.made), over="1" if run.state is RunState.DONE else "")

    def _send(self, organisation: str, connection: str, payment: str, failed: int) -> Answer:
        ground = self._ground
        with ground.database.read(organisation) as work:
            found = read_payment(work, payment)
            patient = vendor_of(work, connection, Kind.PATIENT, found.patient_id)
        if patient is None or found.state is not PaymentState.RECEIVED:
            # The practice system does not know the patient, or the payment is over: there is nothing to enter.
            return done(sent="")
        fact = PaymentFact(
            reference=payment,
            patient_vendor_id=patient,
            payer=Payer.PATIENT,
            amount=found.amount,
            received=found.received,
            check_number=found.reference if found.method is Method.CHECK else "",
        )
        return answer(post_payment(ground, organisation, connection, fact), ground.clock, failed)
