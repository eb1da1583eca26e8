"""The dental claim (837D, guide 005010X224A2): typed models, builder and reader.

    model, line   what a claim and its services say     reader    a file into claims, also streamed
    places        which code is which field             builder   claims into files, also split by size

Codes of other sets than ICD in HI (SNODENT) are stepped over.
"""

from chartline.formats.x12.dental_claim.builder import build_837d, build_837d_files
from chartline.formats.x12.dental_claim.line import DentalLine, DentalLineDates, Tooth
from chartline.formats.x12.dental_claim.model import GUIDE, DentalClaim, DentalDates, Orthodontics, ToothStatus
from chartline.formats.x12.dental_claim.reader import read_837d, stream_837d

__all__ = [
    "GUIDE",
    "DentalClaim",
    "DentalDates",
    "DentalLine",
    "DentalLineDates",
    "Orthodontics",
    "Tooth",
    "ToothStatus",
    "build_837d",
    "build_837d_files",
    "read_837d",
    "stream_837d",
]
