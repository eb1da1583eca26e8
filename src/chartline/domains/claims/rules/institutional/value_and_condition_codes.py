"""Codes of values and conditions are two characters, each once."""

from __future__ import annotations

import re
from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import INSTITUTIONAL, Repair, Rule

_CODE = re.compile(r"[0-9A-Z]{2}")


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    facts = copy.institutional
    if facts is None:
        return
    values = [one.code for one in facts.values]
    for word, codes in (("value code", values), ("condition code", list(facts.condition_codes))):
        for number, code in enumerate(codes, 1):
            if not _CODE.fullmatch(code) or code in codes[: number - 1]:
                yield f"{word} {number}"


RULE = Rule(
    id="value-and-condition-codes",
    what="A value or condition code is malformed or stands twice.",
    why="The claim is returned for it.",
    fix="Correct the code, or leave the second one out.",
    example="Condition code 4.",
    repair=Repair.NONE,
    prevents=("16",),
    places=places,
    source="X12 837I HI*BE and HI*BG; form locators 18 to 28 and 39 to 41.",
    kinds=frozenset({INSTITUTIONAL}),
)
