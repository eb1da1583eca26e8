"""Random searches, in the letters a client would send; most of them with values that somewhere hold."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from decimal import Decimal
from random import Random
from typing import Any

from tests.platform.records.oracle.evaluating import COMPARTMENT_KEY, VALUE_SETS, Oracle
from tests.platform.records.oracle.finding import COMPARTMENT, EVERYWHERE, PARAMETERS, Parameter, parameter
from tests.platform.records.oracle.meaning import Token
from tests.platform.records.oracle.universe import (
    BIRTHS,
    CODES,
    COUNTS,
    DAYS,
    FOREIGN,
    NUMBERS,
    PLACES,
    SYSTEMS,
    UNITS,
    URLS,
    WORDS,
    identity,
)

Asked = list[tuple[str, str]]
_DATE_PREFIXES = ("", "", "eq", "ne", "gt", "lt", "ge", "le", "sa", "eb")
_NUMBER_PREFIXES = (*_DATE_PREFIXES, "ap")
_SEARCHED_DAYS = (*DAYS, *BIRTHS, "2020", "2020-02-29T23:30Z", "2018", "2020-03-01T04:30:00.500Z", "1980", "2020-12")
_FINE = ("5.00", "50.50", "0.01", "5.05", "4.95")
"""Numbers with more digits than are stored."""


class Asker:
    """Makes searches over the resources of an oracle from one seed."""

    def __init__(self, seed: int, oracle: Oracle) -> None:
        self._random = Random(seed)
        self._oracle = oracle

    def search(self, rtype: str) -> Asked:
        """Criteria, and maybe a sort order and inclusions."""
        asked = [self.criterion(rtype) for _ in range(self._pick((0, 1, 1, 1, 1, 2, 2, 3)))]
        if self._chance(0.1) and rtype in COMPARTMENT:
            asked.append((COMPARTMENT_KEY, self._pick(("0", "1", "pat2"))))
        if self._chance(0.3):
            asked += self._inclusions(rtype)
        if self._chance(0.3):
            asked.append(("_sort", self._order(rtype)))
        return asked

    def everywhere(self) -> Asked:
        """A search over several types, by what every resource has."""
        asked = [self._common() for _ in range(self._random.randint(0, 2))]
        order = self._pick((None, "_id", "-_id", "_lastUpdated", "-_lastUpdated,_id"))
        return [*asked, ("_sort", order)] if order else asked

    def _common(self) -> tuple[str, str]:
        return self._simple(self._pick(sorted(COUNTS)), self._pick(sorted(EVERYWHERE)))

    def criterion(self, rtype: str, depth: int = 0) -> tuple[str, str]:
        """One parameter of a type, maybe chained or reversed."""
        form = self._random.random()
        if depth < 2 and form < 0.18 and (chained := self._chained(rtype, depth)):
            return chained
        if depth < 2 and form < 0.3 and (reversed_ := self._reversed(rtype, depth)):
            return reversed_
        if not depth and form < 0.33 and rtype in ("Patient", "Observation"):
            return "_list", identity("List", self._random.randint(0, 2))
        return self.simple(rtype, alone=not depth)

    def simple(self, rtype: str, alone: bool = True) -> tuple[str, str]:
        """One parameter without a chain."""
        code = (
            self._pick(sorted(PARAMETERS[rtype])) if self._chance(0.9) or not alone else self._pick(sorted(EVERYWHERE))
        )
        return self._simple(rtype, code, alone)

    def _simple(self, rtype: str, code: str, alone: bool = True) -> tuple[str, str]:
        found = parameter(rtype, code)
        assert found
        modifier = self._pick(self._modifiers(found, rtype, code, alone))
        if modifier == "missing":
            return f"{code}:missing", self._pick(("true", "false"))
        if modifier in ("in", "not-in"):
            return f"{code}:{modifier}", self._pick(sorted(VALUE_SETS))
        count = 1 if found.kind == "composite" else self._pick((1, 1, 1, 2, 3))
        values = ",".join(self._value(rtype, found, modifier) for _ in range(count))
        return f"{code}:{modifier}" if modifier else code, values

    def _modifiers(self, found: Parameter, rtype: str, code: str, alone: bool) -> Sequence[str]:
        usual = ["", "", "", ""] if code in ("_id", "_lastUpdated") or found.always else ["", "", "", "", "missing"]
        match found.kind:
            case "token":
                more = [] if found.plain else ["text", *(["in", "not-in"] if alone else [])]
                return [*usual, "not", *more, *(["of-type"] if code == "identifier" else [])]
            case "string":
                return [*usual, "exact", "contains"]
            case "uri":
                return [*usual, "below", "above"]
            case "reference":
                types = [one for one in found.targets or ("Patient",) if one in COUNTS]
                canonical = rtype == "QuestionnaireResponse" and code == "questionnaire"
                return usual if canonical else [*usual, "identifier", *types]
        return usual

    def _value(self, rtype: str, found: Parameter, modifier: str) -> str:
        known = [value for name, one in self._oracle.present.items() if name[0] == rtype for value in found.find(one)]
        value = self._pick(known) if known and self._chance(0.8) else None
        return self._asked(found.kind, found.parts, modifier, value, found.plain)

    def _asked(self, kind: str, parts: tuple[str, ...], modifier: str, value: Any, plain: bool = False) -> str:
        match kind:
            case "token":
                return self._token(modifier, value, plain)
            case "string":
                return self._string(modifier, value)
            case "date":
                return self._pick((*_DATE_PREFIXES, "ap")) + self._pick(_SEARCHED_DAYS)
            case "special":
                north, east = self._pick(PLACES)
                return f"{north}|{east}|{self._pick(('1|km', '20|km', '900|m', '2000|km'))}"
            case "number":
                return self._pick(_NUMBER_PREFIXES) + self._number(value)
            case "quantity":
                return self._amount(value)
            case "uri":
                return _escaped(value or self._pick(URLS))
            case "composite":
                inner = value or ([], [])
                pairs = zip(parts, inner, strict=True)
                return "$".join(
                    self._asked(one, (), "", self._pick(values) if values and self._chance(0.8) else None)
                    for one, values in pairs
                )
        return self._reference(modifier, value)

    def _token(self, modifier: str, value: Token | None, plain: bool) -> str:
        if modifier == "text":
            words = [*(value.texts if value else ()), self._pick(WORDS)]
            return self._string("", words[0])
        written: str = (value.code if value else None) or self._pick(CODES)
        if modifier == "of-type":
            system, code = self._pick(value.kinds) if value and value.kinds else (None, None)
            parts = (system or self._pick(SYSTEMS[:2]), code or self._pick(CODES), written)
            return "|".join(_escaped(part) for part in parts)
        code = _escaped(written)
        if plain:
            return code
        system = value.system if value and self._chance(0.8) else self._pick(SYSTEMS)
        form = self._random.random()
        if form < 0.5:
            return code
        if form < 0.65 and system:
            return f"{system}|"
        return f"{system or ''}|{code}"

    def _string(self, modifier: str, value: str | None) -> str:
        text = value or self._pick(WORDS)
        if modifier == "exact":
            return _escaped(text if self._chance(0.8) else text.upper())
        first = self._random.randint(0, len(text) - 1) if modifier == "contains" else 0
        part = text[first : first + self._random.randint(1, len(text))].strip() or text
        if self._chance(0.5):
            part = self._pick((part.upper(), part.lower(), _without_accents(part)))
        return _escaped(part)

    def _number(self, value: Any) -> str:
        if isinstance(value, Decimal) and self._chance(0.5):
            return str(value)
        return self._pick(NUMBERS if self._chance(0.9) else _FINE)

    def _amount(self, value: Any) -> str:
        number = self._pick(_NUMBER_PREFIXES) + self._number(value and value.value)
        system, code, unit = (
            (value.system, value.code, value.unit) if value and self._chance(0.7) else self._pick(UNITS)
        )
        form = self._random.random()
        if form < 0.3 or not (system or code or unit):
            return number
        if form < 0.5 or not (system and code):
            return f"{number}||{self._pick([one for one in (code, unit) if one])}"
        return f"{number}|{system}|{code}"

    def _reference(self, modifier: str, value: Any) -> str:
        if value is not None and value.canonical:
            return _escaped(self._pick((value.text, value.text.partition("|")[0])))
        if modifier == "identifier":
            token = value.tokens[0] if value and value.tokens else None
            return self._token("", token, plain=False)
        text = value.text if value and value.text else f"Patient/{identity('Patient', self._random.randint(0, 5))}"
        text = text.replace("#m", "Medication/m")
        whole = text.partition("/_history/")[0] if self._chance(0.8) else text
        if modifier:
            return whole.split("/")[-1] if "_history" not in whole else whole.split("/")[1]
        if whole.startswith(FOREIGN) or self._chance(0.6):
            return whole
        return whole.split("/")[1]

    def _chained(self, rtype: str, depth: int) -> tuple[str, str] | None:
        options = [
            (code, found, target)
            for code, found in sorted(PARAMETERS[rtype].items())
            if found.kind == "reference"
            for target in found.targets or COUNTS
            if target in COUNTS
        ]
        if not options:
            return None
        code, found, target = self._pick(options)
        name, value = self.criterion(target, depth + 1)
        typed = len(found.targets) != 1 and (self._chance(0.7) or not found.targets or ":" in name or "." in name)
        if len(found.targets) > 1 and not typed and not self._same(found, name):
            typed = True
        return f"{code}:{target}.{name}" if typed or self._chance(0.3) else f"{code}.{name}", value

    def _same(self, found: Parameter, name: str) -> bool:
        """Whether a name means the same kind of parameter in every type a reference may lead to."""
        kinds = {one.kind for target in found.targets if target in COUNTS if (one := parameter(target, name))}
        return len(kinds) == 1

    def _reversed(self, rtype: str, depth: int) -> tuple[str, str] | None:
        options = [
            (source, code)
            for source, known in sorted(PARAMETERS.items())
            for code, found in sorted(known.items())
            if found.kind == "reference" and (rtype in found.targets)
        ]
        if not options:
            return None
        source, code = self._pick(options)
        name, value = self.criterion(source, depth + 1)
        return f"_has:{source}:{code}:{name}", value

    def _inclusions(self, rtype: str) -> Asked:
        asked: Asked = []
        types = [rtype]
        for _ in range(self._random.randint(1, 3)):
            key = self._pick(("_include", "_include", "_revinclude"))
            around = self._pick(types)
            if key == "_include":
                options = [
                    (around, code, target)
                    for code, found in sorted(PARAMETERS[around].items())
                    if found.kind == "reference"
                    for target in found.targets or ("Patient",)
                    if target in COUNTS
                ]
            else:
                options = [
                    (source, code, around)
                    for source, known in sorted(PARAMETERS.items())
                    for code, found in sorted(known.items())
                    if found.kind == "reference" and around in found.targets
                ]
            if not options:
                continue
            source, code, target = self._pick(options)
            parts = [source, "*" if self._chance(0.15) else code]
            if self._chance(0.4) and parts[1] != "*":
                parts.append(target)
            mark = ":iterate" if around != rtype or (source == target and self._chance(0.5)) else ""
            asked.append((key + mark, ":".join(parts)))
            types.append(target if key == "_include" else source)
        return asked

    def _order(self, rtype: str) -> str:
        kinds = ("string", "date", "number", "token")
        codes = [code for code, found in sorted(PARAMETERS[rtype].items()) if found.kind in kinds]
        chosen = self._random.sample(codes, min(len(codes), self._random.randint(1, 2)))
        return ",".join(
            ("-" if self._chance(0.4) else "") + code for code in (*chosen, "_id")[: self._random.randint(1, 3)]
        )

    def _chance(self, chance: float) -> bool:
        return self._random.random() < chance

    def _pick(self, values: Any) -> Any:
        return self._random.choice(values)


def _escaped(text: str) -> str:
    for mark in ("\\", ",", "|", "$"):
        text = text.replace(mark, f"\\{mark}")
    return text


def _without_accents(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
