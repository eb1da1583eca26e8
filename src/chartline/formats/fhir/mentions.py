"""Which resources a stored body points at: every reference into this server, found without reading the JSON.

It looks for ``"reference"`` members, and for ``"url"`` members of attachments that name a Binary. Text that quotes such
a member cannot be taken for one: quotation marks inside a JSON string are escaped. Refuses nothing; references to other
servers, to contained resources and to types that R4 does not have are passed over.
"""

from __future__ import annotations

import re
from functools import lru_cache

from chartline.formats.fhir.definitions import RESOURCE_TYPES


def mentions(body: bytes, base: str = "") -> list[tuple[str, str]]:
    """Type and id of everything a body points at, each once, in order. ``base`` is this server's own address."""
    found: dict[tuple[str, str], None] = {}
    for match in _pattern(base).finditer(body):
        rtype, identity = match[2].decode(), match[3].decode()
        if rtype in RESOURCE_TYPES and (match[1] == b"reference" or rtype == "Binary"):
            found[rtype, identity] = None
    return list(found)


@lru_cache(maxsize=16)
def _pattern(base: str) -> re.Pattern[bytes]:
    own = re.escape(base.encode()) + b"/" if base else b""
    return re.compile(
        rb'"(reference|url)":\s*"(?:'
        + own
        + rb')?([A-Z][A-Za-z]{1,63})/([A-Za-z0-9.-]{1,64})(?:/_history/[^"/]{1,64})?"'
    )
