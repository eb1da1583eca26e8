"""The published edits that the practice has loaded. In the order of findings."""

from chartline.domains.claims.rules.edits import (
    mue_units,
    ncci_history,
    ncci_pair,
)

RULES = (
    ncci_pair.RULE,
    ncci_history.RULE,
    mue_units.RULE,
)
