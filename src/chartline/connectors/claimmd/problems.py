"""Claim.MD's errors as errors of ours. Refuses to quote the vendor: its words can hold a patient's values.

Most codes are not published. What is known by code comes first, then what is known by its wording; the rest is
``claimmd.error`` with the vendor's code beside it, and its words in the exchange log.
"""

from __future__ import annotations

import re
from typing import Final

from chartline.connectors.claimmd.wire import ServiceError
from chartline.kernel.errors import Again, Blame, ErrorKind, Problem

BAD_KEY = ErrorKind(
    "claimmd.bad_key",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "Claim.MD does not accept the account key.",
    "Copy the key from Claim.MD's account settings into the connection, then test it.",
    status=401,
)
NOT_SUPPORTED = ErrorKind(
    "claimmd.eligibility_not_supported",
    Blame.PAYER,
    Again.NEVER,
    "This payer does not answer eligibility questions in real time.",
    "Check the coverage by telephone or in the payer's portal, and record the answer.",
    status=422,
)
NO_CLAIMS = ErrorKind(
    "claimmd.no_claims_found",
    Blame.US,
    Again.NEVER,
    "Claim.MD found no claim in the file.",
    "Report it with the exchange; nothing was submitted.",
    status=502,
)
VENDOR_ERROR = ErrorKind(
    "claimmd.error",
    Blame.VENDOR,
    Again.AFTER_FIX,
    "Claim.MD said no with a code that we do not know.",
    "Read the vendor's own words in the exchange log, at the exchange named here.",
    status=502,
)
HTTP_REFUSED = ErrorKind(
    "claimmd.http_refused",
    Blame.VENDOR,
    Again.AFTER_FIX,
    "Claim.MD refused the call.",
    "Check the connection's base_url; the status is in the fields.",
    status=502,
)
UNREADABLE = ErrorKind(
    "claimmd.unreadable",
    Blame.VENDOR,
    Again.AFTER,
    "Claim.MD's answer could not be read.",
    "It is kept in the exchange log; the same question is asked again later.",
    status=502,
)
DOWN = ErrorKind(
    "claimmd.down",
    Blame.VENDOR,
    Again.AFTER,
    "Claim.MD answers with a server error.",
    "Nothing to do now; it is asked again later.",
    status=502,
)
BAD_FILE = ErrorKind(
    "claimmd.bad_file",
    Blame.US,
    Again.NEVER,
    "The claim file is empty, too large, or has a name that cannot be sent.",
    "Split the batch; Claim.MD takes 1 to 2000 claims in one file.",
)
BAD_QUESTION = ErrorKind(
    "claimmd.bad_question",
    Blame.US,
    Again.AFTER_FIX,
    "The eligibility question lacks what Claim.MD demands.",
    "Complete the fields that are named, then ask again.",
)
BAD_CURSOR = ErrorKind(
    "claimmd.bad_cursor",
    Blame.US,
    Again.NEVER,
    "The stored position in a Claim.MD feed cannot be read.",
    "Reset the feed's cursor; everything is then read once more and compared.",
)
BAD_OPTION = ErrorKind(
    "claimmd.bad_option",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "An option or secret of the Claim.MD connection is missing or wrong.",
    "Set the one named in the fields; about.toml of the connector lists them all.",
)
NOT_ENROLLABLE = ErrorKind(
    "claimmd.not_enrollable",
    Blame.US,
    Again.AFTER_FIX,
    "Claim.MD has no enrolment of that kind, or something that it asks for is missing.",
    "Choose claims, institutional claims, remittances, eligibility or attachments, and complete the fields named.",
)
NO_CLAIM_NAMED = ErrorKind(
    "claimmd.no_claim_named",
    Blame.US,
    Again.AFTER_FIX,
    "Claim.MD was to be asked about a claim whose number there is not known, or about too many at once.",
    "Wait for the first report on the claim, which brings the number.",
)
EMPTY_SEARCH = ErrorKind(
    "claimmd.empty_search",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "Remittances were to be searched for by nothing.",
    "Give a check number, an amount, a day, a payer or a provider.",
)
HOOK_UNSIGNED = ErrorKind(
    "claimmd.hook_unsigned",
    Blame.VENDOR,
    Again.NEVER,
    "News came whose signature does not fit the account key, so it was not believed.",
    "If the account key was changed at Claim.MD, enter the new one; if not, somebody else is calling.",
    status=401,
)
HOOK_UNREADABLE = ErrorKind(
    "claimmd.hook_unreadable",
    Blame.VENDOR,
    Again.NEVER,
    "Signed news came that cannot be read, or that is about another account.",
    "Compare the account number of the connection with Claim.MD's; then report it.",
    status=422,
)
INCOMPLETE = ErrorKind(
    "claimmd.incomplete",
    Blame.VENDOR,
    Again.NOW,
    "Claim.MD's list has no end, so absence is not proven.",
    "It is asked again; if it stays, look at the exchange.",
    status=502,
)

BY_CODE: Final[dict[str, ErrorKind]] = {"1": BAD_KEY, "410": NOT_SUPPORTED}
"""1 is an assumption (sheet 3.3), 410 is seen."""

_BY_TEXT: Final[tuple[tuple[re.Pattern[str], ErrorKind], ...]] = (
    (re.compile(r"account\s*key", re.IGNORECASE), BAD_KEY),
    (re.compile(r"\b(0|zero|no)\s+(valid\s+)?claims?\b", re.IGNORECASE), NO_CLAIMS),
)

_THROTTLED: Final = re.compile(r"too\s+many\s+requests|rate\s+limit|requests\s+per\s+minute", re.IGNORECASE)


def is_throttled(error: ServiceError) -> bool:
    """Whether an error asks for a pause; its code is not published (sheet 13)."""
    return error.code == "429" or bool(_THROTTLED.search(error.text))


def kind_of(error: ServiceError) -> ErrorKind:
    """Our error for one of theirs."""
    known = BY_CODE.get(error.code)
    if known is not None:
        return known
    return next((kind for pattern, kind in _BY_TEXT if pattern.search(error.text)), VENDOR_ERROR)


def error_problem(error: ServiceError, service: str, evidence: str | None) -> Problem:
    """The problem of an error: its code and service beside it."""
    code = re.sub(r"[^A-Za-z0-9:._-]", "", error.code)[:24]
    return kind_of(error).problem(evidence=evidence, error_code=code, service=service)
