"""The terminology operations of R4: a question in, a resource out. Whoever serves HTTP adds nothing but addresses.

``given`` is the canonical of the resource that an instance-level call is about. Nothing here knows the time; an
expansion is stamped with the ``moment`` that is handed in.
"""

from __future__ import annotations

from chartline.formats.fhir.json import JsonObject
from chartline.formats.fhir.terminology.checking import SYSTEM_NOT_HERE, Coding, Verdict
from chartline.formats.fhir.terminology.expansion import Asked, Entry
from chartline.formats.fhir.terminology.model import Designation, System, ValueSet
from chartline.formats.fhir.terminology.parameters import (
    Question,
    canonical_in,
    coding_of,
    parameters,
    resource_in,
    shown_coding,
)
from chartline.formats.fhir.terminology.problems import BAD_QUESTION, UNKNOWN_SYSTEM
from chartline.formats.fhir.terminology.resources import read_code_system, read_concept_map, read_value_set
from chartline.formats.fhir.terminology.terminology import Terminology
from chartline.formats.fhir.terminology.translation import NOTHING_FOUND, Wanted, is_match
from chartline.kernel.errors import ChartlineError

_USES = "http://terminology.hl7.org/CodeSystem/designation-usage"


def expand(terminology: Terminology, question: Question, moment: str, given: str = "") -> JsonObject:
    """ValueSet/$expand: the ValueSet with its expansion."""
    value_set = _value_set(terminology, question, given)
    asked = Asked(
        question.text("filter"),
        question.number("offset") or 0,
        question.number("count"),
        question.flag("includeDesignations"),
        question.flag("activeOnly"),
        question.text("displayLanguage"),
    )
    found = terminology.expand(value_set, asked)
    expansion: JsonObject = {"timestamp": moment}
    if found.total is not None:
        expansion["total"] = found.total
    if asked.count is not None or asked.offset:
        expansion["offset"] = found.offset
    expansion["parameter"] = _echoed(asked, question, found.versions)
    if not expansion["parameter"]:
        del expansion["parameter"]
    if found.entries:
        expansion["contains"] = [_contained(one) for one in found.entries]
    answer: JsonObject = {"resourceType": "ValueSet"}
    for name, value in (
        ("id", value_set.id),
        ("url", value_set.url),
        ("version", value_set.version),
        ("name", value_set.name),
        ("title", value_set.title),
    ):
        if value:
            answer[name] = value
    return answer | {"status": "active", "expansion": expansion}


def _echoed(asked: Asked, question: Question, versions: tuple[str, ...]) -> list[JsonObject]:
    parts: list[JsonObject] = []
    if asked.filter:
        parts.append({"name": "filter", "valueString": asked.filter})
    if asked.count is not None:
        parts += [{"name": "offset", "valueInteger": asked.offset}, {"name": "count", "valueInteger": asked.count}]
    if asked.designations:
        parts.append({"name": "includeDesignations", "valueBoolean": True})
    if asked.active_only:
        parts.append({"name": "activeOnly", "valueBoolean": True})
    if question.flag("excludeNested"):
        parts.append({"name": "excludeNested", "valueBoolean": True})
    if asked.language:
        parts.append({"name": "displayLanguage", "valueCode": asked.language})
    return parts + [{"name": "version", "valueUri": one} for one in versions if "|" in one]


def _contained(entry: Entry) -> JsonObject:
    found: JsonObject = {"system": entry.system}
    if entry.abstract:
        found["abstract"] = True
    if entry.inactive:
        found["inactive"] = True
    if entry.version:
        found["version"] = entry.version
    found["code"] = entry.code
    if entry.display:
        found["display"] = entry.display
    if entry.designations:
        found["designation"] = [_designation(one) for one in entry.designations]
    return found


def _designation(one: Designation) -> JsonObject:
    found: JsonObject = {}
    if one.language:
        found["language"] = one.language
    if one.use:
        found["use"] = {"system": _USES, "code": one.use}
    return found | {"value": one.value}


def validate_in_value_set(terminology: Terminology, question: Question, given: str = "") -> JsonObject:
    """ValueSet/$validate-code."""
    value_set = _value_set(terminology, question, given)
    codings = question.codings()
    abstract = question.flag("abstract", default=True)
    return _verdict(terminology.validate_in_value_set(value_set, codings, abstract=abstract))


def validate_in_system(terminology: Terminology, question: Question, given: str = "") -> JsonObject:
    """CodeSystem/$validate-code."""
    codings = question.codings(system="url")
    abstract = question.flag("abstract", default=True)
    try:
        system = _system(terminology, question, given, codings)
    except ChartlineError as error:
        if error.problem.code != UNKNOWN_SYSTEM.code:
            raise
        return _verdict(Verdict(False, SYSTEM_NOT_HERE))
    return _verdict(terminology.validate_in_system(system, codings, abstract=abstract))


