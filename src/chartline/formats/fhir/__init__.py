"""FHIR R4 (4.0.1) as values: JSON in and out, structural checks, and the datatypes people are described with.

Resources are plain JSON objects (``JsonObject``); nothing here drops a part it does not know. Pure: no I/O, no clock.
Refuses XML, profiles and terminology: those are other rooms.
"""

from chartline.formats.fhir.accept import BAD_SHAPE, Fault, accept, check, faults, known_type, require_shape
from chartline.formats.fhir.amounts import fhir_money, fhir_period, read_money, read_period
from chartline.formats.fhir.concepts import code_of, coding, concept
from chartline.formats.fhir.contacts import address, contact_point, contact_value
from chartline.formats.fhir.dates import Span, span
from chartline.formats.fhir.elements import child, children, flag, text, texts
from chartline.formats.fhir.json import JsonObject, canonical, encode, parse
from chartline.formats.fhir.names import human_name, name_words, preferred_name, shown_name
from chartline.formats.fhir.references import (
    identifier,
    identifier_value,
    reference,
    reference_target,
    with_identifier,
)

__all__ = [
    "BAD_SHAPE",
    "Fault",
    "JsonObject",
    "Span",
    "accept",
    "address",
    "canonical",
    "check",
    "child",
    "children",
    "code_of",
    "coding",
    "concept",
    "contact_point",
    "contact_value",
    "encode",
    "faults",
    "fhir_money",
    "fhir_period",
    "flag",
    "human_name",
    "identifier",
    "identifier_value",
    "known_type",
    "name_words",
    "parse",
    "preferred_name",
    "read_money",
    "read_period",
    "reference",
    "reference_target",
    "require_shape",
    "shown_name",
    "span",
    "text",
    "texts",
    "with_identifier",
]
