"""The three kinds of routes of this API, with the answers that every one of them can give.

Handlers are plain functions that run in threads: each holds a database transaction, and the server stays free.
"""

from __future__ import annotations

from functools import partial
from threading import Lock
from typing import Annotated, TypeVar

import msgspec
from litestar import get, post, put
from litestar.openapi import ResponseSpec
from litestar.params import Parameter


class ProblemBody(msgspec.Struct, kw_only=True):
    """An error: ``blame`` says whose move it is, ``again`` whether to try again, ``do`` the next step.

    ``evidence`` is the id of an exchange; ``fields`` hold names and codes, never values.
    """

    code: str
    blame: str
    again: str
    say: str
    do: str
    evidence: str | None
    fields: dict[str, str]


class Made(msgspec.Struct):
    """The id of what was made."""

    id: str


class Done(msgspec.Struct):
    """It was done."""

    done: bool = True


class Amount(msgspec.Struct, frozen=True):
    """Money: whole minor units (cents) and the currency."""

    minor: int
    currency: str = "USD"


Body = TypeVar("Body", bound=msgspec.Struct)


_preparing = Lock()
_prepared: set[type[msgspec.Struct]] = set()


def stated(value: object, kind: type[Body]) -> Body:
    """A value of the house as a body: the fields that the body names, taken from attributes of the same names."""
    if kind not in _prepared:
        # The library crashes when several threads convert to a type for the first time together.
        with _preparing:
            msgspec.json.Decoder(kind)
            _prepared.add(kind)
    return msgspec.convert(value, kind, from_attributes=True)


_PROBLEMS = {
    400: "The request cannot be read",
    401: "Not signed in",
    403: "The role does not allow it",
    404: "There is no such thing",
    409: "It does not fit what is there",
    410: "It was deleted",
    422: "A rule of the practice refuses it",
    429: "Too often",
    500: "Our mistake",
    502: "A vendor refuses it, or cannot be reached",
    503: "The database is away, or a vendor is left alone for a while",
    504: "A vendor does not answer",
}
_RESPONSES = {
    status: ResponseSpec(ProblemBody, description=text, generate_examples=False) for status, text in _PROBLEMS.items()
}

read = partial(get, responses=_RESPONSES, sync_to_thread=True)
"""A route that changes nothing."""
create = partial(post, responses=_RESPONSES, sync_to_thread=True)
"""A route that makes something: 201."""
act = partial(post, responses=_RESPONSES, sync_to_thread=True, status_code=200)
"""A route that does something: 200."""
replace = partial(put, responses=_RESPONSES, sync_to_thread=True)
"""A route that stores something under a known id: 200."""

IdempotencyKey = Annotated[
    str | None,
    Parameter(
        header="Idempotency-Key",
        max_length=200,
        description="The same key again answers with the first result; at most 200 characters.",
    ),
]
Limit = Annotated[int, Parameter(ge=1, le=200, description="How many rows at most.")]
Cursor = Annotated[str | None, Parameter(max_length=400, description="`next` of the page before.")]
