"""What a resource is found by: the values that extraction finds and that stored indexes and comparisons work on.

One value stands for one node of the resource. Refuses to be printed: these are patient values.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from chartline.kernel.sealed import Masked


@dataclass(frozen=True, slots=True, repr=False)
class TokenValue(Masked):
    """A code, identifier, flag or contact: ``system`` and ``code`` as they stand, None when absent.

    ``texts`` are the words a person reads (``Coding.display``, ``CodeableConcept.text``, ``Identifier.type.text``), for
    ``:text``; ``kind`` is the coding of ``Identifier.type`` (system, code), for ``:of-type``. ``exact`` says that case
    matters.
    """

    system: str | None
    code: str | None
    texts: tuple[str, ...] = ()
    kinds: tuple[tuple[str | None, str | None], ...] = ()
    exact: bool = True


@dataclass(frozen=True, slots=True, repr=False)
class StringValue(Masked):
    """A text as it stands, and ``folded``: without case, accents and doubled blanks."""

    text: str
    folded: str


@dataclass(frozen=True, slots=True, repr=False)
class DateValue(Masked):
    """A time as microseconds since 1970 UTC, half open ``[lo, hi)``; open sides of periods reach the bounds."""

    lo: int
    hi: int


@dataclass(frozen=True, slots=True, repr=False)
class NumberValue(Masked):
    """A number or quantity with its implicit precision as ``[lo, hi)`` around ``value``.

    For a quantity ``system``, ``code`` and ``unit`` as they stand; ``canonical`` is the same span in UCUM base units
    (lo, hi, base unit) when it can be computed.
    """

    lo: float
    hi: float
    system: str | None = None
    code: str | None = None
    unit: str | None = None
    canonical: tuple[float, float, str] | None = None


@dataclass(frozen=True, slots=True, repr=False)
class ReferenceValue(Masked):
    """A reference: ``type`` and ``id`` when it points into a FHIR server, ``url`` as it stands (absolute or relative,
    without a version), ``version`` of a versioned reference, ``identifier`` of a logical one.

    A canonical has ``url`` and maybe ``version`` only.
    """

    type: str | None = None
    id: str | None = None
    url: str | None = None
    version: str | None = None
    identifier: TokenValue | None = None


@dataclass(frozen=True, slots=True, repr=False)
class UriValue(Masked):
    """A uri, compared letter by letter."""

    text: str


@dataclass(frozen=True, slots=True, repr=False)
class PlaceValue(Masked):
    """A position on earth in degrees, for ``near``."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True, repr=False)
class CompositeValue(Masked):
    """The values of the components found on one node, in the order of the definition: every component has some."""

    parts: tuple[tuple[SimpleValue, ...], ...]


SimpleValue: TypeAlias = TokenValue | StringValue | DateValue | NumberValue | ReferenceValue | UriValue | PlaceValue
Value: TypeAlias = SimpleValue | CompositeValue


@dataclass(slots=True, repr=False)
class Extracted(Masked):
    """Everything a resource is found by, by the code of the search parameter; a code without values is absent."""

    type: str
    id: str
    values: dict[str, list[Value]] = field(default_factory=dict)
    compartments: tuple[str, ...] = ()
    """References (``Patient/1``) of the compartments the resource is in, by the R4 compartment definitions."""
