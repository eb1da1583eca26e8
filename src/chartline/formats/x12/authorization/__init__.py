"""Authorizations and referrals: request and answer (278, guide 005010X217); both ways.

    request, answer     who asks whom, and what was decided      request_*, answer_*      builders and readers
    review              events and services                      event_*, service_*       their parts

All loops are carried but one: other review organizations that refused before (2010EC of a request). Stepped over are
also chiropractic, home oxygen and home health details (CR2, CR5, CR6) and when the file was written (it is in the
envelope).
"""

from chartline.formats.x12.authorization.answer import (
    AuthorizationAnswer,
    Decision,
    EventAnswer,
    ServiceAnswer,
    Validity,
)
from chartline.formats.x12.authorization.answer_builder import build_278_answer
from chartline.formats.x12.authorization.answer_reader import read_278_answer
from chartline.formats.x12.authorization.request import AuthorizationRequest
from chartline.formats.x12.authorization.request_builder import build_278_request
from chartline.formats.x12.authorization.request_reader import read_278_request
from chartline.formats.x12.authorization.review import (
    GUIDE,
    Attachment,
    Condition,
    DentalService,
    Event,
    FacilityService,
    FacilityStay,
    ProfessionalService,
    Review,
    Service,
    Tooth,
    Transport,
)
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
    "Attachment",
    "AuthorizationAnswer",
    "AuthorizationRequest",
    "Condition",
    "Contact",
    "Decision",
    "Delivery",
    "DentalService",
    "Diagnosis",
    "Event",
    "EventAnswer",
    "FacilityService",
    "FacilityStay",
    "Party",
    "Person",
    "Procedure",
    "ProfessionalService",
    "QualifiedDate",
    "Reference",
    "Rejection",
    "Review",
    "Service",
    "ServiceAnswer",
    "Specialty",
    "Tooth",
    "Trace",
    "Transport",
    "Validity",
    "build_278_answer",
    "build_278_request",
    "read_278_answer",
    "read_278_request",
]
