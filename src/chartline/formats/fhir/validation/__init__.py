"""The explain path of validation: every problem of a resource with its place, against R4, US Core and profiles of
one's own.

``validate`` finds them, ``to_outcome`` says them to a FHIR client. Pure: codes, references and other definitions
are asked of whoever the caller names. Refuses to guess: what cannot be checked is said. The quick gate for writes
is ``formats.fhir.accept``.
"""

from chartline.formats.fhir.validation.issue import Issue, Severity
from chartline.formats.fhir.validation.outcome import sentence, to_outcome
from chartline.formats.fhir.validation.validate import validate
from chartline.formats.fhir.validation.visit import Definitions, Resolver, Terminology

__all__ = ["Definitions", "Issue", "Resolver", "Severity", "Terminology", "sentence", "to_outcome", "validate"]
