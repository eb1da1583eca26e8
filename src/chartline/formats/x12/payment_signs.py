"""What the parts of a remittance say of each other besides sums: signs, notices, and the trace of the payment.

Named by the tables (``check signs_835``) like the checks of ``sums``. All are warnings: the money can be posted, but
somebody should look. An amount that cannot be read is reported elsewhere and not judged here.
"""

from __future__ import annotations

from collections.abc import Iterator

from chartline.formats.x12.cents import AMOUNTS
from chartline.formats.x12.situations import Inner, Placed
from chartline.formats.x12.sums import Check, Disagreement, Sums

_REVERSAL = "22"
_NOTICE = "H"
_NO_PAYMENT = "NON"
_COMPANY_DIGITS = 10


def signs(inner: Inner, sums: Sums) -> Iterator[Disagreement]:
    """Loop 2100 of the 835: the amounts of a reversal are negative, those of every other claim are not."""
    claim = inner.items[0]
    reversal = _at(claim, 2) == _REVERSAL
    for element in (3, 4):
        text = _at(claim, element)
        # Most amounts are right at a glance.
        if text.startswith("-") == reversal:
            continue
        amount = _amount(text)
        if amount:
            key = "reversal_sign" if reversal else "negative_claim"
            yield Disagreement(key, claim, element, text, text.removeprefix("-") if amount < 0 else f"-{text}")


def payment(inner: Inner, sums: Sums) -> Iterator[Disagreement]:
    """The whole 835: a notice moves no money, and the trace names the company that the bank shows."""
    order = next((placed for placed in inner.items if placed[0][0] == "BPR"), None)
    trace = next((placed for placed in inner.items if placed[0][0] == "TRN"), None)
    if order is None:
        return
    # That nothing is paid although an amount is named is an error of the sums.
    if _at(order, 1) == _NOTICE and _at(order, 4) != _NO_PAYMENT and _amount(_at(order, 2)):
        yield Disagreement("notice_amount", order, 2, _at(order, 2), "0")
    company, named = _at(order, 10), _at(trace, 3) if trace is not None else ""
    if trace is not None and len(company) == len(named) == _COMPANY_DIGITS and named != company:
        yield Disagreement("trace_company", trace, 3, named, company)


def _amount(text: str) -> int | None:
    try:
        return AMOUNTS[text].minor if text else None
    except ValueError:
        return None


def _at(placed: Placed, number: int) -> str:
    return placed[0][number].strip() if number < len(placed[0]) else ""


CHECKS: dict[str, Check] = {"signs_835": signs, "payment_835": payment}
"""The checks by the names that the tables use."""
