"""All that is above each concept, from what is directly above it. Numbers in, numbers out; no database.

Kept as small arrays: SNOMED CT has some six million pairs. A circle in the parents is refused.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence

from chartline.kernel.errors import Again, Blame, ErrorKind

CIRCLE = ErrorKind(
    "terminology.circle",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "A code of the file is above itself.",
    "The file is damaged or not of the release that was named; get it anew. Nothing was loaded.",
    status=422,
)


def ancestors(parents: Mapping[int, Sequence[int]]) -> Iterator[tuple[int, int]]:
    """Pairs of (ancestor, descendant) for every concept that has parents. Raises ``terminology.circle``."""
    known: dict[int, array[int]] = {}
    nothing = array("l")
    for start in parents:
        if start in known:
            continue
        path = [start]
        on_path = {start}
        while path:
            number = path[-1]
            waiting = [one for one in parents[number] if one in parents and one not in known]
            if waiting:
                if waiting[0] in on_path:
                    raise CIRCLE.error()
                path.append(waiting[0])
                on_path.add(waiting[0])
                continue
            above: set[int] = set(parents[number])
            for one in parents[number]:
                above.update(known.get(one, nothing))
            if number in above:
                raise CIRCLE.error()
            known[number] = array("l", sorted(above))
            path.pop()
            on_path.discard(number)
    for descendant, all_above in known.items():
        for ancestor in all_above:
            yield ancestor, descendant
