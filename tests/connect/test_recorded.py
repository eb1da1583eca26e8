"""A wire of recorded exchanges answers from the log and from nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from chartline.connect.recorded import NOT_KEPT, NOT_RECORDED, RecordedWire
from chartline.connect.redaction import MARK
from chartline.connect.transport import NO_ANSWER, UNREACHABLE
from chartline.connect.wire import Call, Reply
from chartline.kernel.outcome import Refused, Unknown
from chartline.kernel.sealed import Purpose, Sealed
from chartline.platform.exchange import Direction, Entry, Message, Word

AT = datetime(2026, 3, 10, 12, tzinfo=UTC)


def entry(identity: str, operation: str, minutes: int = 0, problem: str | None = None) -> Entry:
    started = AT + timedelta(minutes=minutes)
    return Entry(identity, "c1", "vendor", operation, Direction.OUT, started, 5, Word.RECEIPT, 200, problem, 10, None)


def wire(anchor: Entry, *earlier: Entry, bodies: dict[str, bytes | None]) -> RecordedWire:
    def read(identity: str) -> Message:
        body = bodies[identity]
        return Message(entry(identity, ""), Sealed(b""), None if body is None else Sealed(body))

    return RecordedWire(anchor, earlier, read, {"session": Sealed("stand-in")})


def call(operation: str, *, writes: bool = False) -> Call:
    return Call(operation, "POST", "https://vendor.example/", "low", writes)


def test_the_anchor_answers_its_operation_and_the_newest_earlier_one_another() -> None:
    earlier = (entry("e2", "lookup", -1), entry("e1", "lookup", -2))
    served = wire(entry("e3", "detail"), *earlier, bodies={"e3": b"three", "e2": b"two", "e1": b"one"})
    answers = [served.send(call(name)) for name in ("lookup", "detail")]
    assert [isinstance(one, Reply) and one.body.reveal(Purpose.SHOW) for one in answers] == [b"two", b"three"]
    assert (served.served, served.clock.now()) == (["e2", "e3"], AT)


def test_what_was_not_recorded_or_not_kept_is_refused() -> None:
    served = wire(entry("e1", "login"), bodies={"e1": MARK})
    for name, kind in (("detail", NOT_RECORDED), ("login", NOT_KEPT)):
        found = served.send(call(name))
        assert isinstance(found, Refused)
        assert found.problem.code == kind.code


def test_a_call_without_an_answer_has_none_again() -> None:
    served = wire(entry("e1", "save"), bodies={"e1": None})
    assert served.send(call("save", writes=True)) == Unknown("e1")
    found = served.send(call("save"))
    assert isinstance(found, Refused)
    assert found.problem.code == NO_ANSWER.code
    away = wire(entry("e1", "save", problem=UNREACHABLE.code), bodies={"e1": None}).send(call("save", writes=True))
    assert isinstance(away, Refused)
    assert away.problem.code == UNREACHABLE.code


def test_a_replay_keeps_and_drops_nothing() -> None:
    served = wire(entry("e1", "save"), bodies={})
    served.remember("session", Sealed("another"))
    served.forget("session")
    assert served.recall("session") == Sealed("stand-in")
    assert served.recall("other") is None
