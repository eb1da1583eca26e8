"""A search as it was understood: conditions, order, what to include, how much to show. Values only; ``reading`` makes
them from a request.

Refuses to be printed: search values are patient values.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from msgspec import Struct

from chartline.formats.fhir.definitions import SearchParameter
from chartline.formats.fhir.search.values import ReferenceValue
from chartline.kernel.sealed import Masked


class AskedToken(Masked, Struct, frozen=True, gc=False):
    """``code`` (any system), ``system|code``, ``|code`` (no system: ``system`` is empty), ``system|`` (no code).

    ``system`` None means any. For ``:of-type`` the value stands in ``code`` and ``kind`` is (system, code). ``code`` is
    written as ``TokenValue.code`` is: equal means equal.
    """

    system: str | None
    code: str | None
    kind: tuple[str, str] | None = None


class AskedText(Masked, Struct, frozen=True, gc=False):
    """A text as asked and folded: strings, uris (where both are the text as it is), ``:text``."""

    text: str
    folded: str


class AskedDate(Masked, Struct, frozen=True, gc=False):
    """A prefix (eq ne gt lt ge le sa eb ap) and a span ``[lo, hi)`` in microseconds since 1970 UTC."""

    prefix: str
    lo: int
    hi: int


class AskedNumber(Masked, Struct, frozen=True, gc=False):
    """A prefix, the value and its implicit span ``[lo, hi)``; for quantities the unit asked for.

    The span is for eq, ne and ap; the other prefixes compare with ``value`` itself (R4 search, "number").
    ``system`` None: any; ``code`` None: any unit; with ``code`` alone the code or the human ``unit`` may be equal.
    ``canonical`` is the span in UCUM base units (value, lo, hi, base unit) when system and code are UCUM.
    """

    prefix: str
    value: float
    lo: float
    hi: float
    system: str | None = None
    code: str | None = None
    canonical: tuple[float, float, float, str] | None = None


class AskedReference(Masked, Struct, frozen=True, gc=False):
    """A reference as asked; ``type`` None when only an id was given and several types are possible, ``below`` for
    canonical ``:below``. A ``:Type`` modifier has become the reference's type."""

    reference: ReferenceValue
    below: bool = False


class AskedPlace(Masked, Struct, frozen=True, gc=False):
    """``near``: position in degrees and distance in metres."""

    latitude: float
    longitude: float
    metres: float


class AskedComposite(Masked, Struct, frozen=True, gc=False):
    """One value for each component, in the order of the definition."""

    parts: tuple[AskedSimple, ...]


AskedSimple: TypeAlias = AskedToken | AskedText | AskedDate | AskedNumber | AskedReference | AskedPlace
Asked: TypeAlias = AskedSimple | AskedComposite


@dataclass(frozen=True, slots=True, repr=False)
class Condition(Masked):
    """One search parameter of one type with a modifier ("" for none) and its values, any of which may hold.

    ``:missing`` has ``missing`` set and no values. ``:in`` and ``:not-in`` have ``value_set`` (the canonical) and no
    values until ``with_codes`` has put the codes there; ``:above`` and ``:below`` on tokens have the code itself until
    then.
    """

    type: str
    parameter: SearchParameter
    modifier: str
    asked: tuple[Asked, ...]
    missing: bool | None = None
    value_set: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Chained(Masked):
    """``reference:Type.rest``: for any of the target types, the target must hold the inner criterion.

    ``inner`` has one entry for each target type for which the rest makes sense.
    """

    type: str
    parameter: SearchParameter
    inner: tuple[tuple[str, Criterion], ...]


@dataclass(frozen=True, slots=True, repr=False)
class Reverse(Masked):
    """``_has:Type:reference:rest``: some resource of ``source`` that refers here by ``parameter`` holds ``inner``."""

    type: str
    source: str
    parameter: SearchParameter
    inner: Criterion


@dataclass(frozen=True, slots=True, repr=False)
class InList(Masked):
    """``_list``: the resource stands as an item in one of the lists (ids)."""

    type: str
    lists: tuple[str, ...]


@dataclass(frozen=True, slots=True, repr=False)
class InCompartment(Masked):
    """The resource is in the compartment ``kind/id`` (``Patient/1``)."""

    type: str
    kind: str
    id: str


Criterion: TypeAlias = Condition | Chained | Reverse | InList | InCompartment


@dataclass(frozen=True, slots=True)
class Order:
    """One sort key: a parameter's code (or ``_id``, ``_lastUpdated``) and its direction."""

    code: str
    descending: bool


@dataclass(frozen=True, slots=True)
class Include:
    """``_include`` or ``_revinclude``: source type, parameter, target type or None.

    ``code`` is "*" for every reference parameter; then ``source`` may be "*" too, for any type. ``iterate`` applies it
    to what was included as well.
    """

    source: str
    code: str
    target: str | None
    iterate: bool
    reverse: bool


@dataclass(frozen=True, slots=True)
class Ignored:
    """A parameter that was not understood and has no effect: its name, and why. Never its value."""

    name: str
    why: str


@dataclass(frozen=True, slots=True, repr=False)
class Query(Masked):
    """A search. ``types`` is one type, or several for a search over the whole system.

    ``criteria`` hold for every type when ``types`` has more than one (each criterion is given for each type).
    ``count`` None means the server's own page size. ``applied`` are the parameters that had an effect, for the self
    link.
    """

    types: tuple[str, ...]
    criteria: tuple[tuple[Criterion, ...], ...]
    """One tuple of criteria for each of ``types``: all must hold."""
    order: tuple[Order, ...] = ()
    includes: tuple[Include, ...] = ()
    count: int | None = None
    total: str = "none"
    summary: str | None = None
    elements: tuple[str, ...] = ()
    cursor: str | None = None
    applied: tuple[tuple[str, str], ...] = ()
    ignored: tuple[Ignored, ...] = ()
