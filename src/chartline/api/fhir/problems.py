"""What the FHIR surface refuses by itself, each with the issue code it leaves with (see ``outcomes``)."""

from __future__ import annotations

from chartline.kernel.errors import Again, Blame, ErrorKind

_DOCS = "docs/how-to/fhir.md shows every request"


def _kind(code: str, status: int, say: str, do: str) -> ErrorKind:
    return ErrorKind(f"fhir.{code}", Blame.PRACTICE, Again.AFTER_FIX, say, do, status=status)


NO_SUCH_ADDRESS = _kind(
    "no_such_address",
    404,
    "There is nothing at this address of the FHIR server.",
    f"Compare the address with the capability statement at /fhir/R4/metadata; {_DOCS}.",
)
UNKNOWN_TYPE = _kind(
    "unknown_type",
    404,
    "This is not a resource type of FHIR R4.",
    "Write the type as FHIR R4 (4.0.1) does, with its capital letters.",
)
BAD_ID = _kind(
    "bad_id",
    404,
    "This is not an id: nothing can be stored under it.",
    "Use 1 to 64 letters, digits, hyphens and dots.",
)
NOT_ALLOWED = _kind(
    "method_not_allowed",
    405,
    "This address does not take this method.",
    "Use one of the methods in the Allow header.",
)
NO_UPDATE_AS_CREATE = _kind(
    "no_update_as_create",
    405,
    "This server does not take ids of the client's choice.",
    "Create the resource with POST, or ask the operator for the setting fhir_update_as_create.",
)
NOT_ACCEPTABLE = _kind(
    "not_acceptable",
    406,
    "None of the accepted formats can be answered.",
    "Accept application/fhir+json or application/fhir+xml, in FHIR version 4.0.",
)
UNSUPPORTED_MEDIA = _kind(
    "unsupported_media",
    415,
    "The body's format is not one that is read at this address.",
    "Send application/fhir+json (or application/fhir+xml); patches as application/json-patch+json or as a Parameters "
    "resource; search forms as application/x-www-form-urlencoded.",
)
TOO_LARGE = _kind(
    "too_large",
    413,
    "The request is larger than this server reads at once.",
    "Send it in parts; the settings fhir_body_bytes and fhir_bundle_entries say how large one may be.",
)
NO_BODY = _kind(
    "no_body",
    400,
    "The request needs a resource in its body, and has none.",
    "Send the resource as application/fhir+json.",
)
WRONG_TYPE = _kind(
    "wrong_type",
    400,
    "The resource in the body is not of the type that the address names.",
    "Send it to the address of its own type.",
)
WRONG_ID = _kind(
    "wrong_id",
    400,
    "The resource's id is missing or is not the one in the address.",
    "Put the id of the address into the resource, or create it with POST.",
)
BAD_PARAMETER = _kind(
    "bad_parameter",
    400,
    "A parameter is missing, is not known here, or cannot be read.",
    "Correct the parameter named in the fields; the capability statement lists what each type knows.",
)
BAD_HEADER = _kind(
    "bad_header",
    400,
    "A header of the request cannot be read.",
    'Correct the header named in the fields; versions are written as W/"3".',
)
PRECONDITION_FAILED = _kind(
    "version_conflict",
    412,
    "The resource is not in the version that the request expects; nothing was stored.",
    "Read the present version, make the change on it, and send that with its ETag in If-Match.",
)
MULTIPLE_MATCHES = _kind(
    "multiple_matches",
    412,
    "The condition of the request fits more than one resource; nothing was stored.",
    "Make the condition narrower, for example with an identifier.",
)
NO_MATCH = _kind(
    "no_match",
    404,
    "The condition of the request fits no resource.",
    "Search with the same parameters to see what is there.",
)
UNSAFE_CRITERIA = _kind(
    "unsafe_criteria",
    412,
    "The condition of the request is empty, or a part of it would have no effect, so it could hit anything.",
    "Give at least one search parameter of the type, and only ones it knows.",
)
MISPLACED_CONDITION = _kind(
    "misplaced_condition",
    400,
    "A create has search parameters in its address, where they would have no effect; nothing was stored.",
    "Send the condition in the header If-None-Exist, or leave it out.",
)
ID_TAKEN = _kind(
    "id_taken",
    409,
    "No resource fits the condition, but another one has the id in the body; nothing was stored.",
    "Leave the id out, or update that resource at its own address.",
)
TOO_MANY = _kind(
    "delete_too_many",
    412,
    "The condition fits more resources than may be deleted at once; nothing was deleted.",
    "Make the condition narrower and delete in parts.",
)
OURS = _kind(
    "published_by_billing",
    422,
    "This resource is published by billing and changes only with the claim or payment behind it.",
    "Change the claim, remittance or account itself; the resource follows.",
)
OUTSIDE = _kind(
    "outside_compartment",
    403,
    "The resource does not belong to the patient that this token is for.",
    "Use a token of that patient, or one that is not bound to a patient.",
)
NO_SCOPE = _kind(
    "no_scope",
    403,
    "The token's role or scopes do not allow this.",
    "Ask for a token with the permission named in the fields.",
)
BAD_BUNDLE = _kind(
    "bad_bundle",
    400,
    "The Bundle cannot be worked on as it is.",
    "Correct the entry named in the fields: each needs request.method and request.url, and a resource where something "
    "is stored.",
)
CLASH = _kind(
    "transaction_clash",
    400,
    "Two entries of the transaction are about the same resource; nothing was stored.",
    "Put every resource into a transaction once.",
)
UNRESOLVED = _kind(
    "unresolved_reference",
    412,
    "A conditional reference fits no resource, or more than one; nothing was stored.",
    "Correct the search in the reference named in the fields, or store its target first.",
)
TRANSACTION_FAILED = _kind(
    "transaction_failed",
    400,
    "An entry of the transaction was refused, so nothing of it was stored.",
    "Correct the entry named here and send the transaction again.",
)
FOREIGN_FORM = ErrorKind(
    "fhir.foreign_form",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "A change was asked for with a browser session, but not from a page of this console.",
    "Use a bearer token, or send the page's X-CSRF-Token with the request.",
    status=403,
)
