"""Offers: a connector has every capability that it names, keeps clinical notes to itself, and writes nothing unproven.

What is switched on for a connection is the practice's decision; these checks look at a connection where nothing is.
"""

from __future__ import annotations

from chartline.connect import capabilities, clearing
from chartline.connect.capabilities import ExchangesNotes
from chartline.connect.conformance.check import broken, expect, told
from chartline.connect.conformance.stage import Stage
from chartline.kernel.outcome import Refused


def has_what_it_names(stage: Stage) -> None:
    """Each name in the connector's facts is a capability that we know, and the connector has it."""
    connector = stage.connector()
    for name in stage.subject.about.capabilities:
        protocol: object = getattr(capabilities, name, None) or getattr(clearing, name, None)
        if not isinstance(protocol, type):
            broken(f"there is no capability {name}")
        expect(isinstance(connector, protocol), f"it names {name} and has it not")


def keeps_notes_to_itself(stage: Stage) -> None:
    """Clinical notes are no capability of a connection on which nobody has switched them on."""
    expect("ExchangesNotes" not in stage.subject.about.capabilities, "it names clinical notes as always there")
    expect(not isinstance(stage.connector(), ExchangesNotes), "it exchanges clinical notes unasked")


def writes_nothing_unproven(stage: Stage) -> None:
    """A write by an operation that nobody has shown to work is refused with a next step, and nothing is sent."""
    unproven = stage.subject.unproven
    assert unproven is not None
    connector = stage.connector(unproven.credentials)
    for name, write in unproven.writes.items():
        before = sum(1 for _ in stage.exchanged())
        outcome = stage.heard(write(connector))
        if not isinstance(outcome, Refused):
            broken(f"{name}: it ends in {told(outcome)}")
        expect(bool(outcome.problem.do), f"{name}: nobody learns what to do")
        expect(sum(1 for _ in stage.exchanged()) == before, f"{name}: something was sent all the same")
