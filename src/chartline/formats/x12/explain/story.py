"""Questions and answers between provider and payer in plain words: 270, 271, 276, 277, 277CA and 278.

Follows the levels of the guide: who asks whom about whom, what was asked, what was answered, and what was refused for
which reason. Segments that only describe are left to the tree.
"""

from __future__ import annotations

from collections.abc import Callable

from chartline.formats.x12.cents import AMOUNTS
from chartline.formats.x12.code_lists import STANDARD
from chartline.formats.x12.explain.claim_summary import days
from chartline.formats.x12.explain.levels import Told, person, values_of
from chartline.formats.x12.explain.meaning import Meaning
from chartline.formats.x12.explain.statement import Fact, Section, Table, Value
from chartline.formats.x12.tokenizer import Segment
from chartline.formats.x12.tree import Loop

SETS = ("270", "271", "276", "277", "278")
_LEVEL, _CLAIM, _LINE, _BENEFIT = ("2000", "2200", ("2210", "2220"), "2110")
_REFUSED = ("A3", "A6", "A7", "A8", "E", "R", "D0")
"""Status categories, by their beginning, that mean that nobody works on the claim."""
_ORGANISATIONS = frozenset({"PR", "X3", "1P", "FA", "40", "41", "85", "AY", "2B", "P5", "36", "GP", "80", "71", "72"})
"""Roles whose names are not those of patients."""
_HARMLESS = frozenset({"BLT", "9K", "LU"})
"""References that name nobody: type of bill, transaction category, location."""
_NOT_CERTIFIED = frozenset({"A3", "A4", "C", "CT", "NA"})
_COLUMNS = ("what", "service", "who", "plan", "amount", "period", "network", "message")

Values = dict[tuple[int, int], Meaning]


def story(told: Told) -> Section:
    """A transaction of one of ``SETS`` as a section with its levels inside."""
    title = told.guide.title if told.guide is not None else f"Transaction {told.set_id}"
    if told.guide is None:
        unknown = f"The guide {told.version or 'that it follows'} is not known. Look at it with `chartline x12 show`."
        return Section(kind="transaction", title=f"{title} {told.control}", wrong=(unknown,))
    return _section(told.tree, f"{title} {told.control}".strip(), "transaction")


def _section(loop: Loop, title: str, kind: str) -> Section:
    parts = _Parts()
    parts.take(loop)
    inner = [_section(each, each.name or each.id, name) for name, each in parts.inner]
    tables = (Table("benefits", _COLUMNS, tuple(parts.benefits), {"message": "text"}),) if parts.benefits else ()
    return Section(
        kind=kind,
        title=title,
        facts=tuple(parts.facts),
        tables=tables,
        remarks=tuple(parts.remarks),
        wrong=tuple(parts.wrong),
        sections=tuple(inner),
    )


