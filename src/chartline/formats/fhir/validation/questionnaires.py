"""The answers of a QuestionnaireResponse held against the questions of its Questionnaire, when that is known.

From the R4 pages of both: items by link id under their parents, types of answers, options, repetitions, and, once
the form is completed, required questions that are enabled. Refuses to judge when the Questionnaire is not here: it
then says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from chartline.formats.fhir.elements import children, flag, text
from chartline.formats.fhir.json import JsonObject
from chartline.formats.fhir.validation.bindings import in_value_set
from chartline.formats.fhir.validation.issue import ANSWER, Severity
from chartline.formats.fhir.validation.matching import has_pattern
from chartline.formats.fhir.validation.visit import Item, Visit

UNKNOWN = "names a questionnaire that is not known here, so the answers were not compared with it"
NO_QUESTION = "is not an item of the questionnaire at this place"
UNANSWERED = "is a required question without an answer"
WRONG_ANSWER = "is an answer of another type than the question asks for"
NO_ANSWERS = "is a group or a text, which cannot be answered"
NO_OPTION = "is not among the answers the question allows"
ONCE = "may be answered or given once only"
TOO_LONG = "is longer than the question allows"

_TYPES = {
    "boolean": ("valueBoolean",),
    "decimal": ("valueDecimal",),
    "integer": ("valueInteger",),
    "date": ("valueDate",),
    "dateTime": ("valueDateTime",),
    "time": ("valueTime",),
    "string": ("valueString",),
    "text": ("valueString",),
    "url": ("valueUri",),
    "choice": ("valueCoding",),
    "open-choice": ("valueCoding", "valueString"),
    "attachment": ("valueAttachment",),
    "reference": ("valueReference",),
    "quantity": ("valueQuantity",),
}
_WITHOUT_ANSWER = frozenset({"group", "display"})
_DONE = frozenset({"completed", "amended"})


def check_answers(visit: Visit) -> None:
    """Report where the answers do not fit the questions."""
    canonical = text(visit.resource, "questionnaire")
    if canonical is None:
        return
    known = visit.resolve(canonical) if canonical.startswith("#") else None
    if known is None and visit.definitions is not None:
        known = visit.definitions(canonical)
    if known is None or known.get("resourceType") != "Questionnaire":
        place = f"{visit.at}.questionnaire"
        visit.report.say(ANSWER, "not-supported", place, UNKNOWN, severity=Severity.INFORMATION)
        return
    _Form(visit).items(children(known, "item"), visit.resource, visit.at)


class _Form:
    """One filled form."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._done = text(visit.resource, "status") in _DONE

    def items(self, questions: list[JsonObject], holder: JsonObject, at: str) -> None:
        """The items under the form, a group or an answer."""
        by_link = {text(question, "linkId"): question for question in questions}
        given: dict[str | None, list[str]] = {}
        for index, item in enumerate(children(holder, "item")):
            place = f"{at}.item[{index}]"
            link = text(item, "linkId")
            question = by_link.get(link)
            if question is None:
                self._say("not-found", place, NO_QUESTION)
                continue
            given.setdefault(link, []).append(place)
            self._item(question, item, place)
        for link, question in by_link.items():
            places = given.get(link, [])
            if len(places) > 1 and not (text(question, "type") == "group" and flag(question, "repeats")):
                self._say("structure", places[1], ONCE)
            if not places and self._done and flag(question, "required") and self._enabled(question):
                self._say("required", at, UNANSWERED, text(question, "linkId"))

    def _item(self, question: JsonObject, item: JsonObject, at: str) -> None:
        kind = text(question, "type") or ""
        answers = children(item, "answer")
        below = children(question, "item")
        if kind in _WITHOUT_ANSWER:
            if answers:
                self._say("structure", f"{at}.answer", NO_ANSWERS)
            self.items(below, item, at)
            return
        if not answers and self._done and flag(question, "required") and self._enabled(question):
            self._say("required", at, UNANSWERED, text(question, "linkId"))
        if len(answers) > 1 and not flag(question, "repeats"):
            self._say("structure", f"{at}.answer", ONCE)
        for index, answer in enumerate(answers):
            self._answer(question, kind, answer, f"{at}.answer[{index}]")
            self.items(below, answer, f"{at}.answer[{index}]")

    def _answer(self, question: JsonObject, kind: str, answer: JsonObject, at: str) -> None:
        name = next((name for name in answer if name.startswith("value")), None)
        if name is None:
            return
        place, value = f"{at}.value", answer[name]
        if name not in _TYPES.get(kind, (name,)):
            self._say("structure", place, WRONG_ANSWER)
            return
        longest = question.get("maxLength")
        if isinstance(value, str) and isinstance(longest, int) and len(value) > longest:
            self._say("too-long", place, TOO_LONG)
        if kind == "open-choice" and name == "valueString":
            return
        options = [option for option in children(question, "answerOption") if name in option]
        if children(question, "answerOption") and not any(_is_option(value, option[name]) for option in options):
            self._say("code-invalid", place, NO_OPTION)
        value_set = text(question, "answerValueSet")
        if value_set is not None and not value_set.startswith("#") and name == "valueCoding":
            inside = in_value_set(value_set, Item(value, None, "Coding", place), self._visit)
            if inside is False:
                self._say("code-invalid", place, NO_OPTION, value_set)

    def _enabled(self, question: JsonObject) -> bool:
        """Whether the question is to be asked, by the answers given to others."""
        conditions = children(question, "enableWhen")
        if not conditions:
            return True
        holds = [self._holds(condition) for condition in conditions]
        return all(holds) if text(question, "enableBehavior") == "all" else any(holds)

    def _holds(self, condition: JsonObject) -> bool:
        asked = text(condition, "question")
        values = [
            value for item in _all(self._visit.resource) if text(item, "linkId") == asked for value in _values(item)
        ]
        wanted = next((value for name, value in condition.items() if name.startswith("answer")), None)
        operator = text(condition, "operator")
        if operator == "exists":
            return bool(values) is (wanted is True)
        if operator == "=":
            return any(_is_option(value, wanted) for value in values)
        if operator == "!=":
            return bool(values) and not any(_is_option(value, wanted) for value in values)
        return any(_compares(value, operator or "", wanted) for value in values)

    def _say(self, code: str, at: str, rule: str, key: str | None = None) -> None:
        self._visit.report.say(ANSWER, code, at, rule, key=key)


