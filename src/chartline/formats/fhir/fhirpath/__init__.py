"""FHIRPath (N1, 2.0.0, with FHIR's own functions) over R4 JSON: read once, compiled to closures, run on typed nodes.

    compile("Patient.name.where(use = 'official').given").evaluate(patient)

Pure: the clock, terminology, profiles and other resources come in as ``Services``. Safe for expressions from outside:
their length, depth, work and strings are bounded. Errors are ``fhirpath.syntax`` and ``fhirpath.evaluation``.
"""

from chartline.formats.fhir.fhirpath.check import Doubt, doubts
from chartline.formats.fhir.fhirpath.context import Services
from chartline.formats.fhir.fhirpath.errors import EVALUATION, SYNTAX
from chartline.formats.fhir.fhirpath.expression import Expression, compile
from chartline.formats.fhir.fhirpath.nodes import Node, node_of
from chartline.formats.fhir.fhirpath.quantities import Quantity
from chartline.formats.fhir.fhirpath.temporal import Temporal

__all__ = [
    "EVALUATION",
    "SYNTAX",
    "Doubt",
    "Expression",
    "Node",
    "Quantity",
    "Services",
    "Temporal",
    "compile",
    "doubts",
    "node_of",
]
