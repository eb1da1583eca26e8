"""Request fields from a form, leniently (sheet 2, 15.5).

The vendor's own samples send multipart with unquoted file names, parts without Content-Type and a closing boundary
without its line end. All of that is read. Refuses nothing: what cannot be read is simply not there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from chartline.connect.simulation.web import Request
from chartline.kernel.sealed import Masked

_BOUNDARY = re.compile(r'boundary="?([^";,\s]+)"?', re.IGNORECASE)
_NAME = re.compile(r'(?<![a-z*])name=(?:"([^"]*)"|([^;\s]+))', re.IGNORECASE)
_FILENAME = re.compile(r'filename=(?:"([^"]*)"|([^;\r\n]+))', re.IGNORECASE)

_END_OF_HEADERS = re.compile(rb"\r?\n\r?\n")


@dataclass(frozen=True, slots=True, repr=False)
class File(Masked):
    """An uploaded file."""

    name: str
    body: bytes


@dataclass(slots=True, repr=False)
class Form(Masked):
    """The fields of one request; names are case-sensitive (sheet 4)."""

    fields: dict[str, list[str]] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The last value of a field, trimmed; empty when it is not there."""
        return self.fields.get(name, [""])[-1].strip()

    def every(self, name: str) -> list[str]:
        """All values of a repeatable field."""
        return [value.strip() for value in self.fields.get(name, [])]


def read_form(request: Request) -> Form:
    """The form in a request's body. A JSON body holds no fields (sheet 14.1)."""
    content_type = request.headers.get("content-type", "")
    if "multipart/form-data" in content_type.lower():
        boundary = _BOUNDARY.search(content_type)
        return _multipart(request.body, boundary.group(1)) if boundary else Form()
    form = Form()
    if "json" not in content_type.lower() and "xml" not in content_type.lower():
        for name, value in parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True):
            form.fields.setdefault(name, []).append(value)
    return form


def _multipart(body: bytes, boundary: str) -> Form:
    form = Form()
    for part in body.split(b"--" + boundary.encode())[1:]:
        if part.startswith(b"--"):
            break
        head, *rest = _END_OF_HEADERS.split(part.lstrip(b"\r\n"), maxsplit=1)
        content = (rest[0] if rest else b"").removesuffix(b"\n").removesuffix(b"\r")
        headers = head.decode("utf-8", "replace")
        name = _first(_NAME, headers)
        filename = _first(_FILENAME, headers)
        if filename is not None:
            form.files[name or "File"] = File(filename, content)
        elif name is not None:
            form.fields.setdefault(name, []).append(content.decode("utf-8", "replace"))
    return form


def _first(pattern: re.Pattern[str], headers: str) -> str | None:
    match = pattern.search(headers)
    return None if match is None else (match.group(1) or match.group(2) or "").strip()
