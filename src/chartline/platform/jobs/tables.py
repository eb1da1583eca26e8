"""Tables of our own around the durable engine. Its own tables are its own business (``durable.py``).

They belong to the installation, not to one organisation (no row-level security): the scheduler works for all.
Hence the column ``organisation`` and not ``organisation_id``.
"""

from __future__ import annotations

import sqlalchemy as sa

from chartline.platform.database import Instant, metadata

worker = sa.Table(
    "worker",
    metadata,
    sa.Column("executor", sa.Text, primary_key=True, comment="host, process id and a random part"),
    sa.Column("process", sa.Integer, nullable=False),
    sa.Column("beat", Instant, nullable=False, comment="real time of the last sign of life"),
)

timer = sa.Table(
    "timer",
    metadata,
    sa.Column("key", sa.Text, primary_key=True, comment="of the job to come"),
    sa.Column("organisation", sa.Text, nullable=False),
    sa.Column("job", sa.Text, nullable=False),
    sa.Column("queue", sa.Text, nullable=False),
    sa.Column("arguments", sa.JSON, nullable=False),
    sa.Column("due_at", Instant, nullable=False, index=True),
    sa.Column("reason", sa.Text, nullable=False),
)

schedule = sa.Table(
    "schedule",
    metadata,
    sa.Column("organisation", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("job", sa.Text, nullable=False),
    sa.Column("queue", sa.Text, nullable=False),
    sa.Column("arguments", sa.JSON, nullable=False),
    sa.Column("every_seconds", sa.Integer, nullable=False),
    sa.Column("next_at", Instant, nullable=False, index=True),
    sa.Column("running", sa.Text, nullable=True, index=True, comment="key of the job that was started and is not over"),
    sa.Column("paused", sa.Boolean, nullable=False),
    sa.Column("last_started", Instant, nullable=True),
    sa.Column("last_finished", Instant, nullable=True),
)

job_issue = sa.Table(
    "job_issue",
    metadata,
    sa.Column("key", sa.Text, primary_key=True, comment="of the failed job"),
    sa.Column("organisation", sa.Text, nullable=False),
    sa.Column("job", sa.Text, nullable=False),
    sa.Column("queue", sa.Text, nullable=False),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("blame", sa.Text, nullable=False),
    sa.Column("again", sa.Text, nullable=False),
    sa.Column("say", sa.Text, nullable=False),
    sa.Column("next_step", sa.Text, nullable=False),
    sa.Column("evidence", sa.Text, nullable=True),
    sa.Column("fields", sa.JSON, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("state", sa.Text, nullable=False, comment="open or resolved"),
    sa.Column("connection", sa.Text, nullable=False, server_default="", comment="that the job worked with, if any"),
    sa.Column("times", sa.Integer, nullable=False, server_default="1", comment="how often it failed so"),
    sa.Column("first_at", Instant, nullable=True),
    sa.Column("schedule", sa.Text, nullable=True, comment="that started the job"),
    sa.Column("goes_on", sa.Boolean, nullable=False, server_default=sa.false(), comment="it is tried again by itself"),
    sa.Index(None, "organisation", "state", "at"),
    sa.Index(None, "organisation", "schedule"),
)
