"""Acknowledgements: interchange (TA1), functional (997), implementation (999) and claim (277CA).

model, reader, builder       TA1, 999 and 997, both ways
acknowledge                  from the check of a file to its TA1 and 999
plain_words                  what an acknowledgement says, for a biller
claim_model, claim_reader, claim_builder     277CA, both ways
claim_acknowledge            from the check of an 837 and its claims to the 277CA
claim_places, element_numbers                what segments concern, what elements are called
"""

from chartline.formats.x12.acknowledgement.acknowledge import (
    acknowledge,
    acknowledge_interchange,
    answer_groups,
    answer_interchange,
    reply_envelope,
)
from chartline.formats.x12.acknowledgement.builder import build_997, build_999, build_ta1
from chartline.formats.x12.acknowledgement.claim_acknowledge import acknowledge_claims
from chartline.formats.x12.acknowledgement.claim_builder import build_277ca
from chartline.formats.x12.acknowledgement.claim_model import (
    ClaimAcknowledgement,
    ClaimAnswer,
    Decision,
    LineAnswer,
    OtherId,
    Party,
    PatientAnswer,
    ProviderAnswer,
    ReceiverAnswer,
    Status,
    Totals,
)
from chartline.formats.x12.acknowledgement.claim_places import ClaimPlaces, find_claims
from chartline.formats.x12.acknowledgement.claim_reader import read_277ca
from chartline.formats.x12.acknowledgement.model import (
    Context,
    ElementError,
    GroupAnswer,
    InterchangeAnswer,
    SegmentError,
    TransactionAnswer,
)
from chartline.formats.x12.acknowledgement.plain_words import (
    Verdict,
    group_verdict,
    interchange_verdict,
    transaction_verdicts,
)
from chartline.formats.x12.acknowledgement.reader import read_997, read_999, read_ta1

__all__ = [
    "ClaimAcknowledgement",
    "ClaimAnswer",
    "ClaimPlaces",
    "Context",
    "Decision",
    "ElementError",
    "GroupAnswer",
    "InterchangeAnswer",
    "LineAnswer",
    "OtherId",
    "Party",
    "PatientAnswer",
    "ProviderAnswer",
    "ReceiverAnswer",
    "SegmentError",
    "Status",
    "Totals",
    "TransactionAnswer",
    "Verdict",
    "acknowledge",
    "acknowledge_claims",
    "acknowledge_interchange",
    "answer_groups",
    "answer_interchange",
    "build_277ca",
    "build_997",
    "build_999",
    "build_ta1",
    "find_claims",
    "group_verdict",
    "interchange_verdict",
    "read_277ca",
    "read_997",
    "read_999",
    "read_ta1",
    "reply_envelope",
    "transaction_verdicts",
]
