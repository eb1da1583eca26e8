"""Eligibility: the question (270) and the answer (271), guide 005010X279A1; both ways.

    question, answer      what is asked and what is said       question_*, answer_*             builders and readers
    benefits              covered? what does the patient owe?  benefit_reader, benefit_writer   one benefit (EB)

All loops of both guides are carried. Stepped over: when the file was written (it is in the envelope), location and
subdivision of an address (N405 to N407), and the traces of a subscriber who is not the patient.
"""

from chartline.formats.x12.eligibility.answer import Benefit, EligibilityAnswer, FurtherInformation, Military
from chartline.formats.x12.eligibility.answer_builder import build_271
from chartline.formats.x12.eligibility.answer_reader import read_271
from chartline.formats.x12.eligibility.benefits import (
    CostShare,
    ShareKind,
    Summary,
    cost_shares,
    is_active,
    summarize,
)
from chartline.formats.x12.eligibility.question import GUIDE, BenefitQuestion, EligibilityRequest
from chartline.formats.x12.eligibility.question_builder import build_270
from chartline.formats.x12.eligibility.question_reader import read_270
from chartline.formats.x12.inquiry_parts.parties import Party, Person
from chartline.formats.x12.inquiry_parts.values import (
    Contact,
    Delivery,
    Diagnosis,
    Procedure,
    QualifiedDate,
    Reference,
    Rejection,
    Specialty,
    Trace,
)

__all__ = [
    "GUIDE",
    "Benefit",
    "BenefitQuestion",
    "Contact",
    "CostShare",
    "Delivery",
    "Diagnosis",
    "EligibilityAnswer",
    "EligibilityRequest",
    "FurtherInformation",
    "Military",
    "Party",
    "Person",
    "Procedure",
    "QualifiedDate",
    "Reference",
    "Rejection",
    "ShareKind",
    "Specialty",
    "Summary",
    "Trace",
    "build_270",
    "build_271",
    "cost_shares",
    "is_active",
    "read_270",
    "read_271",
    "summarize",
]
