"""Why a payer could not answer an eligibility question, in our own words, with the next step.

Codes are the reject reasons of AAA03 (X12 element 901) as the eligibility (005010X279A1) and authorization guides
(005010X217) use them. Refuses to pass a payer's own free text on as an explanation: it may hold patient values.
"""

from __future__ import annotations

from chartline.kernel.errors import Again, Blame, ErrorKind, Problem

_MEMBER = "Compare the member id and name with the insurance card, correct the coverage, and ask again."
_BIRTH = "Compare the birth date with the insurance card or an identity document, correct it, and ask again."
_PROVIDER = "Check the practice's NPI and tax id in Settings; the payer may have to enrol the provider first."
_DATES = "Choose a service date the payer answers for (today is always safe) and ask again."
_PAYER = "Check that the payer id belongs to the plan on the card, or choose another payer from the list."
_LATER = "Ask again later today; if it goes on, call the payer or use its website."
_SERVICE = "Check the procedure, the service type and the number of units, correct them, and ask again."
_CLINICAL = "Have the clinician look at the request; send what supports it, or appeal."
_SEND = "Complete what is missing in the request, add the documents, and send it again."
_NUMBER = "Compare the authorization number with the payer's letter, correct it, and ask again."
_WAIT = "Wait for the organisation that reviews it; it answers by itself, or call the payer for its telephone number."
_NOTHING = "No authorization is needed for this service; bill it without one and keep this answer."
_DENIED = "Read the payer's letter; appeal within its time, or agree on another way with the patient."
_FIRST = "Ask the patient's primary care provider for a referral or an authorization, then ask again."
_CARD = "Call the payer with the card at hand; two of its records look alike."

_FIX, _AFTER, _NEVER = Again.AFTER_FIX, Again.AFTER, Again.NEVER
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
    "04": (_PRACTICE, _FIX, "More was asked for than the payer authorizes.", _SERVICE),
    "36": (_PRACTICE, _FIX, "Testing is not part of what the payer answers for.", _SERVICE),
    "37": (_BY_PAYER, _AFTER, "The payer has handed the request to an outside organisation, which will answer.", _WAIT),
    "54": (_PRACTICE, _FIX, "The payer does not read this kind of service code.", _SERVICE),
    "55": (_PRACTICE, _FIX, "The payer does not know the service code.", _SERVICE),
    "82": (_BY_PAYER, _NEVER, "The payer does not consider the service medically necessary.", _CLINICAL),
    "83": (_BY_PAYER, _FIX, "The payer does not consider the level of care appropriate.", _CLINICAL),
    "84": (_BY_PAYER, _NEVER, "The payer needs no authorization for this service.", _NOTHING),
    "85": (_BY_PAYER, _AFTER, "An outside organisation decides on requests like this one.", _WAIT),
    "86": (_PRACTICE, _FIX, "The payer leaves this service to the primary care provider.", _FIRST),
    "87": (_BY_PAYER, _NEVER, "More was asked for than the plan allows.", _DENIED),
    "88": (_BY_PAYER, _NEVER, "The plan does not cover the service.", _DENIED),
    "89": (_PRACTICE, _FIX, "The payer has no earlier approval that this request could follow.", _NUMBER),
    "90": (_PRACTICE, _FIX, "The information that the payer had asked for did not come in time.", _SEND),
    "91": (_PRACTICE, _NEVER, "The payer has this request already.", _NUMBER),
    "92": (_PRACTICE, _FIX, "The service does not go with the diagnosis.", _CLINICAL),
    "95": (_PATIENT, _FIX, "The patient is not eligible with this payer.", _MEMBER),
    "96": (_BY_PAYER, _NEVER, "The payer speaks of a condition from before the coverage began.", _DENIED),
    "98": (_BY_PAYER, _NEVER, "The payer considers the service experimental.", _CLINICAL),
    "AA": (_PRACTICE, _FIX, "The payer does not find the authorization.", _NUMBER),
    "AE": (_PRACTICE, _FIX, "The primary care provider has to authorize this service.", _FIRST),
    "AF": (_PRACTICE, _FIX, "A diagnosis is missing or not accepted.", _SEND),
    "AG": (_PRACTICE, _FIX, "A procedure is missing or not accepted.", _SEND),
    "AH": (_PRACTICE, _FIX, "The day on which it began is missing or not accepted.", _SEND),
    "AI": (_PRACTICE, _FIX, "The day of the accident is missing or not accepted.", _SEND),
    "AJ": (_PRACTICE, _FIX, "The day of the last menstrual period is missing or not accepted.", _SEND),
    "AK": (_PRACTICE, _FIX, "The expected day of birth is missing or not accepted.", _SEND),
    "AL": (_PRACTICE, _FIX, "The day of the operation is missing or not accepted.", _SEND),
    "AM": (_PRACTICE, _FIX, "The day of admission is missing or not accepted.", _SEND),
    "AN": (_PRACTICE, _FIX, "The day of discharge is missing or not accepted.", _SEND),
    "AO": (_PRACTICE, _FIX, "The payer wants to know more about the patient's condition.", _SEND),
    "CI": (_PRACTICE, _FIX, "The authorization belongs to another patient.", _NUMBER),
    "E8": (_PRACTICE, _FIX, "The payer wants a medical review first.", _SEND),
    "IA": (_PRACTICE, _FIX, "The authorization number is not written as the payer writes its numbers.", _NUMBER),
    "IP": (_PRACTICE, _FIX, "The provider's role in the request is not one that the payer accepts.", _PROVIDER),
    "MA": (_PRACTICE, _FIX, "The authorization number is missing.", _NUMBER),
    "T1": (_PRACTICE, _FIX, "The organisation that answers for the payer does not know the provider.", _PROVIDER),
    "T2": (_PRACTICE, _FIX, "The organisation that answers does not know the payer.", _PAYER),
    "T3": (_PATIENT, _FIX, "The organisation that answers for the payer does not know the insured person.", _MEMBER),
    "T5": (_PRACTICE, _FIX, "The data about the authorization is missing.", _SEND),
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
