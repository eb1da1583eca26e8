"""``$expand``, ``$validate-code``, ``$lookup``, ``$subsumes``, ``$translate`` over HTTP.

The rules are in ``formats/fhir/terminology/operations``. Here a question gets the caller's terminology: what the
practice stored and loaded, and what is shipped. An instance is named by the id of a stored resource, or by the id that
HL7 gave to a shipped one. A body that is itself a ValueSet, CodeSystem or ConceptMap is what the question is about.
"""

from __future__ import annotations

from collections.abc import Callable

from chartline.api.fhir.operations import Asked
from chartline.api.fhir.request import Answer
from chartline.domains.codes.terminology import practice_terminology
from chartline.formats.fhir import JsonObject, encode
from chartline.formats.fhir.terminology import Terminology, operations, shipped
from chartline.formats.fhir.terminology.parameters import Question
from chartline.platform.records.stored import NOT_FOUND

_SENT = {"ValueSet": "valueSet", "CodeSystem": "codeSystem", "ConceptMap": "conceptMap"}

Rule = Callable[[Terminology, Question, str], JsonObject]
"""From the terminology, the question and the canonical of the instance (or empty text) to the answer."""


def expand(asked: Asked) -> Answer:
    """``ValueSet/$expand``: the codes of a value set."""
    with asked.session.reading() as work:
        moment = work.now.isoformat(timespec="seconds")
    return _answered(
        asked, lambda terminology, question, given: operations.expand(terminology, question, moment, given)
    )


def validate_in_value_set(asked: Asked) -> Answer:
    """``ValueSet/$validate-code``."""
    return _answered(asked, operations.validate_in_value_set)


def validate_in_system(asked: Asked) -> Answer:
    """``CodeSystem/$validate-code``."""
    return _answered(asked, operations.validate_in_system)


def look_up(asked: Asked) -> Answer:
    """``CodeSystem/$lookup``."""
    return _answered(asked, lambda terminology, question, _: operations.look_up(terminology, question))


def subsumes(asked: Asked) -> Answer:
    """``CodeSystem/$subsumes``."""
    return _answered(asked, operations.subsumes)


def translate(asked: Asked) -> Answer:
    """``ConceptMap/$translate``."""
    return _answered(asked, operations.translate)


def _answered(asked: Asked, rule: Rule) -> Answer:
    """Ask a rule. The trail tells of the question, which shows nothing of a patient."""
    rtype, session = asked.address.rtype or "", asked.session
    session.rights.require(rtype, "r")
    values = [(name, value) for name, several in asked.parameters.items() for value in several]
    if asked.resource is not None:
        values.append((_SENT.get(rtype, ""), asked.resource))
    question = Question(values)
    with session.reading() as work:
        terminology = practice_terminology(work, session.records, session.rights.reach)
        answer = rule(terminology, question, _instance(asked, terminology))
    session.shown((asked.address.name or "").lstrip("$"), rtype, asked.address.id, 0)
    return Answer(200, encode(answer))


def _instance(asked: Asked, terminology: Terminology) -> str:
    """The canonical of the instance in the address, or empty text. Raises ``records.not_found``."""
    rtype, identity = asked.address.rtype or "", asked.address.id
    if identity is None:
        return ""
    library, own = terminology.library, f"{rtype}/{identity}"
    finds: dict[str, Callable[[str], object]] = {
        "ValueSet": library.value_set,
        "CodeSystem": library.system,
        "ConceptMap": library.concept_map,
    }
    if finds[rtype](own) is not None:
        return own
    canonical = shipped().canonical(rtype, identity)
    if canonical is None:
        raise NOT_FOUND.error(type=rtype, id=identity)
    return canonical
