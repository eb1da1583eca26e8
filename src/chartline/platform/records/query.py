"""The one statement of a search page: conditions as posting lists, order by a column or a span, keyset paging."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec
import sqlalchemy as sa

from chartline.formats.fhir.dates import FOREVER
from chartline.platform.database import Instant, Work
from chartline.platform.records.criteria import BAD_SEARCH, Asked, Comparison, Condition
from chartline.platform.records.index import PARAMETERS, Moment
from chartline.platform.records.postings import range_hash, token_hash
from chartline.platform.records.tables import resource_range_table, resource_table, resource_token_table
from chartline.platform.vault import Vault

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Position(msgspec.Struct, frozen=True, array_like=True):
    """Where a page ended: microseconds since 1970 of the sort column, and the id."""

    key: int
    id: str


# Made with the module: the library crashes when several threads decode a type for the first time together.
_position_decoder = msgspec.json.Decoder(Position)


def position_of(row: sa.RowMapping) -> Position:
    """The position of a row of ``search_query``."""
    return Position((row["sort_key"] - _EPOCH) // timedelta(microseconds=1), row["id"])


def write_position(position: Position) -> str:
    """A cursor: opaque text. It holds no patient value, and reaches only rows of whoever uses it."""
    return msgspec.json.encode(position).hex()


def read_position(rtype: str, cursor: str) -> Position:
    """The position of a cursor. Raises ``records.bad_search``."""
    try:
        return _position_decoder.decode(bytes.fromhex(cursor))
    except (ValueError, msgspec.DecodeError):
        raise BAD_SEARCH.error(type=rtype, parameter="cursor") from None


def search_query(
    work: Work,
    vault: Vault,
    rtype: str,
    conditions: Sequence[Condition],
    sort: str,
    position: Position | None,
) -> sa.Select[*tuple[object, ...]]:
    """The statement: all columns of the resource and ``sort_key``; no limit yet. Raises ``records.bad_search``."""
    table = resource_table
    descending, name = sort.startswith("-"), sort.removeprefix("-")
    source, key = _sort_key(work, vault, rtype, name)
    query = (
        work.select(table, *table.c, key.label("sort_key"))
        .select_from(source)
        .where(table.c.rtype == rtype, table.c.deleted.is_(False))
        .where(*(_condition(work, vault, rtype, condition) for condition in conditions))
    )
    order = [table.c.id] if name == "_id" else [key, table.c.id]
    query = query.order_by(*(column.desc() if descending else column for column in order))
    if position is None:
        return query
    moment = sa.literal(_moment(rtype, position.key), Instant)
    further = table.c.id < position.id if descending else table.c.id > position.id
    if name == "_id":
        return query.where(further)
    beyond = key < moment if descending else key > moment
    return query.where(sa.or_(beyond, sa.and_(key == moment, further)))


def _moment(rtype: str, micros: int) -> datetime:
    try:
        return _EPOCH + timedelta(microseconds=micros)
    except OverflowError:
        raise BAD_SEARCH.error(type=rtype, parameter="cursor") from None


def _sort_key(work: Work, vault: Vault, rtype: str, name: str) -> tuple[sa.FromClause, sa.ColumnElement[datetime]]:
    """Where rows come from and the column they are sorted by; a resource without the date sorts as the last."""
    table = resource_table
    if name == "_id":
        return table, table.c.updated
    if name == "_lastUpdated":
        return table, table.c.updated
    if not isinstance(PARAMETERS.get(rtype, {}).get(name), Moment):
        raise BAD_SEARCH.error(type=rtype, parameter="_sort")
    spans = resource_range_table.alias("sorted_by")
    h = range_hash(vault, work.organisation, rtype, name)
    joined = table.outerjoin(
        spans, sa.and_(spans.c.organisation_id == table.c.organisation_id, spans.c.h == h, spans.c.id == table.c.id)
    )
    return joined, sa.func.coalesce(spans.c.lo, sa.literal(FOREVER, Instant), type_=Instant)


def _condition(work: Work, vault: Vault, rtype: str, condition: Condition) -> sa.ColumnElement[bool]:
    if condition.name == "_id":
        return resource_table.c.id.in_([key for one in condition.asked for key in one.keys])
    if condition.name == "_lastUpdated":
        updated = resource_table.c.updated
        return sa.or_(*(_compared(one, updated, updated, instant=True) for one in condition.comparisons))
    if condition.comparisons:
        spans = resource_range_table
        h = range_hash(vault, work.organisation, rtype, condition.name)
        compared = sa.or_(*(_compared(one, spans.c.lo, spans.c.hi, instant=False) for one in condition.comparisons))
        return resource_table.c.id.in_(work.select(spans, spans.c.id).where(spans.c.h == h, compared))
    return _asked(work, vault, rtype, condition.name, condition.asked)


def _asked(work: Work, vault: Vault, rtype: str, name: str, asked: Sequence[Asked]) -> sa.ColumnElement[bool]:
    """Values of one key share one posting list look-up; a value of several words must be on all of their lists."""

    def listed(keys: Sequence[str]) -> sa.ColumnElement[bool]:
        hashes = [token_hash(vault, work.organisation, rtype, name, key) for key in keys]
        tokens = resource_token_table
        return resource_table.c.id.in_(work.select(tokens, tokens.c.id).where(tokens.c.h.in_(hashes)))

    single = [one.keys[0] for one in asked if len(one.keys) == 1]
    several = [sa.and_(*(listed([key]) for key in one.keys)) for one in asked if len(one.keys) > 1]
    return sa.or_(*([listed(single)] if single else []), *several)


def _compared(
    asked: Comparison, lo: sa.ColumnElement[datetime], hi: sa.ColumnElement[datetime], *, instant: bool
) -> sa.ColumnElement[bool]:
    """A FHIR date comparison of half-open spans; an instant is a span without length, so its end is included."""
    start, end = sa.literal(asked.span.start, Instant), sa.literal(asked.span.end, Instant)
    inside = sa.and_(lo >= start, lo < end if instant else hi <= end)
    return {
        "eq": inside,
        "ne": sa.not_(inside),
        "lt": lo < start,
        "le": lo < end,
        "gt": lo >= end if instant else hi > end,
        "ge": lo >= start if instant else hi > start,
        "sa": lo >= end,
        "eb": hi < start if instant else hi <= start,
    }[asked.operator]
