"""News from a vendor: believed when it is signed, the same each time it is told, and in no other case."""

from __future__ import annotations

from chartline.connect.capabilities import ReceivesHooks
from chartline.connect.clearing import EnrollmentNews, TellsEnrollment
from chartline.connect.conformance.check import broken, expect, told
from chartline.connect.conformance.stage import Stage
from chartline.connect.facts import HookEvent
from chartline.kernel.outcome import Refused
from chartline.kernel.sealed import Sealed


def believes_signed_news(stage: Stage) -> None:
    """Signed news is told with an id of its own, which is the same when it is posted again: that is how a caller sees
    that it was told before."""
    hook = stage.subject.hook
    assert hook is not None
    first, again = (_told(stage, hook.sign(hook.news), hook.news) for _ in range(2))
    expect(bool(first) and all(_id(event) for event in first), "news comes without an id")
    expect(first == again, "the same news is told differently when it is posted again")


def believes_nothing_else(stage: Stage) -> None:
    """No signature, another's signature, an altered body, or a connection without the secret."""
    hook = stage.subject.hook
    assert hook is not None
    altered = hook.news[:-1] + b" " + hook.news[-1:]
    signature = hook.sign(hook.news)
    cases = {
        "without a signature": ({}, hook.news),
        "with an empty signature": (dict.fromkeys(signature, ""), hook.news),
        "with the signature of other news": (hook.sign(hook.strange), hook.news),
        "altered on its way": (signature, altered),
    }
    for name, (headers, body) in cases.items():
        outcome = _said(stage, stage.connector(), headers, body)
        expect(isinstance(outcome, Refused), f"news {name} is believed")
    unarmed = _said(stage, stage.connector(hook.without_secret), signature, hook.news)
    expect(isinstance(unarmed, Refused), "a connection without the secret believes news")


def keeps_news_of_a_kind_that_nobody_knows(stage: Stage) -> None:
    """News of an unknown kind is told under the vendor's own word for it."""
    hook = stage.subject.hook
    assert hook is not None
    kinds = [event.kind for event in _told(stage, hook.sign(hook.strange), hook.strange)]
    expect(kinds == [hook.strange_kind], "news of a kind that nobody knows was dropped or renamed")


def _id(event: HookEvent | EnrollmentNews) -> str:
    return event.id if isinstance(event, HookEvent) else event.event_id


def _told(stage: Stage, headers: dict[str, str], body: bytes) -> tuple[HookEvent | EnrollmentNews, ...]:
    outcome = _said(stage, stage.connector(), headers, body)
    if isinstance(outcome, Refused):
        broken(f"signed news ends in {told(outcome)}")
    return outcome


def _said(
    stage: Stage, connector: object, headers: dict[str, str], body: bytes
) -> tuple[HookEvent | EnrollmentNews, ...] | Refused:
    if isinstance(connector, TellsEnrollment):
        return stage.heard(connector.enrollment_news(headers, Sealed(body)))
    assert isinstance(connector, ReceivesHooks)
    return stage.heard(connector.hook(headers, Sealed(body)))
