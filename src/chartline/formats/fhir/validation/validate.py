"""The explain path: all that is wrong with a resource, in one call."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

from chartline.formats.fhir.accept import BAD_SHAPE, Fault, check, faults
from chartline.formats.fhir.accept.walk import BAD_NARRATIVE, NOT_A_CODE
from chartline.formats.fhir.json import JsonObject
from chartline.formats.fhir.validation.issue import Issue, Report
from chartline.formats.fhir.validation.library import check_profile, fits
from chartline.formats.fhir.validation.visit import Definitions, Item, Resolver, Terminology, Visit
from chartline.formats.fhir.validation.walk import check_resource
from chartline.kernel.errors import ChartlineError

_SAID_BETTER = frozenset({BAD_NARRATIVE, NOT_A_CODE})
"""Structural rules for which the walk says more exactly what is wrong; told only when it does not."""


def validate(
    resource: JsonObject,
    profiles: Sequence[str] = (),
    *,
    terminology: Terminology | None = None,
    resolve: Resolver | None = None,
    definitions: Definitions | None = None,
) -> list[Issue]:
    """Everything wrong with a resource, errors first; empty when nothing was found.

    Checks the structure, then invariants, bindings, references, extensions, narrative, the resources inside, the
    profiles in ``meta.profile`` and those asked for. ``resource`` comes from ``fhir.json.parse`` and is not
    changed.
    """
    report = Report()
    structural = _faults(resource)
    for fault in structural:
        if fault.rule not in _SAID_BETTER:
            report.say(BAD_SHAPE, fault.code, fault.path, fault.rule)
    if any(fault.code == "too-costly" for fault in structural):
        return report.issues()
    rtype = resource.get("resourceType")
    at = rtype if isinstance(rtype, str) else "Resource"
    visit = Visit(report, resource, resource, at, terminology, _once(resolve), _once(definitions), fits=fits)
    check_resource(visit)
    for profile in profiles:
        check_profile(profile, Item(resource, None, at, at), visit)
    for fault in structural:
        if fault.rule in _SAID_BETTER and not report.has_errors_at(fault.path):
            report.say(BAD_SHAPE, fault.code, fault.path, fault.rule)
    return report.issues()


def _faults(resource: JsonObject) -> list[Fault]:
    """The structural faults; the quick check spares the thorough one in most cases."""
    try:
        check(resource)
    except ChartlineError:
        return faults(resource)
    return []


def _once(ask: Callable[[str], JsonObject | None] | None) -> Callable[[str], JsonObject | None] | None:
    """The same answers, each asked for once: behind it may be a database."""
    return None if ask is None else cache(ask)