def _verdict(verdict: Verdict) -> JsonObject:
    return parameters(
        ("result", "valueBoolean", verdict.result),
        ("message", "valueString", verdict.message),
        ("display", "valueString", verdict.display),
        ("code", "valueCode", verdict.code),
        ("system", "valueUri", verdict.system),
    )


def look_up(terminology: Terminology, question: Question) -> JsonObject:
    """CodeSystem/$lookup."""
    coding = _one(question.codings())
    wanted = question.texts("property")
    known = terminology.look_up(coding.system, coding.code, coding.version, wanted, question.text("displayLanguage"))
    answer = parameters(
        ("name", "valueString", known.name),
        ("version", "valueString", known.version),
        ("display", "valueString", known.display or coding.code),
    )
    listed = answer["parameter"]
    assert isinstance(listed, list)
    for one in known.designations:
        parts: list[JsonObject] = [{"name": "value", "valueString": one.value}]
        if one.use:
            parts.insert(0, {"name": "use", "valueCoding": {"system": _USES, "code": one.use}})
        if one.language:
            parts.insert(0, {"name": "language", "valueCode": one.language})
        listed.append({"name": "designation", "part": parts})
    if known.definition:
        listed.append(_property("definition", "valueString", known.definition))
    for name, value in known.properties:
        kind = "valueBoolean" if isinstance(value, bool) else "valueInteger" if isinstance(value, int) else "valueCode"
        listed.append(_property(name, "valueString" if isinstance(value, str) and " " in value else kind, value))
    return answer


def _property(name: str, kind: str, value: object) -> JsonObject:
    return {"name": "property", "part": [{"name": "code", "valueCode": name}, {"name": "value", kind: value}]}


def subsumes(terminology: Terminology, question: Question, given: str = "") -> JsonObject:
    """CodeSystem/$subsumes."""
    first, second = question.part("codingA"), question.part("codingB")
    if first is not None and second is not None:
        one, other = coding_of(first), coding_of(second)
        if one is None or other is None or one.system != other.system:
            raise BAD_QUESTION.error(parameter="codingB")
        system, version, codes = one.system, one.version, (one.code, other.code)
    else:
        system, version = given or question.needed("system"), question.text("version")
        codes = (question.needed("codeA"), question.needed("codeB"))
    return parameters(("outcome", "valueCode", terminology.subsumes(system, *codes, version)))


def translate(terminology: Terminology, question: Question, given: str = "") -> JsonObject:
    """ConceptMap/$translate."""
    wanted = Wanted(
        given or canonical_in(question, "url", "conceptMapVersion"),
        question.text("source"),
        question.text("target"),
        question.text("targetsystem") or question.text("targetSystem"),
        question.flag("reverse"),
    )
    sent = resource_in(question, "conceptMap", "ConceptMap")
    if sent is None and not (wanted.map or wanted.source or wanted.target or wanted.target_system):
        raise BAD_QUESTION.error(parameter="url")
    matches = terminology.translate(question.codings(), wanted, read_concept_map(sent) if sent else None)
    result = is_match(matches)
    answer = parameters(("result", "valueBoolean", result), ("message", "valueString", "" if result else NOTHING_FOUND))
    listed = answer["parameter"]
    assert isinstance(listed, list)
    for one in matches:
        parts: list[JsonObject] = [{"name": "equivalence", "valueCode": one.equivalence}]
        if one.code:
            parts.append({"name": "concept", "valueCoding": shown_coding(one.system, one.code, one.display)})
        if one.map:
            parts.append({"name": "source", "valueUri": one.map})
        listed.append({"name": "match", "part": parts})
    return answer


def _value_set(terminology: Terminology, question: Question, given: str) -> ValueSet:
    sent = resource_in(question, "valueSet", "ValueSet")
    if sent is not None:
        return read_value_set(sent)
    canonical = given or canonical_in(question, "url", "valueSetVersion")
    if not canonical:
        raise BAD_QUESTION.error(parameter="url")
    return terminology.value_set(canonical)


def _system(terminology: Terminology, question: Question, given: str, codings: tuple[Coding, ...]) -> System:
    sent = resource_in(question, "codeSystem", "CodeSystem")
    if sent is not None:
        return read_code_system(sent)
    url = given or question.text("url") or next((one.system for one in codings), "")
    if not url:
        raise BAD_QUESTION.error(parameter="url")
    return terminology.system(url, question.text("version"))


def _one(codings: tuple[Coding, ...]) -> Coding:
    if not codings or not codings[0].system:
        raise BAD_QUESTION.error(parameter="system")
    return codings[0]
