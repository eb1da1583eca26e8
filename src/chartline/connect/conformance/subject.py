"""What the suite must be told of a connector and of its simulator. Refuses nothing: what is left out is not checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol, TypeVar

from chartline.connect.about import About
from chartline.connect.facts import LookupKind, Page
from chartline.connect.wire import Credentials, Wire
from chartline.kernel.outcome import Later, Looked, Outcome, Receipt, Refused
from chartline.kernel.sealed import Masked

R = TypeVar("R")

Probe = Callable[[object], object]
"""A read through an opened connector that costs exactly one call; answers ``Receipt``, ``Later`` or ``Refused``."""


@dataclass(frozen=True, slots=True)
class Rows:
    """A page of a feed: the vendor's ids of its rows, and how the page shows itself."""

    keys: tuple[str, ...]
    cursor: str
    more: bool
    shown: str


def rows_of(outcome: Receipt[Page[R]] | Later | Refused, key: Callable[[R], str | None]) -> Rows | Later | Refused:
    """A connector's page as the suite reads it."""
    if not isinstance(outcome, Receipt):
        return outcome
    page = outcome.value
    return Rows(tuple(key(row) or "" for row in page.rows), page.cursor, page.more, repr(outcome))


class Breaks(Protocol):
    """Spoils the simulator's next answers to an operation; kinds as in ``connect.simulation.faults``."""

    def __call__(self, operation: str, kind: str, *, times: int = 1, status: int = 500) -> None:
        """Put the fault in line."""
        ...


@dataclass(frozen=True, slots=True)
class Sessions:
    """A vendor that has sessions: how all of them are ended there, and how many sign-ins it has seen."""

    end_all: Callable[[], None]
    sign_ins: Callable[[], int]
    spacing: timedelta = timedelta(0)
    """How long one has to wait between two sign-ins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One feed that is read by cursor. ``name`` is what the simulator calls its operation.

    ``fill`` makes so many rows that they do not fit one page (or one answer) and gives their keys. ``commit_late``
    makes one more row that bears a time a little *before* the last read, as a slow transaction does, and gives its
    key; None where the vendor's cursor cannot be overtaken.
    """

    name: str
    read: Callable[[object, str], Rows | Later | Refused]
    fill: Callable[[], set[str]]
    commit_late: Callable[[], str] | None = None


@dataclass(frozen=True, slots=True)
class WriteItem:
    """One thing to be written, and how it is looked for afterwards."""

    key: str
    send: Callable[[], Outcome[str]]
    look: Callable[[], Looked[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteCase:
    """One kind of write. ``fresh`` makes an item that the vendor has not got, through an opened connector.

    ``operation`` and ``look_operation`` are what the simulator calls the two; ``effects`` counts, by the simulator,
    how often the write was really done.
    """

    name: str
    operation: str
    look_operation: str
    fresh: Callable[[object], WriteItem]
    effects: Callable[[], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Census:
    """A census of one kind: how it is taken, what by the simulator stands there, and how one of those is deleted."""

    name: str
    take: Callable[[object], Receipt[frozenset[str]] | Later | Refused]
    standing: Callable[[], set[str]]
    delete_one: Callable[[], None]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Hook(Masked):
    """News as the vendor posts it: how a body is signed, one of a known kind and one of a kind that nobody knows.

    ``without_secret`` is a connection that has nothing to check signatures by, or where it cannot do without, another
    secret.
    """

    sign: Callable[[bytes], dict[str, str]]
    news: bytes
    strange: bytes
    strange_kind: str
    without_secret: Credentials


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Unproven(Masked):
    """Writes that nobody has shown to work, and a connection on which they are not switched on."""

    credentials: Credentials
    writes: Mapping[str, Callable[[object], Outcome[str]]]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Subject(Masked):
    """One connector with its simulator.

    ``probe`` is a cheap read, called ``probe_operation`` at the simulator and counted in the tier ``probe_tier``.
    ``excess`` is how many calls the simulator has seen beyond its limits. ``mixed`` hands in several items of which
    exactly one is unfit and tells which were taken. ``strange`` makes the vendor send a value that nobody knows,
    reads it, and gives it with all texts in which it may have been kept. ``private`` are patient values that travel.
    ``lists`` gives for each list of the vendor the ids of its rows.
    """

    about: About
    open: Callable[[Wire, Credentials], object]
    credentials: Credentials
    break_next: Breaks
    excess: Callable[[], int]
    probe: Probe
    probe_operation: str
    probe_tier: str
    private: tuple[str, ...]
    sessions: Sessions | None = None
    feeds: tuple[Feed, ...] = ()
    writes: tuple[WriteCase, ...] = ()
    mixed: Callable[[object], tuple[bool, ...]] | None = None
    strange: Callable[[object], tuple[str, tuple[str, ...]]] | None = None
    lists: Mapping[LookupKind, Callable[[], set[str]]] = field(default_factory=dict)
    censuses: tuple[Census, ...] = ()
    hook: Hook | None = None
    unproven: Unproven | None = None
