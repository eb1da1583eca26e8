"""Triggers that make a table append-only on both databases; migrations call this after creating the table.

Refuses UPDATE and DELETE, and TRUNCATE where it exists, whoever asks.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

_REFUSAL = "this table is append-only"

_FUNCTION = f"""
CREATE OR REPLACE FUNCTION chartline_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$
"""


def protect_tables(connection: sa.Connection, tables: Sequence[sa.Table]) -> None:
    """Create the triggers; harmless when they exist already."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text(_FUNCTION))
    for table in tables:
        for statement in _statements(connection, table):
            connection.execute(sa.text(statement))


def _statements(connection: sa.Connection, table: sa.Table) -> list[str]:
    name = connection.dialect.identifier_preparer.format_table(table)
    if connection.dialect.name == "postgresql":
        return [
            f"DROP TRIGGER IF EXISTS {table.name}_append_only ON {name}",
            f"DROP TRIGGER IF EXISTS {table.name}_no_truncate ON {name}",
            f"CREATE TRIGGER {table.name}_append_only BEFORE UPDATE OR DELETE ON {name} "
            "FOR EACH ROW EXECUTE FUNCTION chartline_append_only()",
            f"CREATE TRIGGER {table.name}_no_truncate BEFORE TRUNCATE ON {name} "
            "FOR EACH STATEMENT EXECUTE FUNCTION chartline_append_only()",
        ]
    return [
        f"CREATE TRIGGER IF NOT EXISTS {table.name}_no_{verb.lower()} BEFORE {verb} ON {name} "
        f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        for verb in ("UPDATE", "DELETE")
    ]
