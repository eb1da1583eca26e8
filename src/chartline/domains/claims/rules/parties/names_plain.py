"""A name on a claim is the name on the card: letters, and little else."""

from __future__ import annotations

import re
from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import Repair, Rule, Severity

_ODD = re.compile(r"[0-9@#$%&*()_+={}\[\]|\\<>?/;:\"!~^]")


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    people = [("patient name", copy.patient), ("subscriber name", copy.subscriber)]
    for place, one in people:
        if one is not None and _ODD.search(f"{one.last} {one.first} {one.middle}"):
            yield place


RULE = Rule(
    id="names-plain",
    what="A name has digits or signs in it.",
    why="The payer looks for the person by name and does not find it; some signs break the file.",
    fix="Write the name as it stands on the card; nicknames and notes go elsewhere.",
    example="A nickname in brackets behind the first name.",
    repair=Repair.NONE,
    prevents=("31", "16"),
    places=places,
    source="X12 837 NM103 and NM104; NUCC 1500 boxes 2 and 4.",
    severity=Severity.WARNING,
)
