"""Value sets that have no resource: SNOMED CT and LOINC write them into the address (R4: snomedct.html, loinc.html).

``http://snomed.info/sct?fhir_vs`` is all of it, ``?fhir_vs=isa/ID`` a concept and what is below it; an edition or
version may stand before the question mark. ``http://loinc.org/vs`` is all of LOINC. Reference sets, answer lists and
expressions are not read: None.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from chartline.formats.fhir.terminology.model import ConceptMap, Filter, Rule, System, ValueSet

SNOMED = "http://snomed.info/sct"
LOINC = "http://loinc.org"

_SNOMED_SET = re.compile(
    r"(?P<edition>http://snomed\.info/sct(?:/\d{6,18}(?:/version/\d{8})?)?)\?fhir_vs(?:=isa/(?P<top>\d{6,18}))?",
    re.ASCII,
)


class Implicit:
    """A ``Source`` of value sets that are read out of their addresses."""

    def system(self, url: str, version: str) -> System | None:
        """None: it has no code systems."""
        return None

    def value_set(self, url: str, version: str) -> ValueSet | None:
        """The value set that the address describes."""
        if url == LOINC + "/vs":
            return ValueSet(url, version, "LOINC", "All of LOINC", (Rule(LOINC, version),))
        found = _SNOMED_SET.fullmatch(url)
        if found is None:
            return None
        edition = found["edition"] if found["edition"] != SNOMED else ""
        filters = (Filter("concept", "is-a", found["top"]),) if found["top"] else ()
        return ValueSet(url, version, "SNOMED CT", "SNOMED CT", (Rule(SNOMED, edition, None, {}, filters),))

    def concept_map(self, url: str, version: str) -> ConceptMap | None:
        """None."""
        return None

    def concept_maps(self) -> Sequence[ConceptMap]:
        """None."""
        return ()
