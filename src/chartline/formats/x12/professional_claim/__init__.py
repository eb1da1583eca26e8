"""The professional claim (837P, guide 005010X222A1): typed models, builder and reader.

    model, line    what a claim and its lines say          reader, line_reader   a file into claims, also streamed
    places         which code is which field               builder, line_writer  claims into files, also split by size
    next_payer     the same services for the next payer, with what the one before decided

All loops of the guide are carried.
"""

from chartline.formats.x12.claim_parts.coverage import LineAdjudication, OtherCoverage, ProviderAtPayer
from chartline.formats.x12.claim_parts.parties import (
    BillingProvider,
    Patient,
    PayToPlan,
    Provider,
    Receiver,
    ServiceFacility,
    Submitter,
    Subscriber,
)
from chartline.formats.x12.professional_claim.builder import build_837p, build_837p_files
from chartline.formats.x12.professional_claim.line import LineDates, ServiceLine
from chartline.formats.x12.professional_claim.model import GUIDE, ClaimDates, ProfessionalClaim, RenderingProvider
from chartline.formats.x12.professional_claim.next_payer import next_payer_claim
from chartline.formats.x12.professional_claim.reader import read_837p, stream_837p

__all__ = [
    "GUIDE",
    "BillingProvider",
    "ClaimDates",
    "LineAdjudication",
    "LineDates",
    "OtherCoverage",
    "Patient",
    "PayToPlan",
    "ProfessionalClaim",
    "Provider",
    "ProviderAtPayer",
    "Receiver",
    "RenderingProvider",
    "ServiceFacility",
    "ServiceLine",
    "Submitter",
    "Subscriber",
    "build_837p",
    "build_837p_files",
    "next_payer_claim",
    "read_837p",
    "stream_837p",
]
