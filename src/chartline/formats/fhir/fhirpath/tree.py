"""A read FHIRPath expression as a tree. Only shape: ``compiler`` gives it meaning, ``check`` looks at its types."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant; ``value`` is bool, int, Decimal, str, Temporal or Quantity."""

    value: object
    depth: int = 1


@dataclass(frozen=True, slots=True)
class Empty:
    """``{}``."""

    depth: int = 1


@dataclass(frozen=True, slots=True)
class Special:
    """``$this``, ``$index`` or ``$total``, without the sign."""

    name: str
    depth: int = 1


@dataclass(frozen=True, slots=True)
class Variable:
    """``%name``."""

    name: str
    depth: int = 1


@dataclass(frozen=True, slots=True)
class Member:
    """An element by name, of ``source`` or (None) of what stands before the expression."""

    source: Tree | None
    name: str
    depth: int = 1


@dataclass(frozen=True, slots=True)
class Call:
    """A function call."""

    source: Tree | None
    name: str
    arguments: tuple[Tree, ...]
    at: int = field(compare=False)
    depth: int = 1


@dataclass(frozen=True, slots=True)
class Index:
    """``source[index]``."""

    source: Tree
    index: Tree
    depth: int = 1


@dataclass(frozen=True, slots=True)
class Sign:
    """``-operand`` or ``+operand``."""

    sign: str
    operand: Tree
    depth: int = 1


@dataclass(frozen=True, slots=True)
class Binary:
    """Two operands and the operator between them."""

    operator: str
    left: Tree
    right: Tree
    depth: int = 1


@dataclass(frozen=True, slots=True)
class TypeName:
    """A type: ``FHIR.Patient``, ``System.String``, or without a namespace (None)."""

    namespace: str | None
    name: str


@dataclass(frozen=True, slots=True)
class TypeTest:
    """``operand is type`` or ``operand as type``."""

    operator: str
    operand: Tree
    type: TypeName
    depth: int = 1


Tree: TypeAlias = Literal | Empty | Special | Variable | Member | Call | Index | Sign | Binary | TypeTest
