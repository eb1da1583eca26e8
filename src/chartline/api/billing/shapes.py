"""How bodies of ``/api/billing`` look: camelCase names, dollars as JSON numbers, results in ``data``."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Generic, TypeVar

import msgspec
from litestar import Response
from litestar.enums import MediaType
from litestar.openapi.spec import OpenAPIType

from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.money import Money

T = TypeVar("T")

Dollars = Annotated[
    Decimal,
    msgspec.Meta(
        extra_json_schema={"description": "Dollars, at most two decimals.", "extra": {"type": OpenAPIType.NUMBER}}
    ),
]
"""An amount on this wire. Read with ``money``, written with ``dollars``: never a float."""

BAD_AMOUNT = ErrorKind(
    "api.bad_amount",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "An amount is not a number of dollars with at most two decimals.",
    "Send the amount named in the fields as a number such as 150.00.",
)

OptionalDollars = Annotated[
    Decimal | None,
    msgspec.Meta(
        extra_json_schema={
            "description": "Dollars, at most two decimals; null where nothing is known.",
            "extra": {"type": [OpenAPIType.NUMBER, OpenAPIType.NULL], "one_of": None},
        }
    ),
]
"""An amount that may be unknown."""

_CENT = Decimal("0.01")
_MOST = Decimal(100_000_000)
_encoder = msgspec.json.Encoder(decimal_format="number")


class Shape(msgspec.Struct, rename="camel", kw_only=True):
    """A body that is answered."""


class Asked(msgspec.Struct, rename="camel", kw_only=True, forbid_unknown_fields=True):
    """A body that is sent to us; a name that we do not know is refused, for it would be lost silently."""


class MadeShape(Shape):
    """The id of what was made or changed."""

    id: str


class DoneShape(Shape):
    """It was done."""

    done: bool = True


class Answered(msgspec.Struct, Generic[T], rename="camel", kw_only=True):
    """A result: ``success`` is true, for what failed is an error with its own body."""

    data: T
    success: bool = True


class Listed(msgspec.Struct, Generic[T], rename="camel", kw_only=True):
    """A page of results; ``next`` is the cursor of the next page, null on the last."""

    data: list[T]
    next: str | None = None
    success: bool = True


class BillingResponse(Response[object]):
    """Writes decimals as JSON numbers."""

    def render(self, content: object, media_type: str, enc_hook: object = None) -> bytes:
        """The body's bytes."""
        if media_type.startswith(MediaType.JSON.value) and not isinstance(content, str | bytes):
            return _encoder.encode(content)
        return super().render(content, media_type)


def dollars(amount: Money) -> Decimal:
    """An amount as this wire has it."""
    return (Decimal(amount.minor) / 100).quantize(_CENT)


def optional_dollars(amount: Money | None) -> Decimal | None:
    """The same, None where nothing is known."""
    return None if amount is None else dollars(amount)


def money(amount: Decimal, field: str) -> Money:
    """What was sent, in whole cents; ``field`` is its name. Raises ``api.bad_amount``."""
    if not amount.is_finite() or abs(amount) > _MOST or amount != amount.quantize(_CENT):
        raise BAD_AMOUNT.error(field=field)
    return Money(int(amount.scaleb(2)))
