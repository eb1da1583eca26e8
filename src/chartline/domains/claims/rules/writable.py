"""One claim that cannot be written would hold up every other claim of its file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.rule import Repair, Rule, RuleContext
from chartline.domains.claims.wording import FileParties, professional_claim
from chartline.formats.x12.envelope_writer import Envelope, Usage
from chartline.formats.x12.professional_claim import build_837p
from chartline.kernel.errors import ChartlineError

_PARTIES = FileParties("TRIAL", "TRIAL", "TRIAL", "TRIAL", "TRIAL", "5555550100")
_ENVELOPE = Envelope(sender="TRIAL", receiver="TRIAL", at=datetime(2000, 1, 1, tzinfo=UTC), control=1, usage=Usage.TEST)


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    try:
        build_837p([professional_claim(copy, _PARTIES)], _ENVELOPE)
    except ChartlineError as error:
        yield error.problem.fields.get("field", "claim")


RULE = Rule(
    id="writable",
    what="A value of the claim cannot be written into an 837 file.",
    why="Characters that separate fields, and texts that are too long, would shift everything behind them.",
    fix="Correct the field named in the finding: leave out characters such as * ~ : ^ and shorten what is too long.",
    example="A member id of ninety characters.",
    repair=Repair.ASK,
    prevents=("16",),
    places=places,
)
