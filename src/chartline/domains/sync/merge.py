"""The three-way merge of one record, field by field. Pure: no database, no clock.

A field that one side changed follows that side. A field that both changed apart follows its owner policy, or is a
conflict for a person. Refuses to invent agreement: a field the two never agreed on has no base, so different values
there are a conflict and never an overwrite, unless one of them is empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from chartline.domains.sync.fields import PHONES, Fields, Kind, same
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
        **dict.fromkeys((*PHONES, "email", "street", "unit", "city", "state", "postal_code"), Owner.NEWEST),
    },
    Kind.COVERAGE: {
        "payer_name": Owner.THEIRS,
        "carrier": Owner.THEIRS,
        **dict.fromkeys(("begin", "end", "copay"), Owner.NEWEST),
    },
    Kind.VISIT: {
        "provider": Owner.THEIRS,
        "column": Owner.THEIRS,
        "facility": Owner.THEIRS,
        "status": Owner.NEWEST,
    },
}
"""The policies a connection starts with; a field that is not named is asked about."""

SENT, MADE, KEPT = "sent:", "made:", "kept:"
"""What a shadow remembers beside the agreed values, under the field's name behind this word.

``sent:``: our value was sent and has not shown there yet, and this is what the vendor had before. While that shows, it
is not their edit; and what shows in its place is no answer to ours, so both have changed the field.
``made:``: the record was made there with our value, which has not shown yet. Another spelling of it is the vendor's.
``kept:``: a person decided that our field stays empty though the vendor has this value, for nothing is blanked there.
"""


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
    ``overruled`` names the fields where a policy put one side's change aside, with the side that lost.
    """

    value: Fields
    to_ours: Fields
    to_theirs: Fields
    conflicts: tuple[Conflict, ...]
    agreed: Fields
    overruled: tuple[tuple[str, Side], ...] = ()


def merge(
    base: Mapping[str, str] | None,
    ours: Mapping[str, str],
    theirs: Mapping[str, str],
    owners: Mapping[str, Owner],
    newer: Mapping[str, Side] | None = None,
) -> Merged:
    """Merge ``ours`` and ``theirs`` over the last agreed ``base`` (None or partial at a first meeting).

    ``newer`` says of fields which side changed them last, for the ``newest`` policy. Two things are always asked
    about: a field that we emptied and the vendor has, for nothing is blanked at a vendor; and a value that we sent
    and the vendor still has not got, for that is no edit of theirs. Where a policy decides, the vendor's value counts
    as agreed, so that it decides each change once.
    """
    known = base or {}
    value, to_ours, to_theirs, agreed = dict(ours), Fields(), Fields(), Fields()
    conflicts: list[Conflict] = []
    overruled: list[tuple[str, Side]] = []
    for name in sorted({*ours, *theirs, *(one for one in known if ":" not in one)}):
        mine, other, old = ours.get(name, ""), theirs.get(name, ""), known.get(name)
        if same(name, mine, other):
            agreed[name] = other
            continue
        if not mine and KEPT + name in known and same(name, other, known[KEPT + name]):
            agreed[name] = agreed[KEPT + name] = other
            continue
        winner = _one_sided(name, old, mine, other)
        policy = owners.get(name, Owner.ASK)
        sent, made = known.get(SENT + name), MADE + name in known and not other
        unseen = made or (sent is not None and same(name, other, sent))
        if unseen and winner is None:
            # The vendor has not what was sent, and ours was changed again.
            winner = Side.OURS
        decided = winner is None or (winner is Side.THEIRS and (unseen or sent is not None))
        if decided:
            winner = _by_policy(policy, None if newer is None else newer.get(name))
            winner = None if unseen and policy is not Owner.THEIRS else winner
        if winner is Side.OURS and not mine:
            winner = None
        if winner is None:
            conflicts.append(Conflict(name, old if sent is None else sent, mine, other))
        elif decided:
            overruled.append((name, Side.THEIRS if winner is Side.OURS else Side.OURS))
        if winner is Side.THEIRS:
            value[name] = to_ours[name] = agreed[name] = other
            continue
        if winner is Side.OURS:
            to_theirs[name] = mine
        if winner is Side.OURS and decided:
            agreed[name] = other
            continue
        agreed.update({one: known[one] for one in (name, SENT + name, MADE + name) if one in known})
    return Merged(value, to_ours, to_theirs, tuple(conflicts), agreed, tuple(overruled))


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
