"""What the conditions between elements leave to be asked of a segment whose number of elements is known.

Part of ``accept``. Most conditions are settled before any segment is seen: an element that is required answers for its
partners, one that the guide does not use answers too. Only what stays open goes into a pattern, as a question whether
this or that group matched.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from chartline.formats.x12.dictionary import SyntaxNote

_NEVER = "(?!)"


def settle(notes: Sequence[SyntaxNote], always: set[int], maybe: set[int]) -> list[SyntaxNote] | None:
    """The conditions that stay open between values that are ``always`` and those that are ``maybe`` there.

    Moves values from ``maybe`` to ``always``, or out, where a condition demands it. None when nothing can fulfil them.
    """
    while True:
        before = len(always), len(maybe)
        still: list[SyntaxNote] = []
        for note in notes:
            is_open = _RULES[note.kind](note.numbers, always, maybe)
            if is_open is None:
                return None
            if is_open:
                still.append(note)
        if before == (len(always), len(maybe)):
            return still


def question(note: SyntaxNote, maybe: set[int], name: Callable[[int], str]) -> str:
    """A piece of a pattern that matches nothing, and fails where the condition is broken.

    ``name`` gives the group that captures a value. Values that are not in ``maybe`` are always there.
    """
    first, *others = [name(number) if number in maybe else "" for number in note.numbers]
    everything = [first, *others]
    if note.kind == "P":
        return _if(first, _all(others), _none(others))
    if note.kind == "R":
        return _any(everything)
    if note.kind == "E":
        return "".join(_if(each, _none(everything[at + 1 :])) for at, each in enumerate(everything))
    return _if(first, _all(others) if note.kind == "C" else _any(others))


def _if(group: str, then: str, otherwise: str = "") -> str:
    return f"(?({group}){then}|{otherwise})" if group else then


def _all(groups: list[str]) -> str:
    return "".join(_if(group, "", _NEVER) for group in groups)


def _none(groups: list[str]) -> str:
    return "".join(_if(group, _NEVER) for group in groups)


def _any(groups: list[str]) -> str:
    found = _NEVER
    for group in groups:
        found = _if(group, "", found)
    return found


def _need(wanted: set[int], always: set[int], maybe: set[int]) -> bool | None:
    if not wanted <= always | maybe:
        return None
    always |= wanted
    maybe -= wanted
    return False


def _leave_out(unwanted: set[int], always: set[int], maybe: set[int]) -> bool | None:
    if unwanted & always:
        return None
    maybe -= unwanted
    return False


def _paired(numbers: tuple[int, ...], always: set[int], maybe: set[int]) -> bool | None:
    them = set(numbers)
    if them & always:
        return _need(them, always, maybe)
    return True if them <= maybe else _leave_out(them, always, maybe)


def _one_or_more(numbers: tuple[int, ...], always: set[int], maybe: set[int]) -> bool | None:
    them = set(numbers)
    if them & always:
        return False
    possible = them & maybe
    if len(possible) == 1:
        return _need(possible, always, maybe)
    # What cannot be there is no part of the question; it is rare enough to leave such segments to the full check.
    return True if them <= maybe else None


def _exclusive(numbers: tuple[int, ...], always: set[int], maybe: set[int]) -> bool | None:
    there, possible = set(numbers) & always, set(numbers) & maybe
    if len(there) > 1:
        return None
    if there or len(possible) < 2:
        return _leave_out(possible, always, maybe) if there else False
    return True if set(numbers) <= maybe else _leave_out(possible, always, maybe)


def _all_if(numbers: tuple[int, ...], always: set[int], maybe: set[int]) -> bool | None:
    first, others = numbers[0], set(numbers[1:])
    if first in always:
        return _need(others, always, maybe)
    if first not in maybe or others <= always:
        return False
    return True if others <= always | maybe else _leave_out({first}, always, maybe)


def _one_if(numbers: tuple[int, ...], always: set[int], maybe: set[int]) -> bool | None:
    first, others = numbers[0], set(numbers[1:])
    if first not in always | maybe or others & always:
        return False
    if first in always:
        return _one_or_more(numbers[1:], always, maybe)
    return True if others <= maybe else _leave_out({first}, always, maybe)


_RULES: dict[str, Callable[[tuple[int, ...], set[int], set[int]], bool | None]] = {
    "P": _paired,
    "R": _one_or_more,
    "E": _exclusive,
    "C": _all_if,
    "L": _one_if,
}
