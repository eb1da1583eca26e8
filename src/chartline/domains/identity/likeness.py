"""How alike two short texts are, from 0 to 1, by the measure of Jaro and Winkler.

The usual measure for names with typing errors (W. E. Winkler, "String Comparator Metrics", 1990): common letters near
the same place, swapped neighbours, and a bonus for the same beginning. Refuses nothing; an empty text is like none.
"""

from __future__ import annotations

_BEGINNING, _BONUS = 4, 0.1


def likeness(left: str, right: str) -> float:
    """1.0 for equal texts, 0.0 for texts with nothing in common. Symmetric."""
    if not left or not right:
        return 0.0
    if left == right:
        return 1.0
    if len(left) > len(right):
        left, right = right, left
    jaro = _jaro(left, right)
    same = 0
    for one, other in zip(left[:_BEGINNING], right[:_BEGINNING], strict=False):
        if one != other:
            break
        same += 1
    return jaro + same * _BONUS * (1 - jaro)


def _jaro(left: str, right: str) -> float:
    """``left`` is not the longer one."""
    window = max(len(right) // 2 - 1, 0)
    taken = [False] * len(right)
    mine: list[str] = []
    for place, letter in enumerate(left):
        for other in range(max(0, place - window), min(len(right), place + window + 1)):
            if not taken[other] and right[other] == letter:
                taken[other] = True
                mine.append(letter)
                break
    if not mine:
        return 0.0
    theirs = [letter for letter, used in zip(right, taken, strict=True) if used]
    moved = sum(one != other for one, other in zip(mine, theirs, strict=True)) / 2
    count = len(mine)
    return (count / len(left) + count / len(right) + (count - moved) / count) / 3
