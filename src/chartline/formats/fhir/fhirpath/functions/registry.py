"""Where functions are declared: name, how many arguments, and what builds the call.

Refuses a name declared twice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from chartline.formats.fhir.fhirpath.context import Context, Run
from chartline.formats.fhir.fhirpath.values import NONE, Items, single

Builder: TypeAlias = Callable[[Run, tuple[Run, ...]], Run]


@dataclass(frozen=True, slots=True)
class Function:
    """A declared function."""

    least: int
    most: int
    build: Builder


FUNCTIONS: dict[str, Function] = {}
"""Every function by name."""


def function(name: str, least: int = 0, most: int | None = None) -> Callable[[Builder], Builder]:
    """Declare a function that takes ``least`` to ``most`` arguments."""

    def declare(build: Builder) -> Builder:
        if name in FUNCTIONS:
            raise ValueError(f"function declared twice: {name}")
        FUNCTIONS[name] = Function(least, least if most is None else most, build)
        return build

    return declare


def on_items(work: Callable[[Items], Items]) -> Builder:
    """A function without arguments of the whole collection."""

    def build(source: Run, arguments: tuple[Run, ...]) -> Run:
        return lambda context: work(source(context))

    return build


def on_value(work: Callable[[object], object]) -> Builder:
    """A function without arguments of one system value; nothing of nothing, and None is nothing."""

    def build(source: Run, arguments: tuple[Run, ...]) -> Run:
        def run(context: Context) -> Items:
            value = single(source(context))
            result = None if value is None else work(value)
            return NONE if result is None else [result]

        return run

    return build


def per_item(context: Context, items: Items, run: Run) -> list[Items]:
    """What ``run`` answers with each item as ``$this`` and its place as ``$index``."""
    context.spend(len(items))
    this, index = context.this, context.index
    answers: list[Items] = []
    try:
        for place, item in enumerate(items):
            context.this = [item]
            context.index = [place]
            answers.append(run(context))
    finally:
        context.this, context.index = this, index
    return answers
