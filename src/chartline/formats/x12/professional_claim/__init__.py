"""The professional claim (837P, guide 005010X222A1): typed models, builder and reader.

Carries one payer a claim: other payers' adjudication (loops 2320 and 2430), pay-to addresses, referring providers and
service facilities are not written, and are stepped over when read.
"""

from chartline.formats.x12.professional_claim.builder import build_837p
from chartline.formats.x12.professional_claim.model import (
    GUIDE,
    BillingProvider,
    Patient,
    ProfessionalClaim,
    Receiver,
    RenderingProvider,
    ServiceLine,
    Submitter,
    Subscriber,
)
from chartline.formats.x12.professional_claim.reader import read_837p

__all__ = [
    "GUIDE",
    "BillingProvider",
    "Patient",
    "ProfessionalClaim",
    "Receiver",
    "RenderingProvider",
    "ServiceLine",
    "Submitter",
    "Subscriber",
    "build_837p",
    "read_837p",
]
