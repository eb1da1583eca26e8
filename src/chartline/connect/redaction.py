"""Takes credentials out of a message before it is kept.

Works on bytes and knows how a secret can be written: plainly, form-encoded, percent-encoded, XML- or HTML-escaped in
any common encoding, or as a JSON string. Refuses to guess: only values it was given are replaced.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterable
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape, quoteattr

from chartline.kernel.sealed import Purpose, Sealed

MARK = b"[sealed]"
SHORTEST = 4
"""Shorter values are not replaced: they would tear harmless text apart."""


def redact(message: bytes, secrets: Iterable[Sealed[str]]) -> bytes:
    """The message with every spelling of every secret replaced by ``[sealed]``."""
    for secret in secrets:
        value = secret.reveal(Purpose.AUTHENTICATE)
        if len(value) < SHORTEST:
            continue
        for spelling in _spellings(value):
            message = message.replace(spelling, MARK)
    return message


def session_secrets(values: Iterable[Sealed[str]]) -> list[Sealed[str]]:
    """The secrets inside kept session values: the value itself, or the texts of a JSON object that are no address."""
    found: list[Sealed[str]] = []
    for value in values:
        text = value.reveal(Purpose.AUTHENTICATE)
        try:
            data = json.loads(text)
        except ValueError:
            data = None
        members = data.values() if isinstance(data, dict) else [text]
        found += [Sealed(m) for m in members if isinstance(m, str) and len(m) >= 16 and not m.startswith("http")]
    return found


def _spellings(value: str) -> list[bytes]:
    texts = {
        value,
        quote(value, safe=""),
        quote_plus(value),
        escape(value),
        quoteattr(value)[1:-1],
        escape(value, {'"': "&quot;", "'": "&apos;"}),
        json.dumps(value)[1:-1],
        json.dumps(value, ensure_ascii=False)[1:-1],
        json.dumps(value)[1:-1].replace("/", "\\/"),
        html.escape(value),
    }
    # Letters outside ASCII: UTF-8, else Latin-1 or character references, as XML in those encodings has them.
    encoded = {text.encode() for text in texts}
    encoded |= {text.encode(name, "xmlcharrefreplace") for text in texts for name in ("ascii", "iso-8859-1")}
    # The longest first: a plain spelling may be part of an escaped one.
    return sorted(encoded, key=len, reverse=True)
