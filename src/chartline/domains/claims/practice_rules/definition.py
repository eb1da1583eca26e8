"""What a practice's rule says: its name, when it holds, what follows, and the words people read on the claim."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import cast

from msgspec.structs import replace

from chartline.domains.claims.conditions import Condition, as_data, read_condition, sentence
from chartline.domains.claims.copy import ClaimCopy
from chartline.kernel.errors import Again, Blame, ErrorKind

BAD_RULE = ErrorKind(
    "rules.bad_rule",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The rule cannot be read.",
    "Correct the part that the fields name.",
    status=422,
)


class EffectKind(StrEnum):
    """What follows when the condition holds."""

    HOLD = "hold"
    WARN = "warn"
    SET = "set"


@dataclass(frozen=True, slots=True)
class Effect:
    """What follows; ``field`` and ``value`` are for ``set`` alone."""

    kind: EffectKind
    field: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Definition:
    """A rule's words. ``say`` and ``do`` stand on the claim: one sentence each, without a patient in it."""

    name: str
    when: Condition
    effect: Effect
    say: str
    do: str

    def sentence(self) -> str:
        """The whole rule in one sentence."""
        then = {
            EffectKind.HOLD: "hold the claim",
            EffectKind.WARN: "warn, and let the claim go",
            EffectKind.SET: f"set the {SETTABLE[self.effect.field].label if self.effect.field else ''}"
            f" to {self.effect.value or 'nothing'}",
        }
        return f"When {sentence(self.when)}, {then[self.effect.kind]}."

    def as_data(self) -> dict[str, object]:
        """The rule as JSON, as ``read_definition`` reads it."""
        effect = {"kind": self.effect.kind.value, "field": self.effect.field, "value": self.effect.value}
        return {"name": self.name, "when": as_data(self.when), "effect": effect, "say": self.say, "do": self.do}


@dataclass(frozen=True, slots=True)
class Settable:
    """A field that a rule may set: never of the care itself."""

    label: str
    most: int
    put: Callable[[ClaimCopy, str], ClaimCopy]


def _rendering(copy: ClaimCopy, value: str) -> ClaimCopy:
    return copy if copy.rendering is None else replace(copy, rendering=replace(copy.rendering, taxonomy=value))


SETTABLE: dict[str, Settable] = {
    "filing": Settable("kind of payer", 2, lambda copy, v: replace(copy, coverage=replace(copy.coverage, filing=v))),
    "group": Settable("group number", 30, lambda copy, v: replace(copy, coverage=replace(copy.coverage, group=v))),
    "billing_taxonomy": Settable(
        "billing taxonomy", 10, lambda copy, v: replace(copy, billing=replace(copy.billing, taxonomy=v))
    ),
    "rendering_taxonomy": Settable("rendering taxonomy", 10, _rendering),
    "prior_authorization": Settable("authorization number", 50, lambda copy, v: replace(copy, prior_authorization=v)),
    "referral": Settable("referral number", 50, lambda copy, v: replace(copy, referral=v)),
    "delay_reason": Settable("delay reason", 2, lambda copy, v: replace(copy, delay_reason=v)),
    "note": Settable("claim note", 80, lambda copy, v: replace(copy, note=v)),
}
"""What a rule may set, by name."""

_LONGEST = {"name": 120, "say": 200, "do": 300}


def read_definition(data: object) -> Definition:
    """A rule from JSON. Raises ``rules.bad_rule``, ``rules.bad_condition``."""
    if not isinstance(data, Mapping):
        raise BAD_RULE.error(part="rule")
    given = cast("Mapping[str, object]", data)
    effect = _effect(given.get("effect"))
    name, say, do = (_text(given, part, needed=part == "name") for part in ("name", "say", "do"))
    when = read_condition(given.get("when"))
    return Definition(
        name,
        when,
        effect,
        say or "A rule of the practice found this claim.",
        do or "Look at the rule of the practice for what to do.",
    )


def _effect(data: object) -> Effect:
    if not isinstance(data, Mapping):
        raise BAD_RULE.error(part="effect")
    given = cast("Mapping[str, object]", data)
    word = given.get("kind")
    if not isinstance(word, str) or word not in {one.value for one in EffectKind}:
        raise BAD_RULE.error(part="effect.kind")
    kind = EffectKind(word)
    if kind is not EffectKind.SET:
        return Effect(kind)
    field, value = given.get("field"), given.get("value")
    if not isinstance(field, str) or field not in SETTABLE:
        raise BAD_RULE.error(part="effect.field")
    if not isinstance(value, str) or len(value.strip()) > SETTABLE[field].most or not value.isprintable():
        raise BAD_RULE.error(part="effect.value")
    return Effect(kind, field, value.strip())


def _text(given: Mapping[str, object], part: str, *, needed: bool) -> str:
    text = given.get(part, "")
    if not isinstance(text, str) or len(text.strip()) > _LONGEST[part] or not text.isprintable():
        raise BAD_RULE.error(part=part)
    if needed and not text.strip():
        raise BAD_RULE.error(part=part)
    return text.strip()
