"""Each rule finds what it is for, and nothing in a clean claim."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace
from tests.domains.claims.rules.examples import CLEAN, EXAMPLES, Example, context, copy, has, line, part, stay, tooth
from tests.domains.money_world import charge, coverage, person

from chartline.connect.facts import Relationship
from chartline.domains.claims.rules import OtherLine, Repair, Severity, as_markdown, catalogue, run_rules
from chartline.domains.claims.rules.catalogue import GROUPS, rules_by_id
from chartline.domains.claims.rules.repairs import changes_between, mend_by

RULES = sorted(EXAMPLES)


def found(example: Example, number: int = 0) -> set[str]:
    return {one.rule for one in run_rules(example.bad[number], context(**example.known))}


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_finds_every_bad_example(rule: str) -> None:
    example = EXAMPLES[rule]
    for bad in example.bad:
        assert rules_by_id()[rule].check(bad, context(**example.known)), rule


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_lets_its_good_example_pass(rule: str) -> None:
    example = EXAMPLES[rule]
    assert rules_by_id()[rule].check(example.good, context(**example.known)) == []


def test_every_rule_has_an_example() -> None:
    assert {rule.id for rule in catalogue()} == set(EXAMPLES)


def test_a_bad_example_is_found_when_all_rules_run() -> None:
    missed = {
        rule
        for rule, example in EXAMPLES.items()
        if rule not in found(example) and example.bad[0].kind in rules_by_id()[rule].kinds
    }
    assert missed == set()


def test_a_clean_claim_has_no_findings() -> None:
    assert run_rules(CLEAN, context()) == []
    telehealth = copy(charge(modifiers=("95",), place_of_service="10"), place_of_service="10")
    assert run_rules(telehealth, context()) == []
    assert [one.rule for one in run_rules(tooth(), context()) if one.rule != "writable"] == []
    assert [one.rule for one in run_rules(stay(), context()) if one.rule != "writable"] == []


def test_a_dependent_with_a_subscriber_is_clean() -> None:
    child = copy(
        coverage=coverage(relationship=Relationship.CHILD),
        subscriber=person(given="Parentia"),
        patient=person(birth_date=date(2012, 4, 1)),
    )
    assert run_rules(child, context()) == []


def test_the_same_service_on_another_claim_is_a_duplicate() -> None:
    other = OtherLine("C000009", "90837", (), date(2026, 3, 2))
    assert [one.rule for one in run_rules(CLEAN, context(others=frozenset({other})))] == ["duplicate-claim"]
    told_apart = OtherLine("C000009", "90837", ("76",), date(2026, 3, 2))
    assert run_rules(CLEAN, context(others=frozenset({told_apart}))) == []


def test_a_correction_may_be_late() -> None:
    late = has(service_date=date(2025, 3, 1))
    assert "filing-limit" not in [one.rule for one in run_rules(late, context(own_history=True))]


def test_a_warning_does_not_hold() -> None:
    (finding,) = run_rules(line(place_of_service="10"), context())
    assert finding.severity is Severity.WARNING


def test_the_catalogue_explains_every_rule() -> None:
    page = as_markdown()
    assert len(catalogue()) >= 80
    assert len({rule.id for rule in catalogue()}) == len(catalogue())
    for rule in catalogue():
        assert f"### {rule.id}" in page
        assert all((rule.what, rule.why, rule.fix, rule.example, rule.prevents, rule.source))


def test_every_repair_that_is_promised_is_there() -> None:
    for rule in catalogue():
        assert (rule.mend is not None) is (rule.repair is not Repair.NONE), rule.id


@pytest.mark.parametrize("rule", [rule.id for rule in catalogue() if rule.mend is not None])
def test_a_repair_takes_away_what_was_found(rule: str) -> None:
    example, known = EXAMPLES[rule], rules_by_id()[rule]
    mended = mend_by(example.bad[0], context(**example.known), known)
    assert mended.rules == (rule,)
    assert known.check(mended.copy, context(**example.known)) == []
    assert changes_between(example.bad[0], mended.copy)
    assert mend_by(mended.copy, context(**example.known), known).rules == ()


def plain(code: str) -> str:
    return code.strip().upper().replace(".", "")


@pytest.mark.parametrize("rule", [rule.id for rule in catalogue() if rule.repair is Repair.SAFE])
def test_a_safe_repair_leaves_the_care_as_it_is(rule: str) -> None:
    example = EXAMPLES[rule]
    for bad in (*example.bad, *(one for each in EXAMPLES.values() for one in each.bad)):
        new = mend_by(bad, context(**example.known), rules_by_id()[rule]).copy
        assert {plain(code) for code in new.diagnoses} == {plain(code) for code in bad.diagnoses}
        assert new.total == bad.total
        assert len(new.lines) == len(bad.lines)
        for old, now in zip(bad.lines, new.lines, strict=True):
            assert (plain(now.procedure), now.units, now.amount) == (plain(old.procedure), old.units, old.amount)
            assert {plain(one) for one in now.modifiers} == {plain(one) for one in old.modifiers}
            assert (now.service_date, now.place_of_service) == (old.service_date, old.place_of_service)
            if all(1 <= one <= len(bad.diagnoses) for one in old.pointers):
                pointed = {plain(new.diagnoses[one - 1]) for one in now.pointers}
                assert pointed == {plain(bad.diagnoses[one - 1]) for one in old.pointers}


def test_rules_stand_in_groups_each_once() -> None:
    grouped = [rule.id for rules in GROUPS.values() for rule in rules]
    assert grouped == [rule.id for rule in catalogue()]


def test_findings_name_places_and_no_values() -> None:
    (finding,) = run_rules(part("coverage", member_id="Secret Id"), context())
    assert "Secret" not in repr(finding)
    changed = changes_between(CLEAN, replace(CLEAN, coverage=replace(CLEAN.coverage, member_id="SECRET")))
    assert "SECRET" not in repr(changed)
    assert changed[0].field == "coverage member id"
