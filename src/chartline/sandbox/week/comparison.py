"""Whether both sides agree at the end, field by field, and whether every edit of the script arrived. Pure.

Refuses to call a record equal because a field is missing on one side: absent is empty text, and empty is a value.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from chartline.sandbox.week.acts import Act, Verb
from chartline.sandbox.week.plain import Fields, value

Records = Mapping[str, Fields]


@dataclass(frozen=True, slots=True)
class Difference:
    """A record on which the sides differ: our id, and the names of the fields; ``-`` stands for the whole record."""

    kind: str
    record: str
    fields: tuple[str, ...]


@dataclass(slots=True)
class Compared:
    """What a comparison found. ``lost`` are records that only one side has, and edits that are not on both."""

    equal: Counter[str] = field(default_factory=Counter[str])
    disputed: int = 0
    differing: list[Difference] = field(default_factory=list[Difference])
    lost: list[Difference] = field(default_factory=list[Difference])

    def add(
        self,
        kind: str,
        ours: Records,
        theirs: Records,
        pairs: Mapping[str, str],
        disputed: frozenset[tuple[str, str]] = frozenset(),
    ) -> None:
        """Compare all records of a kind. ``pairs`` gives the vendor's id of ours; ``disputed`` (our id, field)."""
        met: set[str] = set()
        for local, mine in ours.items():
            vendor = pairs.get(local, "")
            other = theirs.get(vendor)
            if other is None:
                self.lost.append(Difference(kind, local, ("-",)))
                continue
            met.add(vendor)
            names = [name for name in sorted({*mine, *other}) if mine.get(name, "") != other.get(name, "")]
            apart = tuple(name for name in names if (local, name) not in disputed)
            self.disputed += len(names) - len(apart)
            if apart:
                self.differing.append(Difference(kind, local, apart))
            else:
                self.equal[kind] += 1
        self.lost += [Difference(kind, f"vendor {vendor}", ("-",)) for vendor in theirs if vendor not in met]


def duplicates(records: Records, names: Sequence[str]) -> int:
    """How many records are there once too often, by the fields that make them one."""
    seen = Counter(tuple(fields.get(name, "") for name in names) for fields in records.values())
    return sum(count - 1 for count in seen.values())


def expectations(script: Iterable[Act]) -> Iterable[tuple[str, int, str, str]]:
    """What must stand on both sides at the end: kind, number, field and value of every undisputed edit."""
    for act in script:
        if act.disputed:
            continue
        if act.verb is Verb.CHANGE:
            for name, text in act.values:
                yield "patient", act.number, name, value(name, text)
        elif act.verb is Verb.END_PLAN:
            yield "plan", act.number, "end", act.value("end")
        elif act.verb is Verb.AMEND:
            yield "plan", act.number, "group", value("group", act.value("group"))
        elif act.verb is Verb.SAY:
            yield "visit", act.number, "status", act.value("status")
        elif act.verb is Verb.MOVE:
            moment = datetime.fromisoformat(act.value("start"))
            yield "visit", act.number, "start", moment.astimezone(UTC).isoformat()
