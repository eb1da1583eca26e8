"""What a code of each system looks like. Shape says nothing of existence; see ``catalogue`` for that.

Refuses dots, blanks and lower case: they are cleaned where text comes in, not where codes are compared.
"""

from __future__ import annotations

import re
from enum import StrEnum

from chartline.domains.codes.npi import npi_is_valid
from chartline.domains.codes.places import PLACES
from chartline.kernel.errors import Again, Blame, ErrorKind, Problem

BAD_SHAPE = ErrorKind(
    "codes.bad_shape",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "A code does not look like a code of its system.",
    "Correct the code named in the fields; diagnosis codes are written without the dot.",
    status=422,
)


class CodeSystem(StrEnum):
    """The systems a professional claim uses."""

    PROCEDURE = "procedure"
    """CPT (five digits, or four and F, T, U) and HCPCS level II (a letter and four digits)."""
    DIAGNOSIS = "diagnosis"
    """ICD-10-CM without the dot."""
    MODIFIER = "modifier"
    PLACE_OF_SERVICE = "place_of_service"
    NPI = "npi"
    TAXONOMY = "taxonomy"
    """Health care provider taxonomy: nine letters or digits and an X."""


_SHAPES = {
    CodeSystem.PROCEDURE: re.compile(r"\d{4}[\dFTU]|[A-V]\d{4}", re.ASCII),
    CodeSystem.DIAGNOSIS: re.compile(r"[A-Z]\d[0-9AB][0-9A-Z]{0,4}", re.ASCII),
    CodeSystem.MODIFIER: re.compile(r"[0-9A-Z]{2}", re.ASCII),
    CodeSystem.TAXONOMY: re.compile(r"[0-9A-Z]{9}X", re.ASCII),
}


def shape_problem(system: CodeSystem, code: str) -> Problem | None:
    """The problem with the look of a code, or None. Places of service and NPIs are settled completely here."""
    if system is CodeSystem.NPI:
        fits = npi_is_valid(code)
    elif system is CodeSystem.PLACE_OF_SERVICE:
        fits = code in PLACES
    else:
        fits = _SHAPES[system].fullmatch(code) is not None
    return None if fits else BAD_SHAPE.problem(system=system.value, code=code[:20])


def plain_diagnosis(text: str) -> str:
    """An ICD-10-CM code as claims carry it: upper case, without dot and blanks."""
    return text.strip().upper().replace(".", "")
