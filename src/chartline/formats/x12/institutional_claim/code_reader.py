"""HI segments of an institutional claim: which qualifier fills which field.

Codes nobody asked for are stepped over. A date or amount that cannot be read raises ValueError.
"""

from __future__ import annotations

from chartline.formats.x12.claim_parts.icd import ICD_9, TEN_OF_NINE
from chartline.formats.x12.claim_parts.rare_fields import Rare, add
from chartline.formats.x12.claim_parts.raw_segments import RawSegments
from chartline.formats.x12.days import DAYS
from chartline.formats.x12.institutional_claim.codes import (
    Diagnosis,
    Occurrence,
    OccurrenceSpan,
    Procedure,
    ValueAmount,
)
from chartline.formats.x12.quantities import QUANTITIES

_TEXTS = {"APR": "reasons_for_visit", "BG": "condition_codes", "TC": "treatment_codes"}
_BLANK = ("",) * 9


def read_codes(elements: list[str], segments: RawSegments, rare: Rare) -> None:
    """Put the codes of one HI into their fields; the principal diagnosis into ``principal``."""
    for text in elements[1:]:
        parts = (*segments.composites.parts[text], *_BLANK)
        kind, code = parts[0], parts[1]
        if kind in TEN_OF_NINE:
            kind = TEN_OF_NINE[kind]
            rare["icd_version"] = ICD_9
        if kind == "ABF":
            add(rare, "diagnoses", Diagnosis(code, parts[8]))
        elif kind == "ABK":
            rare["principal"] = Diagnosis(code, parts[8])
        elif kind in _TEXTS:
            add(rare, _TEXTS[kind], code)
        elif kind == "BH":
            add(rare, "occurrences", Occurrence(code, DAYS[parts[3]]))
        elif kind == "BI":
            first, _, last = parts[3].partition("-")
            add(rare, "occurrence_spans", OccurrenceSpan(code, DAYS[first], DAYS[last or first]))
        elif kind == "BE":
            add(rare, "values", ValueAmount(code, QUANTITIES[parts[4]]))
        elif kind == "BBQ":
            add(rare, "procedures", Procedure(code, DAYS[parts[3]]))
        elif kind == "BBR":
            rare["principal_procedure"] = Procedure(code, DAYS[parts[3]])
        elif kind == "ABJ":
            rare["admitting"] = code
        elif kind == "ABN":
            add(rare, "external_causes", Diagnosis(code, parts[8]))
        elif kind == "DR":
            rare["drg"] = code
