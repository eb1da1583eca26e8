"""Patterns for single values: what an element of this type, with these codes and this form, surely looks like.

Part of ``accept``. A pattern may be narrower than the rule, never wider. What no pattern can say (check digits, long
lists of codes) is captured by a group and asked afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from chartline.formats.x12.code_lists import CodeLists
from chartline.formats.x12.delimiters import Delimiters
from chartline.formats.x12.dictionary import ElementDefinition, ValueFormat
from chartline.formats.x12.guide import ElementUse
from chartline.formats.x12.value_formats import FORMS

Check = Callable[[str], object]
"""Takes a captured value; what it returns is true when the value is wrong."""

NEVER = "(?!)"
"""Matches nothing."""
_IN_PATTERN = 24
"""Up to so many codes are written into the pattern; longer lists are asked as sets."""
_DAY = r"(?:(?:0[1-9]|1[0-2])(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])(?:29|30)|(?:0[13578]|1[02])31)"
_DATE = rf"(?:19|20)\d\d{_DAY}"
_MINUTE = r"(?:[01]\d|2[0-3])[0-5]\d"
_TIME = rf"{_MINUTE}(?:[0-5]\d(?:\d\d?)?)?"
_FORMS = {
    "date": _DATE,
    "yymmdd": rf"\d\d{_DAY}",
    "time": _TIME,
    "datetime": _DATE + _TIME,
    "zip": r"\d{5}(?:\d{4})?",
    "ssn": r"\d{9}",
    "taxid": r"\d{9}",
    "phone": r"\d{10}",
    "icd10": r"[A-Z]\d[0-9A-Z](?:[0-9A-Z]{1,4})?",
    "icd10pcs": r"[0-9A-HJ-NP-Z]{7}",
    "icd9": r"[EV]?\d{3,5}",
    "hcpcs": r"[A-Z0-9]\d{3}[A-Z0-9]",
    "revenue": r"\d{4}",
    "ndc": r"\d{11}",
    "taxonomy": r"[A-Z0-9]{9}X",
    "currency": r"[A-Z]{3}",
}
"""Forms whose pattern says everything. Each is as narrow as, or narrower than, the one in ``FORMS``."""
_CAPTURED_FORMS = {"npi": r"\d{10}", "dates": rf"{_DATE}-{_DATE}"}
"""Forms whose pattern says a part, and whose check is asked afterwards."""
_OF_NUMBERS = frozenset({"money", "quantity", "integer"})
"""Forms that the pattern of a number says already."""


class ValuePatterns:
    """Makes patterns for values under one set of delimiters, and collects what has to be asked of their groups."""

    def __init__(self, delimiters: Delimiters, lists: CodeLists) -> None:
        self.codes: dict[str, frozenset[str]] = {}
        """By group: the codes that its value must be one of."""
        self.checks: dict[str, Check] = {}
        """By group: the check that its value must pass."""
        self._lists = lists
        self._groups = 0
        unsafe = {delimiters.element, delimiters.component, delimiters.repetition, delimiters.segment}
        safe = "".join(re.escape(chr(c)) for c in range(0x21, 0x7F) if chr(c) not in unsafe)
        self.mark, self._marks = f"[{safe}]", f"[{safe} ]"
        ends = "".join(re.escape(mark) for mark in unsafe if mark)
        self._end = rf"(?=[{ends}]|\Z)"

    def new_group(self, letter: str) -> str:
        """The name of a new group."""
        self._groups += 1
        return f"{letter}{self._groups}"

    def value(self, use: ElementUse, element: ElementDefinition, form: ValueFormat | None) -> str:
        """The pattern of a value with this form, which it has always; None for no form."""
        typed = self.typed(element)
        allowed = self.allowed(use, element, form)
        if allowed is not None:
            return self._one_of(allowed, typed)
        if form is None or form.name not in FORMS or (form.name in _OF_NUMBERS and element.kind in ("R", "N0", "N2")):
            return typed
        if form.name == "time" and element.kind == "TM":
            return typed
        if form.name in _FORMS:
            return _FORMS[form.name]
        group = self.new_group("v")
        self.checks[group] = FORMS[form.name]
        return f"(?P<{group}>{_CAPTURED_FORMS.get(form.name, typed)})"

    def allowed(self, use: ElementUse, element: ElementDefinition, form: ValueFormat | None) -> frozenset[str] | None:
        """All values that are surely right, where they can be counted; None where they cannot."""
        found: set[str] = set(use.codes)
        if use.is_free:
            listed = self._lists.get(form.name) if form is not None and form.name not in FORMS else None
            if listed is None:
                return None
            found.update(listed.codes)
        for name in use.lists:
            known = self._lists.get(name)
            if known is None:
                return None
            found.update(known.codes)
        return self._right(found, element, form)

    def fitting(
        self, codes: frozenset[str], use: ElementUse, element: ElementDefinition, form: ValueFormat | None
    ) -> frozenset[str]:
        """Those of some codes that are surely right as this value."""
        allowed = self.allowed(use, element, form)
        return self._right(codes, element, form) if allowed is None else codes & allowed

    def _right(self, codes: Iterable[str], element: ElementDefinition, form: ValueFormat | None) -> frozenset[str]:
        typed = re.compile(self.typed(element), re.ASCII)
        check = FORMS.get(form.name) if form is not None else None
        return frozenset(code for code in codes if typed.fullmatch(code) and not (check and check(code)))

    def marked(self, pattern: str, groups: Iterable[tuple[str, frozenset[str]]]) -> str:
        """The pattern of a qualifier that also says by a group which of these sets of codes it is in."""
        branches = [f"(?P<{group}>{_either(codes)}){self._end}" if codes else NEVER for group, codes in groups]
        # Atomic, so that a code once told by its group is not read again as some other value.
        return f"(?>{'|'.join([*branches, pattern])})" if branches else pattern

    def typed(self, element: ElementDefinition) -> str:
        """The pattern of the type and length of a value."""
        least, most = element.least, element.most
        if element.kind == "R":
            places = 2 if any(form.name == "money" for form in element.formats) else 4
            if most <= places:
                return rf"-?\d{{1,{most}}}+"
            return rf"-?\d{{1,{most - places}}}+(?:\.\d{{1,{places}}}+|)"
        if element.kind in ("N0", "N2"):
            return rf"-?\d{{{max(1, least)},{most}}}+"
        if element.kind == "DT":
            return _DATE if least <= 8 <= most else NEVER
        if element.kind == "TM":
            return NEVER if least > 4 else _TIME if most >= 8 else _MINUTE
        if most == 1:
            return self.mark
        # Possessive, so that a mismatch further on does not try every shorter text; blanks are only inside a value.
        return f"{self.mark}{self._marks}{{{max(least - 1, 0)},{most - 1}}}+(?<! )"

    def _one_of(self, codes: frozenset[str], typed: str) -> str:
        if len(codes) <= _IN_PATTERN:
            return _either(codes) if codes else NEVER
        group = self.new_group("v")
        self.codes[group] = codes
        return f"(?P<{group}>{typed})"


def _either(codes: Iterable[str]) -> str:
    return f"(?:{'|'.join(re.escape(code) for code in sorted(codes, key=lambda code: (-len(code), code)))})"
