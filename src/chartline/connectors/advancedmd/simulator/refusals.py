"""How the vendor says no: fault codes, their two forms, and the few plain HTTP refusals (vendor sheet 4 and 4.1)."""

from __future__ import annotations

from chartline.connectors.advancedmd.simulator.tree import Node, element

LONG_BASE = -2147221504
"""Long code = this + short code (vendor sheet 4)."""

BAD_LOGIN = 1024
TIMED_OUT = 1025
REDIRECT = 1028
LOCKED = 1030
EXPIRED = 1055
MISSING_ATTRIBUTE = 2048
MISSING_ELEMENT = 2049
INVALID_ELEMENT = 2050
INVALID_ATTRIBUTE = 2051
PARSE_ERROR = 2052
TOO_LARGE = 2053
OVERLAP = 4101
CONCURRENT_UPDATE = 4106
TOO_MANY_RECORDS = 4154
SLOT_FULL = 4186
UNPUBLISHED = 4096
"""Placeholder: duplicates and missing privileges are known by their texts only (vendor sheet 4, 14)."""
NO_COMPONENT = -2147221005 - LONG_BASE
"""Placeholder: what COM answers for a class it does not know; the sheet gives the text only."""
RATE_FAULT = 4290
"""Placeholder for meter mode ``fault``; nobody publishes such a code (vendor sheet 5)."""


class Refusal(Exception):
    """A fault inside a 200 answer. ``description`` never repeats a value that was sent.

    ``plain`` makes ``Error`` a plain string, as one client's tests show for duplicates (vendor sheet 2.3, 9.1).
    ``results`` are the children of ``Results``, for the one fault that carries some: the login redirect.
    """

    def __init__(self, code: int, description: str, *, plain: bool = False, results: list[Node] | None = None) -> None:
        super().__init__(description)
        self.code, self.description, self.plain, self.results = code, description, plain, results or []


class HttpRefusal(Exception):
    """A refusal outside the envelope: an HTTP status with a short text."""

    def __init__(self, status: int, text: str, content_type: str = "text/plain; charset=utf-8") -> None:
        super().__init__(text)
        self.status, self.text, self.content_type = status, text, content_type


def success(results: Node, *, flagged: bool = True) -> Node:
    """The success envelope of vendor sheet 2.2; some read actions come without the flag.

    A ``newid`` stands on the root, where the sheet has it for note-type saves.
    """
    root = {"s": "sim01", "lst": "0"}
    if "newid" in results.attributes:
        root["newid"] = results.attributes.pop("newid")
    if flagged:
        results.attributes = {"success": "1", **results.attributes}
    return element("PPMDResults", root, results, element("Error"))


def failure(refusal: Refusal, *, short: bool) -> Node:
    """The fault envelope of vendor sheet 2.3; ``short`` gives the code in its short form."""
    results = element("Results", {"success": "0"}, *refusal.results)
    if refusal.plain:
        return element("PPMDResults", {}, results, element("Error", text=refusal.description))
    code = refusal.code if short else LONG_BASE + refusal.code
    detail = element("detail", {}, element("code", text=str(code)), element("description", text=refusal.description))
    words = element("faultcode", text="Client"), element("faultstring", text=refusal.description)
    return element("PPMDResults", {}, results, element("Error", {}, element("Fault", {}, *words, detail)))
