"""What can be wrong with a practice's own set-up and charges. Declared in one place, next to what to do about it."""

from __future__ import annotations

from chartline.kernel.errors import Again, Blame, ErrorKind

NOT_SET_UP = ErrorKind(
    "practice.not_set_up",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The practice's own name, NPI and address are not set up yet.",
    "Enter them with `chartline practice set`; claims and eligibility checks need them.",
    status=409,
)
BAD_SETTING = ErrorKind(
    "practice.bad_setting",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "A setting of the practice cannot be right.",
    "Correct the setting named in the fields.",
    status=422,
)
NO_PROVIDER = ErrorKind(
    "practice.no_provider",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "There is no such provider in the practice.",
    "Add the provider with `chartline practice add-provider`, or link the vendor's profile to an existing one.",
    status=404,
)
BAD_FEE = ErrorKind(
    "practice.bad_fee",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "A line of the fee schedule cannot be read.",
    "Correct the line and column named in the fields, then load the schedule again; nothing of it was loaded.",
    status=422,
)
NO_FEE = ErrorKind(
    "practice.no_fee",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The fee schedule has no price for a procedure on the date of service.",
    "Add the procedure to the fee schedule, or enter an amount with the charge.",
    status=422,
)
BAD_CHARGE = ErrorKind(
    "practice.bad_charge",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "A charge line cannot be right.",
    "Correct the line and the element named in the fields.",
    status=422,
)
ALREADY_BILLED = ErrorKind(
    "practice.charges_already_billed",
    Blame.PRACTICE,
    Again.NEVER,
    "The charges of this visit are billed already and differ from the ones given.",
    "Correct the claim, or void the charges in the practice-management system; they cannot be changed here.",
    status=409,
)
BILLED_ANOTHER_WAY = ErrorKind(
    "practice.billed_another_way",
    Blame.PRACTICE,
    Again.NEVER,
    "This visit is already billed by the other route.",
    "Nothing was sent. If the first route was a mistake, undo it there before billing this way.",
    status=409,
)
INCOMPLETE_PATIENT = ErrorKind(
    "practice.patient_incomplete",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "A patient record has no full birth date, so it cannot be exchanged with anybody.",
    "Complete the birth date in the patient's record.",
    status=422,
)
INCOMPLETE_VISIT = ErrorKind(
    "practice.visit_incomplete",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "An appointment has no start time or no patient, so it cannot be exchanged with anybody.",
    "Complete the appointment, then save it again.",
    status=422,
)
INCOMPLETE_COVERAGE = ErrorKind(
    "practice.coverage_incomplete",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "A coverage names no patient, so it cannot be used.",
    "Set its beneficiary to the patient and save the coverage again.",
    status=422,
)
