"""One search parameter with its values as a sieve: which index rows it looks at, and whether they say it all.

Not exact, and so decided by the body: strings between the stored beginnings, ``:contains``, ``:exact``, ``:text``,
hashed dates, units, composites, versions of references. Identifiers are always decided by the body: a hash must not
join two patients.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from chartline.formats.fhir.search.query import (
    Asked,
    AskedComposite,
    AskedDate,
    AskedNumber,
    AskedReference,
    AskedText,
    AskedToken,
    Condition,
)
from chartline.platform.records import comparing
from chartline.platform.records.asked import (
    above_lists,
    address_lists,
    composite_form,
    composite_lists,
    identifier_of,
    targets,
    token_lists,
)
from chartline.platform.records.forms import BORN, GROUPS, beginning, whole_beginning
from chartline.platform.records.hashed_dates import marks
from chartline.platform.records.keys import Keys
from chartline.platform.records.sieves import (
    ANY,
    BEGINNING,
    DATE,
    IDENTIFIER,
    REFERENCE,
    STRING,
    TOKEN,
    Sieve,
    Tools,
    all_of,
    any_of,
    none_of,
    posted,
    refers,
    refers_at_all,
    spans,
)
from chartline.platform.records.statements import Part

_IDENTIFYING = frozenset({"identifier", "subscriberid"})
_PATIENTS = frozenset({"patient", "subject", "beneficiary", "subscriber"})
T = TypeVar("T")
_LONG = 3
"""So many letters make a beginning that few share."""


class Conditions:
    """Sieves of the conditions of one statement."""

    def __init__(self, keys: Keys, tools: Tools, labels: Callable[[str], Mapping[str, str]]) -> None:
        self._keys, self._tools, self._labels = keys, tools, labels
        self._kinds: dict[str, Callable[[Condition, str], Sieve]] = {
            "token": self._token,
            "string": self._string,
            "date": self._date,
            "number": self._number,
            "quantity": self._number,
            "reference": self._reference,
            "uri": self._uri,
            "composite": self._composite,
        }

    def sieve(self, condition: Condition) -> Sieve:
        """The sieve of a condition on anything but ``_id`` and ``_lastUpdated``."""
        label = self._label(condition)
        if condition.missing is not None:
            present = self._present(condition, label)
            return none_of(present) if condition.missing else present
        kind = self._kinds.get(condition.parameter.type)
        return kind(condition, label) if kind is not None else self._undecided(condition, label)

    def window(self, conditions: Sequence[Condition]) -> Sieve:
        """Conditions on one date parameter as one: all hold for the one short span, or each for some odd one."""
        first = conditions[0]
        rtype, label = first.type, self._label(first)
        asked = [_of(AskedDate, one.asked) for one in conditions]
        short = self._keys.times(rtype, label, short=True)
        odd = self._keys.times(rtype, label, short=False)
        compared = [comparing.dates(one, short=True) for one in asked]
        found = spans(self._tools, "resource_range", (short,), comparing.both(compared), DATE, exact=True, single=True)
        odd_ones = [
            spans(self._tools, "resource_range", (odd,), comparing.dates(one), DATE, exact=True) for one in asked
        ]
        return any_of([found, all_of(odd_ones)], apart=True)

    def windowed(self, condition: Condition) -> bool:
        """Whether a condition may go into a window with others on its parameter."""
        return (
            condition.parameter.type == "date"
            and condition.missing is None
            and not condition.modifier
            and condition.type not in BORN
        )

    def _label(self, condition: Condition) -> str:
        code = condition.parameter.code
        return self._labels(condition.type).get(code, code)

    def _present(self, condition: Condition, label: str) -> Sieve:
        """Has any value of the parameter."""
        rtype, kind, keys = condition.type, condition.parameter.type, self._keys
        marked = posted(self._tools, (keys.present(rtype, label),), ANY, exact=True)
        if kind == "date" and rtype not in BORN:
            lists = (keys.times(rtype, label, short=True), keys.times(rtype, label, short=False))
            return any_of([spans(self._tools, "resource_range", lists, Part("1=1"), ANY, exact=True), marked])
        if kind in {"number", "quantity"}:
            lists = (keys.of("v", rtype, label),)
            return any_of([spans(self._tools, "resource_number", lists, Part("1=1"), ANY, exact=True), marked])
        if kind == "reference":
            return any_of([refers_at_all(self._tools, keys.pointer(rtype, label)), marked])
        return marked

    def _undecided(self, condition: Condition, label: str) -> Sieve:
        """Whatever has the parameter at all; the body decides. For negations that is everything of the type."""
        if condition.modifier in {"not", "not-in"} or any(
            getattr(one, "prefix", "") == "ne" for one in condition.asked
        ):
            return posted(self._tools, (self._keys.all(condition.type),), ANY, exact=False)
        present = self._present(condition, label)
        return Sieve(ANY, False, present.test, present.listing)

    def _token(self, condition: Condition, label: str) -> Sieve:
        asked = _of(AskedToken, condition.asked)
        if condition.modifier in {"text", "contains", "exact"} or len(asked) != len(condition.asked):
            return self._undecided(condition, label)
        identifying = condition.parameter.code in _IDENTIFYING
        rank = IDENTIFIER if identifying else TOKEN
        hashes = token_lists(self._keys, condition.type, label, asked)
        found = posted(self._tools, hashes, rank, exact=not identifying)
        return none_of(found) if condition.modifier in {"not", "not-in"} else found

    def _string(self, condition: Condition, label: str) -> Sieve:
        asked = _of(AskedText, condition.asked)
        starts = [beginning(one.folded) for one in asked]
        known = [start for start in starts if start is not None]
        if condition.modifier not in {"", "exact"} or len(known) != len(condition.asked):
            return self._undecided(condition, label)
        group = GROUPS.get(label, label)
        hashes = list({self._keys.of("x", condition.type, group, start): None for start in known})
        exact = not condition.modifier and group == label and all(whole_beginning(one.folded) for one in asked)
        rank = STRING if min(map(len, known)) >= _LONG else BEGINNING
        return posted(self._tools, hashes, rank, exact=exact)

    def _date(self, condition: Condition, label: str) -> Sieve:
        if condition.type not in BORN:
            return self.window([condition])
        lists = [marks([one]) for one in _of(AskedDate, condition.asked)]
        if any(one is None for one in lists):
            return self._undecided(condition, label)
        hashes = {self._keys.of("d", condition.type, label, mark): None for one in lists for mark in one or ()}
        return posted(self._tools, list(hashes), DATE, exact=False)

    def born(self, conditions: Sequence[Condition]) -> Sieve:
        """Conditions on the one hashed date that a person has, as one: the marks between the ends that they name."""
        first = conditions[0]
        label = self._label(first)
        found = marks([one for condition in conditions for one in _of(AskedDate, condition.asked)])
        if found is None:
            return self._undecided(first, label)
        hashes = [self._keys.of("d", first.type, label, mark) for mark in found]
        return posted(self._tools, hashes, DATE, exact=False)

    def _number(self, condition: Condition, label: str) -> Sieve:
        sieves = []
        for one in _of(AskedNumber, condition.asked):
            plain = self._keys.of("v", condition.type, label)
            sieve = spans(
                self._tools,
                "resource_number",
                (plain,),
                comparing.numbers(one, canonical=False),
                TOKEN,
                exact=one.code is None and one.system is None,
            )
            if one.canonical is not None:
                unit = self._keys.of("k", condition.type, label, one.canonical[3])
                compared = comparing.numbers(one, canonical=True)
                # Where the base unit is not known the numbers themselves are compared, by the body.
                sieve = any_of([spans(self._tools, "resource_number", (unit,), compared, TOKEN, exact=False), sieve])
            sieves.append(sieve)
        return any_of(sieves)

    def _reference(self, condition: Condition, label: str) -> Sieve:
        asked = _of(AskedReference, condition.asked)
        rtype, keys = condition.type, self._keys
        if len(asked) != len(condition.asked):
            return self._other_reference(condition, label)
        if condition.modifier == "identifier":
            tokens = [token for one in asked if (token := identifier_of(one.reference.identifier)) is not None]
            return posted(self._tools, token_lists(keys, rtype, label, tokens, "i"), IDENTIFIER, exact=False)
        rank = IDENTIFIER + 1 if condition.parameter.code in _PATIENTS else REFERENCE
        exact = not any(one.reference.version for one in asked)
        aims = [key for one in asked for key in targets(keys, one.reference, condition.parameter.targets)]
        sieves = [refers(self._tools, keys.pointer(rtype, label), aims, rank, exact=exact)] if aims else []
        addresses = address_lists(keys, rtype, label, asked)
        if addresses:
            plain = not any(one.below for one in asked)
            sieves.append(posted(self._tools, addresses, REFERENCE, exact=exact and plain))
        return any_of(sieves)

    def _other_reference(self, condition: Condition, label: str) -> Sieve:
        """References asked for by tokens (``:identifier``) or by addresses (canonicals)."""
        keys, rtype = self._keys, condition.type
        tokens = _of(AskedToken, condition.asked)
        if tokens and len(tokens) == len(condition.asked):
            return posted(self._tools, token_lists(keys, rtype, label, tokens, "i"), IDENTIFIER, exact=False)
        return self._undecided(condition, label)

    def _uri(self, condition: Condition, label: str) -> Sieve:
        asked = _of(AskedText, condition.asked)
        keys, rtype = self._keys, condition.type
        if len(asked) != len(condition.asked):
            return self._undecided(condition, label)
        if not condition.modifier:
            return posted(self._tools, address_lists(keys, rtype, label, asked), REFERENCE, exact=True)
        if condition.modifier == "below":
            below = [keys.of("b", rtype, label, one.text.rstrip("/")) for one in asked]
            return posted(self._tools, below, TOKEN, exact=False)
        if condition.modifier == "above":
            return posted(self._tools, above_lists(keys, rtype, label, asked), REFERENCE, exact=False)
        return self._undecided(condition, label)

    def _composite(self, condition: Condition, label: str) -> Sieve:
        sieves = [self._pair(condition, label, one) for one in _of(AskedComposite, condition.asked)]
        return any_of(sieves)

    def _pair(self, condition: Condition, label: str, asked: AskedComposite) -> Sieve:
        keys, rtype = self._keys, condition.type
        first, second = asked.parts[0], asked.parts[1]
        code = _bare(first) if isinstance(first, AskedToken) else None
        if code is not None and isinstance(second, AskedNumber):
            return self._pair_of_number(rtype, label, code, second)
        if code is not None and isinstance(second, AskedDate) and rtype not in BORN:
            lists = (keys.of("zt", rtype, label, code),)
            return spans(self._tools, "resource_range", lists, comparing.dates([second]), DATE, exact=False)
        h = composite_lists(keys, rtype, label, asked)
        if h is None:
            return self._undecided(condition, label)
        return posted(self._tools, (h,), TOKEN, exact=False)

    def _pair_of_number(self, rtype: str, label: str, code: str, asked: AskedNumber) -> Sieve:
        keys = self._keys
        plain = (keys.of("zv", rtype, label, code),)
        compared = comparing.numbers(asked, canonical=False)
        sieve = spans(self._tools, "resource_number", plain, compared, TOKEN, exact=False)
        if asked.canonical is None:
            return sieve
        based = (keys.of("zk", rtype, label, code, asked.canonical[3]),)
        compared = comparing.numbers(asked, canonical=True)
        return any_of([spans(self._tools, "resource_number", based, compared, TOKEN, exact=False), sieve])


def _bare(token: AskedToken) -> str | None:
    """The form of a token's code alone; None when it has none."""
    return composite_form(AskedToken(None, token.code))


def _of(kind: type[T], asked: Sequence[Asked]) -> list[T]:
    return [one for one in asked if isinstance(one, kind)]
