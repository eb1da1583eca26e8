"""Some revenue codes say too little alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.reading import numbered
from chartline.domains.claims.rules.rule import INSTITUTIONAL, Repair, Rule

_NEEDING = re.compile(r"0(25[0-9]|26[0-9]|3[0-9]{2}|4[0-9]{2}|5[1-2][0-9]|61[0-9]|636|7[3-6][0-9]|9[0-4][0-9])")
_BARE = frozenset({"0250", "0251", "0252", "0257", "0258", "0259", "0260", "0370", "0710"})


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    facts = copy.institutional
    if facts is None:
        return
    if facts.facility_code not in ("13", "14", "83", "85"):
        return
    for place, line in numbered(copy):
        if not line.procedure and line.revenue_code not in _BARE and _NEEDING.fullmatch(line.revenue_code):
            yield place


RULE = Rule(
    id="revenue-needs-procedure",
    what="An outpatient line has a revenue code that needs a procedure, and no procedure.",
    why="Outpatient care is priced by procedure; the line is returned.",
    fix="Enter the HCPCS code of the service.",
    example="Laboratory 0300 without a test.",
    repair=Repair.NONE,
    prevents=("16", "199"),
    places=places,
    source="CMS integrated outpatient code editor: revenue codes that need HCPCS; X12 835 CARC 199.",
    kinds=frozenset({INSTITUTIONAL}),
)
