"""Whoever must know of every write of the records, in the transaction of the write itself.

An observer says what shall be stored before it is (or refuses it), and learns what was stored. What it watches for
may live in memory: ``stamp`` comes along with statements that are made anyway, and is another one after
``changed``. Refuses to cost a query of its own where nothing is watched.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from chartline.formats.fhir import JsonObject
from chartline.kernel.sealed import Masked
from chartline.platform.database import Work
from chartline.platform.records.stored import Stored
from chartline.platform.records.tables import resource_watch_table


@dataclass(frozen=True, slots=True, repr=False)
class Written(Masked):
    """One version that was stored, with the content before and after; None where there is none."""

    stored: Stored
    before: JsonObject | None
    after: JsonObject | None


class Observer(Protocol):
    """Sees every write of an installation's records."""

    def prepare(self, work: Work, before: JsonObject | None, after: JsonObject) -> JsonObject:
        """The content to be stored instead of ``after``, or ``after`` itself. Raises to refuse the write."""
        ...

    def wrote(self, work: Work, written: Sequence[Written], stamp: int | None) -> None:
        """What was stored, in order. ``stamp`` is the mark of what is watched; None when it was not seen."""
        ...


class Observers:
    """Several observers as one, asked in order."""

    def __init__(self, *each: Observer) -> None:
        self._each = each

    def prepare(self, work: Work, before: JsonObject | None, after: JsonObject) -> JsonObject:
        """What the last one makes of what the others made."""
        for one in self._each:
            after = one.prepare(work, before, after)
        return after

    def wrote(self, work: Work, written: Sequence[Written], stamp: int | None) -> None:
        """All of them learn of it."""
        for one in self._each:
            one.wrote(work, written, stamp)


def changed(work: Work) -> None:
    """What is watched for has changed: the stamp is another one from here on."""
    # By chance and not by counting: a number that was undone must not come again with another meaning.
    work.upsert(resource_watch_table, {}, revision=secrets.randbits(62) + 1)


def stamp_now(work: Work) -> int:
    """The present stamp; 0 where nothing was ever watched."""
    return int(work.scalar(work.select(resource_watch_table, resource_watch_table.c.revision)) or 0)
