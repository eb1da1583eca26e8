"""Budgets: no call goes over a vendor's limit whoever calls, and a vendor that asks for a pause gets one."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from chartline.connect.conformance.check import broken, expect, told
from chartline.connect.conformance.stage import Stage
from chartline.kernel.outcome import Later, Receipt, Refused

PROCESSES, THREADS = 3, 4
WINDOWS = 2.5
"""How many windows' worth of calls are made."""


def keeps_the_limit_under_many_workers(stage: Stage) -> None:
    """Several processes of several threads call as fast as they may; the vendor counts no call too many."""
    subject = stage.subject
    stage.pass_by(timedelta(minutes=5))
    limit = subject.about.policy().tier(subject.probe_tier).rates[0].limit_at(stage.clock.now())
    left = round(limit * WINDOWS)
    counting, wrong = threading.Lock(), list[str]()
    excess = subject.excess()

    def call(connector: object) -> None:
        nonlocal left
        while True:
            with counting:
                if left <= 0 or wrong:
                    return
                left -= 1
            outcome = subject.probe(connector)
            if isinstance(outcome, Later):
                with counting:
                    left += 1
                stage.clock.sleep(max(0.0, (outcome.at - stage.clock.now()).total_seconds()))
            elif not isinstance(outcome, Receipt):
                wrong.append(told(outcome))

    processes = [stage.connector() for _ in range(PROCESSES)]
    with ThreadPoolExecutor(PROCESSES * THREADS) as pool:
        for running in [pool.submit(call, each) for each in processes * THREADS]:
            running.result()
    expect(not wrong, f"under load a read ends in {wrong[:1]}")
    expect(subject.excess() == excess, f"{subject.excess() - excess} calls were too many")


def pauses_when_it_is_asked_to(stage: Stage) -> None:
    """A 429 that does not say how long: the caller is told when to come back, and nothing is an error."""
    connector = stage.connector()
    _get(stage, connector)
    stage.subject.break_next(stage.subject.probe_operation, "refuse", status=429)
    outcome = stage.heard(stage.subject.probe(connector))
    expect(isinstance(outcome, Later), f"a 429 ends in {told(outcome)}")
    if isinstance(outcome, Later):
        expect(outcome.at > stage.clock.now(), "the pause is over before it began")
        stage.be_at(outcome.at + timedelta(seconds=1))
    _get(stage, connector)


def tells_an_outage_from_a_refusal(stage: Stage) -> None:
    """A gateway's page, no answer, half an answer: a read may be asked again, and once the vendor is back it works."""
    connector = stage.connector()
    _get(stage, connector)
    for kind in ("html", "drop", "cut"):
        stage.subject.break_next(stage.subject.probe_operation, kind)
        outcome = stage.heard(stage.subject.probe(connector))
        expect(isinstance(outcome, Refused), f"an answer of the kind {kind} ends in {told(outcome)}")
        if isinstance(outcome, Refused):
            again = outcome.problem.again.value
            expect(again in ("now", "after"), f"after an answer of the kind {kind} it is not asked again")
            expect(bool(outcome.problem.say and outcome.problem.do), "the problem has no words")
            expect(outcome.problem.evidence is not None, "the problem does not name its exchange")
    _get(stage, connector)


def _get(stage: Stage, connector: object) -> None:
    for _ in range(20):
        outcome = stage.heard(stage.subject.probe(connector))
        if isinstance(outcome, Receipt):
            return
        if not isinstance(outcome, Later):
            broken(f"a plain read ends in {told(outcome)}")
        stage.be_at(max(outcome.at, stage.clock.now()) + timedelta(seconds=1))
    broken("a plain read is always told to come back")
