"""The envelope vC2.2.0 as MIME: ``multipart/form-data`` out and in (sheet of clearinghouses 5.2; RFC 7578).

Tolerant about the order of fields, about case, quoting and line ends between parts; fields that nobody knows stay in
``unknown``. Refuses (``Unreadable``) a body without its closing boundary: half an answer is none. Patient values are in
``Payload`` only, which is sealed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from chartline.kernel.sealed import Masked, Sealed

_BOUNDARY: Final = re.compile(r'boundary="?([^";,\s]{1,200})"?', re.IGNORECASE)
_NAME: Final = re.compile(rb'name="?([A-Za-z]{1,40})"?', re.IGNORECASE)
_KNOWN: Final = {
    name.lower(): name
    for name in (
        "PayloadType",
        "ProcessingMode",
        "PayloadID",
        "PayloadLength",
        "TimeStamp",
        "SenderID",
        "ReceiverID",
        "CORERuleVersion",
        "CheckSum",
        "Payload",
        "ErrorCode",
        "ErrorMessage",
    )
}


class Unreadable(Exception):
    """An answer that is no whole envelope. Its text names no value."""


@dataclass(frozen=True, slots=True, repr=False)
class Message(Masked):
    """An answer. ``error`` is ErrorCode; what ErrorMessage says is not read, for it can quote a patient's values."""

    type: str
    payload_id: str
    error: str
    payload: Sealed[bytes]
    unknown: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def is_no_file(self) -> bool:
        """Whether there is nothing to fetch: a type of its own, or an error code of some payers."""
        told = re.sub(r"[^a-z]", "", f"{self.type} {self.error}".lower())
        return "nobatch" in told or "nofile" in told


def checksum(payload: bytes) -> str:
    """SHA-1 in hex, as the rule wants it for batches. It finds damage, and proves nothing else."""
    return hashlib.sha1(payload, usedforsecurity=False).hexdigest()


def write(fields: Mapping[str, str], payload: bytes) -> tuple[str, bytes]:
    """Content type and body. The boundary is drawn from the payload: the same message has the same bytes.

    Raises ValueError for a value that would break out of its part.
    """
    boundary = f"chartline-{hashlib.sha256(payload).hexdigest()[:40]}"
    parts: list[bytes] = []
    for name, value in fields.items():
        if "\r" in value or "\n" in value:
            raise ValueError("a field of the envelope holds a line end")
        parts.append(f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode())
    parts.append(f'--{boundary}\r\nContent-Disposition: form-data; name="Payload"\r\n\r\n'.encode() + payload)
    parts.append(f"\r\n--{boundary}--\r\n".encode())
    return f"multipart/form-data; boundary={boundary}", b"".join(parts)


def read(content_type: str, body: bytes) -> Message:
    """An answer's envelope. Raises Unreadable, also when its length or check sum does not fit its payload."""
    found = _BOUNDARY.search(content_type)
    if found is None:
        raise Unreadable("no boundary")
    mark = b"--" + found.group(1).encode("latin-1")
    pieces = body.split(mark)
    if len(pieces) < 3 or not pieces[-1].startswith(b"--"):
        raise Unreadable("no closing boundary")
    texts: dict[str, str] = {}
    unknown: dict[str, str] = {}
    payload = b""
    for piece in pieces[1:-1]:
        head, separator, content = piece.lstrip(b"\r\n").partition(b"\r\n\r\n")
        if not separator:
            head, separator, content = piece.lstrip(b"\r\n").partition(b"\n\n")
        named = _NAME.search(head)
        if named is None or not separator:
            raise Unreadable("a part without a name")
        content = content.removesuffix(b"\n").removesuffix(b"\r")
        name = named.group(1).decode("ascii")
        known = _KNOWN.get(name.lower())
        if known == "Payload":
            payload = content
        elif known is not None:
            texts[known] = content.decode("utf-8", "replace").strip()
        else:
            unknown[name] = content.decode("utf-8", "replace").strip()
    _same(texts, payload)
    if not texts.get("ErrorCode"):
        raise Unreadable("no ErrorCode")
    return Message(
        type=texts.get("PayloadType", ""),
        payload_id=texts.get("PayloadID", ""),
        error=texts["ErrorCode"],
        payload=Sealed(payload),
        unknown=unknown,
    )


def _same(texts: Mapping[str, str], payload: bytes) -> None:
    length, digest = texts.get("PayloadLength", ""), texts.get("CheckSum", "")
    if length and length != str(len(payload)):
        raise Unreadable("the payload has another length")
    if digest and digest.lower() != checksum(payload):
        raise Unreadable("the payload has another check sum")
