"""A practice's own rules: written, tested on what came of past claims, activated, and counting from then on."""

from __future__ import annotations

from typing import Any

import pytest
from tests.domains.claims.rules.examples import CLEAN
from tests.domains.money_world import TODAY, Practice, charge, counted, coverage, report, source

from chartline.domains.claims import Word, findings_of, history, read_claim, record_reports, validate
from chartline.domains.claims.copy import open_copies
from chartline.domains.claims.drafting import draft
from chartline.domains.claims.practice_rules import (
    Definition,
    RuleState,
    activate,
    active_rules,
    apply_settings,
    back_test,
    change,
    list_rules,
    propose,
    read_definition,
    read_rule,
    read_versions,
    record_test,
    retire,
    rule_history,
)
from chartline.kernel.errors import ChartlineError
from chartline.kernel.ids import new_id
from chartline.platform.database import Work

ACTOR = "user:somebody"


def definition(effect: dict[str, str] | None = None, **changes: Any) -> Definition:
    """A rule on the sessions of one payer."""
    when = {
        "all": [
            {"field": "payer", "operator": "is", "values": ["00456"]},
            {"field": "procedure", "operator": "starts_with", "values": ["9083"]},
        ]
    }
    data = {
        "name": "Sessions of one payer",
        "when": when,
        "effect": effect or {"kind": "hold"},
        "say": "This payer wants sessions on paper.",
        "do": "Print the claim.",
        **changes,
    }
    return read_definition(data)


def active(work: Work, vault: Any, words: Definition) -> str:
    """A rule that counts."""
    rule = propose(work, words, ACTOR)
    record_test(work, rule, back_test(work, vault, words).numbers(), ACTOR)
    activate(work, rule, ACTOR)
    return rule


def test_a_rule_holds_claims_from_its_activation_on(practice: Practice) -> None:
    with practice.work() as work:
        claim = draft(work, practice.vault, practice.records, source(coverage=coverage(payer_id="00456")))
        other = draft(work, practice.vault, practice.records, source())
        rule = propose(work, definition(), ACTOR)
        assert validate(work, practice.vault, practice.records, claim, today=TODAY) == []
        record_test(work, rule, {"looked": 0}, ACTOR)
        activate(work, rule, ACTOR)
        (finding,) = validate(work, practice.vault, practice.records, claim, today=TODAY)
        assert (finding.rule, finding.place, finding.say) == (
            f"practice:{rule}",
            "line 1",
            "This payer wants sessions on paper.",
        )
        assert findings_of(work, claim) == [finding]
        assert read_claim(work, claim).word is Word.DRAFT
        assert validate(work, practice.vault, practice.records, other, today=TODAY) == []
        retire(work, rule, ACTOR)
        assert findings_of(work, claim) == [finding]
        assert validate(work, practice.vault, practice.records, claim, today=TODAY) == []


def test_what_a_rule_sets_is_on_the_claim_and_in_its_history(practice: Practice) -> None:
    words = definition({"kind": "set", "field": "referral", "value": "REF-9"})
    with practice.work() as work:
        claim = draft(work, practice.vault, practice.records, source(coverage=coverage(payer_id="00456")))
        rule = active(work, practice.vault, words)
        assert validate(work, practice.vault, practice.records, claim, today=TODAY) == []
        assert open_copies(work, practice.vault, [claim])[claim].referral == "REF-9"
        (event,) = [one for one in history(work, claim, practice.vault) if one.kind == "repaired"]
        assert event.codes == {"rules": [f"practice:{rule}"], "fields": ["referral"]}
        before = len(history(work, claim))
        validate(work, practice.vault, practice.records, claim, today=TODAY)
        assert len(history(work, claim)) == before


