"""The walk over a resource by its base definition: invariants, bindings, references, extensions, and the resources
inside.

The structure was checked before, so a value that does not have the JSON form of its type is passed over here.
"""

from __future__ import annotations

from chartline.formats.fhir.definitions import RESOURCE_TYPES
from chartline.formats.fhir.json import JsonObject
from chartline.formats.fhir.validation.bindings import check_binding
from chartline.formats.fhir.validation.bundles import enter_bundle
from chartline.formats.fhir.validation.content import CHECKS, check_uri
from chartline.formats.fhir.validation.extensions import check_extension
from chartline.formats.fhir.validation.issue import CONTENT, Severity
from chartline.formats.fhir.validation.kinds import Child, Kind, kind, kind_of
from chartline.formats.fhir.validation.library import check_profile
from chartline.formats.fhir.validation.questionnaires import check_answers
from chartline.formats.fhir.validation.references import check_target
from chartline.formats.fhir.validation.visit import Item, Visit
from chartline.formats.fhir.validation.vital_signs import check_vital_signs

SAME_ID = "has the id of another contained resource"

_MORE = {"Observation": check_vital_signs, "QuestionnaireResponse": check_answers}
"""What is asked of one type of resource beside its definition."""

_EXTENSIONS = {"extension": False, "modifierExtension": True}


def check_resource(visit: Visit) -> None:
    """Check the visit's resource, what is inside it, and the profiles it claims."""
    resource = visit.resource
    rtype = resource.get("resourceType")
    if not isinstance(rtype, str) or rtype not in RESOURCE_TYPES:
        return
    if rtype == "Bundle":
        enter_bundle(visit)
    _walk(resource, kind(rtype), visit, visit.at, None)
    if rtype in _MORE:
        _MORE[rtype](visit)
    for profile in _claims(resource):
        check_profile(profile, Item(resource, None, rtype, visit.at), visit, unknown=Severity.WARNING)


def _walk(value: JsonObject, here: Kind, visit: Visit, at: str, above: str | None) -> None:
    """One object. ``above`` is the address of the extension the object is in, when it is directly in one."""
    for rule in here.rules:
        rule.check(value, visit, at, here.type)
    check = CHECKS.get(here.type)
    if check is not None:
        check(value, visit, at)
    for name, content in value.items():
        child = here.children.get(name)
        if child is not None:
            if child.plain:
                continue
            place = f"{at}.{child.name}"
            if child.type == "Extension" and name in _EXTENSIONS:
                _extensions(content, (here.path, here.type), visit, place, above, modifier=_EXTENSIONS[name])
            elif not child.many:
                _value(content, child, visit, place)
            elif isinstance(content, list):
                for index, one in enumerate(content):
                    _value(one, child, visit, f"{place}[{index}]")
        elif name[:1] == "_" and (child := here.children.get(name[1:])) is not None:
            _beside(content, child, visit, f"{at}.{child.name}")


def _value(value: object, child: Child, visit: Visit, at: str) -> None:
    if value is None:
        return
    for rule in child.rules:
        rule.check(value, visit, at, child.type_name)
    if child.binding is not None:
        check_binding(child.binding, Item(value, None, child.type, at), visit)
    if child.address and isinstance(value, str):
        check_uri(value, visit, at)
    if child.primitive or not isinstance(value, dict):
        return
    if child.targets and child.type == "Reference":
        check_target(value, child.targets, visit, at)
    if child.type == "Resource":
        _inside(value, child, visit, at)
    elif child.type == "Extension":
        check_extension(value, visit, at, (child.path, child.type), None, modifier=False)
    else:
        _walk(value, kind_of(child), visit, at, None)


def _extensions(
    content: object, holder: tuple[str, str], visit: Visit, at: str, above: str | None, *, modifier: bool
) -> None:
    if not isinstance(content, list):
        return
    for index, one in enumerate(content):
        if isinstance(one, dict):
            place = f"{at}[{index}]"
            check_extension(one, visit, place, holder, above, modifier=modifier)
            url = one.get("url")
            _walk(one, kind("Extension"), visit, place, url if isinstance(url, str) else None)


def _beside(content: object, child: Child, visit: Visit, at: str) -> None:
    """The extensions of primitives."""
    if isinstance(content, dict):
        _extensions(content.get("extension"), (child.path, child.type), visit, f"{at}.extension", None, modifier=False)
    elif isinstance(content, list):
        for index, one in enumerate(content):
            if isinstance(one, dict):
                place = f"{at}[{index}].extension"
                _extensions(one.get("extension"), (child.path, child.type), visit, place, None, modifier=False)


def _inside(resource: JsonObject, child: Child, visit: Visit, at: str) -> None:
    contained = child.name == "contained"
    identity = resource.get("id")
    if contained and isinstance(identity, str) and visit.contained().get(identity) is not resource:
        visit.report.say(CONTENT, "duplicate", at, SAME_ID)
    check_resource(visit.within(resource, at, contained=contained))


def _claims(resource: JsonObject) -> list[str]:
    meta = resource.get("meta")
    profiles = meta.get("profile") if isinstance(meta, dict) else None
    return [one for one in profiles if isinstance(one, str)] if isinstance(profiles, list) else []
