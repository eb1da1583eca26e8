"""AdvancedMD's faults as errors of ours. Refuses to quote the vendor: a fault's text can hold a patient's name.

Codes come in two forms; the long one is -2147221504 plus the short one (vendor sheet 4, a COM offset). Both are
brought to the short form before anything is compared.
"""

from __future__ import annotations

import re
from typing import Final

from chartline.kernel.errors import Again, Blame, ErrorKind, Problem

_OFFSET: Final = -2147221504

SESSION_ENDED: Final = "1025"
LOGIN_REDIRECT: Final = "1028"

BAD_LOGIN = ErrorKind(
    "advancedmd.bad_login",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "AdvancedMD does not accept the user name or password.",
    "Correct the user name and password, then test the connection. Until then nothing is tried, or it would be locked.",
    status=401,
)
ACCOUNT_LOCKED = ErrorKind(
    "advancedmd.account_locked",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "AdvancedMD has locked this account after failed sign-ins.",
    "Have the office administrator unlock the API user, then test the connection.",
    status=403,
)
ACCOUNT_EXPIRED = ErrorKind(
    "advancedmd.account_expired",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The AdvancedMD account of this connection has expired.",
    "Have the office administrator renew the API user, then test the connection.",
    status=403,
)
NOT_ADMITTED = ErrorKind(
    "advancedmd.not_admitted",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "AdvancedMD does not admit this application from here.",
    "Check the office key, the application name and the addresses the office allows.",
    status=403,
)
LOGIN_INCOMPLETE = ErrorKind(
    "advancedmd.login_incomplete",
    Blame.VENDOR,
    Again.AFTER,
    "AdvancedMD answered the sign-in with neither a session nor a reason.",
    "Wait and test the connection; if it stays, call AdvancedMD with the exchange at hand.",
    status=502,
)
ADDRESS_REFUSED = ErrorKind(
    "advancedmd.address_refused",
    Blame.VENDOR,
    Again.NEVER,
    "AdvancedMD named an address for the session that we do not send credentials to.",
    "Do nothing until AdvancedMD confirms the address: it must be https and under advancedmd.com.",
    status=502,
)
SESSION_REFUSED = ErrorKind(
    "advancedmd.session_refused",
    Blame.VENDOR,
    Again.AFTER,
    "AdvancedMD ended a session that had just been opened.",
    "Check whether another system signs in with the same API user.",
    status=401,
)
PRIVILEGE_MISSING = ErrorKind(
    "advancedmd.privilege_missing",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The AdvancedMD user of this connection lacks the privilege for this action.",
    "Have the office administrator grant the API user the privilege named in the fields.",
    status=403,
)
BAD_REQUEST = ErrorKind(
    "advancedmd.bad_request",
    Blame.US,
    Again.NEVER,
    "AdvancedMD could not use our message.",
    "Report it with the exchange; nothing was changed.",
    status=502,
)
TOO_LARGE = ErrorKind(
    "advancedmd.too_large",
    Blame.US,
    Again.NEVER,
    "The message is larger than AdvancedMD may take, so nothing was sent.",
    "Report it with the fields; the content must be sent in smaller parts.",
)
NOT_FOUND = ErrorKind(
    "advancedmd.not_found",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "AdvancedMD has no record of this id.",
    "Look for the record in AdvancedMD; it may have been removed or merged there.",
    status=404,
)
TOO_MANY_RECORDS = ErrorKind(
    "advancedmd.too_many_records",
    Blame.US,
    Again.NEVER,
    "AdvancedMD has more than a thousand records for this and gave no list of them.",
    "Report it with the exchange; the feed must be read in narrower steps.",
    status=502,
)
SLOT_TAKEN = ErrorKind(
    "advancedmd.slot_taken",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The time overlaps another appointment, or the slot is full.",
    "Pick another time or column for the visit.",
    status=409,
)
CHANGED_MEANWHILE = ErrorKind(
    "advancedmd.changed_meanwhile",
    Blame.PRACTICE,
    Again.NOW,
    "The patient was changed in AdvancedMD since we read it.",
    "Read the patient again and compare; the change is then proposed anew.",
    status=409,
)
DUPLICATE_SSN = ErrorKind(
    "advancedmd.duplicate_ssn",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "AdvancedMD already has a patient with this social security number.",
    "Find that patient in AdvancedMD and link the two, or correct the number.",
    status=409,
)
DUPLICATE_PATIENT = ErrorKind(
    "advancedmd.duplicate_patient",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "AdvancedMD already has a patient with this name and birth date.",
    "Find that patient in AdvancedMD and link the two.",
    status=409,
)
KNOWN_AS_RESPONSIBLE_PARTY = ErrorKind(
    "advancedmd.known_as_responsible_party",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "AdvancedMD knows this person as a responsible party already.",
    "Add the patient in AdvancedMD with that responsible party; the next sync links them.",
    status=409,
)
DUPLICATE_CHARGE = ErrorKind(
    "advancedmd.duplicate_charge",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "AdvancedMD already has this charge for the same day, provider and patient.",
    "Look at the patient's charges of that day in AdvancedMD and decide which one stands.",
    status=409,
)
FAULT = ErrorKind(
    "advancedmd.fault",
    Blame.VENDOR,
    Again.AFTER_FIX,
    "AdvancedMD said no with a code that we do not know.",
    "Read the vendor's own words in the exchange log, at the exchange named here.",
    status=502,
)
UNREADABLE = ErrorKind(
    "advancedmd.unreadable",
    Blame.VENDOR,
    Again.AFTER,
    "AdvancedMD's answer could not be read.",
    "It is kept in the exchange log; the same question is asked again later.",
    status=502,
)
DOWN = ErrorKind(
    "advancedmd.down",
    Blame.VENDOR,
    Again.AFTER,
    "AdvancedMD answers with a server error.",
    "Nothing to do now; it is asked again later.",
    status=502,
)
PAYER_SILENT = ErrorKind(
    "advancedmd.payer_silent",
    Blame.PAYER,
    Again.AFTER,
    "AdvancedMD got no answer from the payer about this coverage.",
    "Ask again later, or look at the payer's own page.",
    status=504,
)
PAYMENT_UNEVEN = ErrorKind(
    "advancedmd.payment_uneven",
    Blame.US,
    Again.AFTER_FIX,
    "More of the payment is applied to charges than was paid, so nothing was sent.",
    "Correct what is applied to the charges.",
)
PAYMENT_CODE_UNKNOWN = ErrorKind(
    "advancedmd.payment_code_unknown",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The office has no payment code that is exactly this one.",
    "Add the code in AdvancedMD, or choose one of those it has.",
)
PAYMENTS_ALIKE = ErrorKind(
    "advancedmd.payments_alike",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "AdvancedMD has several payments like this one, and nothing tells which is ours.",
    "Look at the patient's payments of that day in AdvancedMD, and settle it by hand.",
    status=409,
)
PAYMENTS_UNTOLD = ErrorKind(
    "advancedmd.payments_untold",
    Blame.VENDOR,
    Again.AFTER_FIX,
    "AdvancedMD's history of this patient does not list payments, so absence is not proven.",
    "Look at the patient's payments in AdvancedMD, and settle it by hand: a payment is never sent twice.",
    status=502,
)
NOTE_TEMPLATE_UNKNOWN = ErrorKind(
    "advancedmd.note_template_unknown",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The office has no note template of this name, or not these fields in it.",
    "See the templates of the office; their names and field numbers are its own.",
)
INCOMPLETE = ErrorKind(
    "advancedmd.incomplete",
    Blame.VENDOR,
    Again.NOW,
    "AdvancedMD sent fewer rows than it counted, so absence is not proven.",
    "It is asked again; if it stays, look at the exchange.",
    status=502,
)
AMBIGUOUS_PATIENT = ErrorKind(
    "advancedmd.ambiguous_patient",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "AdvancedMD has several patients with this name and birth date.",
    "Choose the right one and link it, or merge them in AdvancedMD.",
    status=409,
)
PROFILE_MISSING = ErrorKind(
    "advancedmd.profile_missing",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "No billing profile is set for this connection or visit.",
    "Set the option `profile` of the connection to a profile id of the office.",
)
COLUMN_MISSING = ErrorKind(
    "advancedmd.column_missing",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "No scheduler column is set for this connection or visit, so its time could not be kept.",
    "Set the option `column` of the connection to a scheduler column id of the office.",
)
RESPONSIBLE_PARTY_MISSING = ErrorKind(
    "advancedmd.responsible_party_missing",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "AdvancedMD names no responsible party for this patient, and insurance needs one as its subscriber.",
    "Set the patient's responsible party in AdvancedMD.",
)
CARRIER_UNKNOWN = ErrorKind(
    "advancedmd.carrier_unknown",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The office has no carrier, or several, that fit this payer.",
    "Add the carrier in AdvancedMD under the payer's name, or name its id on the payer.",
)
PLAN_ENDED = ErrorKind(
    "advancedmd.plan_ended",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The plan has an end date in AdvancedMD, and we never blank a field there.",
    "Add the insurance anew, or take the end date off in AdvancedMD.",
    status=409,
)
CODE_UNRESOLVED = ErrorKind(
    "advancedmd.code_unresolved",
    Blame.VENDOR,
    Again.AFTER,
    "AdvancedMD names a code of this charge by an internal number that its answer does not explain.",
    "It is asked again later; if it stays, look at the charge in AdvancedMD.",
    status=502,
)
PROCEDURE_UNKNOWN = ErrorKind(
    "advancedmd.procedure_unknown",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The office has no procedure code that is exactly this one.",
    "Add the code to the office's procedure codes in AdvancedMD, or correct the charge.",
)
CHARGES_DIFFER = ErrorKind(
    "advancedmd.charges_differ",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The visit bears other charges in AdvancedMD than the ones we have.",
    "Compare the charges of the visit in AdvancedMD with ours and decide which stand.",
    status=409,
)
BY_CODE: Final[dict[str, ErrorKind]] = {
    "1024": BAD_LOGIN,
    SESSION_ENDED: SESSION_REFUSED,
    "1026": NOT_ADMITTED,
    "1027": NOT_ADMITTED,
    LOGIN_REDIRECT: LOGIN_INCOMPLETE,
    "1030": ACCOUNT_LOCKED,
    "1055": ACCOUNT_EXPIRED,
    "2048": BAD_REQUEST,
    "2049": BAD_REQUEST,
    "2050": BAD_REQUEST,
    "2051": BAD_REQUEST,
    "2052": BAD_REQUEST,
    "2053": BAD_REQUEST,
    "4101": SLOT_TAKEN,
    "4106": CHANGED_MEANWHILE,
    "4154": TOO_MANY_RECORDS,
    "4186": SLOT_TAKEN,
}
"""Short codes of sheet 4."""

