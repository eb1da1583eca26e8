"""Rules of single datatypes that no invariant says: addresses of systems, base64, narrative, references.

From the text of the R4 datatype pages: ``Identifier.system`` and ``Coding.system`` are absolute, an identifier of
the URI system is a URI, ``Attachment.data`` is base64 whose size and hash are those that are stated.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Callable

from chartline.formats.fhir.json import JsonObject
from chartline.formats.fhir.validation.issue import CONTENT, NARRATIVE, Severity
from chartline.formats.fhir.validation.narrative import NO_CONTENT, narrative_faults
from chartline.formats.fhir.validation.references import check_reference
from chartline.formats.fhir.validation.visit import Terminology, Visit

RELATIVE_SYSTEM = "must be an absolute address"
VALUE_SET = "is a value set, and must be a code system"
UNKNOWN_CODE = "is not a code of its code system"
OTHER_DISPLAY = "is not the display of its code"
NOT_A_URI = "must be a URI, as its system says"
NOT_A_UUID = "says that it is a UUID, and is not in the form of one (small letters)"
NOT_AN_OID = "says that it is an OID, and is not in the form of one"
NOT_BASE64 = "is not valid base64"
WRONG_SIZE = "is not the size of the data"
WRONG_HASH = "is not the SHA-1 of the data"

_ABSOLUTE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:\S+")
_UUID = re.compile(r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_OID = re.compile(r"urn:oid:[0-2](?:\.(?:0|[1-9][0-9]*))+")
_URI_SYSTEM = "urn:ietf:rfc:3986"


def _coding(value: JsonObject, visit: Visit, at: str) -> None:
    system, code = value.get("system"), value.get("code")
    if not isinstance(system, str):
        return
    if not _ABSOLUTE.fullmatch(system):
        visit.report.say(CONTENT, "value", f"{at}.system", RELATIVE_SYSTEM)
    elif "/ValueSet/" in system:
        visit.report.say(CONTENT, "value", f"{at}.system", VALUE_SET)
    elif isinstance(code, str) and visit.terminology is not None:
        _known_code(value, system, code, visit.terminology, visit, at)


def _known_code(value: JsonObject, system: str, code: str, terminology: Terminology, visit: Visit, at: str) -> None:
    if terminology.knows(system, code) is False:
        visit.report.say(CONTENT, "code-invalid", f"{at}.code", UNKNOWN_CODE, key=system)
        return
    shown = value.get("display")
    if (
        isinstance(shown, str)
        and (right := terminology.display(system, code)) is not None
        and _words(shown) != _words(right)
    ):
        visit.report.say(CONTENT, "invalid", f"{at}.display", OTHER_DISPLAY, key=system, severity=Severity.WARNING)


def _words(display: str) -> list[str]:
    return display.casefold().split()


def _identifier(value: JsonObject, visit: Visit, at: str) -> None:
    system, text = value.get("system"), value.get("value")
    if not isinstance(system, str):
        return
    if not _ABSOLUTE.fullmatch(system):
        visit.report.say(CONTENT, "value", f"{at}.system", RELATIVE_SYSTEM)
    elif system == _URI_SYSTEM and isinstance(text, str) and not _ABSOLUTE.fullmatch(text):
        visit.report.say(CONTENT, "value", f"{at}.value", NOT_A_URI)


def _attachment(value: JsonObject, visit: Visit, at: str) -> None:
    data = value.get("data")
    if not isinstance(data, str):
        return
    try:
        content = base64.b64decode("".join(data.split()), validate=True)
    except binascii.Error:
        visit.report.say(CONTENT, "value", f"{at}.data", NOT_BASE64)
        return
    size, digest = value.get("size"), value.get("hash")
    if isinstance(size, int) and size != len(content):
        visit.report.say(CONTENT, "value", f"{at}.size", WRONG_SIZE, severity=Severity.WARNING)
    # R4 prescribes SHA-1 for Attachment.hash; it guards against accidents, not against attackers.
    if (
        isinstance(digest, str)
        and digest != base64.b64encode(hashlib.sha1(content, usedforsecurity=False).digest()).decode()
    ):
        visit.report.say(CONTENT, "value", f"{at}.hash", WRONG_HASH, severity=Severity.WARNING)


def check_uri(value: str, visit: Visit, at: str) -> None:
    """Warn of a URN that says it is a UUID or an OID, and is not in its form."""
    if value.startswith("urn:uuid:") and not _UUID.fullmatch(value):
        visit.report.say(CONTENT, "value", at, NOT_A_UUID, severity=Severity.WARNING)
    elif value.startswith("urn:oid:") and not _OID.fullmatch(value):
        visit.report.say(CONTENT, "value", at, NOT_AN_OID, severity=Severity.WARNING)


def _narrative(value: JsonObject, visit: Visit, at: str) -> None:
    div = value.get("div")
    if isinstance(div, str):
        for rule in narrative_faults(div):
            key = "txt-2" if rule == NO_CONTENT else "txt-1"
            visit.report.say(NARRATIVE, "invariant", f"{at}.div", rule, key=key)


CHECKS: dict[str, Callable[[JsonObject, Visit, str], None]] = {
    "Coding": _coding,
    **dict.fromkeys(("Quantity", "Age", "Count", "Distance", "Duration"), _coding),
    "Identifier": _identifier,
    "Attachment": _attachment,
    "Narrative": _narrative,
    "Reference": check_reference,
}
"""What is checked of each value of a datatype."""
