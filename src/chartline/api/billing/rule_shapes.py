"""How rules look on the wire: the practice's own, those of the catalogue, findings, tests and repairs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated

import msgspec

from chartline.api.billing.shapes import Asked, Dollars, Shape, dollars
from chartline.api.billing.texts import Reason, Words
from chartline.domains.claims.practice_rules import (
    BackTest,
    Caught,
    Definition,
    EffectKind,
    PracticeRule,
    RuleEvent,
    RuleState,
    RuleVersion,
    read_definition,
)
from chartline.domains.claims.rules import Finding, Rule
from chartline.domains.claims.rules.repairs import Change
from chartline.kernel.money import Money

WhenData = Annotated[
    dict[str, object],
    msgspec.Meta(
        description='A condition: `{"field": "payer", "operator": "is", "values": ["00123"]}`, `{"all": [...]}`, '
        '`{"any": [...]}` or `{"not": {...}}`. Fields and operators: `GET /api/billing/rules/fields`.'
    ),
]


class EffectShape(Asked):
    """What follows: ``hold``, ``warn``, or ``set`` with the field and its value."""

    kind: EffectKind
    field: Words = ""
    value: Annotated[str, msgspec.Meta(max_length=80)] = ""


class RuleAsked(Asked):
    """A rule of the practice. ``say`` and ``do`` stand on the claim: one sentence each, without names of patients."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
    when: WhenData
    effect: EffectShape
    say: Annotated[str, msgspec.Meta(max_length=200)] = ""
    do: Annotated[str, msgspec.Meta(max_length=300)] = ""

    def definition(self) -> Definition:
        """The rule as a value. Raises ``rules.bad_rule``, ``rules.bad_condition``."""
        effect = {"kind": self.effect.kind.value, "field": self.effect.field, "value": self.effect.value}
        return read_definition({"name": self.name, "when": self.when, "effect": effect, "say": self.say, "do": self.do})


class TestAsked(Asked):
    """How many of the last sent claims to look at."""

    claims: Annotated[int, msgspec.Meta(ge=1, le=2000)] = 500


class TrialAsked(Asked):
    """A rule that is not stored, and how many of the last sent claims to look at."""

    rule: RuleAsked
    claims: Annotated[int, msgspec.Meta(ge=1, le=2000)] = 500


class RepairAsked(Asked):
    """The rule whose repair is accepted."""

    rule: Reason


class RuleShape(Shape):
    """A rule of the practice with its newest version; ``sentence`` explains it back."""

    id: str
    name: str
    state: RuleState
    version: int
    active_version: int | None
    sentence: str
    when: WhenData
    effect: EffectShape
    say: str
    do: str
    tested: datetime | None
    held: int
    warned: int
    updated: datetime


class RuleVersionShape(Shape):
    """One version of a rule."""

    version: int
    sentence: str
    made: datetime
    made_by: str
    tested: datetime | None


class RuleEventShape(Shape):
    """One step: written, changed, tested, activated or retired."""

    at: datetime
    actor: str
    kind: str
    version: int


class RuleWhole(Shape):
    """A rule with its versions and history."""

    rule: RuleShape
    versions: list[RuleVersionShape]
    history: list[RuleEventShape]


class CatalogueShape(Shape):
    """A rule that comes with the product; ``held`` and ``warned`` count the claims it finds now."""

    id: str
    group: str
    severity: str
    repair: str
    what: str
    why: str
    fix: str
    example: str
    prevents: list[str]
    kinds: list[str]
    source: str
    held: int
    warned: int


class FieldShape(Shape):
    """A field of conditions."""

    name: str
    label: str
    kind: str
    level: str
    operators: list[str]


class VocabularyShape(Shape):
    """What conditions may ask, and what rules may set."""

    fields: list[FieldShape]
    settable: list[str]


class FindingShape(Shape):
    """What a rule found on a claim that was not sent."""

    claim_id: str
    claim_number: str
    payer_id: str
    service_date: date
    work: str
    rule: str
    severity: str
    place: str


