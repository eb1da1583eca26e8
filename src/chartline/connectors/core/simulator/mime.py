"""Multipart forms, read and written as a strict gateway does: every part named, every part once (RFC 7578).

Refuses (None) a body that is no whole form.
"""

from __future__ import annotations

from collections.abc import Mapping

MARK = "gateway-part-6c1d"


def fields_of(content_type: str, body: bytes) -> dict[str, bytes] | None:
    """The parts by name; None when the body is no whole form or a name comes twice."""
    media, _, rest = content_type.partition(";")
    name, _, boundary = rest.strip().partition("=")
    if media.strip().lower() != "multipart/form-data" or name.lower() != "boundary" or not boundary:
        return None
    fence = b"\r\n--" + boundary.strip('"').encode("latin-1", "replace")
    pieces = (b"\r\n" + body).split(fence)
    if len(pieces) < 3 or pieces[0] != b"" or not pieces[-1].startswith(b"--"):
        return None
    found: dict[str, bytes] = {}
    for piece in pieces[1:-1]:
        head, blank, value = piece.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        label = head.decode("latin-1").partition('name="')[2].partition('"')[0]
        if not blank or not label or label in found:
            return None
        found[label] = value
    return found


def form(fields: Mapping[str, bytes]) -> tuple[str, bytes]:
    """Content type and body."""
    parts = [
        b"--%b\r\nContent-Disposition: form-data; name=%b\r\n\r\n%b\r\n" % (MARK.encode(), _quoted(name), value)
        for name, value in fields.items()
    ]
    return f'multipart/form-data; boundary="{MARK}"', b"".join(parts) + f"--{MARK}--\r\n".encode()


def _quoted(name: str) -> bytes:
    return f'"{name}"'.encode()
