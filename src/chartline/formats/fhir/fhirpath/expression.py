"""Compiled FHIRPath expressions, kept by their text.

``compile`` raises ``fhirpath.syntax``; evaluation raises ``fhirpath.evaluation`` with a constant reason.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import TypedDict, Unpack

from chartline.formats.fhir.fhirpath.compiler import build
from chartline.formats.fhir.fhirpath.context import Context, Run, Services
from chartline.formats.fhir.fhirpath.errors import EVALUATION
from chartline.formats.fhir.fhirpath.nodes import node_of
from chartline.formats.fhir.fhirpath.parser import read
from chartline.formats.fhir.fhirpath.tree import Tree
from chartline.formats.fhir.fhirpath.values import plain, truth
from chartline.formats.fhir.json import JsonObject


class Options(TypedDict, total=False):
    """What an evaluation may be given.

    ``resource`` and ``root`` are ``%resource`` and ``%rootResource``; without them they are looked up around the
    focus. ``variables`` are ``%name``; ``type_name`` is the type of a focus that is no resource; ``resolve`` stands
    for ``services.resolve``; ``strict`` refuses elements that a type does not have.
    """

    resource: object
    root: object
    variables: Mapping[str, object] | None
    type_name: str | None
    resolve: Callable[[str], JsonObject | None] | None
    services: Services
    strict: bool


class Expression:
    """A compiled expression. ``text`` is what was read, ``tree`` its shape."""

    __slots__ = ("_run", "text", "tree")

    def __init__(self, text: str, tree: Tree, run: Run) -> None:
        self.text = text
        self.tree = tree
        self._run = run

    def nodes(self, focus: object, **options: Unpack[Options]) -> list[object]:
        """What the expression finds, as nodes (with type, value and path) and system values.

        ``focus`` is a resource, an element with its ``type_name``, or a node of an earlier answer.
        """
        node = node_of(focus, options.get("type_name")) if options else node_of(focus)
        context = Context([] if node is None else [node])
        if options:
            _prepare(context, options)
        try:
            return self._run(context)
        except RecursionError:
            raise EVALUATION.error(reason="too_deep") from None

    def evaluate(self, focus: object, **options: Unpack[Options]) -> list[object]:
        """What the expression finds, as JSON values; dates as text, primitives without a value left out."""
        return [value for item in self.nodes(focus, **options) if (value := plain(item)) is not None]

    def is_true(self, focus: object, **options: Unpack[Options]) -> bool:
        """Whether the expression holds: an empty answer does not. Raises when it answers with several items."""
        return truth(self.nodes(focus, **options)) is True

    def is_false(self, focus: object, **options: Unpack[Options]) -> bool:
        """Whether the answer is plainly false, so that an invariant is broken; an empty answer breaks none.

        R4's own rules count on it: ``low <= high`` has no answer when one of them is missing.
        """
        return truth(self.nodes(focus, **options)) is False


def _prepare(context: Context, options: Options) -> None:
    for name, value in options.items():
        if value is not None and name in _SETTINGS:
            setattr(context, _SETTINGS[name], value)
    resolve = options.get("resolve")
    if resolve is not None:
        context.services = replace(context.services, resolve=resolve)


_SETTINGS = {
    "resource": "given_resource",
    "root": "given_root",
    "variables": "variables",
    "services": "services",
    "strict": "strict",
}
"""What an option sets on the context."""


def compile(expression: str) -> Expression:
    """An expression ready to run; short texts are kept, so that the same one is read once.

    Raises ``fhirpath.syntax``.
    """
    if len(expression) <= _SHORT:
        return _short(expression)
    return _long(expression) if len(expression) <= _LONG else read_expression(expression)


def read_expression(expression: str) -> Expression:
    """An expression read anew. Raises ``fhirpath.syntax``."""
    tree = read(expression)
    return Expression(expression, tree, build(tree))


_SHORT, _LONG = 400, 8_000
_short = lru_cache(maxsize=8192)(read_expression)
_long = lru_cache(maxsize=256)(read_expression)
