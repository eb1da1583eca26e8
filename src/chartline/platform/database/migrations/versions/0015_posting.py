"""Posting in parts, undoing, and how far each payer is trusted."""

from __future__ import annotations

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    pass