class _Parts:
    """What a section is made of, gathered from a loop and the names below it."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []
        self.benefits: list[tuple[Value, ...]] = []
        self.remarks: list[str] = []
        self.wrong: list[str] = []
        self.inner: list[tuple[str, Loop]] = []
        self._tell: dict[str, Callable[[str, Segment, Values], None]] = {
            "NM1": self._name,
            "TRN": self._number,
            "REF": self._reference,
            "DTP": self._date,
            "AMT": self._amount,
            "QTY": self._amount,
            "DMG": self._birth,
            "AAA": self._refusal,
            "STC": self._status,
            "HCR": self._decision,
            "UM": self._review,
            "SVC": self._service,
        }

    def take(self, loop: Loop) -> None:
        if loop.id.startswith(_BENEFIT):
            self._benefit(loop)
            return
        for at, segment in enumerate(loop.segments):
            tell = self._tell.get(segment.id)
            if tell is not None:
                use = loop.uses[at] if at < len(loop.uses) else None
                tell(use.name if use is not None else "", segment, values_of(loop, at))
        for inner in loop.loops:
            if inner.id.startswith(_LEVEL):
                self.inner.append(("level", inner))
            elif inner.id.startswith(_CLAIM):
                self.inner.append(("claim", inner))
            elif inner.id.startswith(_LINE):
                self.inner.append(("line", inner))
            else:
                self.take(inner)

    def _fact(self, label: str, value: Value, identifies: str = "") -> None:
        made = Fact(label, value, identifies)
        if value != "" and made not in self.facts:
            self.facts.append(made)

    def _name(self, title: str, segment: Segment, values: Values) -> None:
        role = segment.at(1)
        if role in _ORGANISATIONS:
            number = f" ({segment.at(9)})" if segment.at(9) else ""
            self._fact(title or _means(values, 1), f"{person(segment)}{number}")
            return
        self._fact(title or _means(values, 1), person(segment), "name")
        self._fact("Member id" if segment.at(8) == "MI" else "Id", segment.at(9), "id")

    def _number(self, title: str, segment: Segment, values: Values) -> None:
        self._fact(title or "Number", segment.at(2), "account")

    def _reference(self, title: str, segment: Segment, values: Values) -> None:
        identifies = "" if segment.at(1) in _HARMLESS else "account"
        self._fact(title or _means(values, 1) or "Reference", segment.at(2), identifies)

    def _date(self, title: str, segment: Segment, values: Values) -> None:
        self._fact(title or "Date", days(segment.at(3)))

    def _amount(self, title: str, segment: Segment, values: Values) -> None:
        self._fact(title or "Amount", _money(segment.at(2)) if segment.id == "AMT" else segment.at(2))

    def _birth(self, title: str, segment: Segment, values: Values) -> None:
        self._fact("Born", days(segment.at(2)), "birth")

    def _service(self, title: str, segment: Segment, values: Values) -> None:
        self._fact("Service", ":".join(segment.components(1)[1:]))
        self._fact("Charged", _money(segment.at(2)))

    def _review(self, title: str, segment: Segment, values: Values) -> None:
        words = [_means(values, number) for number in (1, 2, 3)]
        self._fact(title or "Review", ", ".join(word for word in words if word))

    def _refusal(self, title: str, segment: Segment, values: Values) -> None:
        then = _means(values, 4)
        self.wrong.append(f"{title or 'Refused'}: {_means(values, 3)}.{f' Then: {then}.' if then else ''}")

    def _status(self, title: str, segment: Segment, values: Values) -> None:
        for number in (1, 10, 11):
            category, code, entity = [*segment.components(number), "", "", ""][:3]
            if not category:
                continue
            words = [
                STANDARD.label("claim_status_category", category) or "unknown category",
                STANDARD.label("claim_status_code", code) or (f"status {code}" if code else ""),
                STANDARD.label("entity", entity) if entity else "",
            ]
            sentence = f"{': '.join(word for word in words if word)} ({category}:{code})."
            refused = category.startswith(_REFUSED) or segment.at(3) == "U"
            (self.wrong if refused else self.remarks).append(sentence)
        self._fact("Status of", days(segment.at(2)))
        self._fact("Charged", _money(segment.at(4)))
        self._fact("Paid", _money(segment.at(5)))
        self._fact("Message", segment.at(12), "text")

    def _decision(self, title: str, segment: Segment, values: Values) -> None:
        reason = _means(values, 3)
        sentence = f"{title or 'Decision'}: {_means(values, 1)}{f', because: {reason}' if reason else ''}."
        (self.wrong if segment.at(1) in _NOT_CERTIFIED else self.remarks).append(sentence)
        self._fact("Authorization number", segment.at(2), "account")

    def _benefit(self, loop: Loop) -> None:
        message = " ".join(segment.at(1) for segment in loop.all("MSG"))
        for at, segment in enumerate(loop.segments):
            values = values_of(loop, at)
            if segment.id == "EB":
                self.benefits.append(_benefit(segment, values, message))
            elif segment.id == "EQ":
                self._fact("Asked about", _services(segment, 1) or segment.component(2, 2))
            elif segment.id in ("AAA", "DTP"):
                use = loop.uses[at]
                self._tell[segment.id](use.name if use is not None else "", segment, values)


def _benefit(segment: Segment, values: Values, message: str) -> tuple[Value, ...]:
    network = {"Y": "in network", "N": "out of network", "W": "either"}.get(segment.at(12), "")
    amount: Value = _money(segment.at(7))
    if amount == "" and segment.at(8):
        amount = _percent(segment.at(8))
    elif amount == "" and segment.at(10):
        amount = f"{segment.at(10)} {_means(values, 9).lower()}".strip()
    plan = segment.at(5) or _means(values, 4)
    service = _services(segment, 3) or ":".join(segment.components(13)[1:])
    return (_means(values, 1), service, _means(values, 2), plan, amount, _means(values, 6), network, message)


def _services(segment: Segment, number: int) -> str:
    return ", ".join(STANDARD.label("service_type", code) or code for code in segment.repetitions(number))


def _means(values: Values, number: int) -> str:
    """What the code in an element means, else the code."""
    known = values.get((number, 0))
    return (known.means or known.value) if known is not None else ""


def _money(text: str) -> Value:
    try:
        return AMOUNTS[text] if text else ""
    except ValueError:
        return text


def _percent(text: str) -> str:
    try:
        return f"{float(text) * 100:g} %"
    except ValueError:
        return text
