"""A request whose body is a file: handed on piece by piece while it arrives, and never held whole.

Refuses nothing: how large it may be is the route's limit, and what is in it is for who reads it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

from anyio.from_thread import run
from litestar.openapi.spec import OpenAPIFormat, OpenAPIMediaType, OpenAPIType, Operation, RequestBody, Schema


@dataclass
class FileOperation(Operation):
    """Says in the API's description that the body is the bytes of a file."""

    def __post_init__(self) -> None:
        form = Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY)
        content = {"application/octet-stream": OpenAPIMediaType(schema=form)}
        self.request_body = RequestBody(content=content, required=True)


def arriving(pieces: AsyncIterator[bytes]) -> Iterator[bytes]:
    """What arrives, for a thread that the server's loop started; empty pieces are left out."""

    async def following() -> bytes | None:
        return await anext(pieces, None)

    while (piece := run(following)) is not None:
        if piece:
            yield piece
