"""Takes search parameter expressions apart by type and writes them one way.

R4 writes a choice of types in three ways (``(X.value as Y)``, ``X.value.as(Y)``, ``X.value.ofType(Y)``); only the last
one works where the element repeats, so all become that. Refuses nothing: an expression it does not know stays as it is.
"""

from __future__ import annotations

import re

AS_CALL = re.compile(r"\.as\((\w+)\)")
AS_WORD = re.compile(r"\(\s*([\w.]+)\s+as\s+(\w+)\s*\)")
VALUE_OF = re.compile(r"\.value(DateTime|CodeableConcept|Coding|String|Code|Reference)\b")
WHOLE = re.compile(r"^\((\w+(?:\.\w+)*\.ofType\(\w+\))\)$")
KINDS = {"DateTime": "dateTime", "String": "string", "Code": "code"}


def alternatives(expression: str, rtype: str) -> str:
    """The alternatives of ``expression`` that begin with a type, joined again; empty when there is none.

    One that begins with an element (``name | alias`` of InsurancePlan) is of every type.
    """
    begins = re.compile(rf"\(?\s*{rtype}\b")
    parts = [f"{rtype}.{part}" if part[:1].islower() else part for part in split(expression)]
    return " | ".join(modern(part) for part in parts if begins.match(part))


def split(expression: str) -> list[str]:
    """The operands of the unions at the top of an expression."""
    parts, depth, quoted, start = [], 0, False, 0
    for place, letter in enumerate(expression):
        if letter == "'":
            quoted = not quoted
        elif not quoted and letter in "([":
            depth += 1
        elif not quoted and letter in ")]":
            depth -= 1
        elif not quoted and letter == "|" and not depth:
            parts.append(expression[start:place].strip())
            start = place + 1
    return [*parts, expression[start:].strip()]


def modern(expression: str) -> str:
    """Types are chosen by ``ofType``, by the names R4 gives them."""
    written = AS_WORD.sub(r"\1.ofType(\2)", expression)
    written = AS_CALL.sub(r".ofType(\1)", written).replace("ofType(DateTime)", "ofType(dateTime)")
    written = WHOLE.sub(r"\1", written)
    return VALUE_OF.sub(lambda found: f".value.ofType({KINDS.get(found[1], found[1])})", written)
