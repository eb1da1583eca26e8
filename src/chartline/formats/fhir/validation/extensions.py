"""Extensions: whether they are known, may stand where they stand, and are what their definition says.

An unknown extension is fine (information); an unknown modifier is an error, because it may turn the meaning round.
"""

from __future__ import annotations

import re
from functools import lru_cache

from chartline.formats.fhir.json import JsonObject
from chartline.formats.fhir.validation.issue import EXTENSION, Severity
from chartline.formats.fhir.validation.kinds import ancestors
from chartline.formats.fhir.validation.library import Shape, check_profile, find
from chartline.formats.fhir.validation.visit import Item, Visit

UNKNOWN = "is an extension that is not known here, so it was not checked"
UNKNOWN_MODIFIER = "is a modifier extension that is not known here; it may change the meaning of what it stands on"
NOT_ABSOLUTE = "must have an absolute address, unless it is part of another extension"
NO_PART = "is not among the parts of the extension it is in"
NOT_EXTENSION = "has the address of a definition that is no extension"
NOT_HERE = "may not stand on this element"
NOT_MODIFIER = "is not a modifier, so it must be an ordinary extension"
IS_MODIFIER = "is a modifier, so it must be a modifier extension"

_EXAMPLE = re.compile(r"https?://(?:[a-z0-9.-]+\.)?example\.(?:org|com|net)(?:[:/]|$)")
"""Addresses that belong to nobody (RFC 2606): examples in documentation, which nobody can know."""

_ANYWHERE = "Element"
"""As a context this is every element, resources among them."""

_WIDENED = frozenset(
    f"http://hl7.org/fhir/StructureDefinition/{name}"
    for name in (
        "capabilitystatement-expectation",
        "regex",
        "structuredefinition-fhir-type",
        "structuredefinition-normative-version",
        "valueset-concept-comments",
    )
)
"""Extensions that R4's and US Core's own definitions use elsewhere than R4 says; HL7 widened their contexts later."""

_INDEX = re.compile(r"\[\d+\]")


def check_extension(
    value: JsonObject, visit: Visit, at: str, holder: tuple[str, str], above: str | None, *, modifier: bool
) -> None:
    """Report what is wrong with one extension.

    ``holder`` is the element it stands on: where that is defined (``HumanName.family``) and its type. ``above`` is the
    address of the extension it is part of.
    """
    url = value.get("url")
    if not isinstance(url, str):
        return
    if ":" not in url:
        if above is None:
            visit.report.say(EXTENSION, "extension", f"{at}.url", NOT_ABSOLUTE)
        elif (whole := find(above, visit)) is not None and whole.parts and url not in whole.parts:
            visit.report.say(EXTENSION, "extension", at, NO_PART, key=above)
        return
    shape = find(url, visit)
    if shape is None:
        _unknown(url, visit, at, modifier=modifier)
        return
    if shape.type != "Extension":
        visit.report.say(EXTENSION, "extension", f"{at}.url", NOT_EXTENSION, key=url)
        return
    if shape.modifier is not modifier:
        visit.report.say(EXTENSION, "extension", at, IS_MODIFIER if shape.modifier else NOT_MODIFIER, key=url)
    if not _allowed(shape, visit, at, holder, above):
        severity = Severity.WARNING if shape.url in _WIDENED else Severity.ERROR
        visit.report.say(EXTENSION, "extension", at, NOT_HERE, key=url, severity=severity)
    check_profile(url, Item(value, None, "Extension", at), visit)


def _unknown(url: str, visit: Visit, at: str, *, modifier: bool) -> None:
    if modifier:
        severity = Severity.WARNING if _EXAMPLE.match(url) else Severity.ERROR
        visit.report.say(EXTENSION, "extension", at, UNKNOWN_MODIFIER, key=url, severity=severity)
    else:
        visit.report.say(EXTENSION, "extension", at, UNKNOWN, key=url, severity=Severity.INFORMATION)


def _allowed(shape: Shape, visit: Visit, at: str, holder: tuple[str, str], above: str | None) -> bool:
    if not shape.context:
        return True
    rtype = visit.resource.get("resourceType")
    deep = f"{rtype}{_INDEX.sub('', at[len(visit.at) :])}".rpartition(".")[0]
    places = _places(holder[0], holder[1], deep)
    for how, expression in shape.context:
        if how == "element" and (
            expression == _ANYWHERE or "#" in expression or expression.replace("[x]", "") in places
        ):
            return True
        if how == "extension" and above is not None and expression.partition("#")[0] == above:
            return True
        if how == "fhirpath":
            # Which elements an expression reaches is not asked; such contexts are rare and mostly wide.
            return True
    return False


@lru_cache(maxsize=4096)
def _places(defined: str, type_name: str, deep: str) -> frozenset[str]:
    """All names the place of an extension goes by: its path, where it is defined, its type and that one's parents."""
    found = {defined, deep, *ancestors(type_name)}
    for path in (defined, deep):
        first, dot, rest = path.partition(".")
        if dot:
            found.update(f"{above}.{rest}" for above in ancestors(first))
    return frozenset(found)
