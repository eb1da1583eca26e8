"""Form bodies as Claim.MD takes them: urlencoded, or multipart where there is a file (vendor sheet 2).

Refuses names that would break out of a part's header.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import urlencode

FILE_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,119}")
"""What a file may be called: nothing that needs quoting."""


Fields = Mapping[str, str | Sequence[str]]
"""Names to values; several values of a name are sent as that name several times."""


def urlencoded(fields: Fields) -> bytes:
    """The body of ``application/x-www-form-urlencoded``."""
    return urlencode(fields, doseq=True).encode("ascii")


def multipart(fields: Mapping[str, str], file_name: str, content: bytes) -> tuple[str, bytes]:
    """Content type and body of ``multipart/form-data`` with one ``File`` (RFC 7578). Raises ValueError.

    The boundary is drawn from the content, so that the same upload has the same bytes.
    """
    if not FILE_NAME.fullmatch(file_name) or not all(re.fullmatch(r"[A-Za-z_]+", name) for name in fields):
        raise ValueError("not a name for a form part")
    boundary = f"chartline-{hashlib.sha256(content).hexdigest()[:40]}"
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="File"; filename="{file_name}"\r\n'
    parts.append(f"{head}Content-Type: application/octet-stream\r\n\r\n".encode() + content)
    parts.append(f"\r\n--{boundary}--\r\n".encode())
    return f"multipart/form-data; boundary={boundary}", b"".join(parts)
