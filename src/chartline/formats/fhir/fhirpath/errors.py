"""What can go wrong with a FHIRPath expression: it cannot be read, or it cannot be answered.

Fields carry the position and a constant reason; never the expression's text or a value.
"""

from __future__ import annotations

from chartline.kernel.errors import Again, Blame, ErrorKind

SYNTAX = ErrorKind(
    "fhirpath.syntax",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The FHIRPath expression cannot be read.",
    "Correct the expression at the position given (characters from the start, the first is 0).",
)

EVALUATION = ErrorKind(
    "fhirpath.evaluation",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The FHIRPath expression has no answer for this content.",
    "See the reason; an expression that fits every resource of the type avoids it.",
    status=422,
)
