"""Guards in the database itself: append-only logs and journal, and rows that only their organisation sees."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"

APPEND_ONLY = (
    "audit",
    "exchange",
    "exchange_body",
    "resource_history",
    "claim_event",
    "remittance_event",
    "entry",
    "entry_line",
)
"""Rows of these tables are written once and never changed."""
OPEN = ("access_token", "access_user")
"""Found before the organisation is known, so without row-level security."""
REFUSAL = "this table is append-only"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        _postgresql()
    else:
        for table in APPEND_ONLY:
            for verb in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
                )


def _postgresql() -> None:
    op.execute(
        "CREATE FUNCTION chartline_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION chartline_append_only()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION chartline_append_only()"
        )
    tables = op.get_bind().exec_driver_sql(
        "SELECT table_name FROM information_schema.columns "
        "WHERE table_schema = 'public' AND column_name = 'organisation_id' ORDER BY table_name"
    )
    for (table,) in tables.fetchall():
        if table in OPEN:
            continue
        op.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
        op.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
        op.execute(
            f'CREATE POLICY own_organisation ON "{table}" USING '
            "(organisation_id = NULLIF(current_setting('chartline.organisation', true), '')::uuid)"
        )
