"""Records get a number and a key; four index tables take the place of two; custom search parameters get a table.

What stands in ``resource`` gets a negative key: ``chartline`` makes its index when it starts (``app/upgrade.py``).
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

PUBLISHED = (
    "Claim",
    "ClaimResponse",
    "CoverageEligibilityRequest",
    "CoverageEligibilityResponse",
    "ExplanationOfBenefit",
    "PaymentReconciliation",
)
"""Types that nobody but the billing side had stored before this revision."""
COLUMNS = "organisation_id, rtype, id, version, updated, deleted, body"


def upgrade() -> None:
    op.drop_table("resource_token")
    op.drop_table("resource_range")
    if op.get_bind().dialect.name == "postgresql":
        _number_on_postgresql()
    else:
        _number_on_sqlite()
    for columns in (["organisation_id", "rtype", "updated", "pk"], ["organisation_id", "updated", "pk"]):
        op.create_index(op.f(f"ix_resource_{'_'.join(columns)}"), "resource", columns)
    op.add_column("resource_history", sa.Column("method", sa.String(8), nullable=False, server_default="PUT"))
    op.add_column("resource_history", sa.Column("owner", sa.String(32), nullable=False, server_default=""))
    op.create_index(
        op.f("ix_resource_history_organisation_id_updated"), "resource_history", ["organisation_id", "updated"]
    )
    op.create_index(
        op.f("ix_resource_history_organisation_id_rtype_updated"),
        "resource_history",
        ["organisation_id", "rtype", "updated"],
    )
    _index_tables()
    _parameters()


def _number_on_postgresql() -> None:
    op.drop_index("ix_resource_organisation_id_rtype_updated_id", table_name="resource")
    op.execute("ALTER TABLE resource DROP CONSTRAINT pk_resource")
    op.execute("ALTER TABLE resource ADD COLUMN pk BIGSERIAL")
    op.execute("ALTER TABLE resource ADD CONSTRAINT pk_resource PRIMARY KEY (pk)")
    # A volatile default gives each row its own, and is not kept from rows by row-level security.
    op.execute("ALTER TABLE resource ADD COLUMN key BIGINT NOT NULL DEFAULT (-nextval('resource_pk_seq'))")
    op.execute("ALTER TABLE resource ALTER COLUMN key DROP DEFAULT")
    op.execute("ALTER TABLE resource ADD COLUMN method VARCHAR(8) NOT NULL DEFAULT 'PUT'")
    op.execute("ALTER TABLE resource ADD COLUMN owner VARCHAR(32) NOT NULL DEFAULT ''")
    op.execute("ALTER TABLE resource ALTER COLUMN method DROP DEFAULT, ALTER COLUMN owner DROP DEFAULT")
    # The owner of a table sees its rows only while the policy is not forced on it, too.
    op.execute("ALTER TABLE resource NO FORCE ROW LEVEL SECURITY")
    op.execute(f"UPDATE resource SET owner = 'billing' WHERE rtype IN {PUBLISHED!r}")
    op.execute("ALTER TABLE resource FORCE ROW LEVEL SECURITY")
    # As text, so that no index on the organisation tempts the planner away from rows that were found already.
    op.execute(
        "ALTER POLICY own_organisation ON resource USING "
        "(organisation_id::text = current_setting('chartline.organisation', true))"
    )
    op.create_unique_constraint("uq_resource_key", "resource", ["key"])
    op.create_unique_constraint("uq_resource_organisation_id_rtype_id", "resource", ["organisation_id", "rtype", "id"])


def _number_on_sqlite() -> None:
    op.drop_index("ix_resource_organisation_id_rtype_updated_id", table_name="resource")
    op.rename_table("resource", "resource_before")
    op.create_table(
        "resource",
        sa.Column("pk", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("key", sa.BigInteger(), nullable=False),
        sa.Column("rtype", sa.String(64), nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated", sa.BigInteger(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("method", sa.String(8), nullable=False),
        sa.Column("owner", sa.String(32), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_resource")),
        sa.UniqueConstraint("key", name=op.f("uq_resource_key")),
        sa.UniqueConstraint("organisation_id", "rtype", "id", name=op.f("uq_resource_organisation_id_rtype_id")),
    )
    op.execute(
        f"INSERT INTO resource (key, method, owner, {COLUMNS}) "
        f"SELECT -row_number() OVER (), 'PUT', CASE WHEN rtype IN {PUBLISHED!r} THEN 'billing' ELSE '' END, {COLUMNS} "
        "FROM resource_before"
    )
    op.drop_table("resource_before")


def _index_tables() -> None:
    op.create_table(
        "resource_eq",
        sa.Column("h", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("pk", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("h", "pk", name=op.f("pk_resource_eq")),
        sqlite_with_rowid=False,
    )
    for name, kind in (("resource_range", sa.BigInteger()), ("resource_number", sa.Double())):
        op.create_table(
            name,
            sa.Column("h", sa.BigInteger(), autoincrement=False, nullable=False),
            sa.Column("pk", sa.BigInteger(), autoincrement=False, nullable=False),
            sa.Column("lo", kind, autoincrement=False, nullable=False),
            sa.Column("hi", kind, autoincrement=False, nullable=False),
            sa.PrimaryKeyConstraint("h", "pk", "lo", "hi", name=op.f(f"pk_{name}")),
            sqlite_with_rowid=False,
        )
        op.create_index(op.f(f"ix_{name}_h_lo_hi_pk"), name, ["h", "lo", "hi", "pk"])
    op.create_table(
        "resource_ref",
        sa.Column("target", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("p", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("pk", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("target", "p", "pk", name=op.f("pk_resource_ref")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_resource_ref_pk_p_target"), "resource_ref", ["pk", "p", "target"])


def _parameters() -> None:
    op.create_table(
        "resource_parameter",
        sa.Column("organisation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("rtype", sa.String(64), nullable=False),
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("registered", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("ready", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "rtype", "code", name=op.f("pk_resource_parameter")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE resource_parameter ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE resource_parameter FORCE ROW LEVEL SECURITY")
        op.execute(
            "CREATE POLICY own_organisation ON resource_parameter USING "
            "(organisation_id = NULLIF(current_setting('chartline.organisation', true), '')::uuid)"
        )
