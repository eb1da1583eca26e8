"""JSON bytes to values and back without losing a digit: decimals are ``Decimal``, so 1.10 stays 1.10.

Refuses bytes that are not one JSON object. Floats are refused where resources are checked (``shapes``).
"""

from __future__ import annotations

from decimal import Decimal
from typing import TypeAlias

import msgspec

from chartline.kernel.errors import Again, Blame, ErrorKind

JsonObject: TypeAlias = dict[str, object]
"""A JSON object: values are None, bool, int, Decimal, str, lists and objects of these."""

NOT_JSON = ErrorKind(
    "fhir.not_json",
    Blame.VENDOR,
    Again.AFTER_FIX,
    "The content is not a JSON object.",
    "Send FHIR R4 as application/fhir+json; see the exchange log for what arrived.",
)

_decoder = msgspec.json.Decoder(dict[str, object], float_hook=Decimal)
_encoder = msgspec.json.Encoder(decimal_format="number")
_canonical = msgspec.json.Encoder(decimal_format="number", order="sorted")


def parse(data: bytes | str) -> JsonObject:
    """Read one JSON object. Raises ``fhir.not_json``."""
    try:
        return _decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise NOT_JSON.error() from None


def encode(value: JsonObject) -> bytes:
    """The shortest JSON of an object, members in their present order."""
    return _encoder.encode(value)


def canonical(value: JsonObject) -> bytes:
    """JSON with sorted members: equal bytes mean equal content, decimals compared with their precision."""
    return _canonical.encode(value)
