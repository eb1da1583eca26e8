"""A repair that a person was asked about: what it would change, and doing it.

The repair is made on the present version while nobody has sent it, and the claim is validated again. Refuses a rule
that has nothing to propose on this claim.
"""

from __future__ import annotations

from datetime import date

from chartline.domains.claims.changes import ClaimChanges
from chartline.domains.claims.copy import open_copies, repair_copies
from chartline.domains.claims.gathering import gather
from chartline.domains.claims.lines import replace_lines
from chartline.domains.claims.queries import read_claim
from chartline.domains.claims.rules.catalogue import check_rules, rules_by_id
from chartline.domains.claims.rules.repairs import Change, changes_between, mend_by
from chartline.domains.claims.rules.rule import Finding, Repair
from chartline.domains.claims.validation import note_repair, require_unsent, validate
from chartline.domains.claims.versions import post_charge
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.ids import new_id
from chartline.kernel.money import Money
from chartline.platform.database import Work
from chartline.platform.records import Records
from chartline.platform.vault import Vault

NO_REPAIR = ErrorKind(
    "rules.no_repair",
    Blame.PRACTICE,
    Again.NEVER,
    "The rule has no repair for this claim as it is now.",
    "Validate the claim again; correct it by hand if the finding is still there.",
    status=409,
)


def proposals(
    work: Work, vault: Vault, claim: str, *, filing_days: int = 365, today: date | None = None
) -> dict[str, list[Change]]:
    """For each rule that found something and has a repair to ask about: what it would change. Values of the claim.

    Raises ``claims.not_found``.
    """
    present = read_claim(work, claim)
    copies = open_copies(work, vault, [claim])
    context = gather(work, {claim: present}, copies, today or work.now.date(), filing_days).context(present)
    rules = rules_by_id()
    asked = dict.fromkeys(one.rule for one in check_rules(copies[claim], context) if one.repair is Repair.ASK)
    found: dict[str, list[Change]] = {}
    for rule in asked:
        changes = changes_between(copies[claim], mend_by(copies[claim], context, rules[rule]).copy)
        if changes:
            found[rule] = changes
    return found


def accept_repair(
    work: Work,
    vault: Vault,
    records: Records,
    claim: str,
    rule: str,
    actor: str,
    *,
    filing_days: int = 365,
    today: date | None = None,
) -> list[Finding]:
    """Repair a claim as a rule proposes, and validate it again; what is found then.

    Raises ``claims.not_found``, ``claims.in_flight``, ``rules.no_repair``.
    """
    known = rules_by_id().get(rule)
    changes = ClaimChanges.of(work, [claim], actor)
    present = changes.claim(claim)
    require_unsent(work, [present])
    copies = open_copies(work, vault, [claim])
    context = gather(work, {claim: present}, copies, today or work.now.date(), filing_days).context(present)
    if known is None or known.mend is None or not known.check(copies[claim], context):
        raise NO_REPAIR.error(claim=claim, rule=rule[:60])
    mended = mend_by(copies[claim], context, known)
    if not mended.rules:
        raise NO_REPAIR.error(claim=claim, rule=rule)
    note_repair(work, vault, changes, claim, copies[claim], mended.copy, mended.rules)
    changes.save()
    repair_copies(work, vault, {claim: mended.copy})
    replace_lines(work, claim, mended.copy)
    difference = Money(mended.copy.total) - present.total
    post_charge(work, present, difference, f"repair-{new_id()}", mended.copy)
    return validate(work, vault, records, claim, filing_days=filing_days, today=today, actor=actor)
