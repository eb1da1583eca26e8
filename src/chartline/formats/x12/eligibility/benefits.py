"""What an eligibility answer means for the bill: covered? which copay, coinsurance, deductible, and what remains of it?

Payers spread one deductible over several statements: the year's amount, what was met, what remains. Here they come
together when they speak of the same thing. Facts of the 271: EB01 ``1`` to ``8`` coverage, ``A`` coinsurance, ``B``
copay, ``C`` deductible, ``G`` out-of-pocket maximum; EB06 ``24`` met so far, ``29`` and ``33`` remaining. Nothing is
guessed: what the payer did not say is None, and statements that cannot be told apart stay separate.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from decimal import Decimal
from enum import StrEnum

import msgspec

from chartline.formats.x12.eligibility.answer import Benefit, EligibilityAnswer
from chartline.formats.x12.inquiry_parts.values import Procedure
from chartline.formats.x12.record import Record
from chartline.kernel.money import Money

WHOLE_PLAN = "30"
"""The service type that means the health plan as a whole."""
ACTIVE = frozenset("12345")
INACTIVE = frozenset("678")
NOT_COVERED = "I"
LIMIT = "F"
_REMAINING = ("29", "33")
_MET = "24"
_LIFETIME = ("32", "33")


class ShareKind(StrEnum):
    """What a patient may owe, by its EB01."""

    COINSURANCE = "A"
    COPAY = "B"
    DEDUCTIBLE = "C"
    OUT_OF_POCKET = "G"


_KINDS = {kind.value: kind for kind in ShareKind}


class CostShare(Record, frozen=True, kw_only=True, gc=False):
    """What the patient owes for one service type (``""`` when the payer named none).

    ``percent`` is between 0 and 100. ``amount`` is for one ``period`` (``23`` calendar year, ``27`` visit ...; empty
    when only the rest is known). ``coverage_level``, ``in_network``, ``authorization`` and ``messages`` as in
    ``Benefit``.
    """

    kind: ShareKind
    service_type: str = ""
    coverage_level: str = ""
    in_network: str = ""
    insurance_type: str = ""
    plan: str = ""
    period: str = ""
    amount: Money | None = None
    percent: Decimal | None = None
    met: Money | None = None
    said_remaining: Money | None = None
    authorization: str = ""
    procedure: Procedure | None = None
    messages: tuple[str, ...] = ()

    @property
    def remaining(self) -> Money | None:
        """What is left of a deductible or maximum: as the payer said, else the amount less what was met."""
        if self.said_remaining is not None or self.amount is None or self.met is None:
            return self.said_remaining
        return max(self.amount - self.met, Money(0), key=lambda money: money.minor)


class Summary(Record, frozen=True, kw_only=True, gc=False):
    """One service type in a nutshell. ``is_active`` is None when the payer did not say. ``authorization`` is ``Y``
    when any statement about the service asks for one, else ``U``, ``N`` or empty."""

    service_type: str
    is_active: bool | None
    copays: tuple[CostShare, ...] = ()
    coinsurances: tuple[CostShare, ...] = ()
    deductibles: tuple[CostShare, ...] = ()
    out_of_pocket: tuple[CostShare, ...] = ()
    limits: tuple[Benefit, ...] = ()
    authorization: str = ""


def is_active(answer: EligibilityAnswer, service_type: str = WHOLE_PLAN) -> bool | None:
    """Whether the patient is covered for a service type.

    Statements about the service type count first, then those about the whole plan; None when there are neither.
    """
    about = [one for one in answer.benefits if service_type in one.service_types]
    said = _active(about)
    if said is None and any(one.information == NOT_COVERED for one in about):
        return False
    if said is None:
        said = _active(one for one in answer.benefits if WHOLE_PLAN in one.service_types or not one.service_types)
    return said


def cost_shares(answer: EligibilityAnswer) -> tuple[CostShare, ...]:
    """Everything the patient may owe, one entry for each service type and statement, in the order of the answer."""
    found = [one for benefit in answer.benefits for one in _shares(benefit)]
    totals = [one for one in found if one.period not in (_MET, *_REMAINING)]
    rests = [one for one in found if one.period in (_MET, *_REMAINING)]
    # First what says exactly the same, then what differs only in texts that payers leave out of the second statement.
    for sameness in (_exactly, _roughly):
        totals, rests = _joined(totals, rests, sameness)
    return (*totals, *_alone(rests))


def summarize(
    answer: EligibilityAnswer,
    service_type: str = WHOLE_PLAN,
    *,
    in_network: bool | None = None,
    coverage_level: str = "",
) -> Summary:
    """What matters for the bill of one service type.

    ``in_network`` keeps what holds inside (or outside) the network, ``coverage_level`` (``IND``, ``FAM``) what holds
    for it; statements that do not say are kept too. Where the payer named no deductible or maximum for the service,
    that of the whole plan applies.
    """
    shares = [
        one
        for one in cost_shares(answer)
        if _holds(one.in_network, in_network) and coverage_level in ("", one.coverage_level or coverage_level)
    ]
    about = [one for one in answer.benefits if service_type in one.service_types]
    kept = [one for one in about if _holds(one.in_network, in_network)]
    return Summary(
        service_type=service_type,
        is_active=is_active(answer, service_type),
        copays=_of(shares, ShareKind.COPAY, service_type),
        coinsurances=_of(shares, ShareKind.COINSURANCE, service_type),
        deductibles=_of(shares, ShareKind.DEDUCTIBLE, service_type, WHOLE_PLAN, ""),
        out_of_pocket=_of(shares, ShareKind.OUT_OF_POCKET, service_type, WHOLE_PLAN, ""),
        limits=tuple(one for one in kept if one.information == LIMIT),
        authorization=next((word for word in "YUN" if any(one.authorization == word for one in kept)), ""),
    )


def _active(benefits: Iterable[Benefit]) -> bool | None:
    said = {one.information for one in benefits} & (ACTIVE | INACTIVE)
    return bool(said & ACTIVE) if said else None


def _holds(said: str, wanted: bool | None) -> bool:
    return wanted is None or said not in ("Y", "N") or (said == "Y") == wanted


def _of(shares: list[CostShare], kind: ShareKind, *service_types: str) -> tuple[CostShare, ...]:
    """Those of the first service type that has any."""
    for service_type in service_types:
        found = tuple(one for one in shares if one.kind == kind and one.service_type == service_type)
        if found:
            return found
    return ()


def _shares(benefit: Benefit) -> Iterator[CostShare]:
    kind = _KINDS.get(benefit.information)
    if kind is None:
        return
    percent = benefit.percent
    if percent is not None and abs(percent) <= 1:
        # A share of 0.2 is 20 percent; some payers send 20, which can be nothing else.
        percent *= 100
    for service_type in benefit.service_types or ("",):
        yield CostShare(
            kind=kind,
            service_type=service_type,
            coverage_level=benefit.coverage_level,
            in_network=benefit.in_network,
            insurance_type=benefit.insurance_type,
            plan=benefit.plan,
            period=benefit.period,
            amount=benefit.amount,
            percent=percent,
            authorization=benefit.authorization,
            procedure=benefit.procedure,
            messages=benefit.messages,
        )


def _roughly(share: CostShare) -> tuple[Hashable, ...]:
    procedure = share.procedure.code if share.procedure else ""
    return (
        share.kind,
        share.service_type,
        share.coverage_level,
        share.in_network,
        procedure,
        share.period in _LIFETIME,
    )


def _exactly(share: CostShare) -> tuple[Hashable, ...]:
    return (*_roughly(share), share.insurance_type, share.plan, share.messages)


def _joined(
    totals: list[CostShare], rests: list[CostShare], sameness: Callable[[CostShare], Hashable]
) -> tuple[list[CostShare], list[CostShare]]:
    """Totals that know their rest, and the rests that fit no total or more than one."""
    left = list(rests)
    keys = [sameness(one) for one in totals]
    joined: list[CostShare] = []
    for total, key in zip(totals, keys, strict=True):
        if keys.count(key) == 1:
            for is_met, name in ((True, "met"), (False, "said_remaining")):
                fitting = [one for one in left if sameness(one) == key and (one.period == _MET) == is_met]
                if len(fitting) == 1 and getattr(total, name) is None and fitting[0].amount is not None:
                    total = msgspec.structs.replace(total, **{name: fitting[0].amount})
                    left.remove(fitting[0])
        joined.append(total)
    return joined, left


def _alone(rests: list[CostShare]) -> Iterator[CostShare]:
    """Rests without a total: what is known is only what is left or was met."""
    for one in rests:
        name = "met" if one.period == _MET else "said_remaining"
        yield msgspec.structs.replace(one, period="", amount=None, **{name: one.amount})
