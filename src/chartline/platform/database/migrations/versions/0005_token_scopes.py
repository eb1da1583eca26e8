"""Tokens may be narrowed for FHIR: SMART scopes, and the patient they are for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("access_token", sa.Column("scopes", sa.Text, nullable=False, server_default=""))
    op.add_column("access_token", sa.Column("patient", sa.String(64)))
