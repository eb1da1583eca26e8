"""What a search asks for, and whether it can be asked.

Refuses unknown parameters and unreadable values: a misspelt search must never find everything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from chartline.formats.fhir import Span, name_words, span
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.sealed import Masked
from chartline.platform.records.index import (
    PARAMETERS,
    PREFIX,
    Contact,
    Extracted,
    Link,
    Moment,
    Words,
    contact_key,
)

BAD_SEARCH = ErrorKind(
    "records.bad_search",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "This search is not possible: the parameter is unknown for the type, or its value cannot be read.",
    "Use a parameter listed for the type, dates as 2026-03-02 with eq, ne, lt, le, gt, ge, sa or eb in front.",
)

_COMPARISON = re.compile(r"(eq|ne|lt|le|gt|ge|sa|eb)?(\d.*)")


class Criterion(Masked):
    """One condition, ``Criterion("identifier", "system|value")``: several values mean any of them."""

    __slots__ = ("name", "values")

    def __init__(self, name: str, *values: str) -> None:
        self.name, self.values = name, values


@dataclass(frozen=True, slots=True, repr=False)
class Asked(Masked):
    """One value in readable keys: all ``keys`` must be found; ``long`` words are compared with the body."""

    keys: tuple[str, ...]
    long: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """A comparison with a span of time; ``operator`` is one of the FHIR prefixes."""

    operator: str
    span: Span


@dataclass(frozen=True, slots=True, repr=False)
class Condition(Masked):
    """A criterion understood: any of the asked values, or any of the comparisons."""

    name: str
    asked: tuple[Asked, ...] = ()
    comparisons: tuple[Comparison, ...] = ()

    def holds(self, found: Extracted) -> bool:
        """Whether a body really has what its hashes promised; comparisons are exact in the index already."""
        return not self.asked or any(
            all((self.name, key) in found.keys for key in one.keys)
            and all(any(word.startswith(long) for word in found.words[self.name]) for long in one.long)
            for one in self.asked
        )


def understand(rtype: str, criterion: Criterion) -> Condition:
    """A criterion in keys and comparisons. Raises ``records.bad_search``."""
    name, values = criterion.name, criterion.values
    if not values or not all(values):
        raise BAD_SEARCH.error(type=rtype, parameter=name)
    if name == "_id":
        return Condition(name, tuple(Asked((value,)) for value in values))
    if name == "_lastUpdated":
        return Condition(name, comparisons=tuple(_comparison(rtype, name, value) for value in values))
    parameter = PARAMETERS.get(rtype, {}).get(name)
    if parameter is None:
        raise BAD_SEARCH.error(type=rtype, parameter=name)
    if isinstance(parameter, Moment):
        return Condition(name, comparisons=tuple(_comparison(rtype, name, value) for value in values))
    if isinstance(parameter, Words):
        return Condition(name, tuple(_words(rtype, name, value) for value in values))
    if isinstance(parameter, Contact):
        return Condition(name, tuple(Asked((contact_key(value),)) for value in values))
    if isinstance(parameter, Link):
        return Condition(name, tuple(Asked((value,)) for value in values))
    return Condition(name, tuple(Asked((value,)) for value in values))


def _words(rtype: str, name: str, value: str) -> Asked:
    words = name_words(value)
    if not words:
        raise BAD_SEARCH.error(type=rtype, parameter=name)
    return Asked(tuple(word[:PREFIX] for word in words), tuple(word for word in words if len(word) > PREFIX))


def _comparison(rtype: str, name: str, value: str) -> Comparison:
    match = _COMPARISON.fullmatch(value)
    meant = span(match[2]) if match else None
    if match is None or meant is None:
        raise BAD_SEARCH.error(type=rtype, parameter=name)
    return Comparison(match[1] or "eq", meant)
