"""Units of measure by UCUM code: what a quantity is in base units, so that 4 g and 4000 mg are one number.

Reads products, quotients, powers, prefixes and annotations (``mg/dL``, ``10*3/uL``, ``kg.m/s2``, ``{beats}/min``).
Exact: factors are fractions. Refuses, by answering None, a code it does not know; logarithmic scales (pH, B, Np) are
dimensions of their own and never convert. Moles are a dimension of their own, apart from plain counts.
The table is ``data/ucum.txt`` (the units of ucum.org; factors are facts of measurement).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType

_POWERS = "Y24 Z21 E18 P15 T12 G9 M6 k3 h2 da1 d-1 c-2 m-3 u-6 n-9 p-12 f-15 a-18 z-21 y-24".split()
_PREFIXES: dict[str, int] = {word.rstrip("-0123456789"): int(word.lstrip("YZEPTGMkhdacmunpfzy")) for word in _POWERS}
_BINARY = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40}
_OFFSETS = {"Cel": (Fraction(1), Fraction("273.15")), "[degF]": (Fraction(5, 9), Fraction("459.67"))}
_DIGITS = Context(prec=28)
_LONGEST = 128
_DEEPEST = 8
_SYMBOL = re.compile(r"(?:\[[^\]\s]*\]|[^\s.()/{}\[\]0-9+\-]|10[*^])+")
_NUMBER = re.compile(r"\d+")
_EXPONENT = re.compile(r"[+-]?\d{1,2}")
_NOTE = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True, slots=True)
class Measure:
    """A unit in base units: ``factor`` times the base ``powers`` (name and exponent, sorted), plus an offset in front.

    A value ``v`` of the unit is ``(v + offset) * factor`` of the base.
    """

    factor: Fraction
    powers: tuple[tuple[str, int], ...]
    offset: Fraction = Fraction(0)

    @property
    def base(self) -> str:
        """The base unit as a UCUM code: ``g.m-3``; ``1`` when it has no dimension."""
        return ".".join(name if power == 1 else f"{name}{power}" for name, power in self.powers) or "1"


@lru_cache(maxsize=2048)
def measure(code: str) -> Measure | None:
    """What a UCUM code is in base units; None when it is not a code we know."""
    if len(code) > _LONGEST:
        return None
    offset = _OFFSETS.get(code)
    if offset is not None:
        return Measure(offset[0], (("K", 1),), offset[1])
    return _measure(code, 0)


def exact(value: Decimal, code: str) -> tuple[Fraction, tuple[tuple[str, int], ...]] | None:
    """A quantity as an exact number of its base units; None when the code is unknown."""
    unit = measure(code)
    if unit is None or not value.is_finite() or abs(value.adjusted()) > 400:
        return None
    return (Fraction(value) + unit.offset) * unit.factor, unit.powers


def canonical(value: Decimal | float, code: str) -> tuple[Decimal, str] | None:
    """A quantity in base units, rounded to 28 digits, with the base unit's code; None when the code is unknown."""
    number = value if isinstance(value, Decimal) else Decimal(str(value))
    found = exact(number, code)
    if found is None:
        return None
    amount, powers = found
    decimal = _DIGITS.divide(Decimal(amount.numerator), Decimal(amount.denominator))
    return decimal, Measure(amount, powers).base


def comparable(one: str, other: str) -> bool:
    """Whether two codes measure the same dimension. False when either is unknown."""
    first, second = measure(one), measure(other)
    return first is not None and second is not None and first.powers == second.powers


def _measure(code: str, depth: int) -> Measure | None:
    reader = _Reader(code, depth)
    try:
        found = reader.term()
    except ValueError:
        return None
    return found if reader.at == len(code) else None


class _Reader:
    """Reads one UCUM code from left to right. Raises ValueError where it is not one."""

    def __init__(self, code: str, depth: int) -> None:
        if depth > _DEEPEST:
            raise ValueError("too deep")
        self.code = code
        self.at = 0
        self.depth = depth

    def term(self) -> Measure:
        """Factors joined by ``.`` and ``/``; a leading ``/`` is one over."""
        divide = self._take("/")
        factor, powers = Fraction(1), dict[str, int]()
        while True:
            part = self._component()
            sign = -1 if divide else 1
            factor *= part.factor**sign
            for name, power in part.powers:
                powers[name] = powers.get(name, 0) + sign * power
            if self._take("."):
                divide = False
            elif self._take("/"):
                divide = True
            else:
                return Measure(factor, _sorted(powers))

    def _component(self) -> Measure:
        if self._take("("):
            self.depth += 1
            if self.depth > _DEEPEST:
                raise ValueError("too deep")
            inside = self.term()
            if not self._take(")"):
                raise ValueError("open parenthesis")
            return inside
        note = self._match(_NOTE)
        if note:
            return Measure(Fraction(1), ())
        symbol = self._match(_SYMBOL)
        if symbol:
            unit = _raised(_unit(symbol, self.depth), self._match(_EXPONENT))
        else:
            number = int(self._match(_NUMBER) or 0)
            if not number:
                raise ValueError("no unit and no number")
            unit = Measure(Fraction(number), ())
        self._match(_NOTE)
        return unit

    def _take(self, character: str) -> bool:
        if self.code.startswith(character, self.at):
            self.at += 1
            return True
        return False

    def _match(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.code, self.at)
        if found is None:
            return ""
        self.at = found.end()
        return found.group()


def _raised(unit: Measure, exponent: str) -> Measure:
    if not exponent:
        return unit
    power = int(exponent)
    return Measure(unit.factor**power, tuple((name, own * power) for name, own in unit.powers if power))


def _unit(symbol: str, depth: int) -> Measure:
    found = _atom(symbol, depth)
    if found is not None:
        return found
    for length in (1, 2):
        scale = _scale(symbol[:length])
        rest = _ATOMS.get(symbol[length:])
        if scale is not None and rest is not None and rest[0]:
            inner = _atom(symbol[length:], depth)
            if inner is not None:
                return Measure(inner.factor * scale, inner.powers)
    raise ValueError("unknown unit")


def _scale(prefix: str) -> Fraction | None:
    if prefix in _PREFIXES:
        return Fraction(10) ** _PREFIXES[prefix]
    return Fraction(_BINARY[prefix]) if prefix in _BINARY else None


def _atom(symbol: str, depth: int) -> Measure | None:
    entry = _ATOMS.get(symbol)
    if entry is None:
        return None
    _, factor, definition = entry
    if definition == "-":
        return Measure(Fraction(1), ((symbol, 1),))
    inner = measure(definition) if depth < _DEEPEST else None
    return Measure(inner.factor * factor, inner.powers) if inner else None


def _sorted(powers: dict[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted((name, power) for name, power in powers.items() if power))


def _load() -> MappingProxyType[str, tuple[bool, Fraction, str]]:
    table: dict[str, tuple[bool, Fraction, str]] = {}
    for line in files("chartline.formats.fhir").joinpath("data/ucum.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            code, kind, factor, definition = line.split(" ")
            table[code] = (kind == "metric", Fraction(factor), definition)
    return MappingProxyType(table)


_ATOMS = _load()
