"""The part of FHIRPath that search parameters are written in, read into plain steps.

Paths, unions, ``as`` and ``ofType``, ``where(field = 'literal')``, ``where(resolve() is Type)``, ``extension('url')``,
``[n]``, and "exists and is not false". Refuses the rest by answering None; the FHIRPath engine takes those.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Child:
    """The elements of a name."""

    name: str


@dataclass(frozen=True, slots=True)
class Of:
    """Only what is of a type."""

    type: str


@dataclass(frozen=True, slots=True)
class Where:
    """Only objects whose field is exactly this text."""

    field: str
    literal: str


@dataclass(frozen=True, slots=True)
class Only:
    """Only references to a resource type, as far as their text tells."""

    type: str


@dataclass(frozen=True, slots=True)
class Index:
    """The element at a place of a list."""

    at: int


Step: TypeAlias = Child | Of | Where | Only | Index


@dataclass(frozen=True, slots=True)
class Path:
    """Steps from the resource (or from ``%resource`` inside a component, when ``whole``).

    ``present`` asks not for the values but whether there is one that is not ``false``.
    """

    steps: tuple[Step, ...]
    whole: bool = False
    present: bool = False


_TOKEN = re.compile(r"\s*(?:(%?[A-Za-z_]\w*)|'((?:[^'\\]|\\.)*)'|(\d+)|(!=|[().|=\[\],]))")
_PRESENT = re.compile(r"\s*([A-Za-z]\w*(?:\.\w+)*)\.exists\(\)\s+and\s+\1\s*!=\s*false\s*")
_LONGEST = 4000


class _Outside(Exception):
    """The expression is not of the subset."""


def read_paths(expression: str) -> tuple[Path, ...] | None:
    """The alternatives of an expression; None when it uses more of FHIRPath than is read here."""
    if len(expression) > _LONGEST:
        return None
    present = _PRESENT.fullmatch(expression)
    if present is not None:
        return (Path(tuple(Child(name) for name in present[1].split(".")), present=True),)
    try:
        reader = _Reader(_tokens(expression))
        paths = reader.union()
        reader.end()
    except (_Outside, RecursionError):
        return None
    return tuple(paths)


_Token: TypeAlias = tuple[str, str]


def _tokens(expression: str) -> list[_Token]:
    found: list[_Token] = []
    at, text = 0, expression.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise _Outside
        name, literal, digits, sign = match.groups()
        if literal is not None:
            if "\\" in literal:
                raise _Outside
            found.append(("literal", literal))
        else:
            found.append(("name", name) if name else ("digits", digits) if digits else ("sign", sign))
        at = match.end()
    return found


class _Reader:
    """Reads tokens from left to right. Raises ``_Outside`` where the subset ends."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._at = 0

    def end(self) -> None:
        """Nothing may follow."""
        if self._at != len(self._tokens):
            raise _Outside

    def union(self) -> list[Path]:
        """Alternatives between bars."""
        paths = self._term()
        while self._take("sign", "|"):
            paths = [*paths, *self._term()]
        return paths

    def _term(self) -> list[Path]:
        paths = self._chain()
        if self._take("name", "as"):
            kind = self._name()
            paths = [_longer(path, Of(kind)) for path in paths]
        return paths

    def _chain(self) -> list[Path]:
        if self._take("sign", "("):
            paths = self.union()
            self._need("sign", ")")
        else:
            name = self._name()
            if name.startswith("%") and name != "%resource":
                raise _Outside
            paths = [Path((), whole=True)] if name == "%resource" else [Path((Child(name),))]
        while True:
            if self._take("sign", "."):
                paths = self._step(paths, self._name())
            elif self._take("sign", "["):
                at = int(self._need("digits"))
                self._need("sign", "]")
                paths = [_longer(path, Index(at)) for path in paths]
            else:
                return paths

    def _step(self, paths: list[Path], name: str) -> list[Path]:
        if not self._take("sign", "("):
            return [_longer(path, Child(name)) for path in paths]
        if name in {"as", "ofType"}:
            steps: tuple[Step, ...] = (Of(self._name()),)
        elif name == "extension":
            steps = (Child("extension"), Where("url", self._need("literal")))
        elif name == "where":
            steps = (self._condition(),)
        else:
            raise _Outside
        self._need("sign", ")")
        return [_longer(path, *steps) for path in paths]

    def _condition(self) -> Step:
        field = self._name()
        if field == "resolve" and self._take("sign", "("):
            self._need("sign", ")")
            self._need("name", "is")
            return Only(self._name())
        self._need("sign", "=")
        return Where(field, self._need("literal"))

    def _name(self) -> str:
        return self._need("name")

    def _need(self, kind: str, text: str | None = None) -> str:
        if self._at < len(self._tokens):
            found_kind, found = self._tokens[self._at]
            if found_kind == kind and text in (None, found):
                self._at += 1
                return found
        raise _Outside

    def _take(self, kind: str, text: str) -> bool:
        if self._at < len(self._tokens) and self._tokens[self._at] == (kind, text):
            self._at += 1
            return True
        return False


def _longer(path: Path, *steps: Step) -> Path:
    return Path((*path.steps, *steps), path.whole, path.present)
