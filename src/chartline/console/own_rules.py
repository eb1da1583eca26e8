"""The practice's own rules: the list, the editor with its sentence and a trial, testing, activating, retiring.

The editor writes conditions of one level: tests that all hold, or of which any does. A condition with more levels is
written as data in the same form. Refuses nothing that the rules' own reading does not refuse.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import Parameter
from litestar.response import Redirect

from chartline.console.actors import actor_names
from chartline.console.forms import Form, typed
from chartline.console.pages import draw
from chartline.console.rules import NOTHING
from chartline.console.visitor import BILLING, BILLING_CHANGES, Visiting, Visitor
from chartline.domains.claims.conditions import (
    BAD_CONDITION,
    FIELDS,
    AllOf,
    AnyOf,
    Condition,
    Test,
    as_data,
    operators_of,
)
from chartline.domains.claims.findings import count_findings
from chartline.domains.claims.practice_rules import (
    SETTABLE,
    BackTest,
    Definition,
    EffectKind,
    RuleState,
    list_rules,
    read_definition,
    read_rule,
    read_versions,
    rule_history,
)
from chartline.domains.claims.practice_rules.applying import PREFIX
from chartline.flows import rule_desk
from chartline.kernel.errors import ChartlineError

TESTS = 6
"""Rows of the editor."""
TRIAL = 200
"""Claims that the editor's trial looks at."""
_LONGEST = 8_000
_decoder = msgspec.json.Decoder()

Claims = Annotated[int, Parameter(ge=1, le=2_000)]


@get("/rules/own", sync_to_thread=True)
def own_rules_page(visitor: Visiting) -> Response:
    """The practice's rules, the newest change first."""
    visitor.require(BILLING)
    with visitor.read() as work:
        rules, counts = list_rules(work), count_findings(work)
    counted = [(one, counts.get(PREFIX + one.id, NOTHING)) for one in rules]
    return visitor.page("own_rules.html", "rules", rules=counted)


@get("/rules/own/new", sync_to_thread=True)
def new_rule_page(visitor: Visiting) -> Response:
    """An empty editor."""
    visitor.require(BILLING_CHANGES)
    with visitor.read():
        pass
    return visitor.page("rule_editor.html", "rules", **_editor(None), address="/rules/own", rule=None)


@post("/rules/own", sync_to_thread=True)
def write_rule(visitor: Visiting, data: Form) -> Redirect:
    """Writes a rule, which counts for nothing yet."""
    visitor.require(BILLING_CHANGES)
    rule = rule_desk.write_rule(visitor.services.ground, visitor.organisation, visitor.actor, read_form(data))
    return visitor.go(f"/rules/own/{rule}", "rule_written")


@post("/rules/own/sentence", sync_to_thread=True, status_code=200)
def sentence_part(visitor: Visiting, data: Form) -> Response:
    """The rule of the form in a sentence, and what it would have caught of the last claims; nothing is kept."""
    visitor.require(BILLING)
    problem, definition, trial = None, None, None
    try:
        definition = read_form({**data, "name": data.get("name") or "rule"})
        if data.get("trial"):
            trial = rule_desk.try_definition(visitor.services.ground, visitor.organisation, definition, TRIAL)
    except ChartlineError as error:
        problem = error.problem
    values: dict[str, object] = {"problem": problem, "definition": definition, "trial": trial}
    return draw("rule_sentence.html", values, now=visitor.now, zone=None)


@get("/rules/own/{rule_id:uuid}", sync_to_thread=True)
def own_rule_page(visitor: Visiting, rule_id: UUID) -> Response:
    """One rule with its last test, versions and history."""
    visitor.require(BILLING)
    return _shown(visitor, str(rule_id), None)


@get("/rules/own/{rule_id:uuid}/edit", sync_to_thread=True)
def edit_rule_page(visitor: Visiting, rule_id: UUID) -> Response:
    """The editor with a rule's words."""
    visitor.require(BILLING_CHANGES)
    with visitor.read() as work:
        rule = read_rule(work, str(rule_id))
    values = _editor(rule.definition)
    return visitor.page("rule_editor.html", "rules", **values, address=f"/rules/own/{rule.id}", rule=rule)


@post("/rules/own/{rule_id:uuid}", sync_to_thread=True)
def change_rule(visitor: Visiting, rule_id: UUID, data: Form) -> Redirect:
    """Begins a new version."""
    visitor.require(BILLING_CHANGES)
    identity = str(rule_id)
    rule_desk.change_rule(visitor.services.ground, visitor.organisation, visitor.actor, identity, read_form(data))
    return visitor.go(f"/rules/own/{identity}", "rule_written")


