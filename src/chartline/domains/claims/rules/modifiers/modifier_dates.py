"""A modifier is valid from a day on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.reading import numbered
from chartline.domains.claims.rules.rule import Repair, Rule

_SINCE = {
    "XE": date(2015, 1, 1),
    "XP": date(2015, 1, 1),
    "XS": date(2015, 1, 1),
    "XU": date(2015, 1, 1),
    "95": date(2017, 1, 1),
    "FQ": date(2022, 1, 1),
    "FR": date(2022, 1, 1),
    "FS": date(2022, 1, 1),
    "FT": date(2022, 1, 1),
    "93": date(2022, 1, 1),
}
_UNTIL = {"CS": date(2023, 5, 11), "CR": None}


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    for place, line in numbered(copy):
        for one in line.modifiers:
            since, until = _SINCE.get(one), _UNTIL.get(one)
            if (since is not None and line.service_date < since) or (until is not None and line.service_date > until):
                yield place
                break


RULE = Rule(
    id="modifier-dates",
    what="A modifier was not in use on the day of service.",
    why="Payers check modifiers against the list of the service date.",
    fix="Choose a modifier of that day.",
    example="93 in 2021; CS after the public health emergency.",
    repair=Repair.NONE,
    prevents=("4", "182"),
    places=places,
    source="CMS HCPCS quarterly updates; telehealth pages on 93 and FQ.",
)
