"""Answers by service type and network, payers, enrolments, prior authorizations."""

from __future__ import annotations

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    pass
