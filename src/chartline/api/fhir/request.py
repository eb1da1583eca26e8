"""A request and an answer of the FHIR surface: small values that know HTTP and nothing of the database.

Both are masked: addresses and bodies hold patient values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from email.utils import formatdate, parsedate_to_datetime
from functools import lru_cache
from urllib.parse import parse_qsl

from chartline.formats.fhir import JsonObject
from chartline.kernel.sealed import Masked
from chartline.platform.records import Stored

FHIR_JSON = "application/fhir+json"
FORM = "application/x-www-form-urlencoded"

Pairs = tuple[tuple[str, str], ...]
"""Query parameters in the order in which they came; a name may come again."""


@dataclass(frozen=True, slots=True, repr=False)
class FhirRequest(Masked):
    """One request. ``segments`` is the path below the base, decoded; header names are in lower case.

    ``base`` is the absolute address of the server (``https://host/fhir/R4``), without a slash at its end.
    """

    method: str
    segments: tuple[str, ...]
    query: Pairs = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    base: str = ""
    resource: JsonObject | None = None
    """The body as it was read already: an entry of a Bundle has no bytes of its own."""

    def header(self, name: str) -> str:
        """A header by its name in lower case; empty when it is absent."""
        return self.headers.get(name, "")

    def parameter(self, name: str) -> str | None:
        """The first value of a query parameter, or None."""
        return next((value for key, value in self.query if key == name), None)

    @property
    def media(self) -> str:
        """The media type of the body without its parameters, in lower case."""
        return self.header("content-type").partition(";")[0].strip().lower()

    def with_body(self, body: bytes) -> FhirRequest:
        """The same request with a body."""
        return replace(self, body=body) if body else self

    def carrying(self, body: bytes, headers: Mapping[str, str]) -> FhirRequest:
        """The same request with a body in bytes and these headers."""
        return replace(self, body=body, headers=headers, resource=None)


@dataclass(slots=True, repr=False)
class Answer(Masked):
    """One answer: a FHIR JSON body unless ``media`` says something else."""

    status: int = 200
    body: bytes = b""
    media: str = FHIR_JSON
    headers: list[tuple[str, str]] = field(default_factory=list)
    native: bool = False
    """The body is no FHIR content (a file, nothing): it is sent as it is."""
    stored: Stored | None = None
    """The version that it is about."""
    stream: Iterator[bytes] | None = None
    """A large native body in pieces, sent one by one instead of ``body``."""


def pairs(text: str) -> Pairs:
    """The parameters of a query or a form; blank values are kept, for they are mistakes to be named."""
    return tuple(parse_qsl(text, keep_blank_values=True))


@lru_cache(maxsize=4096)
def http_date(seconds: int) -> str:
    """An HTTP date of whole seconds since 1970 UTC."""
    return formatdate(seconds, usegmt=True)


def read_http_date(text: str) -> float | None:
    """Seconds since 1970 of an HTTP date, or None when it is none."""
    try:
        return parsedate_to_datetime(text).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None
