"""A payer decides a claim: prices its lines, denies, or takes back what it decided before (sheet 15.14).

Pure: a claim and terms in, an ``EraClaim`` out. Whole cents, percents rounded half up. Refuses nothing; a claim
gets here only after the checks at upload.
"""

from __future__ import annotations

import re

import msgspec

from chartline.connectors.claimmd.simulator.remittance import Adjustment, EraClaim, EraLine
from chartline.connectors.claimmd.simulator.rules import Mind, Rule, Terms
from chartline.connectors.claimmd.simulator.state import Claim, Line
from chartline.kernel.money import Money

CONTRACTUAL = ("CO", "45")
DEDUCTIBLE = ("PR", "1")
COINSURANCE = ("PR", "2")
COPAY = ("PR", "3")
BEFORE = ("OA", "23")
THIN = Terms(allowed_percent=33)
"""What ``partial`` allows on a claim of one line."""

_REASON = re.compile(r"(CO|PR|OA|PI|CR)(.+)")


def decide(claim: Claim, mind: Mind, rule: Rule | None) -> EraClaim:
    """The payer's first decision on a claim."""
    standing = mind.terms.over(Mind().terms)
    if rule is not None and rule.action == "deny":
        return _denied(claim, rule)
    if claim.prior_patient is not None:
        return _next_payer(claim, mind)
    if rule is None:
        return _paid(claim, standing)
    terms = rule.terms.over(standing)
    if rule.action == "partial":
        return _partial(claim, rule, terms)
    decided = _paid(claim, terms)
    if rule.crossover:
        decided.status, decided.crossover = "19", rule.crossover
    return decided


def correct(claim: Claim, mind: Mind, rule: Rule) -> EraClaim:
    """The decision that follows a reversal."""
    return _paid(claim, rule.corrected.over(rule.terms).over(mind.terms).over(Mind().terms))


def reversal(decided: EraClaim) -> EraClaim:
    """The same decision with every sign turned, as CLP02 = 22."""
    lines = tuple(
        msgspec.structs.replace(line, charge=-line.charge, adjustments=_turned(line.adjustments))
        for line in decided.lines
    )
    return msgspec.structs.replace(
        decided, status="22", charge=-decided.charge, lines=lines, adjustments=_turned(decided.adjustments)
    )


def cents(text: str | None) -> int:
    """Decimal text of a seed as cents; unset is nothing."""
    return Money.parse(text or "0").minor


def _turned(adjustments: tuple[Adjustment, ...]) -> tuple[Adjustment, ...]:
    return tuple(Adjustment(each.group, each.code, -each.amount) for each in adjustments)


def _percent(amount: int, percent: int) -> int:
    return (amount * percent + 50) // 100


def _paid(claim: Claim, terms: Terms, denied: Line | None = None, rule: Rule | None = None) -> EraClaim:
    deductible, copay = cents(terms.deductible), cents(terms.copay)
    lines: list[EraLine] = []
    for line in claim.lines:
        charge = line.charge or 0
        if line is denied and rule is not None:
            lines.append(_line(line, (_whole(rule, charge),), (rule.remark,) if rule.remark else ()))
            continue
        allowed = left = _percent(charge, terms.allowed_percent or 0)
        to_deductible = min(left, deductible)
        left, deductible = left - to_deductible, deductible - to_deductible
        to_copay = min(left, copay)
        left, copay = left - to_copay, copay - to_copay
        to_coinsurance = _percent(left, terms.coinsurance_percent or 0)
        steps = (
            (CONTRACTUAL, charge - allowed),
            (DEDUCTIBLE, to_deductible),
            (COINSURANCE, to_coinsurance),
            (COPAY, to_copay),
        )
        lines.append(_line(line, tuple(Adjustment(*reason, amount) for reason, amount in steps if amount)))
    return _claim(claim, "1", tuple(lines))


def _next_payer(claim: Claim, mind: Mind) -> EraClaim:
    """A next payer looks only at what was left to the patient; the rest is the payer's before it (OA23)."""
    left = claim.prior_patient or 0
    lines: list[EraLine] = []
    for line in claim.lines:
        charge = line.charge or 0
        share = min(left, charge)
        left -= share
        steps = ((BEFORE, charge - share), (COINSURANCE, share - _percent(share, mind.next_payer_percent)))
        lines.append(_line(line, tuple(Adjustment(*reason, amount) for reason, amount in steps if amount)))
    return _claim(claim, "2", tuple(lines))


def _partial(claim: Claim, rule: Rule, terms: Terms) -> EraClaim:
    if len(claim.lines) == 1:
        return _paid(claim, rule.terms.over(THIN).over(terms))
    place = rule.line if 0 < rule.line <= len(claim.lines) else len(claim.lines)
    return _paid(claim, terms, claim.lines[place - 1], rule)


def _denied(claim: Claim, rule: Rule) -> EraClaim:
    if rule.claim_level:
        decided = _claim(claim, "4", ())
        return msgspec.structs.replace(decided, adjustments=(_whole(rule, decided.charge),))
    remarks = (rule.remark,) if rule.remark else ()
    return _claim(claim, "4", tuple(_line(line, (_whole(rule, line.charge or 0),), remarks) for line in claim.lines))


def _whole(rule: Rule, amount: int) -> Adjustment:
    match = _REASON.fullmatch(rule.reason)
    group, code = match.groups() if match else CONTRACTUAL
    return Adjustment(group, code, amount)


def _line(line: Line, adjustments: tuple[Adjustment, ...], remarks: tuple[str, ...] = ()) -> EraLine:
    return EraLine(
        procedure=line.procedure,
        modifiers=line.modifiers,
        units=line.units,
        charge=line.charge or 0,
        day=line.day,
        chgid=line.chgid,
        adjustments=adjustments,
        remarks=remarks,
    )


def _claim(claim: Claim, status: str, lines: tuple[EraLine, ...]) -> EraClaim:
    return EraClaim(
        claim=claim.id,
        pcn=claim.pcn,
        status=status,
        icn=claim.icn,
        charge=claim.total or 0,
        lines=lines,
        first_day=claim.first_day,
        last_day=max((line.day for line in claim.lines if line.day), default=None),
        ins_number=claim.ins_number,
        ins_last=claim.ins_last,
        ins_first=claim.ins_first,
        pat_last=claim.pat_last or claim.ins_last,
        pat_first=claim.pat_first or claim.ins_first,
        prov_npi=claim.prov_npi or claim.bill_npi,
        place=claim.lines[0].place if claim.lines else "11",
        frequency=claim.frequency,
        received=claim.received.date() if claim.received else None,
    )
