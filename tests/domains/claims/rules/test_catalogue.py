"""Each rule finds what it is for, and nothing in a clean claim."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest
from tests.domains.money_world import TODAY, charge, coverage, person, source

from chartline.connect.facts import Relationship
from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules import OtherLine, RuleContext, Severity, as_markdown, catalogue, run_rules
from chartline.domains.claims.source import copy_of
from chartline.domains.codes import Code, CodeBook, CodeSystem

BOOK = CodeBook(
    {(CodeSystem.DIAGNOSIS, "F411"): Code(CodeSystem.DIAGNOSIS, "F411", date(2015, 10, 1))},
    frozenset({(CodeSystem.DIAGNOSIS, "F41"), (CodeSystem.DIAGNOSIS, "F32")}),
)


def context(**changes: Any) -> RuleContext:
    return RuleContext(today=TODAY, filing_days=365, codes=BOOK, **changes)


def copy(*charges: Any, **changes: Any) -> ClaimCopy:
    return copy_of(source(*charges, **changes), "C000001")


def changed(part: str = "", **changes: Any) -> ClaimCopy:
    """A clean copy with one part changed."""
    clean = copy()
    if not part:
        return msgspec.structs.replace(clean, **changes)
    return msgspec.structs.replace(clean, **{part: msgspec.structs.replace(getattr(clean, part), **changes)})


def lined(**changes: Any) -> ClaimCopy:
    """A clean copy with its line changed."""
    clean = copy()
    return msgspec.structs.replace(clean, lines=(msgspec.structs.replace(clean.lines[0], **changes),))


BROKEN: list[tuple[str, ClaimCopy]] = [
    ("required-fields", changed("patient", last="")),
    ("required-fields", changed("billing", phone="")),
    ("billing-npi", changed("billing", npi="1999999983")),
    ("rendering-npi", changed(rendering=None)),
    ("rendering-npi", changed("rendering", npi="1")),
    ("tax-id", changed("billing", tax_id="99-9999999")),
    ("taxonomy", changed("billing", taxonomy="261QM0801")),
    ("totals-match-lines", changed(total=17500)),
    ("units-positive", lined(units=0)),
    ("charge-positive", copy(charge(0))),
    ("diagnosis-pointers", lined(pointers=())),
    ("diagnosis-pointers", lined(pointers=(2,))),
    ("diagnosis-codes", changed(diagnoses=("F32",))),
    ("diagnosis-codes", changed(service_date=date(2015, 9, 30))),
    ("diagnosis-count", changed(diagnoses=("F411",) * 13)),
    ("procedure-codes", lined(procedure="9083")),
    ("modifiers", lined(modifiers=("95", "95"), place_of_service="10")),
    ("birth-before-service", changed("patient", born=date(2026, 3, 3))),
    ("service-not-future", changed(service_date=date(2026, 3, 4))),
    ("filing-limit", changed(service_date=date(2025, 3, 1))),
    ("telehealth-place", lined(modifiers=("95",))),
    ("telehealth-place", lined(modifiers=("GT",))),
    ("telehealth-modifier", lined(place_of_service="10")),
    ("place-known", changed(place_of_service="29")),
    ("member-id", changed("coverage", member_id="X 1")),
    ("member-id", changed("coverage", member_id="")),
    ("payer-known", changed("coverage", payer_id=" ")),
    ("coverage-dates", changed("coverage", end=date(2026, 3, 1))),
    ("coverage-dates", changed("coverage", begin=date(2026, 3, 3))),
    ("subscriber-present", changed("coverage", relationship="child")),
    ("duplicate-line", copy(charge(), charge())),
    ("replacement-number", changed(frequency="7")),
    ("writable", changed(prior_authorization="A*B")),
]


@pytest.mark.parametrize(("rule", "broken"), BROKEN, ids=[f"{n}-{rule}" for n, (rule, _) in enumerate(BROKEN)])
def test_a_rule_finds_what_it_is_for(rule: str, broken: ClaimCopy) -> None:
    assert rule in [finding.rule for finding in run_rules(broken, context())]


def test_a_clean_claim_has_no_findings() -> None:
    assert run_rules(copy(), context()) == []
    telehealth = copy(charge(modifiers=("95",), place_of_service="10"), place_of_service="10")
    assert run_rules(telehealth, context()) == []


def test_a_dependent_with_a_subscriber_is_clean() -> None:
    child = copy(
        coverage=coverage(relationship=Relationship.CHILD), subscriber=person(given="Parentia"), patient=person()
    )
    assert run_rules(child, context()) == []


def test_every_rule_is_shown_broken_here() -> None:
    assert {rule.id for rule in catalogue()} - {rule for rule, _ in BROKEN} == {"duplicate-claim"}


def test_the_same_service_on_another_claim_is_a_duplicate() -> None:
    other = OtherLine("C000009", "90837", (), date(2026, 3, 2))
    assert [one.rule for one in run_rules(copy(), context(others=frozenset({other})))] == ["duplicate-claim"]
    told_apart = OtherLine("C000009", "90837", ("76",), date(2026, 3, 2))
    assert run_rules(copy(), context(others=frozenset({told_apart}))) == []


def test_a_correction_may_be_late() -> None:
    late = changed(service_date=date(2025, 3, 1))
    assert "filing-limit" not in [one.rule for one in run_rules(late, context(own_history=True))]


def test_a_warning_does_not_hold() -> None:
    (finding,) = run_rules(lined(place_of_service="10"), context())
    assert finding.severity is Severity.WARNING


def test_the_catalogue_explains_every_rule() -> None:
    page = as_markdown()
    assert len(catalogue()) >= 12
    assert len({rule.id for rule in catalogue()}) == len(catalogue())
    for rule in catalogue():
        assert f"## {rule.id}" in page
        assert all((rule.what, rule.why, rule.fix, rule.example, rule.prevents))


def test_findings_name_places_and_no_values() -> None:
    (finding,) = run_rules(changed("coverage", member_id="Secret Id"), context())
    assert "Secret" not in repr(finding)
