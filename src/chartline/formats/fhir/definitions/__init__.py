"""The official R4 (4.0.1) and US Core 6.1.0 definitions as compact tables, loaded when first asked for.

The tables under ``data`` are made by ``tools/fhir_definitions.py``; sources and licences are in ``THIRD-PARTY.md``.
"""

from chartline.formats.fhir.definitions.codes import required_codes, required_codings
from chartline.formats.fhir.definitions.compartments import compartment
from chartline.formats.fhir.definitions.model import (
    Binding,
    Component,
    Constraint,
    Element,
    Operation,
    OperationParameter,
    Profile,
    SearchParameter,
    Structure,
    TypeUse,
)
from chartline.formats.fhir.definitions.operations import operation_definitions
from chartline.formats.fhir.definitions.parameters import search_parameters
from chartline.formats.fhir.definitions.structures import (
    profile,
    profile_elements,
    profile_urls,
    resource_types,
    structure,
    structure_by_url,
)

RESOURCE_TYPES: frozenset[str] = resource_types()
"""The 146 concrete resource types of R4."""

__all__ = [
    "RESOURCE_TYPES",
    "Binding",
    "Component",
    "Constraint",
    "Element",
    "Operation",
    "OperationParameter",
    "Profile",
    "SearchParameter",
    "Structure",
    "TypeUse",
    "compartment",
    "operation_definitions",
    "profile",
    "profile_elements",
    "profile_urls",
    "required_codes",
    "required_codings",
    "search_parameters",
    "structure",
    "structure_by_url",
]
