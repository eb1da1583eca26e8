"""Repairs: what rules mend by themselves, what they propose, and what that changes, field by field.

Refuses a change of the care itself without asking: a safe repair never takes a diagnosis, a procedure, units or an
amount away, and a test holds every safe repair to that.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import Finding, Repair, Rule
from chartline.kernel.sealed import Masked


@dataclass(frozen=True, slots=True, repr=False)
class Change(Masked):
    """One field that a repair changed, as ``line 2 procedure``, with both values as text."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Mended:
    """A copy after repairs, and the rules that made them."""

    copy: ClaimCopy
    rules: tuple[str, ...]


def mend_safely(copy: ClaimCopy, context: RuleContext, findings: Sequence[Finding], rules: dict[str, Rule]) -> Mended:
    """The copy with every safe repair of what was found."""
    wanted = dict.fromkeys(finding.rule for finding in findings if finding.repair is Repair.SAFE)
    return _mended(copy, context, [rules[rule] for rule in wanted if rule in rules])


def mend_by(copy: ClaimCopy, context: RuleContext, rule: Rule) -> Mended:
    """The copy as one rule would have it; no rules where it has nothing to propose."""
    return _mended(copy, context, [rule])


def changes_between(old: ClaimCopy, new: ClaimCopy) -> list[Change]:
    """What differs, in the order of the copy."""
    return list(_differences("", old, new))


def _mended(copy: ClaimCopy, context: RuleContext, rules: Sequence[Rule]) -> Mended:
    made: list[str] = []
    for rule in rules:
        if rule.mend is not None:
            new = rule.mend(copy, context)
            if new != copy:
                copy = new
                made.append(rule.id)
    return Mended(copy, tuple(made))


def _differences(place: str, old: object, new: object) -> Iterator[Change]:
    if old == new:
        return
    if isinstance(old, msgspec.Struct) and type(old) is type(new):
        for name in old.__struct_fields__:
            word = _WORDS.get(name, name.replace("_", " "))
            yield from _differences(f"{place} {word}".strip(), getattr(old, name), getattr(new, name))
    elif isinstance(old, tuple) and isinstance(new, tuple) and len(old) == len(new) and _parts(old):
        word = {"lines": "line", "diagnoses": "diagnosis", "others": "other payer"}.get(place, place)
        for number, (first, second) in enumerate(zip(old, new, strict=True), 1):
            yield from _differences(f"{word} {number}", first, second)
    else:
        yield Change(place, _text(old), _text(new))


def _parts(values: tuple[object, ...]) -> bool:
    return bool(values) and isinstance(values[0], msgspec.Struct)


def _text(value: object) -> str:
    if isinstance(value, tuple):
        return " ".join(_text(one) for one in value)
    return "" if value is None else str(value)


_WORDS = {"zip": "postal code", "line1": "street", "npi": "NPI"}
