"""JSON Patch (RFC 6902) with JSON pointers (RFC 6901). All operations or none.

Refuses pointers to nowhere, operations it does not know, and tests that fail (``fhir.patch_test_failed``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from chartline.formats.fhir.json import JsonObject
from chartline.formats.fhir.patch.content import copied, guarded, weight
from chartline.formats.fhir.patch.problems import PATCH_BAD, PATCH_TEST_FAILED
from chartline.kernel.errors import ChartlineError

MOST_OPERATIONS = 1_000
MOST_COPIED = 5_000_000
"""Characters that all copies of a patch may add: a few hundred copies of copies would fill any memory."""
_END = ("-",)
_INDEX = re.compile(r"0|[1-9][0-9]{0,8}", re.ASCII)
_ELEMENT = re.compile(r"_?[a-z][A-Za-z0-9]{0,40}|0|[1-9][0-9]{0,8}|-", re.ASCII)
_BAD_ESCAPE = re.compile(r"~(?![01])")


def json_patch(resource: JsonObject, operations: Sequence[object]) -> JsonObject:
    """The resource with the operations applied in order.

    Raises ``fhir.patch_bad`` or ``fhir.patch_test_failed`` with the operation's number and the pointer's shape
    (names that are no element names as ``*``).
    """
    if len(operations) > MOST_OPERATIONS:
        raise PATCH_BAD.error(reason="too_many_operations")
    try:
        document, room = copied(resource), MOST_COPIED
        for number, operation in enumerate(operations):
            step = _Step(number, operation, room)
            document, room = step.applied(document), step.room
        return guarded(resource, document)
    except RecursionError:
        raise PATCH_BAD.error(reason="too_deep") from None


class _Step:
    """One operation on the working copy."""

    def __init__(self, number: int, operation: object, room: int) -> None:
        self.room = room
        self.number = number
        self.pointer = ""
        self.operation: JsonObject = operation if isinstance(operation, dict) else {}

    def _error(self, reason: str) -> ChartlineError:
        return PATCH_BAD.error(operation=str(self.number), reason=reason, path=_shape(self.pointer))

    def applied(self, document: object) -> object:
        """The document after this operation."""
        path = self._tokens("path")
        match self.operation.get("op"):
            case "add":
                return self._add(document, path, copied(self._value()))
            case "remove":
                return self._remove(document, path)[0]
            case "replace":
                return self._replace(document, path, copied(self._value()))
            case "move":
                return self._move(document, path)
            case "copy":
                source = self._tokens("from")
                value = self._copy(self._at(document, source))
                self._tokens("path")
                return self._add(document, path, value)
            case "test":
                if not same(self._at(document, path), self._value()):
                    raise PATCH_TEST_FAILED.error(operation=str(self.number), path=_shape(self.pointer))
                return document
            case _:
                raise self._error("unknown_operation")

    def _copy(self, value: object) -> object:
        self.room -= weight(value)
        if self.room < 0:
            raise self._error("too_much_copied")
        return copied(value)

    def _tokens(self, member: str) -> list[str]:
        pointer = self.operation.get(member)
        if not isinstance(pointer, str) or (pointer and not pointer.startswith("/")):
            raise self._error("missing_" + member if pointer is None else "not_a_pointer")
        self.pointer = pointer
        if _BAD_ESCAPE.search(pointer):
            raise self._error("not_a_pointer")
        return [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]

    def _value(self) -> object:
        if "value" not in self.operation:
            raise self._error("missing_value")
        return self.operation["value"]

    def _at(self, document: object, path: list[str]) -> object:
        for token in path:
            if isinstance(document, dict) and token in document:
                document = document[token]
            elif isinstance(document, list):
                document = document[self._index(token, len(document) - 1)]
            else:
                raise self._error("nothing_there")
        return document

    def _index(self, token: str, last: int) -> int:
        if not _INDEX.fullmatch(token):
            raise self._error("not_an_index")
        if int(token) > last:
            raise self._error("index_beyond_end")
        return int(token)

    def _add(self, document: object, path: list[str], value: object) -> object:
        if not path:
            return value
        holder, token = self._at(document, path[:-1]), path[-1]
        if isinstance(holder, dict):
            holder[token] = value
        elif isinstance(holder, list):
            holder.insert(len(holder) if token in _END else self._index(token, len(holder)), value)
        else:
            raise self._error("nothing_there")
        return document

    def _remove(self, document: object, path: list[str]) -> tuple[object, object]:
        if not path:
            return None, document
        holder, token = self._at(document, path[:-1]), path[-1]
        if isinstance(holder, dict) and token in holder:
            return document, holder.pop(token)
        if isinstance(holder, list):
            return document, holder.pop(self._index(token, len(holder) - 1))
        raise self._error("nothing_there")

    def _replace(self, document: object, path: list[str], value: object) -> object:
        if not path:
            return value
        holder, token = self._at(document, path[:-1]), path[-1]
        self._at(holder, [token])
        if isinstance(holder, dict):
            holder[token] = value
        elif isinstance(holder, list):
            holder[self._index(token, len(holder) - 1)] = value
        return document

    def _move(self, document: object, path: list[str]) -> object:
        source = self._tokens("from")
        if path[: len(source)] == source and len(path) > len(source):
            raise self._error("into_itself")
        document, value = self._remove(document, source)
        self._tokens("path")
        return self._add(document, path, value)


def same(one: object, other: object) -> bool:
    """Equal as RFC 6902 has it: numbers by value, objects whatever their order; true is not 1."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(item, other[name]) for name, item in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return one == other


def _shape(pointer: str) -> str:
    """A pointer with only what cannot be a value: element names, indexes and ``-``."""
    return "/".join(token if not token or _ELEMENT.fullmatch(token) else "*" for token in pointer.split("/")[:30])
