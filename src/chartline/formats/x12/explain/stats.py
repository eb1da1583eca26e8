"""What is in a file, in numbers: transactions, claims, money, size, and how many problems.

One pass in constant memory; reads 4010 files too. Amounts that cannot be read are left out of the sums, and the check
reports them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import msgspec

from chartline.formats.x12.cents import AMOUNTS
from chartline.formats.x12.check import Checker
from chartline.formats.x12.source import LENIENT, Block, Leniency, Source, read_blocks
from chartline.kernel.money import Money

_PLB_AMOUNTS = range(4, 15, 2)


class Stats(msgspec.Struct, kw_only=True):
    """The numbers of one file: ``types`` counts transactions by ST01, ``claims`` are CLP and CLM segments, ``charged``
    and ``paid`` their amounts (only remittances say what was paid), ``plb`` the sum of the provider adjustments as
    sent (a positive one lowers the payment), ``problems`` errors, ``warnings`` lesser things."""

    interchanges: int = 0
    transactions: int = 0
    types: dict[str, int] = msgspec.field(default_factory=dict)
    claims: int = 0
    charged: Money = Money(0)
    paid: Money = Money(0)
    plb: Money = Money(0)
    segments: int = 0
    bytes: int = 0
    problems: int = 0
    warnings: int = 0

    def as_json(self) -> dict[str, object]:
        """The same with money as decimal text."""
        values: dict[str, object] = {name: getattr(self, name) for name in self.__struct_fields__}
        return values | {name: getattr(self, name).text() for name in ("charged", "paid", "plb")}


def read_stats(source: Source, *, leniency: Leniency = LENIENT, progress: Callable[[int], None] | None = None) -> Stats:
    """The numbers of a file. Raises as ``check`` does."""
    checker = Checker()
    counter = _Counter()
    for block in read_blocks(source, leniency):
        checker.take(block)
        counter.take(block)
        if progress is not None:
            progress(block.offset + len(block.text))
    result = checker.finish()
    errors = sum(1 for problem in result.problems if problem.is_error)
    return Stats(
        interchanges=len(result.interchanges),
        transactions=len(result.transactions),
        types=dict(sorted(Counter(transaction.set_id for transaction in result.transactions).items())),
        claims=counter.claims,
        charged=Money(counter.charged),
        paid=Money(counter.paid),
        plb=Money(counter.plb),
        segments=result.segments,
        bytes=result.bytes,
        problems=errors,
        warnings=len(result.problems) - errors,
    )


class _Counter:
    """Counts claims and adds up their amounts, in cents."""

    def __init__(self) -> None:
        self.claims = self.charged = self.paid = self.plb = 0

    def take(self, block: Block) -> None:
        mark = block.delimiters.element
        remittance, claim, provider = f"CLP{mark}", f"CLM{mark}", f"PLB{mark}"
        for raw in block.raws:
            if raw.startswith((remittance, claim)):
                elements = raw.split(mark)
                paid = raw.startswith(remittance)
                self.claims += 1
                self.charged += _cents(elements, 3 if paid else 2)
                self.paid += _cents(elements, 4) if paid else 0
            elif raw.startswith(provider):
                elements = raw.split(mark)
                self.plb += sum(_cents(elements, number) for number in _PLB_AMOUNTS)


def _cents(elements: list[str], number: int) -> int:
    try:
        return AMOUNTS[elements[number]].minor if number < len(elements) and elements[number] else 0
    except ValueError:
        return 0