@pytest.mark.parametrize(
    "effect",
    [
        {"kind": "set", "field": "procedure", "value": "90837"},
        {"kind": "set", "field": "diagnosis", "value": "F411"},
        {"kind": "set", "field": "filing", "value": "LONG"},
        {"kind": "set", "field": "note", "value": "a\nb"},
        {"kind": "burn"},
    ],
)
def test_nothing_of_the_care_can_be_set(effect: dict[str, str]) -> None:
    with pytest.raises(ChartlineError) as refused:
        definition(effect)
    assert refused.value.problem.code == "rules.bad_rule"


def test_a_test_counts_what_the_rule_would_have_caught(practice: Practice) -> None:
    theirs = coverage(payer_id="00456")
    refused, paid, other = practice.sent(source(coverage=theirs), source(coverage=theirs), source())
    with practice.work() as work:
        reference = read_claim(work, refused).reference
        record_reports(work, practice.vault, practice.records, [report(reference, "R")])
    with practice.work() as work:
        with counted(practice.database) as few:
            result = back_test(work, practice.vault, definition())
        assert (result.looked, result.found, result.refused, result.harmless) == (3, 2, 1, 1)
        assert {one.claim: one.rejected for one in result.caught} == {refused: True, paid: False}
        missed = back_test(
            work, practice.vault, definition(when={"not": {"field": "payer", "operator": "is", "values": ["00456"]}})
        )
        assert (missed.found, missed.refused, missed.refused_missed) == (1, 0, 1)
        assert [one.claim for one in missed.caught] == [other]
        assert back_test(work, practice.vault, definition(), 1).looked == 1
    practice.sent(*[source(coverage=theirs) for _ in range(6)])
    with practice.work() as work, counted(practice.database) as many:
        back_test(work, practice.vault, definition())
    assert len(many) == len(few)


def test_a_version_counts_only_after_its_own_test(practice: Practice) -> None:
    with practice.work() as work:
        rule = propose(work, definition(), ACTOR, cause="denial")
        with pytest.raises(ChartlineError) as early:
            activate(work, rule, ACTOR)
        assert early.value.problem.code == "rules.untested"
        record_test(work, rule, {"looked": 1}, ACTOR)
        activate(work, rule, ACTOR)
        assert change(work, rule, definition(), ACTOR) == 1
        assert change(work, rule, definition(say="Other words."), ACTOR) == 2
        assert read_rule(work, rule).state is RuleState.CHANGED
        assert [one.definition.say for one in active_rules(work)] == ["This payer wants sessions on paper."]
        with pytest.raises(ChartlineError):
            activate(work, rule, ACTOR)
        record_test(work, rule, {"looked": 1}, ACTOR)
        activate(work, rule, ACTOR)
        assert [one.definition.say for one in active_rules(work)] == ["Other words."]
        retire(work, rule, ACTOR)
        with pytest.raises(ChartlineError) as over:
            change(work, rule, definition(say="Again."), ACTOR)
        assert over.value.problem.code == "rules.retired"
        kinds = [one.kind for one in rule_history(work, rule)]
        assert kinds == ["written", "tested", "activated", "changed", "tested", "activated", "retired"]
        assert rule_history(work, rule)[0].detail == {"cause": "denial"}
        assert [one.version for one in read_versions(work, rule)] == [2, 1]
        assert [one.id for one in list_rules(work, RuleState.RETIRED)] == [rule]


def test_rules_of_another_practice_are_not_seen(practice: Practice) -> None:
    with practice.work() as work:
        rule = propose(work, definition(), ACTOR)
    with practice.database.work(new_id()) as work:
        assert list_rules(work) == []
        assert active_rules(work) == ()
        with pytest.raises(ChartlineError) as unknown:
            retire(work, rule, ACTOR)
        assert unknown.value.problem.code == "rules.not_found"


def test_settings_of_a_rule_do_not_touch_a_claim_that_they_are_not_for() -> None:
    assert apply_settings(CLEAN, (), TODAY) == (CLEAN, ())
    assert charge().procedure == CLEAN.lines[0].procedure
