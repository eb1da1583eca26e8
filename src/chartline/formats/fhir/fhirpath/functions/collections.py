"""Functions on whole collections: existence, filtering, parts, sets, children and repetition."""

from __future__ import annotations

from chartline.formats.fhir.fhirpath.context import Context, Run
from chartline.formats.fhir.fhirpath.errors import EVALUATION
from chartline.formats.fhir.fhirpath.functions.registry import function, on_items, per_item
from chartline.formats.fhir.fhirpath.nodes import Node
from chartline.formats.fhir.fhirpath.values import (
    FALSE,
    NONE,
    TRUE,
    Items,
    answer,
    distinct,
    integer,
    key,
    system,
    truth,
)

function("empty")(on_items(lambda items: FALSE if items else TRUE))
function("count")(on_items(lambda items: [len(items)]))
function("distinct")(on_items(distinct))
function("isDistinct")(on_items(lambda items: answer(len(distinct(items)) == len(items))))
function("first")(on_items(lambda items: items[:1]))
function("last")(on_items(lambda items: items[-1:]))
function("tail")(on_items(lambda items: items[1:]))


@function("exists", 0, 1)
def _exists(source: Run, arguments: tuple[Run, ...]) -> Run:
    if not arguments:
        return lambda context: TRUE if source(context) else FALSE
    return lambda context: TRUE if _any(context, source(context), arguments[0]) else FALSE


def _any(context: Context, items: Items, run: Run) -> bool:
    context.spend(len(items))
    this, index = context.this, context.index
    try:
        for place, item in enumerate(items):
            context.this = [item]
            context.index = [place]
            if truth(run(context)):
                return True
    finally:
        context.this, context.index = this, index
    return False


@function("all", 1)
def _all(source: Run, arguments: tuple[Run, ...]) -> Run:
    condition = arguments[0]

    def refuted(context: Context) -> Items:
        return FALSE if truth(condition(context)) else TRUE

    return lambda context: FALSE if _any(context, source(context), refuted) else TRUE


def _booleans(items: Items) -> list[bool]:
    found: list[bool] = []
    for item in items:
        value = system(item)
        if not isinstance(value, bool):
            raise EVALUATION.error(reason="boolean_wanted")
        found.append(value)
    return found


function("allTrue")(on_items(lambda items: answer(all(_booleans(items)))))
function("anyTrue")(on_items(lambda items: answer(any(_booleans(items)))))
function("allFalse")(on_items(lambda items: answer(not any(_booleans(items)))))
function("anyFalse")(on_items(lambda items: answer(not all(_booleans(items)))))


@function("not")
def _not(source: Run, arguments: tuple[Run, ...]) -> Run:
    def run(context: Context) -> Items:
        value = truth(source(context))
        return NONE if value is None else FALSE if value else TRUE

    return run


@function("where", 1)
def _where(source: Run, arguments: tuple[Run, ...]) -> Run:
    condition = arguments[0]

    def run(context: Context) -> Items:
        items = source(context)
        if not items:
            return items
        answers = per_item(context, items, condition)
        return [item for item, found in zip(items, answers, strict=True) if truth(found)]

    return run


@function("select", 1)
def _select(source: Run, arguments: tuple[Run, ...]) -> Run:
    projection = arguments[0]

    def run(context: Context) -> Items:
        found = [item for items in per_item(context, source(context), projection) for item in items]
        context.spend(len(found))
        return found

    return run


