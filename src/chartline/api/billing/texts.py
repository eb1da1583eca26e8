"""Texts that requests of billing carry, with their bounds: no control characters, and short.

A reason is kept in the open, so it says why and names nobody.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar.params import Parameter

_PLAIN = "^[^\\x00-\\x1f\\x7f]*$"

Reason = Annotated[
    str, msgspec.Meta(min_length=1, max_length=200, pattern="^[^\\x00-\\x1f\\x7f]*[^\\s\\x00-\\x1f\\x7f]")
]
"""Why something was done, in a few words without names."""
Words = Annotated[str, msgspec.Meta(max_length=60, pattern=_PLAIN)]
"""A short text that may be empty."""
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=40, pattern="^[A-Za-z0-9][A-Za-z0-9 ._-]*$")]
"""A name of letters, digits, blanks, dots and dashes."""
PayerQuery = Annotated[str, Parameter(query="payerId", max_length=40, pattern="^[A-Za-z0-9_.-]*$")]
"""A payer's id in an address; empty is every payer."""
Ids = Annotated[
    list[Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]],
    msgspec.Meta(min_length=1, max_length=200),
]
"""Ids, at most 200."""
Table = Annotated[str, msgspec.Meta(max_length=900_000)]
"""A CSV file as text."""