STOPS_LOGIN: Final = frozenset(kind.code for kind in (BAD_LOGIN, ACCOUNT_LOCKED, ACCOUNT_EXPIRED, NOT_ADMITTED))
"""After one of these no sign-in is tried again with the same credentials: another try may lock the account."""

_BY_TEXT: Final[tuple[tuple[re.Pattern[str], ErrorKind], ...]] = (
    (re.compile(r"duplicate\s+ssn", re.IGNORECASE), DUPLICATE_SSN),
    (
        re.compile(r"exists?\s+as\s+a\s+responsible\s+party|already\b.*\bresponsible\s+party", re.I),
        KNOWN_AS_RESPONSIBLE_PARTY,
    ),
    (re.compile(r"duplicate\s+(name|patient)|patient\b.*\balready\s+exists", re.I), DUPLICATE_PATIENT),
    (re.compile(r"duplicate\b.*\bcharge|charge\b.*\balready|duplicate\s+charge", re.I), DUPLICATE_CHARGE),
    (re.compile(r"privilege|permission|not\s+authorized", re.I), PRIVILEGE_MISSING),
    (re.compile(r"session\s+has\s+timed\s+out", re.I), SESSION_REFUSED),
    (re.compile(r"overlap|appointments?\s+per\s+slot", re.I), SLOT_TAKEN),
)
"""Faults of which only the wording is known (sheet 4, last rows); asked only when the code says nothing."""


def short_code(text: str) -> str:
    """A fault code in its short form; text that is no number stays as it is, cut to what a code can be."""
    text = text.strip()
    try:
        number = int(text)
    except ValueError:
        return re.sub(r"[^A-Za-z0-9._-]", "", text)[:24]
    return str(number - _OFFSET if number < 0 else number)


def kind_of(code: str, description: str) -> ErrorKind:
    """Our error for a fault: by its code, else by the wording of its description, else ``advancedmd.fault``."""
    known = BY_CODE.get(short_code(code))
    if known is not None:
        return known
    return next((kind for pattern, kind in _BY_TEXT if pattern.search(description)), FAULT)


def is_dead_session(code: str, description: str) -> bool:
    """Whether a fault says that the session has ended, in either form of the code or in words alone."""
    return kind_of(code, description) is SESSION_REFUSED


def fault_problem(code: str, description: str, action: str, evidence: str | None) -> Problem:
    """The problem of a fault: its code and action beside it, its words only in the exchange log."""
    return kind_of(code, description).problem(evidence=evidence, fault=short_code(code), action=action)
