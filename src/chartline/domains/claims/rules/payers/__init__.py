"""Rules of payers as data: one TOML file each, with conditions in the language of ``conditions``.

A file says for which kinds of payer (``filing``, SBR09) or which payer ids its rules are; every rule has the texts that
a rule written in code has, and stands in the same catalogue. Refuses a file with a condition that cannot be read.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from importlib import resources

from chartline.domains.claims.conditions import Question, compiled, read_condition
from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import EVERY_KIND, Check, Repair, Rule, Severity


def payer_rules(text: str) -> tuple[Rule, ...]:
    """The rules of one payer's file. Raises ``rules.bad_condition``; ``KeyError`` and ``TypeError`` for a file that
    lacks a text."""
    file = tomllib.loads(text)
    filings, payers = frozenset(file.get("filing", ())), frozenset(file.get("payers", ()))
    return tuple(_rule(one, filings, payers) for one in file["rule"])


def _rule(given: Mapping[str, object], filings: frozenset[str], payers: frozenset[str]) -> Rule:
    prevents, kinds = given["prevents"], given.get("kinds")
    if not isinstance(prevents, list):
        raise TypeError(str(given["id"]))
    return Rule(
        id=str(given["id"]),
        what=str(given["what"]),
        why=str(given["why"]),
        fix=str(given["fix"]),
        example=str(given["example"]),
        source=str(given["source"]),
        repair=Repair.NONE,
        prevents=tuple(str(one) for one in prevents),
        places=_places(compiled(read_condition(given["when"])), filings, payers),
        severity=Severity(str(given.get("severity", "error"))),
        kinds=frozenset(str(one) for one in kinds) if isinstance(kinds, list) else EVERY_KIND,
    )


def _places(question: Question, filings: frozenset[str], payers: frozenset[str]) -> Check:
    def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
        """Where the rule is broken."""
        if copy.coverage.filing in filings or copy.coverage.payer_id in payers:
            yield from question.places(copy, context.today)

    return places


def _shipped() -> Iterator[Rule]:
    folder = resources.files("chartline.domains.claims.rules.payers") / "data"
    for file in sorted(folder.iterdir(), key=lambda one: one.name):
        if file.name.endswith(".toml"):
            yield from payer_rules(file.read_text("utf-8"))


RULES = tuple(_shipped())
