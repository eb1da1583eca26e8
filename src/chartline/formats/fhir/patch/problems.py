"""What can be wrong with a patch. Fields: the operation's number, a constant reason, the shape of a pointer."""

from __future__ import annotations

from chartline.kernel.errors import Again, Blame, ErrorKind

PATCH_BAD = ErrorKind(
    "fhir.patch_bad",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The patch cannot be applied to the resource.",
    "Correct the operation named (the first is 0); read the resource again when it may have changed.",
)

PATCH_TEST_FAILED = ErrorKind(
    "fhir.patch_test_failed",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "A test in the patch found another value than it expected.",
    "Read the resource again and send a patch for its present content.",
    status=422,
)
