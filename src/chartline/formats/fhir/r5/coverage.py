"""Coverage in R5: who insures and who pays are told apart, and numbers on the card are identifiers.

Source: the R4 and R5 pages of Coverage. ``kind`` is mandatory in R5 and not in R4: it is ``insurance`` when an
organization is among the payors, or nothing tells otherwise, and ``self-pay`` when only people are.
"""

from __future__ import annotations

from chartline.formats.fhir.elements import children, text
from chartline.formats.fhir.json import JsonObject
from chartline.formats.fhir.r5.parts import carry, inside, take

_PEOPLE = frozenset({"Patient", "RelatedPerson"})


def coverage(resource: JsonObject) -> None:
    """Change a Coverage in place."""
    payors = children(resource, "payor")
    resource.pop("payor", None)
    people = [payor for payor in payors if _type(payor) in _PEOPLE]
    insurers = [payor for payor in payors if payor not in people]
    resource["kind"] = "self-pay" if people and not insurers else "insurance"
    if people:
        resource["paymentBy"] = [{"party": payor} for payor in people]
    if insurers:
        resource["insurer"] = insurers[0]
    for payor in insurers[1:]:
        carry(resource, "Coverage.payor", valueReference=payor)
    if (number := take(resource, "subscriberId")) is not None:
        resource["subscriberId"] = [inside(number, "value")]
    for group in children(resource, "class"):
        if (value := take(group, "value")) is not None:
            group["value"] = inside(value, "value")


def _type(reference: JsonObject) -> str | None:
    """The type a reference points to, as far as it says."""
    if (named := text(reference, "type")) is not None:
        return named
    parts = (text(reference, "reference") or "").partition("/_history/")[0].split("/")
    return parts[-2] if len(parts) > 1 else None
