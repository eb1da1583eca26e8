"""From a denial to the rule that would have caught it: a proposal of the practice's own rule, for a person to test.

The proposal is as narrow as the denial: this payer, these services, and what was missing or said. Where nothing on the
claim could have told (coverage ended, the payer's own mistake), there is no proposal: a rule would only hold good
claims.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from chartline.domains.claims.conditions import AllOf, Condition, Test
from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.practice_rules import Definition, Effect, EffectKind
from chartline.domains.remits.denials.denial import Denial
from chartline.domains.remits.denials.kinds import advice
from chartline.formats.x12.codes import Category

Idea = Callable[[ClaimCopy], "tuple[Test, ...]"]
"""What on a claim would have told; no tests where nothing would."""

WARNS = frozenset({Category.NOT_COVERED, Category.MAXIMUM})
"""Kinds of which many claims are paid all the same: a warning, not a hold."""


def _procedures(copy: ClaimCopy) -> Test:
    return Test("procedure", "is", tuple(dict.fromkeys(line.procedure for line in copy.lines)))


def _authorization(copy: ClaimCopy) -> tuple[Test, ...]:
    return () if copy.prior_authorization else (_procedures(copy), Test("prior_authorization", "missing"))


def _information(copy: ClaimCopy) -> tuple[Test, ...]:
    return () if copy.attachments else (_procedures(copy), Test("attachments", "missing"))


def _late(copy: ClaimCopy) -> tuple[Test, ...]:
    return (Test("days_old", "more_than", ("60",)),)


def _necessity(copy: ClaimCopy) -> tuple[Test, ...]:
    return (_procedures(copy), Test("first_diagnosis", "is", copy.diagnoses[:1])) if copy.diagnoses else ()


def _coding(copy: ClaimCopy) -> tuple[Test, ...]:
    places = tuple(dict.fromkeys(line.place_of_service or copy.place_of_service for line in copy.lines))
    tests = (_procedures(copy), Test("place", "is", places))
    modifiers = {one for line in copy.lines for one in line.modifiers}
    return tests if modifiers else (*tests, Test("modifier", "missing"))


def _bundling(copy: ClaimCopy) -> tuple[Test, ...]:
    codes = tuple(dict.fromkeys(line.procedure for line in copy.lines))
    return tuple(Test("procedures", "has", (code,)) for code in codes) if len(codes) > 1 else ()


def _provider(copy: ClaimCopy) -> tuple[Test, ...]:
    return (Test("rendering_npi", "is", (copy.rendering.npi,)),) if copy.rendering else ()


def _other_payer(copy: ClaimCopy) -> tuple[Test, ...]:
    first = copy.coverage.order == 1 and not copy.others
    return (Test("coverage_order", "is", ("1",)), Test("other_payers", "missing")) if first else ()


def _service(copy: ClaimCopy) -> tuple[Test, ...]:
    return (_procedures(copy),)


IDEAS: Mapping[Category, Idea] = MappingProxyType(
    {
        Category.AUTHORIZATION: _authorization,
        Category.INFORMATION: _information,
        Category.TIMELY_FILING: _late,
        Category.MEDICAL_NECESSITY: _necessity,
        Category.CODING: _coding,
        Category.BUNDLING: _bundling,
        Category.PROVIDER: _provider,
        Category.COORDINATION: _other_payer,
        Category.NOT_COVERED: _service,
        Category.MAXIMUM: _service,
    }
)


def propose_rule(denial: Denial, copy: ClaimCopy) -> Definition | None:
    """The rule that would have caught the claim, or None. ``copy`` is the claim as it was first sent."""
    idea = IDEAS.get(denial.kind)
    tests = idea(copy) if idea is not None else ()
    if not tests:
        return None
    when: Condition = AllOf((Test("payer", "is", (denial.payer_id,)), *tests))
    kind = EffectKind.WARN if denial.kind in WARNS else EffectKind.HOLD
    known = advice(denial.kind)
    reasons = " ".join(denial.reasons)[:40]
    name = f"{denial.payer_name[:50]}: {denial.kind.value.replace('_', ' ')} ({reasons})"
    return Definition(name[:120], when, Effect(kind), known.say, known.do)
