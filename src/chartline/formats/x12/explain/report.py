"""A problem as an object for scripts, with what it is called in acknowledgements.

The value that was found is left out where it may name a person, an office or an account, unless it is asked for.
"""

from __future__ import annotations

from chartline.formats.x12.problem import Place, Problem

_NUMBERS = ("ta1", "ik3", "ik4", "ik5", "ak9", "stc")


def problem_json(problem: Problem, *, values: bool = False) -> dict[str, object]:
    """Code, level (SNIP), severity, place, found, expected, say, why, do, and the acknowledgement codes there are.

    ``found`` is None and ``masked`` is true where the value is not shown.
    """
    kind = problem.kind
    hidden = problem.identifying and bool(problem.found) and not values
    made: dict[str, object] = {
        "code": kind.code,
        "level": kind.level,
        "severity": kind.severity,
        "place": place_json(problem.place),
        "label": problem.label,
        "found": None if hidden else problem.found,
        "expected": problem.expected,
        "say": kind.say,
        "why": kind.why,
        "do": kind.do,
    }
    if hidden:
        made["masked"] = True
    return made | {name: getattr(kind, name) for name in _NUMBERS if getattr(kind, name)}


def place_json(place: Place) -> dict[str, object]:
    """Every field of a place, and ``short`` (``CLP04@18``)."""
    return {"short": place.short} | {name: getattr(place, name) for name in place.__struct_fields__}
