"""Nothing leaves that our own check would reject.

A receiver that rejects a file costs days; the same rules applied before sending cost a moment. Refuses a file with any
error; warnings pass. Never changes the file. A caller who wants the file as it is, such as a simulator of faulty
senders, tells the builder so with ``unchecked=True``.

Checking costs more than writing, about half as much again, because every element is held against its guide; the first
check of a guide in a process loads its tables too.
"""

from __future__ import annotations

from chartline.formats.x12.check import check
from chartline.kernel.errors import Again, Blame, ErrorKind

REJECTED = ErrorKind(
    "x12.rejected",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The X12 file was not written, because its receiver would reject it.",
    "Correct what the field finding names, at the segment in the field place; the error reference explains each "
    "finding. The field errors says how many there are.",
    status=422,
)


def checked(data: bytes) -> bytes:
    """The same bytes, when ``check`` finds no error in them.

    Raises ``x12.rejected`` with the code (``finding``) and place of the first error and the number of all
    (``errors``), never with a value of the file.
    """
    # Warnings must not fill the report before the first error, so its limit is out of reach.
    errors = [problem for problem in check(data, most=len(data)).problems if problem.is_error]
    if errors:
        raise REJECTED.error(finding=errors[0].code, place=errors[0].place.short, errors=str(len(errors)))
    return data
