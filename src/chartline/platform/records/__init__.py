"""FHIR resources with every version kept: create, put, read, delete, history and the searches the day needs.

Bodies are sealed and indexes hold keyed hashes, so the database file shows types, ids, times of service and counts,
and no name, birth date or member number. Refuses resources whose structure is not FHIR R4.
"""

from chartline.platform.records.criteria import Criterion
from chartline.platform.records.records import Page, Records
from chartline.platform.records.stored import Stored
from chartline.platform.records.tables import protect

__all__ = ["Criterion", "Page", "Records", "Stored", "protect"]
