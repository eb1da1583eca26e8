"""A check is a sentence that must be true of every connector, and the code that tries to prove it wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from chartline.connect.conformance.subject import Subject
from chartline.kernel.outcome import Absent, Later, Receipt, Refused, Unknown

if TYPE_CHECKING:
    from chartline.connect.conformance.stage import Stage


class Broken(AssertionError):
    """The sentence is not true of this connector. The text names codes and counts, never values."""


def broken(why: str) -> NoReturn:
    """End a check: the sentence is not true."""
    raise Broken(why)


def expect(true: bool, why: str) -> None:
    """Go on only if something is true."""
    if not true:
        broken(why)


def told(outcome: object) -> str:
    """An outcome in a word that may stand in a message."""
    match outcome:
        case Receipt():
            return "Receipt"
        case Absent():
            return "Absent"
        case Later(_, reason):
            return f"Later ({reason})"
        case Refused(problem):
            return f"Refused ({problem.code})"
        case Unknown():
            return "Unknown"
        case _:
            return type(outcome).__name__


def _always(_: Subject) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Check:
    """One check. ``applies`` is whether the subject has what it is about."""

    name: str
    act: Callable[[Stage], None]
    applies: Callable[[Subject], bool] = _always
