"""Arithmetic that has to come out: remittances, claims, and what another payer decided (SNIP level 3, and pointers).

Named by the tables (``check balance_claim``) and asked when the loop closes. An amount that cannot be read makes its
sum unknowable; the segment check has reported it, and nothing is said about the sum. Compares hundredths as whole
numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

import msgspec

from chartline.formats.x12.cents import AMOUNTS
from chartline.formats.x12.delimiters import Delimiters
from chartline.formats.x12.situations import Inner, Placed

_MOST_REMEMBERED = 1 << 14
_PLB_AMOUNTS = range(4, 15, 2)
_NO_PAYMENT = "NON"
_POINTERS = {"SV1": 7, "SV3": 11}
"""The element of a service that points at diagnoses."""
_Decision = tuple[Inner, int, int]
"""A line as another payer decided it (loop 2430): the loop, which line of the claim it is, and the line's charge."""
_DIAGNOSES = frozenset({"ABK", "ABF", "BK", "BF", "TQ"})
"""HI01-1 of a diagnosis that a line can point at; TQ is a dental one."""


class Sums(msgspec.Struct):
    """What adds up over a transaction. ``known`` is False once an amount could not be read."""

    delimiters: Delimiters
    claims_paid: int = 0
    known: bool = True
    claim: Inner | None = None
    """The claim whose diagnoses were counted last, how many segments it had then, and how many diagnoses."""
    claim_segments: int = 0
    diagnoses: int = 0
    totals: dict[str, int] = msgspec.field(default_factory=dict)
    """What further checks add up, by names of their own."""


class Disagreement(msgspec.Struct, frozen=True):
    """A sum that does not come out: the key of the problem, the segment and element, what it says and should say."""

    key: str
    placed: Placed
    element: int
    found: str
    expected: str


class _Unreadable(Exception):
    """An amount that another check reports."""


class _Hundredths(dict[str, int]):
    """Amounts by their text, each text read once; the memory is bounded. Raises _Unreadable."""

    __slots__ = ()

    def __missing__(self, text: str) -> int:
        whole, _, places = text.partition(".")
        if len(places) < 3 and len(whole) < 16 and text.isascii() and (whole + places).isdigit():
            value = int(whole + places + "00"[len(places) :])
        else:
            try:
                value = AMOUNTS[text].minor if text else 0
            except ValueError:
                raise _Unreadable from None
        if len(self) >= _MOST_REMEMBERED:
            self.clear()
        self[text] = value
        return value


_HUNDREDTHS = _Hundredths()


def _hundredths(placed: Placed, number: int) -> int:
    elements = placed[0]
    return _HUNDREDTHS[elements[number]] if number < len(elements) else 0


def _text(hundredths: int) -> str:
    return f"{'-' if hundredths < 0 else ''}{abs(hundredths) // 100}.{abs(hundredths) % 100:02d}"


def _segments(inner: Inner, name: str) -> Iterator[Placed]:
    return (placed for placed in inner.items if placed[0][0] == name)


def _adjusted(segments: Iterable[Placed]) -> int:
    """The sum of all amounts of the CAS segments among these."""
    total = 0
    for placed in segments:
        elements = placed[0]
        if elements[0] == "CAS":
            for text in elements[3::3]:
                total += _HUNDREDTHS[text]
    return total


def _wrong(key: str, placed: Placed, element: int, found: int, expected: int) -> Disagreement:
    return Disagreement(key, placed, element, _text(found), _text(expected))


def remittance_claim(inner: Inner, sums: Sums) -> Iterable[Disagreement]:
    """Loop 2100 of the 835: charge less adjustments is the payment, for the claim and for every line; lines add up."""
    claim = inner.items[0]
    found: list[Disagreement] = []
    try:
        charged, paid = _hundredths(claim, 3), _hundredths(claim, 4)
        sums.claims_paid += paid
        own = _adjusted(inner.items)
        lines = [loop for loop in inner.loops if loop.items]
        lines_charged = lines_paid = lines_adjusted = 0
        for loop in lines:
            service = loop.items[0]
            line_charged, line_paid = _hundredths(service, 2), _hundredths(service, 3)
            adjusted = _adjusted(loop.items)
            if line_charged - adjusted != line_paid:
                found.append(_wrong("balance_line", service, 3, line_paid, line_charged - adjusted))
            lines_charged += line_charged
            lines_paid += line_paid
            lines_adjusted += adjusted
    except _Unreadable:
        sums.known = False
        return found
    if charged - own - lines_adjusted != paid:
        found.append(_wrong("balance_claim", claim, 4, paid, charged - own - lines_adjusted))
    if lines and lines_charged != charged:
        found.append(_wrong("balance_claim_charge", claim, 3, charged, lines_charged))
    if lines and lines_paid - own != paid:
        found.append(_wrong("balance_claim_paid", claim, 4, paid, lines_paid - own))
    return found


def remittance(inner: Inner, sums: Sums) -> Iterator[Disagreement]:
    """The whole 835: BPR02 is the sum of CLP04 less the sum of the PLB amounts."""
    payment = next(_segments(inner, "BPR"), None)
    if payment is None or not sums.known:
        return
    try:
        amount = _hundredths(payment, 2)
        adjusted = sum(
            _hundredths(placed, number)
            for placed in _segments(inner, "PLB")
            for number in _PLB_AMOUNTS
            if number < len(placed[0])
        )
    except _Unreadable:
        return
    if len(payment[0]) > 3 and payment[0][3] == "D":
        amount = -amount
    if amount != sums.claims_paid - adjusted:
        yield _wrong("balance_payment", payment, 2, amount, sums.claims_paid - adjusted)
    if amount and len(payment[0]) > 4 and payment[0][4] == _NO_PAYMENT:
        yield _wrong("balance_no_payment", payment, 2, amount, 0)


