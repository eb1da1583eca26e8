"""The numbers of data elements in the X12 dictionary, which a 999 may name beside the place of an error (IK402).

Segments that are not listed are answered without a number: the place alone is enough to find the element.
"""

from __future__ import annotations

from functools import cache
from importlib import resources

Place = tuple[str, int, int]
"""A segment, an element, and a component or 0 for the whole element."""


@cache
def element_numbers() -> dict[Place, str]:
    """The number for each place. A whole composite has none."""
    text = (resources.files("chartline.formats.x12.data") / "element_numbers.table").read_text("utf-8")
    rows = {name: numbers for name, *numbers in map(str.split, filter(None, text.splitlines())) if name != "#"}
    found: dict[Place, str] = {}
    for name, numbers in rows.items():
        for element, number in enumerate(numbers, 1):
            if number in rows:
                found |= {(name, element, place): part for place, part in enumerate(rows[number], 1)}
            else:
                found[name, element, 0] = number
    return found
