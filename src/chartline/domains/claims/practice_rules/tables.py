"""The tables of practices' rules: a rule, each of its versions, and everything that was done with it."""

from __future__ import annotations

import sqlalchemy as sa

from chartline.platform.database import Id, Instant, metadata

practice_rule_table = sa.Table(
    "practice_rule",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("id", Id, primary_key=True),
    sa.Column("name", sa.String(120), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("active_version", sa.Integer),
    sa.Column("retired", Instant),
    sa.Column("events", sa.Integer, nullable=False),
    sa.Column("created", Instant, nullable=False),
    sa.Column("updated", Instant, nullable=False),
)

practice_rule_version_table = sa.Table(
    "practice_rule_version",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("rule_id", Id, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("definition", sa.JSON, nullable=False),
    sa.Column("made", Instant, nullable=False),
    sa.Column("made_by", sa.String(80), nullable=False),
    sa.Column("tested", Instant),
    sa.Column("test", sa.JSON),
    sa.ForeignKeyConstraint(["organisation_id", "rule_id"], ["practice_rule.organisation_id", "practice_rule.id"]),
)

practice_rule_event_table = sa.Table(
    "practice_rule_event",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("rule_id", Id, primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("actor", sa.String(80), nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("detail", sa.JSON, nullable=False),
    sa.ForeignKeyConstraint(["organisation_id", "rule_id"], ["practice_rule.organisation_id", "practice_rule.id"]),
)
