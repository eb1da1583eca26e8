"""The ``Idempotency-Key`` of requests that create something: the same key again answers with the first result.

The key is reserved before anything is made. Refuses the key with another body, and a key whose first request never
ended: nobody knows whether that one made something, so a person looks before it is sent again under a new key.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import msgspec

from chartline.api.caller import Caller
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.platform.access.requests import api_request_table

OTHER_BODY = ErrorKind(
    "api.key_used",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "This Idempotency-Key was used for another request.",
    "Use a new key for a new request, and the same key only to repeat the same one.",
    status=409,
)
NOT_ENDED = ErrorKind(
    "api.key_in_use",
    Blame.PRACTICE,
    Again.AFTER,
    "The first request with this Idempotency-Key has not ended.",
    "Wait a moment and ask again; if it stays so, look whether the record exists before using a new key.",
    status=409,
)

_columns = api_request_table.c


def once(caller: Caller, key: str | None, operation: str, body: msgspec.Struct, make: Callable[[], str]) -> str:
    """The id of what ``make`` made, now or at the first request with this key.

    Raises ``api.key_used``, ``api.key_in_use``, and whatever ``make`` raises; then the key is free again.
    """
    if not key:
        return make()
    digest = hashlib.sha256(operation.encode() + b"\x00" + msgspec.json.encode(body)).hexdigest()
    with caller.work() as work:
        mine = work.insert_new(api_request_table, key=key, request_hash=digest, created=work.now)
        known = None if mine else work.row(work.select(api_request_table).where(_columns.key == key))
    if known is not None:
        if known["request_hash"] != digest:
            raise OTHER_BODY.error()
        if known["result_id"] is None:
            raise NOT_ENDED.error()
        return str(known["result_id"])
    try:
        made = make()
    except Exception:
        with caller.work() as work:
            work.execute(work.delete(api_request_table).where(_columns.key == key))
        raise
    with caller.work() as work:
        work.execute(work.update(api_request_table).where(_columns.key == key).values(result_id=made))
    return made
