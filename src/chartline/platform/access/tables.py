"""The tables that are read before the organisation is known: reached through ``System``, without row-level security."""

from __future__ import annotations

import sqlalchemy as sa

from chartline.platform.database import Id, Instant, metadata

organisation_table = sa.Table(
    "organisation",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("created", Instant, nullable=False),
)

user_table = sa.Table(
    "access_user",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("organisation_id", Id, sa.ForeignKey("organisation.id"), nullable=False, index=True),
    sa.Column("email", sa.String(254), nullable=False, unique=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("roles", sa.JSON, nullable=False),
    sa.Column("password", sa.String(200), nullable=False),
    sa.Column("created", Instant, nullable=False),
    sa.Column("disabled", sa.Boolean, nullable=False),
)
"""``password`` is an argon2id hash; ``email`` is kept in lower case."""

attempt_table = sa.Table(
    "access_attempt",
    metadata,
    sa.Column("email_hash", sa.LargeBinary(32), primary_key=True),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("last", Instant, nullable=False),
)
"""Failed sign-ins by keyed hash of the address, known or not, so that a lock tells nobody who exists."""

session_table = sa.Table(
    "access_session",
    metadata,
    sa.Column("hash", sa.LargeBinary(32), primary_key=True),
    sa.Column("user_id", Id, sa.ForeignKey("access_user.id"), nullable=False, index=True),
    sa.Column("created", Instant, nullable=False),
    sa.Column("used", Instant, nullable=False),
)

token_table = sa.Table(
    "access_token",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("organisation_id", Id, sa.ForeignKey("organisation.id"), nullable=False, index=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("role", sa.String(40), nullable=False),
    sa.Column("hash", sa.LargeBinary(32), nullable=False, unique=True),
    sa.Column("created", Instant, nullable=False),
    sa.Column("expires", Instant),
    sa.Column("used", Instant),
    sa.Column("revoked", Instant),
    sa.Column("scopes", sa.Text, nullable=False, server_default=""),
    sa.Column("patient", sa.String(64)),
)
"""``scopes`` (SMART, with blanks between) and ``patient`` (an id) narrow what a token may do with FHIR resources."""
