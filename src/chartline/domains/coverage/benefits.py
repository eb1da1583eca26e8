"""Reads the benefits of an eligibility answer into what a front desk and a biller need. Pure.

Looks at the service type that was asked, then at the whole plan (30), then at benefits without a service type; in
network before out of network; the individual before the family. Refuses to guess: what the payer did not say is None,
and contradictory or missing activity is ``unclear``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from chartline.connect.facts import Benefit, EligibilityAnswer
from chartline.domains.coverage.rejections import UNCLEAR, explain
from chartline.kernel.errors import Problem
from chartline.kernel.money import Money

_ACTIVE = frozenset("12345")
_INACTIVE = frozenset("678")
_COINSURANCE, _COPAY, _DEDUCTIBLE, _OUT_OF_POCKET = "A", "B", "C", "G"
_REMAINING = "29"
_WHOLE_PLAN = "30"
_NETWORKS = ("Y", "W", "", "N")
_LEVELS = ("IND", "", "FAM")


class CheckState(StrEnum):
    """Where an eligibility check stands."""

    ASKED = "asked"
    ACTIVE = "active"
    INACTIVE = "inactive"
    UNCLEAR = "unclear"
    """The payer answered, and still nobody knows."""
    FAILED = "failed"
    """No payer ever saw the question, or no answer came."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What an answer says. ``coinsurance`` is the payer's own number as text; None means that it did not say."""

    state: CheckState
    plan_name: str = ""
    copay: Money | None = None
    deductible: Money | None = None
    deductible_left: Money | None = None
    out_of_pocket: Money | None = None
    out_of_pocket_left: Money | None = None
    coinsurance: str = ""
    problem: Problem | None = None


def summarise(answer: EligibilityAnswer, service_type: str = _WHOLE_PLAN, exchange: str | None = None) -> Summary:
    """The summary of an answer to a question about one service type."""
    placed = _ranked(answer.benefits, service_type)
    ranked = [one for _, one in placed]
    state = _activity(placed)
    problem: Problem | None = None
    if answer.payer_errors and state is CheckState.UNCLEAR:
        problem = explain(answer.payer_errors[0][0], evidence=exchange)
    elif state is CheckState.UNCLEAR:
        problem = UNCLEAR.problem(evidence=exchange)
    deductible = [one for one in ranked if one.coverage == _DEDUCTIBLE]
    pocket = [one for one in ranked if one.coverage == _OUT_OF_POCKET]
    return Summary(
        state,
        answer.plan_name or next((one.plan for one in ranked if one.plan and one.coverage in _ACTIVE), ""),
        copay=_amount(one for one in ranked if one.coverage == _COPAY),
        deductible=_amount(one for one in deductible if one.period != _REMAINING),
        deductible_left=_amount(one for one in deductible if one.period == _REMAINING),
        out_of_pocket=_amount(one for one in pocket if one.period != _REMAINING),
        out_of_pocket_left=_amount(one for one in pocket if one.period == _REMAINING),
        coinsurance=next((one.percent for one in ranked if one.coverage == _COINSURANCE and one.percent), ""),
        problem=problem,
    )


@dataclass(frozen=True, slots=True, order=True)
class _Rank:
    """How close a benefit is to the question; smaller is closer."""

    out_of_network: bool
    service: int
    network: int
    level: int


def _ranked(benefits: Iterable[Benefit], asked: str) -> list[tuple[_Rank, Benefit]]:
    """The benefits that concern the question, the closest first; the payer's order among equals."""
    services = list(dict.fromkeys((asked, _WHOLE_PLAN, "")))
    found: list[tuple[_Rank, Benefit]] = []
    for one in benefits:
        # EB03 repeats inside one element; clearinghouses hand it on with different separators.
        types = re.split(r"[\^,;|\s]+", one.service_type.strip())
        places = [services.index(kind) for kind in types if kind in services]
        if places:
            network = _NETWORKS.index(one.in_network) if one.in_network in _NETWORKS else 2
            level = _LEVELS.index(one.level) if one.level in _LEVELS else len(_LEVELS)
            found.append((_Rank(one.in_network == "N", min(places), network, level), one))
    return sorted(found, key=lambda pair: pair[0])


def _activity(ranked: list[tuple[_Rank, Benefit]]) -> CheckState:
    """Active or inactive by the closest service type that says either, unless it says both."""
    said = [
        ((rank.out_of_network, rank.service), one.coverage in _ACTIVE)
        for rank, one in ranked
        if one.coverage in _ACTIVE or one.coverage in _INACTIVE
    ]
    words = {active for place, active in said if place == said[0][0]}
    if len(words) != 1:
        return CheckState.UNCLEAR
    return CheckState.ACTIVE if words.pop() else CheckState.INACTIVE


def _amount(benefits: Iterable[Benefit]) -> Money | None:
    return next((one.amount for one in benefits if one.amount is not None), None)
