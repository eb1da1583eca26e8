"""One claim that cannot be written, or that the check rejects, would hold up every other claim of its file.

The claim is built alone and checked as its receiver would check it, so that its findings come before any file is made.
A claim of the same outline as one that was tried is not tried again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.outline import Outline, outline_of
from chartline.domains.claims.rules.rule import DENTAL, INSTITUTIONAL, Repair, Rule, Violation
from chartline.domains.claims.wording import FileParties, dental_claim, institutional_claim, professional_claim
from chartline.formats.x12.check import check
from chartline.formats.x12.dental_claim import build_837d
from chartline.formats.x12.envelope_writer import Envelope, Usage
from chartline.formats.x12.institutional_claim import build_837i
from chartline.formats.x12.problem import Problem
from chartline.formats.x12.professional_claim import build_837p
from chartline.kernel.errors import ChartlineError

_PARTIES = FileParties("TRIAL", "TRIAL", "TRIAL", "TRIAL", "TRIAL", "5555550100")
_ENVELOPE = Envelope(sender="TRIAL", receiver="TRIAL", at=datetime(2000, 1, 1, tzinfo=UTC), control=1, usage=Usage.TEST)


_MOST = 20_000
_writable: set[Outline] = set()
"""Outlines of claims that were tried and can be written. Only what is right is remembered."""


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str | Violation]:
    """Where the rule is broken; what the check finds comes in the check's own words."""
    outline = outline_of(copy)
    if outline is not None and outline in _writable:
        return
    found = list(try_writing(copy))
    if not found and outline is not None:
        if len(_writable) >= _MOST:
            _writable.clear()
        _writable.add(outline)
    yield from found


def try_writing(copy: ClaimCopy) -> Iterator[str | Violation]:
    """Write the claim alone and let the check of its guide look at it."""
    try:
        data = _written(copy)
    except ChartlineError as error:
        yield error.problem.fields.get("field", "claim")
        return
    for problem in check(data).problems:
        if problem.is_error:
            yield Violation(_place(problem), problem.kind.say, problem.kind.do)


def _written(copy: ClaimCopy) -> bytes:
    if copy.kind == INSTITUTIONAL:
        return build_837i([institutional_claim(copy, _PARTIES)], _ENVELOPE, unchecked=True)
    if copy.kind == DENTAL:
        return build_837d([dental_claim(copy, _PARTIES)], _ENVELOPE, unchecked=True)
    return build_837p([professional_claim(copy, _PARTIES)], _ENVELOPE, unchecked=True)


def _place(problem: Problem) -> str:
    """``sex (DMG03)``: our name of the element and its place in the guide; the trial's own numbers mean nothing."""
    name = problem.place.short.partition("@")[0]
    return f"{problem.label} ({name})" if problem.label and problem.label != name else name


RULE = Rule(
    id="writable",
    what="A value of the claim cannot be written into an 837 file.",
    why="Characters that separate fields, and texts that are too long, would shift everything behind them; and a file "
    "that breaks the 837's own rules is rejected with all its claims.",
    fix="Correct the field named in the finding: leave out characters such as * ~ : ^ and shorten what is too long.",
    example="A member id of ninety characters; a state that does not exist.",
    repair=Repair.NONE,
    prevents=("16",),
    places=places,
    source="The X12 837 guides, asked through the check that every file of ours passes.",
)
