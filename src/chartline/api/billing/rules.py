"""``/api/billing/rules``: the catalogue, what rules find now, a practice's own rules and their tests, and repairs."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from litestar import Response, Router
from litestar.params import Parameter

from chartline.api.billing.rule_shapes import (
    BackTestShape,
    CatalogueShape,
    FieldShape,
    FindingShape,
    FoundShape,
    ProposalShape,
    RepairAsked,
    RuleAsked,
    RuleShape,
    RuleWhole,
    TestAsked,
    TrialAsked,
    VocabularyShape,
    catalogue_shape,
    event_shape,
    found_shape,
    proposal_shape,
    rule_shape,
    test_shape,
    version_shape,
)
from chartline.api.billing.shapes import Answered, Listed
from chartline.api.caller import BILLING, BILLING_CHANGES, Calling
from chartline.api.idempotency import once
from chartline.api.routes import IdempotencyKey, Limit, act, create, read, replace
from chartline.app.findings_file import COLUMNS, finding_rows
from chartline.app.spreadsheet import as_csv
from chartline.domains.claims.conditions import FIELDS, operators_of
from chartline.domains.claims.findings import FoundLine, RuleCount, count_findings, list_findings
from chartline.domains.claims.practice_rules import (
    SETTABLE,
    RuleState,
    list_rules,
    read_rule,
    read_versions,
    rule_history,
)
from chartline.domains.claims.practice_rules.applying import PREFIX
from chartline.domains.claims.rules.catalogue import GROUPS, rules_by_id
from chartline.flows import rule_desk
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.platform.audit import Target

BAD_CURSOR = ErrorKind(
    "rules.bad_cursor",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The cursor of the findings cannot be read.",
    "Take `next` of the page before, or leave the cursor out.",
    status=400,
)
_NOTHING = RuleCount(0, 0)

RuleQuery = Annotated[str, Parameter(max_length=60, pattern="^[A-Za-z0-9:._-]*$", description="Of one rule alone.")]
FindingCursor = Annotated[str | None, Parameter(max_length=60, description="`next` of the page before.")]


@read("/", summary="List the practice's own rules")
def list_own_rules(
    caller: Calling, standing: Annotated[RuleState | None, Parameter(query="state")] = None
) -> Listed[RuleShape]:
    """The practice's rules, the newest change first, with how many claims each holds now."""
    caller.require(BILLING)
    with caller.read() as work:
        rules, counts = list_rules(work, standing), count_findings(work)
    counted = [(one, counts.get(PREFIX + one.id, _NOTHING)) for one in rules]
    return Listed(data=[rule_shape(one, count.held, count.warned) for one, count in counted])


@create("/", summary="Write a rule")
def write_rule(caller: Calling, data: RuleAsked, idempotency_key: IdempotencyKey = None) -> Answered[RuleShape]:
    """Writes a rule, which counts for nothing before it was tested and activated."""
    caller.require(BILLING_CHANGES)
    definition = data.definition()
    rule = once(
        caller,
        idempotency_key,
        "billing.rules.write",
        data,
        lambda: rule_desk.write_rule(caller.ground, caller.organisation, caller.actor, definition),
    )
    with caller.read() as work:
        return Answered(data=rule_shape(read_rule(work, rule)))


@read("/catalogue", summary="The rules that come with the product")
def read_catalogue(caller: Calling) -> Listed[CatalogueShape]:
    """Every rule with its reason, example, repair, source, and how many claims it finds now."""
    caller.require(BILLING)
    with caller.read() as work:
        counts = count_findings(work)
    return Listed(
        data=[
            catalogue_shape(group, rule, counts.get(rule.id, _NOTHING).held, counts.get(rule.id, _NOTHING).warned)
            for group, rules in GROUPS.items()
            for rule in rules
        ]
    )


@read("/fields", summary="What conditions may ask")
def read_fields(caller: Calling) -> Answered[VocabularyShape]:
    """The fields of conditions with their operators, and the fields that a rule may set."""
    caller.require(BILLING)
    fields = [
        FieldShape(
            name=one.name,
            label=one.label,
            kind=one.kind.value,
            level=one.level.value,
            operators=list(operators_of(one.kind)),
        )
        for one in FIELDS.values()
    ]
    return Answered(data=VocabularyShape(fields=fields, settable=list(SETTABLE)))


@read("/findings", summary="What rules find now")
def list_open_findings(
    caller: Calling, rule: RuleQuery = "", limit: Limit = 100, cursor: FindingCursor = None
) -> Listed[FindingShape]:
    """Findings of claims that were not sent yet, by claim."""
    caller.require(BILLING)
    after = _after(cursor)
    with caller.read() as work:
        found = list_findings(work, rule, after, limit + 1)
    page = found[:limit]
    more = f"{page[-1].claim}~{page[-1].seq}" if len(found) > limit else None
    return Listed(data=[_finding(one) for one in page], next=more)


@read("/findings.csv", summary="What rules find now, as a file", media_type="text/csv")
def download_findings(caller: Calling, rule: RuleQuery = "") -> Response[str]:
    """The same as CSV, at most 20,000 rows; no patient values."""
    caller.require(BILLING)
    with caller.work() as work:
        rows = finding_rows(work, rule)
        caller.record(work, "rules.findings.download", count=str(len(rows)))
    headers = {"Content-Disposition": 'attachment; filename="findings.csv"'}
    return Response(as_csv(rows, COLUMNS), media_type="text/csv", headers=headers)


