"""Which item of a list in a Patient a vendor's field stands for: the identity keys of names, telecoms and addresses.

A FHIR patient may have many telephones and addresses; a vendor has one place for each kind. Kind, use and rank say
which item that is, so that the others are never read in its place. Changing an item keeps its place in the list, its
period and its extensions. Refuses to reorder or drop the other items, and to write over one that is old, or a maiden
name, or a bill's address.
"""

from __future__ import annotations

from collections.abc import Sequence

from chartline.domains.practice.systems import CONTACT
from chartline.formats.fhir import JsonObject, address, child, children, contact_point, human_name, preferred_name
from chartline.formats.fhir.elements import text, texts, updated

TELECOMS: dict[str, tuple[str, str, str | None]] = {
    "phone": ("phone", "home", None),
    "work_phone": ("phone", "work", "work"),
    "mobile_phone": ("phone", "mobile", "mobile"),
    "other_phone": ("phone", "temp", None),
    "email": ("email", "home", None),
}
"""Each field of a person with the kind, the use that is its own, and the use a new item is given (None: none).

A telephone or e-mail address without a use counts as ``home``. There is no use for "another telephone": such an item
is marked by an extension of ours.
"""

_WRITTEN_NAMES = ("official", "usual", None)
_LAST = 1 << 31


def telecom_of(patient: JsonObject, field: str) -> JsonObject | None:
    """The item that stands for a field of ``TELECOMS``, or None.

    An item of the field's own use goes before one that has none, a current one before an ended one, a lower rank
    before a higher one; then the order of the list decides.
    """
    system, use, _ = TELECOMS[field]
    found = [one for one in children(patient, "telecom") if text(one, "system") == system and text(one, "value")]
    mine = [one for one in found if _place(one, field) is not None]
    return min(mine, key=lambda one: (_place(one, field), *_current(one)), default=None) if use else None


def with_telecom(patient: JsonObject, field: str, value: str) -> list[JsonObject]:
    """The telecoms with this value for a field; an empty one takes the item away."""
    items, prior = children(patient, "telecom"), telecom_of(patient, field)
    if value == (text(prior, "value") or ""):
        return items
    if not value:
        return [one for one in items if one is not prior]
    system, _, use = TELECOMS[field]
    point = contact_point(system, value, use=None if prior else use, prior=prior)
    if prior is None and field == "other_phone":
        point["extension"] = [{"url": CONTACT, "valueCode": "other"}]
    return replaced(items, prior, point)


def home_of(patient: JsonObject) -> JsonObject | None:
    """The address where somebody lives: ``home``, else one without a use; a street before a post box, current first.

    Addresses for bills, of work, old and temporary ones never stand for it.
    """
    found = [one for one in children(patient, "address") if text(one, "use") in ("home", None)]

    def rank(one: JsonObject) -> tuple[bool, bool, bool]:
        return (text(one, "use") is None, text(one, "type") == "postal", _ended(one))

    return min(found, key=rank, default=None)


def with_home(patient: JsonObject, parts: Sequence[str]) -> list[JsonObject]:
    """The addresses with these parts of the home: street, unit, city, state, postal code; all empty take it away."""
    items, prior = children(patient, "address"), home_of(patient)
    if tuple(parts) == home_parts(prior):
        return items
    if not any(parts):
        return [one for one in items if one is not prior]
    lines = [line for line in parts[:2] if line]
    use = text(prior, "use") if prior else "home"
    place = address(lines, parts[2], parts[3], parts[4], use=use, prior=prior)
    place.pop("text", None)
    return replaced(items, prior, _aligned(place, "line"))


def home_parts(home: JsonObject | None) -> tuple[str, str, str, str, str]:
    """Street, unit, city, state and postal code of an address; further lines belong to the unit."""
    lines = texts(home, "line")
    city, state, code = (text(home, name) or "" for name in ("city", "state", "postalCode"))
    return lines[0] if lines else "", " ".join(lines[1:]), city, state, code


def name_parts(patient: JsonObject) -> tuple[str, str, str]:
    """Family, first and middle names of the name to use."""
    name = preferred_name(patient)
    given = texts(name, "given")
    return text(name, "family") or "", given[0] if given else "", " ".join(given[1:])


def with_name(patient: JsonObject, family: str, first: str, middle: str) -> list[JsonObject]:
    """The names with these parts of the one to use. A maiden or old name is not written over: a new one joins it."""
    items, prior = children(patient, "name"), preferred_name(patient)
    if prior is not None and (family, first, middle) == name_parts(patient):
        return items
    given = [part for part in (first, middle) if part]
    if prior is not None and text(prior, "use") not in _WRITTEN_NAMES:
        prior = None
    if prior and " ".join(texts(prior, "given")) == " ".join(given):
        given = texts(prior, "given")
    use = text(prior, "use") if prior else "official"
    return replaced(items, prior, _aligned(human_name(family or None, given, use=use, prior=prior), "given"))


def replaced(items: list[JsonObject], prior: JsonObject | None, item: JsonObject) -> list[JsonObject]:
    """The list with one object replaced in its place, or added behind when there was none."""
    if prior is None:
        return [*items, item]
    return [item if one is prior else one for one in items]


def _place(item: JsonObject, field: str) -> int | None:
    """How well an item stands for a field, 0 best; None when it does not."""
    use = text(item, "use")
    other = any(text(one, "url") == CONTACT for one in children(item, "extension"))
    if field == "other_phone":
        return 0 if other else 1 if use == "temp" else None
    if other:
        return None
    wanted = TELECOMS[field][1]
    if use == wanted:
        return 0
    return 1 if use is None and wanted == "home" else None


def _current(item: JsonObject) -> tuple[bool, int]:
    rank = item.get("rank")
    return _ended(item), rank if isinstance(rank, int) else _LAST


def _ended(item: JsonObject) -> bool:
    return text(child(item, "period"), "end") is not None


def _aligned(item: JsonObject, name: str) -> JsonObject:
    """What is said beside each of several texts (``_given``, ``_line``) goes with its text, so there are as many."""
    beside, values = item.get(f"_{name}"), item.get(name)
    if not isinstance(beside, list):
        return item
    count = len(values) if isinstance(values, list) else 0
    kept = [*beside, *[None] * count][:count]
    return updated(item, **{f"_{name}": kept if any(one is not None for one in kept) else None})
