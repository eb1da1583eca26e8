"""What a caller may see: obeyed by every read, search, chain, include, total and history.

What lies outside is not refused but not there: a caller learns nothing of it, not even that it exists.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from chartline.formats.fhir.definitions import compartment


@dataclass(frozen=True, slots=True)
class Reach:
    """``types`` are the resource types that may be seen (None for all).

    With ``patient`` (an id) only resources in that Patient's compartment are seen, and those of types that are in no
    patient's compartment (Practitioner, Organization, Location, Medication ...).
    """

    patient: str | None = None
    types: frozenset[str] | None = None

    def covers(self, rtype: str) -> bool:
        """Whether resources of a type may be seen at all."""
        return self.types is None or rtype in self.types

    def narrows(self, rtype: str) -> bool:
        """Whether only the patient's own resources of a type may be seen."""
        return self.patient is not None and rtype in patient_types()

    @property
    def compartment(self) -> str:
        """The compartment as a reference, ``Patient/1``; only where ``patient`` is given."""
        return f"Patient/{self.patient}"

    def mark(self) -> str:
        """A text that is equal for equal reaches, to bind cursors to it."""
        return f"{self.patient or ''}|{'*' if self.types is None else ','.join(sorted(self.types))}"


EVERYTHING = Reach(None, None)
"""No restriction: for our own work, and for tokens of the whole practice."""


@cache
def patient_types() -> frozenset[str]:
    """The types that belong to a patient's compartment, Patient itself among them."""
    return frozenset(compartment("Patient")) | {"Patient"}
