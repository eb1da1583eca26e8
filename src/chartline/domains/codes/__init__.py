"""Code systems: the shape of a code, and whether it was valid on a date.

Ships what is free to ship: ICD-10-CM chapter F and the places of service. Refuses to ship procedure codes: a
practice loads those it is licensed for with ``load_codes``; until then only their shape is checked.
"""

from chartline.domains.codes.catalogue import (
    Code,
    CodeBook,
    check_code,
    code_book,
    code_table,
    load_codes,
    load_reference,
)
from chartline.domains.codes.npi import npi_is_valid
from chartline.domains.codes.places import PLACES, TELEHEALTH_PLACES, Place
from chartline.domains.codes.shapes import BAD_SHAPE, CodeSystem, plain_diagnosis, shape_problem

__all__ = [
    "BAD_SHAPE",
    "PLACES",
    "TELEHEALTH_PLACES",
    "Code",
    "CodeBook",
    "CodeSystem",
    "Place",
    "check_code",
    "code_book",
    "code_table",
    "load_codes",
    "load_reference",
    "npi_is_valid",
    "plain_diagnosis",
    "shape_problem",
]
