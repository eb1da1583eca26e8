"""A bed in the hospital is not visited by telephone."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.reading import numbered, place_of
from chartline.domains.claims.rules.rule import MEDICAL, Repair, Rule
from chartline.domains.codes import TELEHEALTH_PLACES


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    for place, line in numbered(copy):
        is_remote = place_of(copy, line) in TELEHEALTH_PLACES or {"95", "GT", "93", "FQ"} & set(line.modifiers)
        if is_remote and (line.procedure in _IN_PERSON):
            yield place


_IN_PERSON = frozenset(
    "97012 97016 97018 97024 97026 97028 97032 97033 97034 97035 97036 97124 97140 98940 98941 98942 98943 20610 36415"
    " 90471 90472 93000 94010 95115 95117 96372 69210 11042 11719 11720 11721 17110 20550 20552 20553".split()
)
"""Services in which the patient is touched, needled, measured or recorded."""


RULE = Rule(
    id="telehealth-service",
    what="A service that needs the patient in the room is billed as telehealth.",
    why="It is on no list of telehealth services; the line is denied.",
    fix="Correct the place and modifier, or the procedure.",
    example="Manual therapy at a distance.",
    repair=Repair.NONE,
    prevents=("4", "96", "272"),
    places=places,
    source="CMS list of telehealth services: these are not on it.",
    kinds=MEDICAL,
)
