"""Regular expressions of FHIRPath (PCRE style) read as Python's.

The dot matches line ends. Patterns whose repetitions could backtrack for ages are matched by ``automaton`` instead.
Refuses patterns that it cannot read, and those that are neither safe nor regular.
"""

from __future__ import annotations

import re
from functools import lru_cache

from chartline.formats.fhir.fhirpath import automaton
from chartline.formats.fhir.fhirpath.automaton import Automaton, NotRegular, Spend
from chartline.formats.fhir.fhirpath.errors import EVALUATION
from chartline.kernel.errors import ChartlineError

_LONGEST = 4_000
_MOST_CHOICES = 20
_MOST_TRIES = 20_000_000
_MOST_TEXT = 5_000_000
_NAMED = re.compile(r"\(\?<([A-Za-z]\w*)>")
_REPETITION = re.compile(r"[*+{]")
_GROUP = re.compile(r"\$(?:(\d+)|\{(\w+)\})")


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    if len(pattern) > _LONGEST:
        raise EVALUATION.error(reason="pattern_too_long")
    try:
        return re.compile(_NAMED.sub(r"(?P<\1>", pattern), re.DOTALL)
    except (re.error, RecursionError, OverflowError):
        raise EVALUATION.error(reason="bad_pattern") from None


@lru_cache(maxsize=1024)
def _effort(pattern: str) -> tuple[int, int] | None:
    """Loops and choices of a pattern (``automaton.effort``); None when backtracking has no bound."""
    _compiled(pattern)
    try:
        return automaton.effort(automaton.read(pattern))
    except NotRegular:
        loops = len(_REPETITION.findall(pattern))
        if loops > 1 or (loops == 1 and "(" in pattern):
            return None
        return loops, pattern.count("|") + pattern.count("?")


@lru_cache(maxsize=256)
def _automaton(pattern: str, anywhere: bool) -> Automaton:
    try:
        return Automaton(automaton.read(pattern), anywhere=anywhere)
    except NotRegular:
        raise _refused() from None


def _refused() -> ChartlineError:
    return EVALUATION.error(reason="pattern_refused")


def _quick(value: str, pattern: str) -> bool:
    """Whether Python's own matching will do: every start, every length and every choice tried is not too much."""
    effort = _effort(pattern)
    if effort is None or effort[1] > _MOST_CHOICES:
        return False
    return (len(value) + 2) ** (effort[0] + 1) * 2 ** effort[1] <= _MOST_TRIES


def found_in(value: str, pattern: str, spend: Spend) -> bool:
    """Whether the pattern is found anywhere in the text. ``spend`` is told of hard work, and may stop it."""
    if _quick(value, pattern):
        return _compiled(pattern).search(value) is not None
    return _automaton(pattern, True).matches(value, spend)


def fully_matches(value: str, pattern: str, spend: Spend) -> bool:
    """Whether the pattern matches the whole text. ``spend`` is told of hard work, and may stop it."""
    if _quick(value, pattern):
        return _compiled(pattern).fullmatch(value) is not None
    return _automaton(pattern, False).matches(value, spend)


def replaced(value: str, pattern: str, template: str) -> str:
    """The text with every match replaced; ``$1`` and ``${name}`` in the template stand for groups."""
    if not pattern:
        return value
    if not _quick(value, pattern):
        raise _refused()

    def expanded(match: re.Match[str]) -> str:
        def group(mark: re.Match[str]) -> str:
            name = mark.group(1) or mark.group(2)
            try:
                return match.group(int(name) if name.isdigit() else name) or ""
            except (IndexError, ValueError):
                raise EVALUATION.error(reason="bad_replacement") from None

        return _GROUP.sub(group, template)

    if len(template) * (len(value) + 1) > _MOST_TEXT:
        raise EVALUATION.error(reason="string_too_long")
    return _compiled(pattern).sub(expanded, value)
