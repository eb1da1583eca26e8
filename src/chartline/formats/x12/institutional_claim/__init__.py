"""The institutional claim (837I, guide 005010X223A2): typed models, builder and reader.

    model, line, codes   what a claim, its lines and its coded facts say
    reader               a file into claims, also streamed          builder   claims into files, also split by size

Codes of other sets in HI (advanced billing concepts) are stepped over.
"""

from chartline.formats.x12.institutional_claim.builder import build_837i, build_837i_files
from chartline.formats.x12.institutional_claim.codes import (
    Diagnosis,
    Occurrence,
    OccurrenceSpan,
    Procedure,
    ValueAmount,
)
from chartline.formats.x12.institutional_claim.line import RevenueLine
from chartline.formats.x12.institutional_claim.model import GUIDE, InstitutionalClaim
from chartline.formats.x12.institutional_claim.reader import read_837i, stream_837i

__all__ = [
    "GUIDE",
    "Diagnosis",
    "InstitutionalClaim",
    "Occurrence",
    "OccurrenceSpan",
    "Procedure",
    "RevenueLine",
    "ValueAmount",
    "build_837i",
    "build_837i_files",
    "read_837i",
    "stream_837i",
]
