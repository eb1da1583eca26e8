"""Bulk exports and imports: what was asked, how far it is, and its files, sealed, in the database.

``reading`` makes pages of resources as they were at the time of the request. The stories that take a request forward
are ``flows/bulk_export`` and ``flows/bulk_import``. Refuses to store a slice twice.
"""

from chartline.platform.bulk.files import BulkFile, Files, Made
from chartline.platform.bulk.plan import ExportPlan, ImportPlan
from chartline.platform.bulk.requests import Bulk, BulkRequest, Slice

__all__ = ["Bulk", "BulkFile", "BulkRequest", "ExportPlan", "Files", "ImportPlan", "Made", "Slice"]
