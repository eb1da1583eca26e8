"""Writes: each happens once, whatever is killed or lost, and is never sent again while nobody knows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from chartline.connect.conformance.check import broken, expect, told
from chartline.connect.conformance.stage import Stage
from chartline.connect.conformance.subject import WriteCase, WriteItem
from chartline.connect.intents import Write
from chartline.kernel.outcome import Absent, Later, Outcome, Receipt, Refused, Unknown

MOST_TRIES = 30


class _Killed(BaseException):
    """Stands for the end of the process."""


def writes_once(stage: Stage) -> None:
    """Asked three times, done once, and the same receipt each time."""
    for case in stage.subject.writes:
        before, item = case.effects(), case.fresh(stage.connector())
        receipts = {_settle(stage, case, item).value for _ in range(3)}
        _counted(case, before, "asked three times")
        expect(len(receipts) == 1, f"{case.name}: the receipts differ")


def settles_a_killed_answer_by_looking(stage: Stage) -> None:
    """The process dies when the vendor has done it and the answer is on its way into the database."""
    for case in stage.subject.writes:
        before, item = case.effects(), case.fresh(stage.connector())

        def die(item: WriteItem = item) -> Outcome[str]:
            item.send()
            raise _Killed

        try:
            stage.intents().once(stage.organisation, _write(stage, case, item), die, item.look)
        except _Killed:
            pass
        else:
            broken(f"{case.name}: it was not sent")
        _settle(stage, case, item)
        _counted(case, before, "killed after the send")


def settles_a_lost_answer_by_looking(stage: Stage) -> None:
    """The vendor did it, and the answer is dropped, cut, or holds nothing."""
    for case in stage.subject.writes:
        for kind in ("drop", "cut", "empty"):
            before, item = case.effects(), case.fresh(stage.connector())
            outcome = _spoilt(stage, case, item, kind)
            expect(isinstance(outcome, Unknown), f"{case.name}: an answer of the kind {kind} ends in {told(outcome)}")
            _settle(stage, case, item)
            _counted(case, before, f"its answer was of the kind {kind}")


def sends_again_only_what_is_proven_absent(stage: Stage) -> None:
    """A gateway answered in the vendor's place: nothing was done, the look-up proves it, and then it is sent."""
    for case in stage.subject.writes:
        before, item = case.effects(), case.fresh(stage.connector())
        outcome = _spoilt(stage, case, item, "html")
        expect(isinstance(outcome, Unknown), f"{case.name}: a gateway's page ends in {told(outcome)}")
        expect(case.effects() == before, f"{case.name}: the simulator did it all the same")
        looked = stage.heard(item.look())
        expect(isinstance(looked, Absent), f"{case.name}: looking for what is not there ends in {told(looked)}")
        _settle(stage, case, item)
        _counted(case, before, "a gateway answered first")


def waits_while_the_look_up_cannot_tell(stage: Stage) -> None:
    """While the look-up itself fails nothing is sent, for days."""
    for case in stage.subject.writes:
        before, item = case.effects(), case.fresh(stage.connector())
        _spoilt(stage, case, item, "drop")
        sent = False

        def send(item: WriteItem = item) -> Outcome[str]:
            nonlocal sent
            sent = True
            return item.send()

        for kind in ("html", "cut", "drop"):
            stage.pass_by(timedelta(days=1))
            stage.subject.break_next(case.look_operation, kind)
            write = _write(stage, case, item)
            outcome = stage.heard(stage.intents().once(stage.organisation, write, send, item.look))
            expect(not isinstance(outcome, Receipt | Refused), f"{case.name}: a failed look-up ends in {told(outcome)}")
        expect(not sent, f"{case.name}: it was sent again while nobody knew")
        _settle(stage, case, item)
        _counted(case, before, "the look-up failed for days")


def goes_on_after_a_refused_item(stage: Stage) -> None:
    """Of several items one is unfit: it alone is refused."""
    assert stage.subject.mixed is not None
    taken = stage.subject.mixed(stage.connector())
    expect(len(taken) >= 3, "the adapter hands in fewer than three items")
    expect(taken.count(False) == 1, f"{taken.count(False)} items were refused instead of one")


def _write(stage: Stage, case: WriteCase, item: WriteItem) -> Write:
    return Write(stage.connection, case.name, item.key, item.key.encode())


def _spoilt(stage: Stage, case: WriteCase, item: WriteItem, kind: str) -> Outcome[str]:
    """The outcome of the first send, whose answer is spoilt."""
    outcome: list[Outcome[str]] = []

    def send() -> Outcome[str]:
        stage.subject.break_next(case.operation, kind)
        outcome.append(stage.heard(item.send()))
        return outcome[-1]

    _repeat(stage, lambda: stage.intents().once(stage.organisation, _write(stage, case, item), send, item.look), 1)
    if not outcome:
        broken(f"{case.name}: it was not sent")
    return outcome[0]


def _settle(stage: Stage, case: WriteCase, item: WriteItem) -> Receipt[str]:
    """Ask for the write until it has a receipt, as a job does that comes back."""
    write = _write(stage, case, item)
    outcome = _repeat(stage, lambda: stage.intents().once(stage.organisation, write, item.send, item.look), MOST_TRIES)
    if not isinstance(outcome, Receipt):
        broken(f"{case.name}: it is not settled, but {told(outcome)}")
    return outcome


def _repeat(stage: Stage, act: Callable[[], Outcome[str]], times: int) -> Outcome[str]:
    outcome = stage.heard(act())
    for _ in range(times - 1):
        match outcome:
            case Later(at, _):
                stage.be_at(max(at, stage.clock.now()) + timedelta(seconds=1))
            case Unknown():
                stage.pass_by(timedelta(minutes=5))
            case _:
                break
        outcome = stage.heard(act())
    return outcome


def _counted(case: WriteCase, before: int, why: str) -> None:
    done = case.effects() - before
    expect(done == 1, f"{case.name}: it was done {done} times ({why})")
