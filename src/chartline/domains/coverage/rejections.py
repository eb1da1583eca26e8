"""Why a payer could not answer an eligibility question, in our own words, with the next step.

Codes are the reject reasons of AAA03 in a 271 (X12 005010X279A1; the code list is short and closed). Refuses to pass
a payer's own free text on as an explanation: it may hold patient values.
"""

from __future__ import annotations

from chartline.kernel.errors import Again, Blame, ErrorKind, Problem

_MEMBER = "Compare the member id and name with the insurance card, correct the coverage, and ask again."
_BIRTH = "Compare the birth date with the insurance card or an identity document, correct it, and ask again."
_PROVIDER = "Check the practice's NPI and tax id in Settings; the payer may have to enrol the provider first."
_DATES = "Choose a service date the payer answers for (today is always safe) and ask again."
_PAYER = "Check that the payer id belongs to the plan on the card, or choose another payer from the list."
_LATER = "Ask again later today; if it goes on, call the payer or use its website."
_CARD = "Call the payer with the card at hand; two of its records look alike."

_FIX, _AFTER = Again.AFTER_FIX, Again.AFTER
_PRACTICE, _PATIENT, _BY_PAYER = Blame.PRACTICE, Blame.PATIENT, Blame.PAYER

_REASONS: dict[str, tuple[Blame, Again, str, str]] = {
    "15": (_PRACTICE, _FIX, "The payer needs more about the patient than it was given.", _MEMBER),
    "33": (_PRACTICE, _FIX, "The payer could not read a part of the question.", _MEMBER),
    "35": (_PRACTICE, _FIX, "The payer answers only for providers in its network.", _PROVIDER),
    "41": (_PRACTICE, _FIX, "The payer does not let this provider ask.", _PROVIDER),
    "42": (_BY_PAYER, _AFTER, "The payer's system cannot answer at the moment.", _LATER),
    "43": (_PRACTICE, _FIX, "The payer does not accept the provider's identification.", _PROVIDER),
    "44": (_PRACTICE, _FIX, "The payer does not accept the provider's name.", _PROVIDER),
    "45": (_PRACTICE, _FIX, "The payer does not accept the provider's specialty.", _PROVIDER),
    "46": (_PRACTICE, _FIX, "The payer misses the provider's telephone number.", _PROVIDER),
    "47": (_PRACTICE, _FIX, "The payer misses the provider's state.", _PROVIDER),
    "48": (_PRACTICE, _FIX, "The payer does not accept the referring provider's number.", _PROVIDER),
    "49": (_PRACTICE, _FIX, "The payer answers only the patient's primary care provider.", _PROVIDER),
    "50": (_PRACTICE, _FIX, "The payer does not answer questions of this provider.", _PROVIDER),
    "51": (_PRACTICE, _FIX, "The payer does not know this provider.", _PROVIDER),
    "52": (_PRACTICE, _FIX, "The provider was not enrolled with the plan on the service date.", _PROVIDER),
    "53": (_PRACTICE, _FIX, "The service asked about does not go with this kind of provider.", _PROVIDER),
    "56": (_PRACTICE, _FIX, "The payer does not accept the date asked about.", _DATES),
    "57": (_PRACTICE, _FIX, "The service date is missing or unreadable to the payer.", _DATES),
    "58": (_PRACTICE, _FIX, "The birth date is missing or unreadable to the payer.", _BIRTH),
    "60": (_PRACTICE, _FIX, "The birth date lies after the service date.", _BIRTH),
    "61": (_PRACTICE, _FIX, "The payer has recorded the patient's death before the service date.", _MEMBER),
    "62": (_PRACTICE, _FIX, "The payer does not answer for a service date so far away.", _DATES),
    "63": (_PRACTICE, _FIX, "The payer does not answer for a service date in the future.", _DATES),
    "64": (_PRACTICE, _FIX, "The patient's id is missing or not one of the payer's.", _MEMBER),
    "65": (_PRACTICE, _FIX, "The patient's name is missing or not as the payer has it.", _MEMBER),
    "66": (_PRACTICE, _FIX, "The patient's recorded sex is missing or not as the payer has it.", _MEMBER),
    "67": (_PATIENT, _FIX, "The payer does not find the patient.", _MEMBER),
    "68": (_BY_PAYER, _FIX, "The payer has more than one patient with this id.", _CARD),
    "69": (_PRACTICE, _FIX, "The service asked about does not go with the patient's age.", _BIRTH),
    "70": (_PRACTICE, _FIX, "The service asked about does not go with the patient's recorded sex.", _MEMBER),
    "71": (_PATIENT, _FIX, "The birth date is not the one the payer has for this patient.", _BIRTH),
    "72": (_PATIENT, _FIX, "The member id is missing or not one of the payer's.", _MEMBER),
    "73": (_PATIENT, _FIX, "The subscriber's name is missing or not as the payer has it.", _MEMBER),
    "74": (_PATIENT, _FIX, "The subscriber's recorded sex is missing or not as the payer has it.", _MEMBER),
    "75": (_PATIENT, _FIX, "The payer does not find the subscriber.", _MEMBER),
    "76": (_BY_PAYER, _FIX, "The payer has more than one subscriber with this member id.", _CARD),
    "77": (_PATIENT, _FIX, "The payer finds the subscriber, but not the patient as a dependant.", _MEMBER),
    "78": (_PATIENT, _FIX, "The subscriber is not in the group or plan that was named.", _MEMBER),
    "79": (_PRACTICE, _FIX, "The payer id or the sender's id is not accepted.", _PAYER),
    "80": (_BY_PAYER, _AFTER, "The payer gave no answer in time.", _LATER),
    "97": (_PRACTICE, _FIX, "The payer does not accept the provider's address.", _PROVIDER),
    "T4": (_PRACTICE, _FIX, "The payer's name or id is missing.", _PAYER),
}

REJECTIONS = {
    code: ErrorKind(f"coverage.payer_{code.lower()}", blame, again, say, do, status=422)
    for code, (blame, again, say, do) in _REASONS.items()
}
"""The declared problem of each reject reason."""

OTHER = ErrorKind(
    "coverage.payer_cannot_say",
    _BY_PAYER,
    _FIX,
    "The payer could not answer, for a reason that is not in the list.",
    "Open the answer in the exchange log, or call the payer; the field holds the payer's code.",
    status=422,
)
UNCLEAR = ErrorKind(
    "coverage.unclear",
    _BY_PAYER,
    _FIX,
    "The payer answered without saying whether the coverage is active.",
    "Call the payer or look at its website before the visit.",
    status=422,
)


def explain(code: str, *, evidence: str | None = None) -> Problem:
    """The problem a reject reason stands for; unknown codes keep their code in the fields."""
    kind = REJECTIONS.get(code.strip().upper(), OTHER)
    return kind.problem(evidence=evidence, payer_code=code.strip()[:10])
