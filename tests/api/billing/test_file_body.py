"""A file in the body of a request is kept while it arrives, not afterwards."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import anyio
from anyio.to_thread import run_sync
from litestar.openapi.spec import OpenAPIFormat

from chartline.api.billing.file_body import FileOperation, arriving


def test_each_piece_is_handed_on_before_the_next_one_is_there() -> None:
    seen: list[str] = []

    async def sent() -> AsyncIterator[bytes]:
        for piece in (b"ISA", b"", b"IEA"):
            seen.append(f"sent {piece.decode()}")
            yield piece

    def keep(pieces: AsyncIterator[bytes]) -> None:
        for piece in arriving(pieces):
            seen.append(f"kept {piece.decode()}")

    async def request() -> None:
        await run_sync(keep, sent())

    anyio.run(request)
    assert seen == ["sent ISA", "kept ISA", "sent ", "sent IEA", "kept IEA"]


def test_the_description_says_that_the_body_is_a_file() -> None:
    body: Any = FileOperation().request_body
    assert body.content["application/octet-stream"].schema.format is OpenAPIFormat.BINARY
