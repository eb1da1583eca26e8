"""What a check says about a file: its interchanges, groups and transactions, each with its problems.

Acknowledgements are made from it. Holds no claim data but what the problems themselves quote, so it stays small
whatever the size of the file.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from chartline.formats.x12.problem import Problem


class TransactionResult(msgspec.Struct, kw_only=True):
    """One ST to SE: ``guide`` is ST03 or else GS08, ``known`` whether it is; ``segments`` counts ST and SE too."""

    set_id: str
    control: str
    guide: str
    known: bool = True
    segments: int = 0
    problems: list[Problem] = msgspec.field(default_factory=list)

    @property
    def has_errors(self) -> bool:
        """Whether a receiver may reject it."""
        return any(problem.is_error for problem in self.problems)


class GroupResult(msgspec.Struct, kw_only=True):
    """One GS to GE; ``declared`` is GE01 as sent; ``problems`` are those of the group itself."""

    functional: str
    sender: str
    receiver: str
    date: str
    time: str
    control: str
    guide: str
    declared: str = ""
    problems: list[Problem] = msgspec.field(default_factory=list)
    transactions: list[TransactionResult] = msgspec.field(default_factory=list)


class InterchangeResult(msgspec.Struct, kw_only=True):
    """One ISA to IEA, with the fields of the ISA that an acknowledgement needs."""

    sender_qualifier: str
    sender: str
    receiver_qualifier: str
    receiver: str
    date: str
    time: str
    version: str
    control: str
    acknowledge: bool
    usage: str
    problems: list[Problem] = msgspec.field(default_factory=list)
    groups: list[GroupResult] = msgspec.field(default_factory=list)


class CheckResult(msgspec.Struct, kw_only=True):
    """A whole file: how large it is, and what was found. ``problems`` of the file itself stand before its first ISA."""

    interchanges: list[InterchangeResult] = msgspec.field(default_factory=list)
    loose: list[Problem] = msgspec.field(default_factory=list)
    bytes: int = 0
    segments: int = 0

    @property
    def problems(self) -> list[Problem]:
        """Every problem, in the order of the file."""
        return sorted(self._all(), key=lambda problem: problem.place.segment)

    @property
    def is_clean(self) -> bool:
        """Whether nothing at all was found."""
        return next(self._all(), None) is None

    @property
    def has_errors(self) -> bool:
        """Whether a receiver may reject anything."""
        return any(problem.is_error for problem in self._all())

    @property
    def transactions(self) -> list[TransactionResult]:
        """Every transaction, in the order of the file."""
        return [t for interchange in self.interchanges for group in interchange.groups for t in group.transactions]

    def _all(self) -> Iterator[Problem]:
        yield from self.loose
        for interchange in self.interchanges:
            yield from interchange.problems
            for group in interchange.groups:
                yield from group.problems
                for transaction in group.transactions:
                    yield from transaction.problems
