"""Every error that leaves Chartline has a code, someone to blame, whether to try again, and a next step.

    ChartlineError            carries one Problem; the text is static, values travel beside it
    └── StopRun               the body of a job cannot go on; the problem goes to the desk

An ``ErrorKind`` is declared once, where its cause is understood, and registers itself so that the error
reference page can be generated. Texts never contain patient values, secrets or URLs: they are constants.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Blame(StrEnum):
    """Whose move it is."""

    US = "us"
    PRACTICE = "practice"
    VENDOR = "vendor"
    PAYER = "payer"
    PATIENT = "patient"
    NETWORK = "network"


class Again(StrEnum):
    """Whether the same thing may be tried again."""

    NEVER = "never"
    NOW = "now"
    AFTER = "after"
    AFTER_FIX = "after_fix"


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong, in words a person can act on. ``fields`` hold ids and codes, never patient values."""

    code: str
    blame: Blame
    again: Again
    say: str
    do: str
    evidence: str | None = None
    fields: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        """The shape used by the API, the CLI and the desk."""
        return {
            "code": self.code,
            "blame": self.blame.value,
            "again": self.again.value,
            "say": self.say,
            "do": self.do,
            "evidence": self.evidence,
            "fields": dict(self.fields),
        }


class ChartlineError(Exception):
    """An error with a Problem. Its text is the static code and sentence, so it is safe in any log."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"{problem.code}: {problem.say}")
        self.problem = problem

    def __reduce__(self) -> tuple[type[ChartlineError], tuple[Problem]]:
        return type(self), (self.problem,)


class StopRun(ChartlineError):
    """A job cannot go on. Not retried; a person sees the problem on the desk."""


@dataclass(frozen=True, slots=True)
class ErrorKind:
    """A declared error: call ``error()`` to raise it or ``problem()`` to hand it on."""

    code: str
    blame: Blame
    again: Again
    say: str
    do: str
    status: int = 400

    def __post_init__(self) -> None:
        if self.code in CATALOGUE:
            raise ValueError(f"error code declared twice: {self.code}")
        CATALOGUE[self.code] = self

    def problem(self, *, evidence: str | None = None, **fields: str) -> Problem:
        """The problem with its fields filled in."""
        return Problem(self.code, self.blame, self.again, self.say, self.do, evidence, fields)

    def error(self, *, evidence: str | None = None, **fields: str) -> ChartlineError:
        """An exception to raise."""
        return ChartlineError(self.problem(evidence=evidence, **fields))

    def stop(self, *, evidence: str | None = None, **fields: str) -> StopRun:
        """An exception that ends a job without another try."""
        return StopRun(self.problem(evidence=evidence, **fields))


CATALOGUE: dict[str, ErrorKind] = {}
"""Every declared error by code; the error reference page is generated from it."""
