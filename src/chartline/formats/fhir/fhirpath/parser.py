"""Reads FHIRPath (N1, 2.0.0) by precedence climbing. Refuses what is no expression, and what nests too deep.

Precedence, binding tightest first: path and index, sign, ``* / div mod``, ``+ - &``, ``is as``, ``|``,
``< > <= >=``, ``= ~ != !~``, ``in contains``, ``and``, ``or xor``, ``implies``.
"""

from __future__ import annotations

from decimal import Decimal

from chartline.formats.fhir.fhirpath.errors import SYNTAX
from chartline.formats.fhir.fhirpath.quantities import CALENDAR, Quantity
from chartline.formats.fhir.fhirpath.temporal import read_date_time, read_time
from chartline.formats.fhir.fhirpath.tokens import Kind, Token, tokens
from chartline.formats.fhir.fhirpath.tree import (
    Binary,
    Call,
    Empty,
    Index,
    Literal,
    Member,
    Sign,
    Special,
    Tree,
    TypeName,
    TypeTest,
    Variable,
)
from chartline.kernel.errors import ChartlineError

DEEPEST = 120
"""Levels a tree may have; the deepest official expression has about 60."""

_LEVELS = (
    ("implies",),
    ("or", "xor"),
    ("and",),
    ("in", "contains"),
    ("=", "~", "!=", "!~"),
    ("<", ">", "<=", ">="),
    ("|",),
    ("is", "as"),
    ("+", "-", "&"),
    ("*", "/", "div", "mod"),
)
_BINDING = {operator: level for level, operators in enumerate(_LEVELS) for operator in operators}
_WORDS_AS_NAMES = frozenset({"as", "is", "contains", "in", "div", "mod", "and", "or", "xor", "implies"})


def read(expression: str) -> Tree:
    """The tree of an expression. Raises ``fhirpath.syntax`` with the position and a constant reason."""
    return _Parser(tokens(expression)).whole()


class _Parser:
    def __init__(self, found: list[Token]) -> None:
        self.tokens = found
        self.at = 0
        self.level = 0

    def whole(self) -> Tree:
        tree = self._expression(0)
        if self._now.kind is not Kind.END:
            raise self._error("unexpected")
        return tree

    @property
    def _now(self) -> Token:
        return self.tokens[self.at]

    def _error(self, reason: str) -> ChartlineError:
        return SYNTAX.error(position=str(self._now.at), reason=reason)

    def _next(self) -> Token:
        token = self.tokens[self.at]
        self.at += 1
        return token

    def _is(self, operator: str) -> bool:
        return self._now.kind is Kind.OPERATOR and self._now.text == operator

    def _expect(self, operator: str) -> None:
        if not self._is(operator):
            raise self._error("expected_" + _NAMES.get(operator, operator))
        self.at += 1

    def _depth(self, *parts: Tree | None) -> int:
        depth = 1 + max((part.depth for part in parts if part is not None), default=0)
        if depth > DEEPEST:
            raise self._error("too_deep")
        return depth

    def _expression(self, least: int) -> Tree:
        self.level += 1
        if self.level > DEEPEST:
            raise self._error("too_deep")
        left = self._signed()
        while True:
            token = self._now
            operator = token.text if token.kind in (Kind.OPERATOR, Kind.NAME) else ""
            binding = _BINDING.get(operator, -1)
            if binding < least:
                self.level -= 1
                return left
            self.at += 1
            if operator in ("is", "as"):
                left = TypeTest(operator, left, self._type_name(), self._depth(left))
            else:
                right = self._expression(binding + 1)
                left = Binary(operator, left, right, self._depth(left, right))

    def _signed(self) -> Tree:
        if not (self._is("-") or self._is("+")):
            return self._path()
        sign = self._next().text
        self.level += 1
        if self.level > DEEPEST:
            raise self._error("too_deep")
        operand = self._signed()
        self.level -= 1
        return Sign(sign, operand, self._depth(operand))

    def _path(self) -> Tree:
        tree = self._term()
        while True:
            if self._is("."):
                self.at += 1
                tree = self._invocation(tree)
            elif self._is("["):
                self.at += 1
                index = self._expression(0)
                self._expect("]")
                tree = Index(tree, index, self._depth(tree, index))
            else:
                return tree

    def _term(self) -> Tree:
        token = self._now
        if token.kind is Kind.NUMBER:
            return self._number()
        if token.kind is Kind.STRING:
            return Literal(self._next().text)
        if token.kind in (Kind.DATE, Kind.DATETIME, Kind.TIME):
            return self._moment()
        if self._is("("):
            self.at += 1
            tree = self._expression(0)
            self._expect(")")
            return tree
        if self._is("{"):
            self.at += 1
            self._expect("}")
            return Empty()
        if self._is("%"):
            self.at += 1
            return self._variable()
        if token.kind is Kind.NAME and token.text in ("true", "false"):
            return Literal(self._next().text == "true")
        return self._invocation(None)

    def _number(self) -> Tree:
        text = self._next().text
        if len(text) > 400:
            raise self._error("number_too_long")
        number = Decimal(text) if "." in text else int(text)
        unit = self._now
        if unit.kind is Kind.STRING:
            self.at += 1
            return Literal(Quantity(Decimal(number), unit.text))
        if unit.kind is Kind.NAME and unit.text in CALENDAR:
            self.at += 1
            return Literal(Quantity(Decimal(number), CALENDAR[unit.text], calendar=True))
        return Literal(number)

    def _moment(self) -> Tree:
        token = self._now
        if token.kind is Kind.TIME:
            value = read_time(token.text[1:])
        else:
            value = read_date_time(token.text, date_time=token.kind is Kind.DATETIME)
        if value is None:
            raise self._error("no_such_date")
        self.at += 1
        return Literal(value)

    def _variable(self) -> Tree:
        token = self._now
        if token.kind not in (Kind.NAME, Kind.DELIMITED, Kind.STRING):
            raise self._error("expected_name")
        self.at += 1
        return Variable(token.text)

    def _invocation(self, source: Tree | None) -> Tree:
        token = self._now
        if token.kind is Kind.SPECIAL:
            self.at += 1
            return Special(token.text)
        if token.kind not in (Kind.NAME, Kind.DELIMITED):
            raise self._error("expected_name")
        if (
            source is None
            and token.kind is Kind.NAME
            and token.text in _WORDS_AS_NAMES - {"as", "is", "contains", "in"}
        ):
            raise self._error("expected_operand")
        self.at += 1
        if not self._is("("):
            return Member(source, token.text, self._depth(source))
        self.at += 1
        arguments: list[Tree] = []
        if not self._is(")"):
            arguments.append(self._expression(0))
            while self._is(","):
                self.at += 1
                arguments.append(self._expression(0))
        self._expect(")")
        return Call(source, token.text, tuple(arguments), token.at, self._depth(source, *arguments))

    def _type_name(self) -> TypeName:
        first = self._identifier()
        namespace = None
        if self._is(".") and first in ("FHIR", "System"):
            self.at += 1
            namespace, first = first, self._identifier()
        return TypeName(namespace, first)

    def _identifier(self) -> str:
        if self._now.kind not in (Kind.NAME, Kind.DELIMITED):
            raise self._error("expected_type")
        return self._next().text


_NAMES = {")": "closing_parenthesis", "]": "closing_bracket", "}": "closing_brace"}
