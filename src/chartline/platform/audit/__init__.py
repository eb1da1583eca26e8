"""Who did what and who looked at what: an append-only trail whose rows are chained by keyed hashes.

Refuses to be changed (triggers) and shows when it was changed all the same (``Audit.verify``).
"""

from chartline.platform.audit.append_only import protect_tables
from chartline.platform.audit.behind import AuditBehind
from chartline.platform.audit.reveals import Tally, tally
from chartline.platform.audit.trail import Audit, AuditEvent, AuditRow, Target, Verdict, protect

__all__ = [
    "Audit",
    "AuditBehind",
    "AuditEvent",
    "AuditRow",
    "Tally",
    "Target",
    "Verdict",
    "protect",
    "protect_tables",
    "tally",
]
