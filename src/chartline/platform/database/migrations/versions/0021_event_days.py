"""Events of claims are found by their kind and day."""

from __future__ import annotations

from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.create_index(
        op.f("ix_claim_event_organisation_id_kind_at_claim_id"),
        "claim_event",
        ["organisation_id", "kind", "at", "claim_id"],
    )
