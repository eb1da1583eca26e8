"""Answers about edits that were looked up together, without another query."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Setting(StrEnum):
    """Whose services a file of edits is for; CMS publishes one for each."""

    PRACTITIONER = "practitioner"
    """Physicians, other practitioners, and surgery centres: professional claims."""
    OUTPATIENT = "outpatient"
    """Hospitals: institutional claims."""


@dataclass(frozen=True, slots=True)
class PairEdit:
    """Two codes of one day of which only ``column1`` is paid, from ``begin`` through ``end`` (None: still).

    ``modifier_allowed``: a modifier may say that they were apart.
    """

    column1: str
    column2: str
    begin: date
    end: date | None
    modifier_allowed: bool


@dataclass(frozen=True, slots=True)
class UnitEdit:
    """The most units of a code: on each line, or (``per_day``) on all lines of a day. It holds from ``begin``."""

    procedure: str
    most: int
    per_day: bool
    begin: date


@dataclass(frozen=True, slots=True)
class EditBook:
    """The edits of some codes. Units stand with the newest first."""

    pairs: Mapping[tuple[Setting, str, str], tuple[PairEdit, ...]] = field(default_factory=dict)
    units: Mapping[tuple[Setting, str], tuple[UnitEdit, ...]] = field(default_factory=dict)

    def pair(self, setting: Setting, column1: str, column2: str, on: date) -> PairEdit | None:
        """The edit of two codes in this order on a day, or None."""
        for edit in self.pairs.get((setting, column1, column2), ()):
            if edit.begin <= on and (edit.end is None or on < edit.end):
                return edit
        return None

    def most(self, setting: Setting, procedure: str, on: date) -> UnitEdit | None:
        """The most units of a code on a day, or None where nobody said."""
        return next((edit for edit in self.units.get((setting, procedure), ()) if edit.begin <= on), None)


NO_EDITS = EditBook()
"""Nothing is loaded."""
