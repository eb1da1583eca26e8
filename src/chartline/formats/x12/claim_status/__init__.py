"""Claim status: the question (276) and the answer (277), guide 005010X212; both ways.

    question, answer       where does a claim stand, and what the payer says     question_*, answer_*   builders,
    readers

All loops of both guides are carried. Stepped over: when the file was written (it is in the envelope). The 277 of a
clearinghouse about new claims (277CA) is another transaction and is not read here.
"""

from chartline.formats.x12.claim_status.answer import (
    LineStatus,
    Status,
    StatusAnswer,
    StatusCode,
    StatusPerson,
)
from chartline.formats.x12.claim_status.answer_builder import build_277
from chartline.formats.x12.claim_status.answer_reader import read_277
from chartline.formats.x12.claim_status.question import GUIDE, LineQuestion, StatusRequest
from chartline.formats.x12.claim_status.question_builder import build_276
from chartline.formats.x12.claim_status.question_reader import read_276
from chartline.formats.x12.inquiry_parts.parties import Party
from chartline.formats.x12.inquiry_parts.values import Contact, Procedure

__all__ = [
    "GUIDE",
    "Contact",
    "LineQuestion",
    "LineStatus",
    "Party",
    "Procedure",
    "Status",
    "StatusAnswer",
    "StatusCode",
    "StatusPerson",
    "StatusRequest",
    "build_276",
    "build_277",
    "read_276",
    "read_277",
]
