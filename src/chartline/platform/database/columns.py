"""Column types that mean the same on both databases, and the metadata every room hangs its tables on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Id(sa.types.TypeDecorator[str]):
    """A UUID as canonical text in Python; native on PostgreSQL, 32 characters on SQLite."""

    impl = sa.Uuid(as_uuid=False)
    cache_ok = True

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Callable[..., str | None] | None:
        """From what the driver gives. Ids are read by the million, and 32 characters lack nothing but the hyphens."""
        return _told if dialect.supports_native_uuid else _hyphenated


def _told(value: object) -> str | None:
    return None if value is None else str(value)


def _hyphenated(value: str | None) -> str | None:
    if value is None:
        return None
    return f"{value[:8]}-{value[8:12]}-{value[12:16]}-{value[16:20]}-{value[20:]}"


class Instant(sa.types.TypeDecorator[datetime]):
    """A moment as microseconds since 1970 UTC; aware datetimes in Python. Refuses naive ones."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> int | None:
        """Datetime to microseconds."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return (value - _EPOCH) // timedelta(microseconds=1)

    def process_result_value(self, value: int | None, dialect: sa.Dialect) -> datetime | None:
        """Microseconds to datetime."""
        return None if value is None else _EPOCH + timedelta(microseconds=value)
