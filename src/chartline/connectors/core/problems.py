"""CORE's error codes as errors of ours, each with whose move it is. Refuses to quote ErrorMessage.

``Success`` is none. The rule's set is ``<field>Required``, ``<field>Illegal``, ``<field>NotUnderstood``,
``VersionMismatch``, ``UnAuthorized``, ``ChecksumMismatched``, ``Sender`` and ``Receiver``; payers add their own.
"""

from __future__ import annotations

import re
from typing import Final

from chartline.kernel.errors import Again, Blame, ChartlineError, ErrorKind, Problem

SUCCESS: Final = "success"

BAD_SIGN_IN = ErrorKind(
    "core.bad_sign_in",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The other side does not accept the user name and password.",
    "Enter the present ones on the connection, then test it.",
    status=401,
)
WRONG_PARTY = ErrorKind(
    "core.wrong_party",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The other side does not know the sender or the receiver.",
    "Compare sender_id and receiver_id of the connection with the trading partner agreement.",
    status=422,
)
NOT_OFFERED = ErrorKind(
    "core.not_offered",
    Blame.VENDOR,
    Again.AFTER_FIX,
    "The other side does not take this kind of message.",
    "Ask it what it calls the PayloadType in the fields, or route this work through another connection.",
    status=422,
)
VERSION = ErrorKind(
    "core.version",
    Blame.VENDOR,
    Again.AFTER_FIX,
    "The other side speaks another version of the CORE rule.",
    "Ask it for its address for version 2.2.0, and enter that on the connection.",
    status=502,
)
BAD_ENVELOPE = ErrorKind(
    "core.bad_envelope",
    Blame.US,
    Again.NEVER,
    "The other side refuses a field of our envelope.",
    "Report it with the exchange; nothing was taken.",
    status=502,
)
DAMAGED = ErrorKind(
    "core.damaged",
    Blame.NETWORK,
    Again.NOW,
    "The message was damaged on its way, and the other side refused it.",
    "It is sent again by itself.",
    status=502,
)
DOWN = ErrorKind(
    "core.down",
    Blame.VENDOR,
    Again.AFTER,
    "The other side has trouble of its own.",
    "Nothing to do now; it is asked again later.",
    status=502,
)
OTHER_ERROR = ErrorKind(
    "core.error",
    Blame.VENDOR,
    Again.AFTER_FIX,
    "The other side said no with a code that we do not know.",
    "Read its own words in the exchange log, at the exchange named here.",
    status=502,
)
HTTP_REFUSED = ErrorKind(
    "core.http_refused",
    Blame.VENDOR,
    Again.AFTER_FIX,
    "The other side refused the call.",
    "Check the addresses of the connection; the status is in the fields.",
    status=502,
)
UNREADABLE = ErrorKind(
    "core.unreadable",
    Blame.VENDOR,
    Again.AFTER,
    "The answer of the other side could not be read.",
    "It is kept in the exchange log; the same question is asked again later.",
    status=502,
)
NOT_PROCESSED = ErrorKind(
    "core.not_processed",
    Blame.US,
    Again.NEVER,
    "The other side could not process our X12 and answered with an acknowledgement only.",
    "Open the exchange: the 999 in it names segment and element. Nothing was taken.",
    status=502,
)
BAD_QUESTION = ErrorKind(
    "core.bad_question",
    Blame.US,
    Again.AFTER_FIX,
    "The question lacks what the guide demands, or holds what does not fit.",
    "Complete the fields that are named, then ask again.",
)
BAD_FILE = ErrorKind(
    "core.bad_file",
    Blame.US,
    Again.NEVER,
    "The claim file is empty, too large, or no 837 of a known guide.",
    "Split the batch; a file holds one kind of claims.",
)
USAGE = ErrorKind(
    "core.usage_differs",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The claim file is marked for production and the connection for tests, or the other way round: nothing was sent.",
    "Set the connection's option usage to P only when the other side has taken it into production.",
    status=409,
)
FILE_REJECTED = ErrorKind(
    "core.file_rejected",
    Blame.US,
    Again.AFTER_FIX,
    "The other side rejected the whole file in its acknowledgement, before it came to any claim.",
    "Open the exchange: the 999 in it names segment and element. Mend the claims and send them again.",
    status=422,
)
BAD_CURSOR = ErrorKind(
    "core.bad_cursor",
    Blame.US,
    Again.NEVER,
    "The stored position in a feed cannot be read.",
    "Reset the feed's cursor; everything that is kept there is then read once more and compared.",
)
BAD_OPTION = ErrorKind(
    "core.bad_option",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "An option or secret of the connection is missing or wrong.",
    "Set the one named in the fields; about.toml of the connector lists them all.",
)
PAYER_REFUSED = ErrorKind(
    "core.payer_refused",
    Blame.PAYER,
    Again.AFTER_FIX,
    "The payer refused to look at the request.",
    "The reason (AAA) is in the fields: correct the member, the provider or the request, then submit again.",
    status=422,
)
NO_FILE = ErrorKind(
    "core.no_file",
    Blame.VENDOR,
    Again.AFTER_FIX,
    "The other side does not have this file any more.",
    "It keeps files for 90 days; ask it to put the file there again.",
    status=404,
)

_PARTIES: Final = frozenset({"senderid", "receiverid"})
_SECRETS: Final = frozenset({"username", "password"})
_KINDS: Final = frozenset({"payloadtype", "processingmode"})
_OF_A_FIELD: Final = re.compile(r"([a-z]{1,40}?)(required|illegal|notunderstood)")


def proven(error: str) -> bool:
    """Whether a code proves that nothing was taken. ``Receiver`` and words of a payer's own do not."""
    code = _plain(error)
    named = code in ("unauthorized", "versionmismatch", "checksummismatched", "sender")
    return named or _OF_A_FIELD.fullmatch(code) is not None


def problem_of(error: str, operation: str, payload_type: str, evidence: str) -> Problem:
    """Our problem for a code that is not ``Success``."""
    code = _plain(error)
    fields = {"error_code": re.sub(r"[^A-Za-z0-9]", "", error)[:40], "operation": operation}
    of_field = _OF_A_FIELD.fullmatch(code)
    name = of_field.group(1) if of_field is not None else ""
    if code == "unauthorized" or name in _SECRETS:
        return BAD_SIGN_IN.problem(evidence=evidence, **fields)
    if name in _PARTIES:
        return WRONG_PARTY.problem(evidence=evidence, **fields)
    if name in _KINDS:
        return NOT_OFFERED.problem(evidence=evidence, payload_type=payload_type, **fields)
    if code == "versionmismatch" or name == "coreruleversion":
        return VERSION.problem(evidence=evidence, **fields)
    if code == "checksummismatched" or name == "checksum":
        return DAMAGED.problem(evidence=evidence, **fields)
    if code == "sender" or name:
        return BAD_ENVELOPE.problem(evidence=evidence, **fields)
    kind = DOWN if code == "receiver" else OTHER_ERROR
    return kind.problem(evidence=evidence, **fields)


def bad_question(refusal: ChartlineError) -> Problem:
    """Why a question was not written: the field, or the place and the finding. The value is never named."""
    told = refusal.problem.fields
    missing = str(told.get("field", "")) or f"{told.get('finding', '')} {told.get('place', '')}".strip()
    return BAD_QUESTION.problem(missing=missing)


def _plain(error: str) -> str:
    return re.sub(r"[^a-z]", "", error.lower())
