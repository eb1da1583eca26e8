"""FHIR resources with every version kept: create, put, read, delete, history, and every search of R4.

Bodies are sealed and indexes hold keyed hashes, so the database file shows types, ids, times of service and amounts,
and no name, birth date or member number. Refuses resources whose structure is not FHIR R4, and shows nothing outside
the reach a caller has.
"""

from chartline.platform.records.desk import Criterion, Page
from chartline.platform.records.finding import Found
from chartline.platform.records.histories import HistoryPage
from chartline.platform.records.reach import EVERYTHING, Reach
from chartline.platform.records.records import Records
from chartline.platform.records.reindexing import Progress
from chartline.platform.records.stored import Stored
from chartline.platform.records.tables import protect
from chartline.platform.records.writing import Change

__all__ = [
    "EVERYTHING",
    "Change",
    "Criterion",
    "Found",
    "HistoryPage",
    "Page",
    "Progress",
    "Reach",
    "Records",
    "Stored",
    "protect",
]
