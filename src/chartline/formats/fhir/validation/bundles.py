"""Bundles beyond their invariants: addresses that are the entries', resources that are there once, results of a
search.

From the R4 pages on Bundle and search: a full URL ends with type and id, results of a search have resources with
ids, and an OperationOutcome among them says so.
"""

from __future__ import annotations

from chartline.formats.fhir.elements import child, children, text
from chartline.formats.fhir.json import JsonObject
from chartline.formats.fhir.validation.issue import CONTENT, Severity
from chartline.formats.fhir.validation.visit import Visit

WRONG_FULL_URL = "does not end with the type and id of the resource"
TWICE = "has the type and id of another entry"
NO_RESOURCE = "must have a resource, as results of a search do"
NO_ID = "must have an id, as results of a search do"
NOT_OUTCOME = "must be outcome for an OperationOutcome, and for nothing else"

_SEVERAL_VERSIONS = frozenset({"history", "batch-response", "transaction-response", "batch", "transaction"})
"""Bundles that may well hold one resource more than once."""


def enter_bundle(visit: Visit) -> None:
    """Check the entries' addresses, and make the entries known to references by them."""
    kind = text(visit.resource, "type")
    found: dict[str, JsonObject] = {}
    seen: set[str] = set()
    for index, entry in enumerate(children(visit.resource, "entry")):
        at = f"{visit.at}.entry[{index}]"
        resource, url = child(entry, "resource"), text(entry, "fullUrl")
        if kind == "searchset":
            _check_result(entry, resource, visit, at)
        if resource is None:
            continue
        if url is not None:
            found[url] = resource
        identity = text(resource, "id")
        if identity is None:
            continue
        named = f"{text(resource, 'resourceType')}/{identity}"
        found.setdefault(named, resource)
        if url is not None and url.startswith("http") and not url.endswith(f"/{named}"):
            visit.report.say(CONTENT, "value", f"{at}.fullUrl", WRONG_FULL_URL, severity=Severity.WARNING)
        if kind not in _SEVERAL_VERSIONS and named in seen:
            visit.report.say(CONTENT, "duplicate", at, TWICE, severity=Severity.WARNING)
        seen.add(named)
    visit.entries = {**visit.entries, **found}
    visit.bundle = kind


def _check_result(entry: JsonObject, resource: JsonObject | None, visit: Visit, at: str) -> None:
    mode = text(child(entry, "search"), "mode")
    if resource is None:
        visit.report.say(CONTENT, "required", at, NO_RESOURCE)
        return
    outcome = text(resource, "resourceType") == "OperationOutcome"
    if mode is not None and (mode == "outcome") is not outcome:
        visit.report.say(CONTENT, "value", f"{at}.search.mode", NOT_OUTCOME)
    if not outcome and "id" not in resource:
        visit.report.say(CONTENT, "required", f"{at}.resource.id", NO_ID)
