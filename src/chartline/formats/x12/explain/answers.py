"""What a 999, a 997 or a TA1 says: accepted, or why not."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from chartline.formats.x12.acknowledgement import (
    Context,
    GroupAnswer,
    SegmentError,
    Verdict,
    group_verdict,
    interchange_verdict,
    read_997,
    read_999,
    read_ta1,
    transaction_verdicts,
)
from chartline.formats.x12.explain.meaning import masked
from chartline.formats.x12.explain.statement import Section


def answers(data: bytes, set_id: str, *, values: bool = False) -> Iterator[Section]:
    """The answers of one kind in a file; values that were quoted back only with ``values``. Raises as their readers."""
    if set_id == "TA1":
        for notice in read_ta1(data):
            yield _section("interchange", interchange_verdict(notice))
        return
    for group in read_999(data) if set_id == "999" else read_997(data):
        yield _group(group if values else _masked(group))


def _group(group: GroupAnswer) -> Section:
    transactions = tuple(_section("transaction", verdict) for verdict in transaction_verdicts(group))
    return _section("group", group_verdict(group), transactions)


def _masked(group: GroupAnswer) -> GroupAnswer:
    """The answer without the values that the receiver quotes: they come from the claim."""
    transactions = [
        replace(transaction, segments=tuple(_without(segment) for segment in transaction.segments))
        for transaction in group.transactions
    ]
    return replace(group, transactions=tuple(transactions))


def _without(error: SegmentError) -> SegmentError:
    elements = tuple(replace(one, found="", contexts=_contexts(one.contexts)) for one in error.elements)
    return replace(error, contexts=_contexts(error.contexts), elements=elements)


def _contexts(contexts: tuple[Context, ...]) -> tuple[Context, ...]:
    return tuple(replace(context, value=masked(context.value, "account")) for context in contexts)


def _section(kind: str, verdict: Verdict, inner: tuple[Section, ...] = ()) -> Section:
    if verdict.is_accepted:
        return Section(kind=kind, title=verdict.say, remarks=verdict.reasons, sections=inner)
    wrong = verdict.reasons or ((verdict.say,) if not inner else ())
    return Section(kind=kind, title=verdict.say, wrong=wrong, sections=inner)
