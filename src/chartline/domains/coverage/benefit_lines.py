"""A payer's answer as a table: for each service type, network and level what the patient pays and what remains. Pure.

The rows are the payer's own statements brought together, not a selection: ``benefits`` selects. Refuses to guess: what
was not said is None, and a statement without a service type stands in a row of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from chartline.connect.facts import Benefit, EligibilityAnswer
from chartline.formats.x12.code_lists import CodeLists
from chartline.kernel.money import Money

_ACTIVE, _INACTIVE = frozenset("12345"), frozenset("678")
_NOT_COVERED, _LIMIT, _OTHER_PAYER = "I", "F", "R"
_COINSURANCE, _COPAY, _DEDUCTIBLE, _OUT_OF_POCKET = "A", "B", "C", "G"
_REMAINING = frozenset(("29", "33"))
_MET = "24"
_VISITS = "VS"
_NETWORKS = {"Y": "in", "N": "out", "W": "any"}
_LEVELS = {"IND": "individual", "FAM": "family"}
_ORDER = ("in", "any", "", "out")
_LISTS = CodeLists()


@dataclass(frozen=True, slots=True)
class BenefitLine:
    """What holds for one service type (X12 1365, empty when none was named), in one network and at one level.

    ``network`` is ``in``, ``out``, ``any`` or empty; ``level`` ``individual``, ``family``, the payer's own code, or
    empty. ``status`` is ``active``, ``inactive``, ``not_covered`` or empty. ``coinsurance`` is the payer's number as
    text. ``authorization`` is ``Y`` where one is wanted, ``N``, ``U`` or empty.
    """

    service_type: str
    service: str
    network: str
    level: str
    status: str = ""
    plan: str = ""
    copay: Money | None = None
    coinsurance: str = ""
    deductible: Money | None = None
    deductible_left: Money | None = None
    out_of_pocket: Money | None = None
    out_of_pocket_left: Money | None = None
    visits: int | None = None
    visits_left: int | None = None
    authorization: str = ""


@dataclass(frozen=True, slots=True)
class OtherPayer:
    """Another payer that the answering payer knows of (EB01 ``R``)."""

    name: str
    number: str


def benefit_lines(answer: EligibilityAnswer) -> tuple[BenefitLine, ...]:
    """The rows, by service type in the payer's order, in network before out of network."""
    groups: dict[tuple[str, str, str], list[Benefit]] = {}
    for one in answer.benefits:
        if one.coverage == _OTHER_PAYER:
            continue
        for service in services_of(one):
            place = (service, _NETWORKS.get(one.in_network, ""), _LEVELS.get(one.level, one.level))
            groups.setdefault(place, []).append(one)
    services = list(dict.fromkeys(service for service, _, _ in groups))
    placed = sorted(groups, key=lambda place: (services.index(place[0]), _ORDER.index(place[1]), place[2] != ""))
    return tuple(_line(place, groups[place]) for place in placed)


def other_payers(answer: EligibilityAnswer) -> tuple[OtherPayer, ...]:
    """Other payers by name, each once; a hint without any name is none."""
    found = {
        OtherPayer(one.other_payer.strip()[:120], one.other_payer_id.strip()[:40])
        for one in answer.benefits
        if one.coverage == _OTHER_PAYER and (one.other_payer.strip() or one.other_payer_id.strip())
    }
    return tuple(sorted(found, key=lambda one: (one.name, one.number)))


def wants_authorization(answer: EligibilityAnswer, service_type: str) -> bool:
    """Whether the payer says that a service type needs an authorization (EB11 ``Y``)."""
    return any(one.authorization == "Y" and service_type in services_of(one) for one in answer.benefits)


def service_name(code: str) -> str:
    """What a service type is called; the code itself where the list has no name."""
    return _LISTS.label("service_type", code) or code


def services_of(benefit: Benefit) -> tuple[str, ...]:
    """The service types of a statement; EB03 repeats, and clearinghouses separate it in their own ways."""
    return tuple(filter(None, re.split(r"[\^,;|\s]+", benefit.service_type.strip()))) or ("",)


def _line(place: tuple[str, str, str], stated: list[Benefit]) -> BenefitLine:
    service, network, level = place
    of = {kind: [one for one in stated if one.coverage == kind] for kind in "ABCFG"}
    visits = [one for one in of[_LIMIT] if one.quantity_kind == _VISITS]
    return BenefitLine(
        service,
        service_name(service) if service else "",
        network,
        level,
        status=_status(stated),
        plan=next((one.plan for one in stated if one.plan), ""),
        copay=_first(of[_COPAY]),
        coinsurance=next((one.percent for one in of[_COINSURANCE] if one.percent), ""),
        deductible=_whole(of[_DEDUCTIBLE]),
        deductible_left=_left(of[_DEDUCTIBLE]),
        out_of_pocket=_whole(of[_OUT_OF_POCKET]),
        out_of_pocket_left=_left(of[_OUT_OF_POCKET]),
        visits=_number(one for one in visits if one.period not in (*_REMAINING, _MET)),
        visits_left=_number(one for one in visits if one.period in _REMAINING),
        authorization=next((word for word in "YUN" if any(one.authorization == word for one in stated)), ""),
    )


def _status(stated: list[Benefit]) -> str:
    said = {one.coverage for one in stated}
    words = [
        word
        for word, codes in (("active", _ACTIVE), ("inactive", _INACTIVE), ("not_covered", frozenset(_NOT_COVERED)))
        if said & codes
    ]
    # Two words at once say nothing.
    return words[0] if len(words) == 1 else ""


def _whole(stated: list[Benefit]) -> Money | None:
    return _first(one for one in stated if one.period not in (*_REMAINING, _MET))


def _left(stated: list[Benefit]) -> Money | None:
    """What remains: as the payer says, else the whole less what was met."""
    said = _first(one for one in stated if one.period in _REMAINING)
    whole, met = _whole(stated), _first(one for one in stated if one.period == _MET)
    if said is not None or whole is None or met is None:
        return said
    return Money(max(0, whole.minor - met.minor), whole.currency)


def _first(stated: Iterable[Benefit]) -> Money | None:
    return next((one.amount for one in stated if one.amount is not None), None)


def _number(stated: Iterable[Benefit]) -> int | None:
    for one in stated:
        try:
            return int(Decimal(one.quantity))
        except (InvalidOperation, ValueError, OverflowError):
            continue
    return None
