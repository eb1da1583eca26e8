"""What a check found wrong in an X12 file, and where.

A problem is a code, a place, and what was found and expected; its texts and its numbers in acknowledgements stand in
``data/problems.toml`` and, for situational rules, in the guide's own table. Carries the value that was found, which may
be a patient's: the repr is masked, and ``identifying`` says when it must not be shown to everybody.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

import msgspec

from chartline.formats.x12.record import Record


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """What is the same for all problems with one code: see the head of ``data/problems.toml``."""

    code: str
    level: int
    severity: str
    say: str
    why: str
    do: str
    ta1: str = ""
    ik3: str = ""
    ik4: str = ""
    ik5: str = ""
    ak9: str = ""
    stc: str = ""


class Place(msgspec.Struct, frozen=True, gc=False):
    """Where in a file: byte from 0, segment from 1, both of the file; ``in_transaction`` counts from the ST as 1.

    ``path`` are the loops of the guide (``2000A/2010AA``); ``element``, ``component`` and ``repetition`` are 0 when the
    whole is meant; the control numbers name interchange, group and transaction.
    """

    byte: int
    segment: int
    segment_id: str
    in_transaction: int = 0
    path: str = ""
    element: int = 0
    component: int = 0
    repetition: int = 0
    interchange: str = ""
    group: str = ""
    transaction: str = ""

    @property
    def short(self) -> str:
        """``CLP04@7``: the segment and element, and the number of the segment in the file."""
        name = f"{self.segment_id}{self.element:02d}" if self.element else self.segment_id
        component = f"-{self.component}" if self.component else ""
        return f"{name}{component}@{self.segment}"


class Problem(Record, frozen=True):
    """One problem. ``kind`` has the texts; ``label`` is our name of the segment or element."""

    kind: Kind
    place: Place
    found: str = ""
    expected: str = ""
    label: str = ""
    identifying: bool = False
    """Whether ``found`` may name a person, an office or an account."""

    @property
    def code(self) -> str:
        """``x12.element_code`` and the like."""
        return self.kind.code

    @property
    def is_error(self) -> bool:
        """Whether a receiver may reject the file for it."""
        return self.kind.severity == "error"


@cache
def kinds() -> dict[str, Kind]:
    """Every kind of problem that the package knows, by its key (the code without ``x12.``)."""
    text = (resources.files("chartline.formats.x12.data") / "problems.toml").read_text("utf-8")
    return {key: Kind(code=f"x12.{key}", **entry) for key, entry in tomllib.loads(text).items()}
