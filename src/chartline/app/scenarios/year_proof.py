"""Judges a played year: the practice's rows against the payers' books, claim by claim and check by check."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime

from chartline.app.scenarios.year_state import OurClaim, OurDecision, end_of
from chartline.sandbox.year.books import Books, by_number


def differing_checks(books: Books, checks: dict[str, int], decisions: Iterable[OurDecision]) -> list[str]:
    """Checks that are missing on one side, or differ by a cent in their amount or in what they paid on a claim."""
    ours: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for one in decisions:
        sums = ours[one.check]
        sums[one.number] = sums.get(one.number, 0) + one.paid
    theirs = {one.check: one for one in books.checks}
    wrong = [
        check
        for check, one in theirs.items()
        if checks.get(check) != one.cents or ours.get(check, {}) != by_number(one.decisions)
    ]
    return sorted([*wrong, *(checks.keys() - theirs.keys())])


def lost_claims(books: Books, written: Iterable[str], claims: Iterable[OurClaim]) -> list[str]:
    """Numbers of claims that the practice wrote, and that the clearinghouse has not and no state of ours explains."""
    there = {one.number for one in books.claims}
    here = {claim.id: claim for claim in claims}
    unknown = [one for one in written if one not in here]
    silent = [one.number for one in here.values() if one.submitted is not None and one.number not in there]
    return sorted([*unknown, *silent])


def ends_of(claims: Iterable[OurClaim], now: datetime) -> tuple[dict[str, int], list[str]]:
    """How many claims ended in which way, and the numbers of those that nothing explains."""
    counted: Counter[str] = Counter()
    unexplained: list[str] = []
    for claim in claims:
        end = end_of(claim, now)
        if end:
            counted[end] += 1
        else:
            unexplained.append(claim.number)
    return dict(counted.most_common()), unexplained
