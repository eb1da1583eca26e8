"""What a resource is found by: the values that extraction finds and that stored indexes and comparisons work on.

One value stands for one node of the resource. Refuses to be printed: these are patient values. They are msgspec
structs because a frozen dataclass costs ten times as much to make, and a resource has dozens; they are never decoded.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from msgspec import Struct

from chartline.kernel.sealed import Masked


class TokenValue(Masked, Struct, frozen=True, gc=False):
    """A code, identifier, flag or contact: ``system`` and ``code``, None when absent.

    ``code`` is written so that equal means equal: in lower case when ``exact`` is False (codes, whose case R4 wants
    ignored when in doubt), telephone numbers as their digits; otherwise as it stands (identifiers, ids, uris).
    ``texts`` are the words a person reads (``Coding.display``, ``CodeableConcept.text``, ``Identifier.type.text``), for
    ``:text``; ``kinds`` are the codings of ``Identifier.type`` (system, code), for ``:of-type``.
    """

    system: str | None
    code: str | None
    texts: tuple[str, ...] = ()
    kinds: tuple[tuple[str | None, str | None], ...] = ()
    exact: bool = True


class StringValue(Masked, Struct, frozen=True, gc=False):
    """A text as it stands, and ``folded``: without case, accents and doubled blanks.

    ``word`` marks a later word of a part of a person's name (``Lopez`` of ``Garcia Lopez``): R4 wants the parts of a
    family name searched by themselves. Such a value answers only the plain search, not ``:exact`` or an order.
    """

    text: str
    folded: str
    word: bool = False


class DateValue(Masked, Struct, frozen=True, gc=False):
    """A time as microseconds since 1970 UTC, half open ``[lo, hi)``; open sides of periods are the bounds of
    ``times`` (``EARLIEST``, ``LATEST``)."""

    lo: int
    hi: int


class NumberValue(Masked, Struct, frozen=True, gc=False):
    """A number or quantity from ``lo`` to ``hi``, both inside; they are the same but for ranges and sampled data.

    The precision of the stored number plays no part, only that of the number asked for (R4, "implicit precision").
    Open sides are infinite. For a quantity ``system``, ``code`` and ``unit`` as they stand; ``canonical`` is the same
    span in UCUM base units (lo, hi, base unit) when it can be computed.
    """

    lo: float
    hi: float
    system: str | None = None
    code: str | None = None
    unit: str | None = None
    canonical: tuple[float, float, str] | None = None


class ReferenceValue(Masked, Struct, frozen=True, gc=False):
    """A reference: ``type`` and ``id`` when it points into this server, ``version`` when it is to one version.

    ``url`` is set for everything else, as it stands without a version: other servers (then ``type`` is what the address
    says and ``id`` is None), ``urn:``, canonicals, ``#contained``. ``identifier`` is that of a logical reference. A
    reference of which only a display is known has nothing set: it is there, and nothing finds it.
    """

    type: str | None = None
    id: str | None = None
    url: str | None = None
    version: str | None = None
    identifier: TokenValue | None = None


class UriValue(Masked, Struct, frozen=True, gc=False):
    """A uri, compared letter by letter. A canonical with a version is there with it and without it."""

    text: str


class PlaceValue(Masked, Struct, frozen=True, gc=False):
    """A position on earth in degrees, for ``near``."""

    latitude: float
    longitude: float


class CompositeValue(Masked, Struct, frozen=True, gc=False):
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
