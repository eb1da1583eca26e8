"""Counts and sums of acknowledgements: of the transactions a 997 or 999 answers, of the claims a 277CA answers.

Named by the tables (``check status_claim``) like those of ``sums``. The loops they add up come without limit and are
forgotten when they close, so each adds to the totals of its transaction when it closes, and the level above takes them.
What cannot be read, and what the sender leaves out, is not judged: a total is compared only where it is given.
"""

from __future__ import annotations

from collections.abc import Iterator

from chartline.formats.x12.cents import AMOUNTS
from chartline.formats.x12.situations import Inner, Placed
from chartline.formats.x12.sums import Check, Disagreement, Sums

_ACCEPTED, _REFUSED = "WQ", "U"
_REJECTED = frozenset({"M", "R", "W", "X"})
"""IK501 and AK501 of a transaction that was not accepted."""
_UNKNOWN = "unknown"


def answered(inner: Inner, sums: Sums) -> Iterator[Disagreement]:
    """Loop 2000 of a 997 or 999: count one answer."""
    outcome = next((_at(placed, 1) for placed in inner.items if placed[0][0] in ("IK5", "AK5")), "")
    _add(sums, "answered", 1)
    _add(sums, "rejected", outcome in _REJECTED)
    yield from ()


def answered_group(inner: Inner, sums: Sums) -> Iterator[Disagreement]:
    """A whole 997 or 999: what AK9 counts agrees with its outcome and with the answers listed.

    Answers to accepted transactions may be left out, so only those that were rejected must be as many as AK9 says.
    """
    outcome = next((placed for placed in inner.items if placed[0][0] == "AK9"), None)
    if outcome is None:
        return
    declared, received, accepted = (_count(_at(outcome, number)) for number in (2, 3, 4))
    if declared is None or received is None or accepted is None:
        return
    code = _at(outcome, 1)
    listed, rejected = sums.totals.get("answered", 0), sums.totals.get("rejected", 0)
    if declared != received and not any(_at(outcome, number) for number in range(5, 10)):
        yield _counted(outcome, 3, received, declared)
    elif listed > received:
        yield _counted(outcome, 3, received, listed)
    if code == "A" and accepted != received:
        yield _counted(outcome, 4, accepted, received)
    elif code == "R" and accepted:
        yield _counted(outcome, 4, accepted, 0)
    elif (listed and listed <= received and accepted != received - rejected and code != "R") or accepted > received:
        yield _counted(outcome, 4, accepted, received - rejected)


def claim(inner: Inner, sums: Sums) -> Iterator[Disagreement]:
    """Loop 2200D of a 277CA: count the claim and its charge, as accepted or refused by its first status."""
    status = next((placed for placed in inner.items if placed[0][0] == "STC"), None)
    action = _at(status, 3) if status is not None else ""
    charge = _amount(status, 4)
    if charge is None or action not in (_ACCEPTED, _REFUSED):
        _add(sums, _UNKNOWN, 1)
    else:
        _add(sums, f"claims {action}", 1)
        _add(sums, f"charges {action}", charge)
    yield from ()


def provider(inner: Inner, sums: Sums) -> Iterator[Disagreement]:
    """Loop 2000C of a 277CA: the totals of a provider are those of the claims listed below.

    A provider who is refused as a whole lists none; then the totals count for the receiver as they are given.
    """
    taken = {key: sums.totals.pop(key, 0) for key in _keys("claims", "charges")}
    unknown = sums.totals.pop(_UNKNOWN, 0)
    outcome = next((loop for loop in inner.loops if loop.node.id == "2200C"), None)
    listed = bool(inner.seen & inner.node.level_bits)
    if not listed:
        for key, (_, placed) in _given(outcome, "QA", "QC").items():
            value = _count(_at(placed, 2)) if key.startswith("claims") else _amount(placed, 2)
            taken[key] = value or 0
            unknown += value is None
        # What was refused with the provider may be told in the status alone.
        unknown += not any(taken.values())
    elif not unknown:
        yield from _compared(outcome, "QA", "QC", taken)
    for key, value in taken.items():
        _add(sums, f"all {key}", value)
    _add(sums, f"all {_UNKNOWN}", unknown)


