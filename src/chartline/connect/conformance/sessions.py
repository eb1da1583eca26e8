"""Connections and sessions: tested in plain words, renewed once when they die, never hammered with a wrong secret."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from chartline.connect.capabilities import Checks
from chartline.connect.conformance.check import broken, expect, told
from chartline.connect.conformance.stage import Stage
from chartline.connect.wire import Credentials
from chartline.kernel.errors import Again
from chartline.kernel.outcome import Later, Receipt, Refused
from chartline.kernel.sealed import Sealed

WORKERS = 6


def says_that_it_works(stage: Stage) -> None:
    """The connection test of a sound connection."""
    connector = stage.connector()
    if not isinstance(connector, Checks):
        broken("there is no connection test")
    health = connector.check()
    expect(health.ok, f"the connection test of a sound connection says {health.code}")
    expect(bool(health.say), "the connection test has no words")


def names_a_wrong_secret(stage: Stage) -> None:
    """With each secret replaced: the test says what to do, and the vendor is not asked again and again."""
    sound = stage.subject.credentials
    for name in stage.subject.about.credentials.secrets:
        _rest(stage)
        wrong = Credentials({**sound.secrets, name: Sealed("WRONG-SECRET-4711")}, sound.options)
        connector = stage.connector(wrong)
        _forget_sessions(stage)
        outcome = stage.heard(stage.subject.probe(connector))
        expect(isinstance(outcome, Refused), f"with a wrong {name} a call ends in {told(outcome)}")
        if isinstance(outcome, Refused):
            expect(outcome.problem.again in (Again.AFTER_FIX, Again.NEVER), f"a wrong {name} is tried again by itself")
        if isinstance(connector, Checks):
            _rest(stage)
            health = connector.check()
            expect(not health.ok, f"with a wrong {name} the connection test is content")
            expect(bool(health.say and health.do and health.code), f"with a wrong {name} nobody learns what to do")
    _rest(stage)
    after = stage.heard(stage.subject.probe(stage.connector()))
    expect(isinstance(after, Receipt), f"after the right secret came back a call ends in {told(after)}")


def renews_a_dead_session_once(stage: Stage) -> None:
    """Every session ends at the vendor; many workers notice at the same time; one of them signs in."""
    sessions = stage.subject.sessions
    assert sessions is not None
    workers = [stage.connector() for _ in range(2)] * (WORKERS // 2)
    _ask(stage, workers[0])
    _rest(stage)
    before = sessions.sign_ins()
    sessions.end_all()
    with ThreadPoolExecutor(WORKERS) as pool:
        outcomes = list(pool.map(stage.subject.probe, workers))
    expect(any(isinstance(each, Receipt) for each in outcomes), f"nobody got through: {told(outcomes[0])}")
    wrong = [told(each) for each in outcomes if not isinstance(each, Receipt | Later)]
    expect(not wrong, f"a dead session ended in {wrong[:1]}")
    for each in workers:
        _ask(stage, each)
    expect(sessions.sign_ins() == before + 1, f"{sessions.sign_ins() - before} sign-ins instead of one")


def _ask(stage: Stage, connector: object) -> None:
    """A probe that may be told to come back."""
    for _ in range(20):
        outcome = stage.heard(stage.subject.probe(connector))
        if isinstance(outcome, Receipt):
            return
        expect(isinstance(outcome, Later), f"a plain read ends in {told(outcome)}")
        if isinstance(outcome, Later):
            stage.be_at(outcome.at + timedelta(seconds=1))
    broken("a plain read is always told to come back")


def _rest(stage: Stage) -> None:
    """Wait as long as a vendor wants between two sign-ins."""
    spacing = stage.subject.sessions.spacing if stage.subject.sessions else timedelta(0)
    stage.pass_by(spacing + timedelta(seconds=5))


def _forget_sessions(stage: Stage) -> None:
    with stage.database.work(stage.organisation) as work:
        for name in stage.secrets.secret_names(work, "session/"):
            stage.secrets.remove_secret(work, name)
