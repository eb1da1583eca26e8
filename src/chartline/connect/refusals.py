"""What connectors of different vendors refuse in the same words, so that callers need not know the vendor.

Refuses nothing itself.
"""

from __future__ import annotations

from chartline.kernel.errors import Again, Blame, ErrorKind

CHARGES_STAND = ErrorKind(
    "connect.charges_stand",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "Other charges stand on this visit already, and saving ours would void them; nothing was sent.",
    "Compare the charges of the visit. Correct ours, or say that they are to replace the others.",
    status=409,
)
NO_SUCH_LIST = ErrorKind(
    "connect.no_such_list",
    Blame.US,
    Again.NEVER,
    "This vendor has no such list.",
    "Ask for a list that the vendor has; the connector's page names them.",
    status=404,
)
