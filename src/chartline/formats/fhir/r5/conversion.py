"""From an R4 resource to its R5 form, and what was left out: the table of types, contained resources, profiles."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

from chartline.formats.fhir.elements import child, children, text
from chartline.formats.fhir.json import JsonObject
from chartline.formats.fhir.r5.appointment import appointment
from chartline.formats.fhir.r5.claims import claim, explanation_of_benefit
from chartline.formats.fhir.r5.coverage import coverage
from chartline.formats.fhir.r5.parts import Notice, Notices, renewed, take
from chartline.kernel.errors import Again, Blame, ErrorKind

NO_R5_FORM = ErrorKind(
    "fhir.no_r5_form",
    Blame.US,
    Again.AFTER_FIX,
    "This resource cannot be shown in the form of FHIR R5.",
    "Ask for it as FHIR R4 (fhirVersion=4.0).",
    status=406,
)


def _same(_: JsonObject) -> None:
    """Nothing changes but datatypes."""


def _organization(resource: JsonObject) -> None:
    """Only inside other resources: how to reach an organization is said in its contacts in R5."""
    contacts = children(resource, "contact")
    for contact in contacts:
        if (name := contact.pop("name", None)) is not None:
            contact["name"] = [name]
    telecom, addresses = resource.pop("telecom", None), children(resource, "address")
    resource.pop("address", None)
    if telecom:
        contacts.append({"telecom": telecom})
    contacts.extend({"address": address} for address in addresses)
    if contacts:
        resource["contact"] = contacts


_CHANGES: dict[str, Callable[[JsonObject], None]] = {
    "Appointment": appointment,
    "Claim": claim,
    "Coverage": coverage,
    "ExplanationOfBenefit": explanation_of_benefit,
    "Patient": _same,
}
_CONTAINED = MappingProxyType({**_CHANGES, "Organization": _organization})
R5_TYPES = frozenset(_CHANGES)
"""The types that have a preview."""


def convert(resource: JsonObject) -> tuple[JsonObject, list[Notice]]:
    """The R5 form of an R4 resource, which stays as it is, and what is not in it. Raises ``fhir.no_r5_form``."""
    rtype = text(resource, "resourceType") or ""
    if rtype not in R5_TYPES:
        raise NO_R5_FORM.error(type=rtype)
    notices = Notices()
    return _converted(resource, rtype, notices), list(notices)


def _converted(resource: JsonObject, path: str, notices: Notices) -> JsonObject:
    rtype = text(resource, "resourceType") or ""
    change = _CONTAINED.get(rtype)
    if change is None:
        raise NO_R5_FORM.error(type=path.partition(".")[0], contained=rtype)
    contained = children(resource, "contained")
    made = renewed({name: value for name, value in resource.items() if name != "contained"}, path, notices)
    if not isinstance(made, dict):
        return resource
    change(made)
    if (meta := child(made, "meta")) is not None and take(meta, "profile") is not None:
        notices.add(f"{path}.meta.profile", "names profiles of R4")
        if not meta:
            del made["meta"]
    if contained:
        made["contained"] = [_converted(one, f"{path}.contained", notices) for one in contained]
    return made
