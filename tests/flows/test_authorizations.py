"""A request for authorization by wire: sent once whatever is lost on the way, looked at until it is decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import pytest
from tests.support.filled import DirectRun, Filled

from chartline.connect.clearing import AuthorizationAsk, AuthorizationReply, Certified
from chartline.connect.connections import Connection
from chartline.domains.coverage.authorizations import Authorization, AuthorizationState, Procedure, Route
from chartline.domains.coverage.authorizations.authorization import authorization_history, read_authorization
from chartline.domains.coverage.authorizations.steps import Wanted
from chartline.flows import authorizations as story
from chartline.flows.authorizations import AuthorizationStory
from chartline.flows.coverage_desk import ordered_coverages
from chartline.flows.ground import Ground
from chartline.flows.republish import Republisher
from chartline.kernel.clock import Clock
from chartline.kernel.errors import Again, Blame, ChartlineError, ErrorKind, StopRun
from chartline.kernel.outcome import Absent, Later, Looked, Outcome, Receipt, Refused, Unknown
from chartline.platform.jobs import ComeBack

NO = ErrorKind("test.bad_request", Blame.PRACTICE, Again.AFTER_FIX, "No.", "Mend it.", status=422)


PENDED = AuthorizationReply(Certified.PENDED, vendor_id="V1")


@dataclass
class Payer:
    """A payer with a book of requests: what it was asked under which trace, and what it says."""

    clock: Clock
    says: AuthorizationReply = PENDED
    loses: bool = False
    refuses: bool = False
    book: dict[str, AuthorizationAsk] = field(default_factory=dict)

    def request_authorization(self, ask: AuthorizationAsk) -> Outcome[AuthorizationReply]:
        if self.refuses:
            return Refused(NO.problem())
        assert ask.once_key not in self.book
        self.book[ask.once_key] = ask
        return Unknown("x1") if self.loses else Receipt(self.says, "x1")

    def find_authorization(self, ask: AuthorizationAsk) -> Looked[AuthorizationReply]:
        return Receipt(self.says, "x2") if ask.once_key in self.book else Absent("x2")

    def authorization_status(
        self, ask: AuthorizationAsk, vendor_id: str
    ) -> Receipt[AuthorizationReply] | Later | Refused:
        assert (vendor_id, ask.once_key in self.book) == ("V1", True)
        return Receipt(self.says, "x3")


@pytest.fixture
def filled(filled_sqlite: Filled) -> Filled:
    return filled_sqlite


@pytest.fixture
def payer(filled: Filled) -> Payer:
    return Payer(filled.services.clock)


@pytest.fixture
def ground(filled: Filled, payer: Payer) -> Ground:
    """The practice with one connection that authorizes."""

    def connector(organisation: str, connection: Connection) -> object:
        return payer if connection.vendor == "claimmd" else object()

    return replace(filled.services.ground, connector=connector)


def asked(ground: Ground, filled: Filled, documents: Sequence[str] = ()) -> Authorization:
    patient = filled.patients[2]
    with ground.database.read(filled.organisation) as work:
        coverage = ordered_coverages(work, ground.records, patient)[0]
    wanted = Wanted(
        patient_id=patient,
        coverage_id=coverage.id,
        payer_id=coverage.fact.payer_id,
        payer_name=coverage.fact.payer_name,
        provider_npi="1999999984",
        procedures=(Procedure("90837", 12),),
        diagnoses=("F331",),
        begin=date(2026, 3, 10),
        end=date(2026, 6, 10),
    )
    return story.begin(ground, filled.organisation, "user:desk", wanted, documents=documents)


def send(ground: Ground, filled: Filled, one: Authorization) -> object:
    return AuthorizationStory(ground).submit(DirectRun(filled.organisation), {"authorization": one.id})


def sync(ground: Ground, filled: Filled) -> object:
    return AuthorizationStory(ground).sync(DirectRun(filled.organisation), {})


def now(ground: Ground, filled: Filled, one: Authorization) -> Authorization:
    with ground.database.read(filled.organisation) as work:
        return read_authorization(work, one.id)


def test_a_request_is_sent_pended_looked_at_and_decided(ground: Ground, filled: Filled, payer: Payer) -> None:
    one = asked(ground, filled)
    assert (one.state, one.route) == (AuthorizationState.SUBMITTED, Route.WIRE)
    assert send(ground, filled, one) == {"state": "pended"}
    assert send(ground, filled, one) == {"state": "pended"}
    assert len(payer.book) == 1
    ask = next(iter(payer.book.values()))
    assert (ask.procedures, ask.diagnoses, ask.requester_npi) == ((("90837", 12),), ("F331",), filled.world.npi)
    sync(ground, filled)
    events = now(ground, filled, one).events
    sync(ground, filled)
    assert now(ground, filled, one).events == events
    payer.says = AuthorizationReply(
        Certified.MODIFIED, "AUTH-1", date(2026, 3, 10), date(2026, 4, 10), 8, vendor_id="V1"
    )
    sync(ground, filled)
    done = now(ground, filled, one)
    assert (done.state, done.number, done.units_left) == (AuthorizationState.MODIFIED, "AUTH-1", 8)
    with ground.database.read(filled.organisation) as work:
        assert authorization_history(work, ground.vault, one.id)[-1].exchange_id == "x3"


def test_a_lost_answer_is_looked_for_and_never_sent_again(ground: Ground, filled: Filled, payer: Payer) -> None:
    payer.loses, payer.says = True, AuthorizationReply(Certified.APPROVED, "AUTH-2", vendor_id="V1")
    one = asked(ground, filled)
    assert isinstance(send(ground, filled, one), ComeBack)
    assert send(ground, filled, one) == {"state": "approved"}
    assert len(payer.book) == 1
    assert now(ground, filled, one).units_approved == 12


def test_a_proven_no_makes_it_a_draft_that_can_be_mended_and_sent(ground: Ground, filled: Filled, payer: Payer) -> None:
    payer.refuses = True
    one = asked(ground, filled)
    with pytest.raises(StopRun, match=r"test\.bad_request"):
        send(ground, filled, one)
    refused = now(ground, filled, one)
    assert (refused.state, refused.problem_code) == (AuthorizationState.DRAFT, "test.bad_request")
    payer.refuses = False
    again = story.submit_again(ground, filled.organisation, "user:desk", one.id)
    assert again.attempt == 2
    assert send(ground, filled, again) == {"state": "pended"}


def test_after_ninety_days_the_desk_is_told_instead(ground: Ground, filled: Filled, payer: Payer) -> None:
    one = asked(ground, filled)
    send(ground, filled, one)
    pended = now(ground, filled, one)
    assert pended.submitted is not None
    later = pended.submitted + timedelta(days=91)
    assert [alert.value for alert in pended.alerts(later, later.date())] == ["unanswered"]


def test_a_missing_document_holds_it_back(ground: Ground, filled: Filled, payer: Payer) -> None:
    one = asked(ground, filled, ["Plan"])
    assert one.state is AuthorizationState.NEEDS_DOCUMENTS
    with pytest.raises(ChartlineError, match=r"authorization\.documents_missing"):
        story.submit_again(ground, filled.organisation, "user:desk", one.id)
    assert payer.book == {}


def test_what_is_published_can_be_made_again(ground: Ground, filled: Filled, payer: Payer) -> None:
    send(ground, filled, asked(ground, filled))
    again = Republisher(ground.database, ground.vault, ground.records).run(filled.organisation, store=False)
    mine = {key for key in again.changed if key[0] in ("Claim", "ClaimResponse")}
    with ground.database.read(filled.organisation) as work:
        bodies = [ground.records.read(work, *key) for key in mine]
    assert bodies == []