def claim(inner: Inner, sums: Sums) -> Iterable[Disagreement]:
    """Loop 2300 of an 837: the total is the sum of the lines, lines are numbered from 1, and what other payers decided
    adds up to the charge."""
    opening = inner.items[0]
    found: list[Disagreement] = []
    lines: list[Inner] = []
    others: list[Inner] = []
    for loop in inner.loops:
        name = loop.node.id
        if name == "2400" and loop.items:
            lines.append(loop)
            number = _at(loop.items[0], 1)
            if number != str(len(lines)):
                found.append(Disagreement("line_number", loop.items[0], 1, number, str(len(lines))))
        elif name == "2320":
            others.append(loop)
    try:
        total = _hundredths(opening, 2)
        charges = [_charge(loop) for loop in lines]
        if lines and sum(charges) != total:
            found.append(_wrong("claim_total", opening, 2, total, sum(charges)))
        if others or any(child.node.id == "2430" for loop in lines for child in loop.loops):
            # One by one, so that what was found before an amount that cannot be read is kept.
            for wrong in _other_payers(others, lines, charges, total):
                found.append(wrong)
    except _Unreadable:
        pass
    return found


def pointers(inner: Inner, sums: Sums) -> Iterable[Disagreement]:
    """Loop 2400 of an 837P or 837D: every pointer names a diagnosis of the claim."""
    claim = inner.parent
    for service in inner.items:
        element = _POINTERS.get(service[0][0])
        if element is not None:
            break
    else:
        return ()
    value = _at(service, element)
    if not value or claim is None:
        return ()
    # All lines of a claim ask the same, so it is counted once, and again only when the claim has got more segments.
    if sums.claim is not claim or sums.claim_segments != len(claim.items):
        sums.claim, sums.claim_segments = claim, len(claim.items)
        sums.diagnoses = _diagnoses(claim, sums.delimiters)
    count = sums.diagnoses
    wrong = _wrong_pointers(value, sums.delimiters.component, count)
    if not wrong:
        return ()
    return [
        Disagreement("pointer", service, element, pointer, f"1 to {count}" if count else "no diagnosis")
        for pointer in wrong
    ]


@lru_cache(1024)
def _wrong_pointers(value: str, separator: str, count: int) -> tuple[str, ...]:
    """The pointers in an element that name none of so many diagnoses."""
    return tuple(
        pointer
        for pointer in value.split(separator)
        if pointer and not (pointer.isascii() and pointer.isdigit() and len(pointer) < 5 and 1 <= int(pointer) <= count)
    )


def _diagnoses(inner: Inner, delimiters: Delimiters) -> int:
    return sum(
        1
        for placed in _segments(inner, "HI")
        for value in placed[0][1:]
        if value.split(delimiters.component)[0] in _DIAGNOSES
    )


def _charge(loop: Inner) -> int:
    for placed in loop.items:
        if placed[0][0] in ("SV1", "SV3"):
            return _hundredths(placed, 2)
        if placed[0][0] == "SV2":
            return _hundredths(placed, 3)
    return 0


def _other_payers(others: list[Inner], lines: list[Inner], charges: list[int], total: int) -> Iterator[Disagreement]:
    decided: dict[str, list[_Decision]] = {}
    for at, (loop, charge) in enumerate(zip(lines, charges, strict=True)):
        for decision in loop.loops:
            if decision.node.id == "2430" and decision.items:
                decided.setdefault(_at(decision.items[0], 1), []).append((decision, at, charge))
    known = {_payer_id(loop) for loop in others}
    for payer, decisions in decided.items():
        if payer not in known:
            place = decisions[0][0].items[0]
            yield Disagreement("line_of_other_payer", place, 1, payer, "the id of another payer of the claim")
        # One line may be paid in parts, so its decisions by one payer count together.
        parts: dict[int, list[tuple[Inner, int]]] = {}
        for decision, line, charge in decisions:
            parts.setdefault(line, []).append((decision, charge))
        for entries in parts.values():
            paid = sum(_hundredths(decision.items[0], 2) for decision, _ in entries)
            adjusted = sum(_adjusted(decision.items) for decision, _ in entries)
            if paid + adjusted != entries[0][1]:
                yield _wrong("cob_line", entries[0][0].items[0], 2, paid, entries[0][1] - adjusted)
    for loop in others:
        yield from _claim_decision(loop, decided.get(_payer_id(loop), []), total)


def _claim_decision(loop: Inner, decisions: list[_Decision], total: int) -> Iterator[Disagreement]:
    paid = next((placed for placed in _segments(loop, "AMT") if _at(placed, 1) == "D"), None)
    adjustments = list(_segments(loop, "CAS"))
    # Without a payment there was no decision; without reasons at any level the payer gave only the sum.
    if paid is None or not (adjustments or decisions):
        return
    adjusted = _adjusted(adjustments) + sum(_adjusted(decision.items) for decision, _, _ in decisions)
    amount = _hundredths(paid, 2)
    if amount + adjusted != total:
        yield _wrong("cob_claim", paid, 2, amount, total - adjusted)


def _payer_id(loop: Inner) -> str:
    for child in loop.loops:
        if child.node.id == "2330B" and child.items:
            return _at(child.items[0], 9)
    return ""


def _at(placed: Placed, number: int) -> str:
    return placed[0][number].strip() if number < len(placed[0]) else ""


Check = Callable[[Inner, Sums], Iterable[Disagreement]]
"""Asks a loop that closes for sums that do not come out."""

CHECKS: dict[str, Check] = {
    "balance_835": remittance,
    "balance_claim": remittance_claim,
    "balance_837": claim,
    "pointers_837": pointers,
}
"""The checks by the names that the tables use."""
