"""Rules that practices write, the tables they load, and what was repaired."""

from __future__ import annotations

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    pass
