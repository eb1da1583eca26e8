"""The five compartments of R4: which parameters put a resource of which type into which compartment.

Refuses kinds that R4 does not define (``KeyError``).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from chartline.formats.fhir.definitions.pack import pack
from chartline.formats.fhir.elements import texts

OWN = "{def}"
"""How R4 says that a compartment's own resource belongs to it; it is no parameter."""


@cache
def compartment(kind: str) -> Mapping[str, tuple[str, ...]]:
    """For Patient, Encounter, Practitioner, RelatedPerson or Device: the parameter codes by resource type.

    A type that is absent is in no such compartment. The compartment's own resource is always in it, whether or not its
    type has parameters here. Raises ``KeyError``.
    """
    record = pack("compartments").record(kind)
    rows = {rtype: tuple(code for code in texts(record, rtype) if code != OWN) for rtype in record}
    return MappingProxyType({rtype: codes for rtype, codes in rows.items() if codes})