class FoundShape(Shape):
    """What a rule finds on a claim."""

    rule: str
    severity: str
    place: str
    say: str
    do: str
    repair: str


class CaughtShape(Shape):
    """A past claim that a rule would have caught."""

    claim_id: str
    claim_number: str
    service_date: date
    places: list[str]
    rejected: bool
    denied: bool
    denied_amount: Dollars


class BackTestShape(Shape):
    """A rule on past claims: ``refused`` of the ``found`` were rejected or denied, ``harmless`` went through;
    ``refusedMissed`` were refused and would have passed."""

    looked: int
    found: int
    refused: int
    rejected: int
    denied: int
    harmless: int
    refused_missed: int
    denied_amount: Dollars
    sentence: str
    caught: list[CaughtShape]


class ChangeShape(Shape):
    """A field that a repair would change, with both values."""

    field: str
    before: str
    after: str


class ProposalShape(Shape):
    """A repair that waits for a click."""

    rule: str
    what: str
    changes: list[ChangeShape]


def rule_shape(rule: PracticeRule, held: int = 0, warned: int = 0) -> RuleShape:
    """A rule of the practice."""
    words, effect = rule.definition, rule.definition.effect
    return RuleShape(
        id=rule.id,
        name=words.name,
        state=rule.state,
        version=rule.version,
        active_version=rule.active_version,
        sentence=words.sentence(),
        when=as_object(words.as_data()["when"]),
        effect=EffectShape(kind=effect.kind, field=effect.field, value=effect.value),
        say=words.say,
        do=words.do,
        tested=rule.tested,
        held=held,
        warned=warned,
        updated=rule.updated,
    )


def as_object(data: object) -> dict[str, object]:
    """A JSON object as its keys and values."""
    return {str(name): value for name, value in data.items()} if isinstance(data, dict) else {}


def version_shape(version: RuleVersion) -> RuleVersionShape:
    """A version."""
    return RuleVersionShape(
        version=version.version,
        sentence=version.definition.sentence(),
        made=version.made,
        made_by=version.made_by,
        tested=version.tested,
    )


def event_shape(event: RuleEvent) -> RuleEventShape:
    """A step."""
    return RuleEventShape(at=event.at, actor=event.actor, kind=event.kind, version=event.version)


def catalogue_shape(group: str, rule: Rule, held: int, warned: int) -> CatalogueShape:
    """A rule of the catalogue."""
    return CatalogueShape(
        id=rule.id,
        group=group,
        severity=rule.severity.value,
        repair=rule.repair.value,
        what=rule.what,
        why=rule.why,
        fix=rule.fix,
        example=rule.example,
        prevents=list(rule.prevents),
        kinds=sorted(rule.kinds),
        source=rule.source,
        held=held,
        warned=warned,
    )


def test_shape(result: BackTest, sentence: str) -> BackTestShape:
    """The result of a test."""
    return BackTestShape(
        looked=result.looked,
        found=result.found,
        refused=result.refused,
        rejected=result.rejected,
        denied=result.denied,
        harmless=result.harmless,
        refused_missed=result.refused_missed,
        denied_amount=dollars(Money(result.denied_minor)),
        sentence=sentence,
        caught=[_caught(one) for one in result.caught],
    )


def _caught(one: Caught) -> CaughtShape:
    return CaughtShape(
        claim_id=one.claim,
        claim_number=one.number,
        service_date=one.service_date,
        places=list(one.places),
        rejected=one.rejected,
        denied=one.was_denied,
        denied_amount=dollars(one.denied),
    )


def found_shape(one: Finding) -> FoundShape:
    """A finding."""
    return FoundShape(
        rule=one.rule, severity=one.severity.value, place=one.place, say=one.say, do=one.do, repair=one.repair.value
    )


def proposal_shape(rule: Rule, changes: Sequence[Change]) -> ProposalShape:
    """A repair with its changes, opened for a person."""
    return ProposalShape(
        rule=rule.id,
        what=rule.what,
        changes=[ChangeShape(field=one.field, before=one.before, after=one.after) for one in changes],
    )
