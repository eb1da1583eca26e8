"""Audio alone has its own modifiers."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.reading import numbered
from chartline.domains.claims.rules.rule import MEDICAL, Repair, Rule

_VIDEO, _AUDIO = frozenset({"95", "GT"}), frozenset({"93", "FQ"})


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    for place, line in numbered(copy):
        given = set(line.modifiers)
        if _VIDEO & given and _AUDIO & given:
            yield place


RULE = Rule(
    id="audio-and-video",
    what="A line says both video and audio alone.",
    why="The service was one of them; payers deny the contradiction.",
    fix="Keep 95 or GT for video, 93 or FQ for audio alone.",
    example="95 with FQ.",
    repair=Repair.NONE,
    prevents=("4",),
    places=places,
    source="CMS telehealth pages: 93 and FQ are for audio alone.",
    kinds=MEDICAL,
)