@function("repeat", 1)
def _repeat(source: Run, arguments: tuple[Run, ...]) -> Run:
    projection = arguments[0]

    def run(context: Context) -> Items:
        seen: set[object] = set()
        found: Items = []
        wave = source(context)
        while wave:
            fresh: Items = []
            for item in (item for items in per_item(context, wave, projection) for item in items):
                context.spend(1 + len(item) // 100 if isinstance(item, str) else 1)
                mark = key(item)
                if mark not in seen:
                    seen.add(mark)
                    fresh.append(item)
            found.extend(fresh)
            wave = fresh
        return found

    return run


@function("aggregate", 1, 2)
def _aggregate(source: Run, arguments: tuple[Run, ...]) -> Run:
    step = arguments[0]

    def run(context: Context) -> Items:
        total = arguments[1](context) if len(arguments) > 1 else NONE
        items = source(context)
        context.spend(len(items))
        this, index, outer = context.this, context.index, context.total
        try:
            for place, item in enumerate(items):
                context.this = [item]
                context.index = [place]
                context.total = total
                total = step(context)
                context.spend(len(total))
        finally:
            context.this, context.index, context.total = this, index, outer
        return total

    return run


@function("single")
def _single(source: Run, arguments: tuple[Run, ...]) -> Run:
    def run(context: Context) -> Items:
        items = source(context)
        if len(items) > 1:
            raise EVALUATION.error(reason="more_than_one_item")
        return items

    return run


@function("skip", 1)
def _skip(source: Run, arguments: tuple[Run, ...]) -> Run:
    def run(context: Context) -> Items:
        count = integer(arguments[0](context))
        return source(context)[max(0, count or 0) :]

    return run


@function("take", 1)
def _take(source: Run, arguments: tuple[Run, ...]) -> Run:
    def run(context: Context) -> Items:
        count = integer(arguments[0](context))
        return source(context)[: max(0, count or 0)]

    return run


def _keys(items: Items) -> set[object]:
    return {key(item) for item in items}


@function("subsetOf", 1)
def _subset_of(source: Run, arguments: tuple[Run, ...]) -> Run:
    return lambda context: answer(_keys(source(context)) <= _keys(arguments[0](context)))


@function("supersetOf", 1)
def _superset_of(source: Run, arguments: tuple[Run, ...]) -> Run:
    return lambda context: answer(_keys(source(context)) >= _keys(arguments[0](context)))


@function("intersect", 1)
def _intersect(source: Run, arguments: tuple[Run, ...]) -> Run:
    def run(context: Context) -> Items:
        other = _keys(arguments[0](context))
        return distinct([item for item in source(context) if key(item) in other])

    return run


@function("exclude", 1)
def _exclude(source: Run, arguments: tuple[Run, ...]) -> Run:
    def run(context: Context) -> Items:
        other = _keys(arguments[0](context))
        return [item for item in source(context) if key(item) not in other]

    return run


@function("union", 1)
def _union(source: Run, arguments: tuple[Run, ...]) -> Run:
    return lambda context: distinct(_joined(context, source(context), arguments[0](context)))


@function("combine", 1)
def _combine(source: Run, arguments: tuple[Run, ...]) -> Run:
    return lambda context: _joined(context, source(context), arguments[0](context))


def _joined(context: Context, one: Items, other: Items) -> Items:
    context.spend(len(one) + len(other))
    return [*one, *other]


@function("children")
def _children(source: Run, arguments: tuple[Run, ...]) -> Run:
    return lambda context: _below(context, source(context), deep=False)


@function("descendants")
def _descendants(source: Run, arguments: tuple[Run, ...]) -> Run:
    return lambda context: _below(context, source(context), deep=True)


def _below(context: Context, items: Items, *, deep: bool) -> Items:
    found: Items = []
    wave = items
    while wave:
        below: Items = []
        for item in wave:
            if isinstance(item, Node):
                item.children(below)
        context.spend(len(below))
        found.extend(below)
        wave = below if deep else NONE
    return found


@function("iif", 2, 3)
def _iif(source: Run, arguments: tuple[Run, ...]) -> Run:
    condition, then, *otherwise = arguments

    def run(context: Context) -> Items:
        items = source(context)
        if len(items) > 1:
            raise EVALUATION.error(reason="more_than_one_item")
        this = context.this
        context.this = items or this
        try:
            found = condition(context)
            chosen = bool(found) and _booleans(found)[0]
            if len(found) > 1:
                raise EVALUATION.error(reason="more_than_one_item")
            return then(context) if chosen else otherwise[0](context) if otherwise else NONE
        finally:
            context.this = this

    return run


@function("trace", 1, 2)
def _trace(source: Run, arguments: tuple[Run, ...]) -> Run:
    # Writes nothing: what it would show are a patient's values.
    return source
