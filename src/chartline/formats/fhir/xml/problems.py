"""What can be wrong with XML: it is not XML at all, it is not FHIR R4, or a resource cannot be said in it.

Texts are constant; the fields carry lines and element paths, never a value.
"""

from __future__ import annotations

from chartline.kernel.errors import Again, Blame, ErrorKind

NOT_XML = ErrorKind(
    "fhir.not_xml",
    Blame.VENDOR,
    Again.AFTER_FIX,
    "The content is not well-formed XML, or not XML that is safe to read.",
    "Send FHIR R4 as application/fhir+xml in UTF-8, without a document type; the fields name the line.",
)
BAD_XML = ErrorKind(
    "fhir.bad_xml",
    Blame.VENDOR,
    Again.AFTER_FIX,
    "The XML is not a FHIR R4 resource.",
    "Correct the elements named in the fields and send it again.",
    status=422,
)
NO_XML_FORM = ErrorKind(
    "fhir.no_xml_form",
    Blame.US,
    Again.AFTER_FIX,
    "The resource holds something that XML cannot say.",
    "Ask for it as application/fhir+json.",
    status=406,
)
