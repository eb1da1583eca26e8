"""One database, two makes: SQLite for one practice, PostgreSQL for many. Same tables, same statements.

Refuses to hand out rows without an organisation: business tables are reached only through ``Work``.
"""

from chartline.platform.database.columns import Id, Instant, metadata
from chartline.platform.database.engine import Database, open_database
from chartline.platform.database.work import System, Work

__all__ = ["Database", "Id", "Instant", "System", "Work", "metadata", "open_database"]
