"""The three-way merge of one record, field by field. Pure: no database, no clock.

A field that one side changed follows that side. A field that both changed apart follows its owner policy, or is a
conflict for a person. Refuses to invent agreement: a field the two never agreed on has no base, so different values
there are a conflict and never an overwrite, unless one of them is empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from chartline.domains.sync.fields import Fields, Kind, same
from chartline.kernel.sealed import Masked


class Owner(StrEnum):
    """Who wins when both sides changed a field."""

    OURS = "ours"
    THEIRS = "theirs"
    NEWEST = "newest"
    """The later change; ``ask`` where it is not known which one that is."""
    ASK = "ask"


class Side(StrEnum):
    """One of the two."""

    OURS = "ours"
    THEIRS = "theirs"


OWNERS: dict[Kind, dict[str, Owner]] = {
    Kind.PATIENT: {
        "chart": Owner.THEIRS,
        "responsible_party": Owner.THEIRS,
        **dict.fromkeys(("phone", "email", "street", "unit", "city", "state", "postal_code"), Owner.NEWEST),
    },
    Kind.COVERAGE: {
        "payer_name": Owner.THEIRS,
        "carrier": Owner.THEIRS,
        **dict.fromkeys(("begin", "end", "copay"), Owner.NEWEST),
    },
    Kind.VISIT: {
        "raw_status": Owner.THEIRS,
        "provider": Owner.THEIRS,
        "column": Owner.THEIRS,
        "facility": Owner.THEIRS,
        "status": Owner.NEWEST,
    },
}
"""The policies an installation starts with; a field that is not named is asked about."""


@dataclass(frozen=True, slots=True, repr=False)
class Conflict(Masked):
    """Both sides changed one field apart. ``base`` is None where they never agreed."""

    field: str
    base: str | None
    ours: str
    theirs: str


@dataclass(frozen=True, slots=True, repr=False)
class Merged(Masked):
    """The outcome of a merge.

    ``value`` is our record from now on. ``to_ours`` are fields that change here, ``to_theirs`` fields that the
    other side should get. ``agreed`` is the new shadow: a field not settled on both sides keeps its old base.
    """

    value: Fields
    to_ours: Fields
    to_theirs: Fields
    conflicts: tuple[Conflict, ...]
    agreed: Fields


def merge(
    base: Mapping[str, str] | None,
    ours: Mapping[str, str],
    theirs: Mapping[str, str],
    owners: Mapping[str, Owner],
    newer: Side | None = None,
) -> Merged:
    """Merge ``ours`` and ``theirs`` over the last agreed ``base`` (None or partial at a first meeting).

    ``newer`` says which side changed last, for the ``newest`` policy.
    """
    known = base or {}
    value, to_ours, to_theirs, agreed = dict(ours), Fields(), Fields(), Fields()
    conflicts: list[Conflict] = []
    for name in sorted({*ours, *theirs, *known}):
        mine, other, old = ours.get(name, ""), theirs.get(name, ""), known.get(name)
        if same(name, mine, other):
            agreed[name] = other
            continue
        winner = _one_sided(name, old, mine, other) or _by_policy(owners.get(name, Owner.ASK), newer)
        if winner is Side.THEIRS:
            value[name] = to_ours[name] = agreed[name] = other
            continue
        if winner is Side.OURS:
            to_theirs[name] = mine
        else:
            conflicts.append(Conflict(name, old, mine, other))
        if old is not None:
            agreed[name] = old
    return Merged(value, to_ours, to_theirs, tuple(conflicts), agreed)


def _one_sided(name: str, old: str | None, mine: str, other: str) -> Side | None:
    """The side that alone has news, or None when both have."""
    if old is None:
        if not mine:
            return Side.THEIRS
        return None if other else Side.OURS
    if same(name, mine, old):
        return Side.THEIRS
    return Side.OURS if same(name, other, old) else None


def _by_policy(owner: Owner, newer: Side | None) -> Side | None:
    """The side an owner policy chooses, or None for a conflict."""
    if owner is Owner.NEWEST:
        return newer
    return None if owner is Owner.ASK else Side(owner.value)