@post("/rules/own/{rule_id:uuid}/test", sync_to_thread=True, status_code=200)
def test_rule(visitor: Visiting, rule_id: UUID, data: Form) -> Response:
    """Tests the newest version on past claims and shows what it would have caught."""
    visitor.require(BILLING_CHANGES)
    limit = {"200": 200, "500": 500, "2000": 2_000}.get(typed(data, "claims"), 500)
    identity = str(rule_id)
    ground = visitor.services.ground
    result = rule_desk.test_rule(ground, visitor.organisation, visitor.actor, identity, limit)
    return _shown(visitor, identity, result)


@post("/rules/own/{rule_id:uuid}/activate", sync_to_thread=True)
def activate_rule(visitor: Visiting, rule_id: UUID) -> Redirect:
    """Lets the newest version count."""
    visitor.require(BILLING_CHANGES)
    rule_desk.activate_rule(visitor.services.ground, visitor.organisation, visitor.actor, str(rule_id))
    return visitor.go(f"/rules/own/{rule_id}", "rule_activated")


@post("/rules/own/{rule_id:uuid}/retire", sync_to_thread=True)
def retire_rule(visitor: Visiting, rule_id: UUID) -> Redirect:
    """Lets it count no more."""
    visitor.require(BILLING_CHANGES)
    rule_desk.retire_rule(visitor.services.ground, visitor.organisation, visitor.actor, str(rule_id))
    return visitor.go(f"/rules/own/{rule_id}", "rule_retired")


def read_form(data: Mapping[str, str]) -> Definition:
    """The rule of the editor's form. Raises ``rules.bad_rule``, ``rules.bad_condition``, ``console.bad_form``."""
    effect = {
        "kind": typed(data, "effect"),
        "field": typed(data, "set_field"),
        "value": typed(data, "set_value"),
    }
    return read_definition(
        {
            "name": typed(data, "name"),
            "when": _when(data),
            "effect": effect,
            "say": typed(data, "say"),
            "do": data.get("do", "").strip()[:301],
        }
    )


def _when(data: Mapping[str, str]) -> object:
    """The condition: what is written as data counts before the rows."""
    text = data.get("when", "").strip()
    if text:
        if len(text) > _LONGEST:
            raise BAD_CONDITION.error(place="when", wrong="too long")
        try:
            return _decoder.decode(text)
        except msgspec.DecodeError:
            raise BAD_CONDITION.error(place="when", wrong="not JSON") from None
    tests: list[dict[str, object]] = []
    for number in range(1, TESTS + 1):
        field = typed(data, f"field_{number}")
        if field:
            values = typed(data, f"values_{number}").replace(",", " ").split()
            test: dict[str, object] = {"field": field, "operator": typed(data, f"operator_{number}")}
            tests.append({**test, "values": values} if values else test)
    if len(tests) == 1:
        return tests[0]
    return {"any" if typed(data, "join") == "any" else "all": tests}


def _editor(definition: Definition | None) -> dict[str, object]:
    """What the editor begins with."""
    rows = _rows(definition.when) if definition else []
    empty = [Test("", "")] * (TESTS - len(rows or []))
    return {
        "definition": definition,
        "rows": [*(rows or []), *empty],
        "join": "any" if definition and isinstance(definition.when, AnyOf) else "all",
        "data": msgspec.json.format(msgspec.json.encode(as_data(definition.when)).decode())
        if definition and rows is None
        else "",
        "fields": FIELDS,
        "operators": {name: operators_of(field.kind) for name, field in FIELDS.items()},
        "every_operator": tuple(dict.fromkeys(one for field in FIELDS.values() for one in operators_of(field.kind))),
        "effects": [one.value for one in EffectKind],
        "settable": SETTABLE,
    }


def _rows(condition: Condition) -> list[Test] | None:
    """The tests of a condition of one level that fits the form, None for any other."""
    if isinstance(condition, Test):
        return [condition]
    if isinstance(condition, AllOf | AnyOf) and len(condition.of) <= TESTS:
        tests = [one for one in condition.of if isinstance(one, Test)]
        return tests if len(tests) == len(condition.of) else None
    return None


def _shown(visitor: Visitor, rule_id: str, result: BackTest | None) -> Response:
    with visitor.read() as work:
        rule = read_rule(work, rule_id)
        values = {
            "versions": read_versions(work, rule_id),
            "events": list(reversed(rule_history(work, rule_id))),
            "count": count_findings(work).get(PREFIX + rule_id, NOTHING),
        }
    return visitor.page(
        "own_rule.html",
        "rules",
        rule=rule,
        result=result,
        people=actor_names(visitor),
        open=rule.state is not RuleState.RETIRED,
        **values,
    )


PAGES = [
    own_rules_page,
    new_rule_page,
    write_rule,
    sentence_part,
    own_rule_page,
    edit_rule_page,
    change_rule,
    test_rule,
    activate_rule,
    retire_rule,
]
