"""What can go wrong with terminology, in one place, because one question passes through many files."""

from __future__ import annotations

from chartline.kernel.errors import Again, Blame, ErrorKind

TOO_COSTLY = ErrorKind(
    "fhir.too_costly",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The value set has too many codes to be listed at once.",
    "Ask with a filter, or with count and offset; a system whose codes are made by rule cannot be listed.",
    status=422,
)
UNKNOWN_VALUE_SET = ErrorKind(
    "terminology.unknown_value_set",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "No value set with this canonical is here.",
    "Check the address and the version, or store the ValueSet first.",
    status=404,
)
UNKNOWN_SYSTEM = ErrorKind(
    "terminology.unknown_system",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The code system is not here, so its codes cannot be listed or looked up.",
    "Load it with `chartline terminology load`, or store the CodeSystem.",
    status=404,
)
UNKNOWN_CODE = ErrorKind(
    "terminology.unknown_code",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The code is not in the code system.",
    "Check the code, the system and the version.",
    status=404,
)
UNKNOWN_MAP = ErrorKind(
    "terminology.unknown_map",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "No concept map for this is here.",
    "Check the address, or the source and target; or store the ConceptMap first.",
    status=404,
)
BAD_FILTER = ErrorKind(
    "terminology.bad_filter",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "A value set has a filter that cannot be applied.",
    "Correct the filter; the fields name its operator.",
    status=422,
)
BAD_CONTENT = ErrorKind(
    "terminology.bad_content",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "A terminology resource cannot be used as it is.",
    "Correct the part that the fields name. A rule needs a system or value sets; a set must not import itself.",
    status=422,
)
BAD_QUESTION = ErrorKind(
    "terminology.bad_question",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "A terminology operation lacks a parameter, or has one that cannot be used.",
    "Correct the parameter that the fields name.",
)