@act("/try", summary="Test a rule that is not stored")
def try_rule(caller: Calling, data: TrialAsked) -> Answered[BackTestShape]:
    """What a rule would have caught of the last claims, and how many of those were refused; nothing is kept."""
    caller.require(BILLING)
    definition = data.rule.definition()
    result = rule_desk.try_definition(caller.ground, caller.organisation, definition, data.claims)
    return Answered(data=test_shape(result, definition.sentence()))


@read("/{rule_id:uuid}", summary="Read a rule")
def read_own_rule(caller: Calling, rule_id: UUID) -> Answered[RuleWhole]:
    """A rule of the practice with its versions and everything that was done with it."""
    caller.require(BILLING)
    identity = str(rule_id)
    with caller.read() as work:
        rule, count = read_rule(work, identity), count_findings(work).get(PREFIX + identity, _NOTHING)
        whole = RuleWhole(
            rule=rule_shape(rule, count.held, count.warned),
            versions=[version_shape(one) for one in read_versions(work, identity)],
            history=[event_shape(one) for one in rule_history(work, identity)],
        )
    return Answered(data=whole)


@replace("/{rule_id:uuid}", summary="Change a rule")
def change_rule(caller: Calling, rule_id: UUID, data: RuleAsked) -> Answered[RuleShape]:
    """Begins a new version; the active one counts until the new one is tested and activated."""
    caller.require(BILLING_CHANGES)
    identity = str(rule_id)
    rule_desk.change_rule(caller.ground, caller.organisation, caller.actor, identity, data.definition())
    with caller.read() as work:
        return Answered(data=rule_shape(read_rule(work, identity)))


@act("/{rule_id:uuid}/test", summary="Test a rule on past claims")
def test_rule(caller: Calling, rule_id: UUID, data: TestAsked) -> Answered[BackTestShape]:
    """Which of the last sent claims it would have caught; the numbers are kept with the version."""
    caller.require(BILLING_CHANGES)
    identity = str(rule_id)
    result = rule_desk.test_rule(caller.ground, caller.organisation, caller.actor, identity, data.claims)
    with caller.read() as work:
        return Answered(data=test_shape(result, read_rule(work, identity).definition.sentence()))


@act("/{rule_id:uuid}/activate", summary="Activate a rule")
def activate_rule(caller: Calling, rule_id: UUID) -> Answered[RuleShape]:
    """Lets the newest version count from the next validation on; it must have been tested."""
    caller.require(BILLING_CHANGES)
    identity = str(rule_id)
    rule_desk.activate_rule(caller.ground, caller.organisation, caller.actor, identity)
    with caller.read() as work:
        return Answered(data=rule_shape(read_rule(work, identity)))


@act("/{rule_id:uuid}/retire", summary="Retire a rule")
def retire_rule(caller: Calling, rule_id: UUID) -> Answered[RuleShape]:
    """Lets it count no more, for good."""
    caller.require(BILLING_CHANGES)
    identity = str(rule_id)
    rule_desk.retire_rule(caller.ground, caller.organisation, caller.actor, identity)
    with caller.read() as work:
        return Answered(data=rule_shape(read_rule(work, identity)))


@read("/repairs/{claim_id:uuid}", summary="Repairs that wait for a click")
def list_repairs(caller: Calling, claim_id: UUID) -> Listed[ProposalShape]:
    """What rules would repair on a claim if somebody agreed, with both values; the look is audited."""
    identity = str(claim_id)
    with caller.showing("api.claim.repairs", Target("Claim", identity), BILLING) as work:
        proposed = rule_desk.proposed_repairs(caller.ground, work, identity)
    return Listed(data=[proposal_shape(rules_by_id()[rule], changes) for rule, changes in proposed.items()])


@act("/repairs/{claim_id:uuid}", summary="Accept a repair")
def accept_repair(caller: Calling, claim_id: UUID, data: RepairAsked) -> Listed[FoundShape]:
    """Makes the repair and lets all rules look again; answers what they find then."""
    caller.require(BILLING_CHANGES)
    found = rule_desk.repair_claim(caller.ground, caller.organisation, caller.actor, str(claim_id), data.rule)
    return Listed(data=[found_shape(one) for one in found])


def _finding(one: FoundLine) -> FindingShape:
    return FindingShape(
        claim_id=one.claim,
        claim_number=one.number,
        payer_id=one.payer_id,
        service_date=one.service_date,
        work=one.work,
        rule=one.rule,
        severity=one.severity,
        place=one.place,
    )


def _after(cursor: str | None) -> tuple[str, int] | None:
    if cursor is None:
        return None
    claim, _, number = cursor.partition("~")
    try:
        return str(UUID(claim)), min(int(number), 10_000)
    except ValueError:
        raise BAD_CURSOR.error() from None


router = Router(
    path="/rules",
    route_handlers=[
        list_own_rules,
        write_rule,
        read_catalogue,
        read_fields,
        list_open_findings,
        download_findings,
        try_rule,
        read_own_rule,
        change_rule,
        test_rule,
        activate_rule,
        retire_rule,
        list_repairs,
        accept_repair,
    ],
)
