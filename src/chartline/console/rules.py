"""Rules: the catalogue with what each finds now, one rule, and the repairs that a claim's findings propose.

Refuses to show a claim's values without writing down who looked; the catalogue itself has none.
"""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from litestar import Response, get, post
from litestar.params import Parameter
from litestar.response import Redirect

from chartline.app.findings_file import COLUMNS, finding_rows
from chartline.app.spreadsheet import as_csv
from chartline.console.failures import BAD_FORM
from chartline.console.forms import Form, typed
from chartline.console.visitor import BILLING, BILLING_CHANGES, Visiting
from chartline.domains.claims.findings import RuleCount, count_findings, list_findings
from chartline.domains.claims.queries import read_claim
from chartline.domains.claims.rules.catalogue import GROUPS, rules_by_id
from chartline.domains.claims.validation import findings_of
from chartline.flows import rule_desk
from chartline.platform.audit import Target

PAGE = 50
NOTHING = RuleCount(0, 0)
SEVERITIES = ("error", "warning")
REPAIRS = ("safe", "ask", "none")
SHOWN = ("all", "found")

Filter = Annotated[str, Parameter(max_length=20)]
Search = Annotated[str, Parameter(max_length=60)]
RuleId = Annotated[str, Parameter(max_length=60)]


@get("/rules", sync_to_thread=True)
def rules_page(
    visitor: Visiting,
    group: Filter = "",
    severity: Filter = "",
    repair: Filter = "",
    shown: Filter = "",
    q: Search = "",
) -> Response:
    """The catalogue, filtered."""
    visitor.require(BILLING)
    with visitor.read() as work:
        counts = count_findings(work)
    word = q.strip().lower()
    found = [
        (name, rule, counts.get(rule.id, NOTHING))
        for name, rules in GROUPS.items()
        for rule in rules
        if (not group or name == group)
        and (not severity or rule.severity == severity)
        and (not repair or rule.repair == repair)
        and (shown != "found" or rule.id in counts)
        and (not word or word in f"{rule.id} {rule.what} {rule.fix} {' '.join(rule.prevents)}".lower())
    ]
    return visitor.page(
        "rules.html",
        "rules",
        found=found,
        groups={name: len(rules) for name, rules in GROUPS.items()},
        total=len(rules_by_id()),
        group=group,
        severity=severity,
        repair=repair,
        shown=shown,
        q=q,
        severities=SEVERITIES,
        repairs=REPAIRS,
    )


@get("/rules/catalogue/{rule_id:str}", sync_to_thread=True)
def rule_page(visitor: Visiting, rule_id: RuleId, cursor: Annotated[str, Parameter(max_length=60)] = "") -> Response:
    """One rule, and the claims that it finds now."""
    visitor.require(BILLING)
    rule = rules_by_id().get(rule_id)
    if rule is None:
        raise BAD_FORM.error(field="rule")
    with visitor.read() as work:
        found = list_findings(work, rule.id, _after(cursor), PAGE + 1)
        count = count_findings(work).get(rule.id, NOTHING)
    page = found[:PAGE]
    return visitor.page(
        "rule.html",
        "rules",
        rule=rule,
        count=count,
        found=page,
        cursor=f"{page[-1].claim}~{page[-1].seq}" if len(found) > PAGE else None,
    )


@get("/rules/findings.csv", sync_to_thread=True)
def findings_file(visitor: Visiting, rule: RuleId = "") -> Response:
    """What rules find now as CSV, without patient values."""
    visitor.require(BILLING)
    with visitor.work() as work:
        rows = finding_rows(work, rule)
        visitor.record(work, "rules.findings.download", count=str(len(rows)))
    headers = {"Content-Disposition": 'attachment; filename="findings.csv"'}
    return Response(as_csv(rows, COLUMNS), media_type="text/csv", headers=headers)


@get("/claims/{claim_id:uuid}/repairs", sync_to_thread=True)
def repairs_page(visitor: Visiting, claim_id: UUID) -> Response:
    """What rules found on a claim, and what each would change if somebody agreed."""
    identity = str(claim_id)
    with visitor.showing("console.claim.repairs", Target("Claim", identity), BILLING) as work:
        claim = read_claim(work, identity)
        findings = findings_of(work, identity)
        proposed = rule_desk.proposed_repairs(visitor.services.ground, work, identity)
    return visitor.page(
        "rule_repairs.html", "rules", claim=claim, findings=findings, proposed=proposed, rules=rules_by_id()
    )


@post("/claims/{claim_id:uuid}/repairs", sync_to_thread=True)
def accept_repair(visitor: Visiting, claim_id: UUID, data: Form) -> Redirect:
    """Makes a repair that was proposed."""
    visitor.require(BILLING_CHANGES)
    rule = typed(data, "rule", needed=True)
    rule_desk.repair_claim(visitor.services.ground, visitor.organisation, visitor.actor, str(claim_id), rule)
    return visitor.go(f"/claims/{claim_id}/repairs", "repaired")


def _after(cursor: str) -> tuple[str, int] | None:
    claim, _, number = cursor.partition("~")
    try:
        return (str(UUID(claim)), min(int(number), 10_000)) if cursor else None
    except ValueError:
        raise BAD_FORM.error(field="cursor") from None


PAGES = [rules_page, rule_page, findings_file, repairs_page, accept_repair]
