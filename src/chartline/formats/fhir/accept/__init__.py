"""Whether a resource has the structure R4 prescribes: quickly yes, or no with every fault and its place.

``accept`` takes JSON bytes, ``check`` a parsed resource, ``faults`` lists what is wrong. Refuses unknown elements,
wrong cardinality, formats, choices and codes of required value sets. Does not judge invariants, profiles, references.
"""

from chartline.formats.fhir.accept.fault import BAD_SHAPE, Fault
from chartline.formats.fhir.accept.quick import accept, check, known_type, require_shape
from chartline.formats.fhir.accept.walk import faults

__all__ = ["BAD_SHAPE", "Fault", "accept", "check", "faults", "known_type", "require_shape"]
"""``require_shape`` is ``check`` by the name its callers know."""