def receiver(inner: Inner, sums: Sums) -> Iterator[Disagreement]:
    """Loop 2000B of a 277CA: the totals of the file are those of its providers."""
    taken = {key: sums.totals.pop(f"all {key}", 0) for key in _keys("claims", "charges")}
    unknown = sums.totals.pop(f"all {_UNKNOWN}", 0)
    outcome = next((loop for loop in inner.loops if loop.node.id == "2200B"), None)
    if not unknown and inner.seen & inner.node.level_bits:
        yield from _compared(outcome, "90", "AA", taken)


def _compared(outcome: Inner | None, accepted: str, refused: str, taken: dict[str, int]) -> Iterator[Disagreement]:
    amounts: list[int | None] = []
    for key, (name, placed) in _given(outcome, accepted, refused).items():
        found = _count(_at(placed, 2)) if name == "QTY" else _amount(placed, 2)
        if name == "AMT":
            amounts.append(found)
        if found is not None and found != taken[key]:
            words = str if name == "QTY" else _text
            yield Disagreement("status_total", placed, 2, words(found), words(taken[key]))
    yield from _charged(outcome, amounts)


def _charged(outcome: Inner | None, amounts: list[int | None]) -> Iterator[Disagreement]:
    """The charge that a status names is what was accepted and what was refused together."""
    known = [amount for amount in amounts if amount is not None]
    if outcome is None or not known or len(known) < len(amounts):
        return
    for placed in outcome.items:
        charge = _amount(placed, 4) if placed[0][0] == "STC" else None
        if charge and charge != sum(known):
            yield Disagreement("status_total", placed, 4, _text(charge), _text(sum(known)))


def _given(outcome: Inner | None, accepted: str, refused: str) -> dict[str, tuple[str, Placed]]:
    """The totals that are given, by what they count."""
    meant = {
        ("QTY", accepted): f"claims {_ACCEPTED}",
        ("QTY", refused): f"claims {_REFUSED}",
        ("AMT", "YU"): f"charges {_ACCEPTED}",
        ("AMT", "YY"): f"charges {_REFUSED}",
    }
    found: dict[str, tuple[str, Placed]] = {}
    for placed in outcome.items if outcome is not None else ():
        name = placed[0][0]
        key = meant.get((name, _at(placed, 1)))
        if key is not None:
            found[key] = (name, placed)
    return found


def _keys(*words: str) -> tuple[str, ...]:
    return tuple(f"{word} {action}" for word in words for action in (_ACCEPTED, _REFUSED))


def _add(sums: Sums, key: str, value: int) -> None:
    sums.totals[key] = sums.totals.get(key, 0) + value


def _counted(placed: Placed, element: int, found: int, expected: int) -> Disagreement:
    return Disagreement("acknowledged_count", placed, element, str(found), str(expected))


def _count(text: str) -> int | None:
    whole, _, rest = text.partition(".")
    return int(whole) if whole.isascii() and whole.isdigit() and len(whole) < 16 and not rest.strip("0") else None


def _amount(placed: Placed | None, number: int) -> int | None:
    text = _at(placed, number) if placed is not None else ""
    try:
        return AMOUNTS[text].minor if text else None
    except ValueError:
        return None


def _text(hundredths: int) -> str:
    return f"{'-' if hundredths < 0 else ''}{abs(hundredths) // 100}.{abs(hundredths) % 100:02d}"


def _at(placed: Placed, number: int) -> str:
    return placed[0][number].strip() if number < len(placed[0]) else ""


CHECKS: dict[str, Check] = {
    "answered": answered,
    "answered_group": answered_group,
    "status_claim": claim,
    "status_provider": provider,
    "status_receiver": receiver,
}
"""The checks by the names that the tables use."""