def _is_option(value: object, option: object) -> bool:
    """A coding is an option by system and code; other values are when they are the same."""
    if isinstance(option, dict):
        meant = {name: part for name, part in option.items() if name in ("system", "code", "value", "reference")}
        return has_pattern(value, meant or option)
    return value == option


_ORDERS = {">": (1,), "<": (-1,), ">=": (0, 1), "<=": (-1, 0)}


def _compares(value: object, operator: str, limit: object) -> bool:
    """Whether an answer is greater or less than a limit. Dates compare as text, quantities by their numbers."""
    if isinstance(value, dict) and isinstance(limit, dict):
        value, limit = value.get("value"), limit.get("value")
    wanted = _ORDERS.get(operator, ())
    if isinstance(value, str) and isinstance(limit, str):
        return (value > limit) - (value < limit) in wanted
    if isinstance(value, int | Decimal) and isinstance(limit, int | Decimal):
        return (value > limit) - (value < limit) in wanted
    return False


def _all(holder: JsonObject) -> Iterator[JsonObject]:
    for item in children(holder, "item"):
        yield item
        yield from _all(item)
        for answer in children(item, "answer"):
            yield from _all(answer)


def _values(item: JsonObject) -> list[object]:
    return [value for answer in children(item, "answer") for name, value in answer.items() if name.startswith("value")]
