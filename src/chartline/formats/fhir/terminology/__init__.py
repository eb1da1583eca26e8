"""Terminology: code systems, value sets and concept maps, and the questions that are asked of them.

FHIR R4's and US Core's own content is shipped; more comes from ``Source`` objects (a database, stored resources).
Everything is pure. What is not here is said to be not here: ``member`` and ``knows`` answer None, lists are refused.
"""

from chartline.formats.fhir.terminology.checking import Coding, Verdict
from chartline.formats.fhir.terminology.concepts import Known
from chartline.formats.fhir.terminology.expansion import Asked, Entry, Expansion
from chartline.formats.fhir.terminology.memory import Columns, MemorySystem
from chartline.formats.fhir.terminology.model import (
    Concept,
    ConceptMap,
    Designation,
    Filter,
    MapGroup,
    Rule,
    Source,
    System,
    Target,
    ValueSet,
    fits,
    split,
)
from chartline.formats.fhir.terminology.shipped import shipped
from chartline.formats.fhir.terminology.terminology import Terminology, shipped_terminology
from chartline.formats.fhir.terminology.translation import Match, Wanted

__all__ = [
    "Asked",
    "Coding",
    "Columns",
    "Concept",
    "ConceptMap",
    "Designation",
    "Entry",
    "Expansion",
    "Filter",
    "Known",
    "MapGroup",
    "Match",
    "MemorySystem",
    "Rule",
    "Source",
    "System",
    "Target",
    "Terminology",
    "ValueSet",
    "Verdict",
    "Wanted",
    "fits",
    "shipped",
    "shipped_terminology",
    "split",
]
