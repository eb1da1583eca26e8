"""Every refusal as an OperationOutcome: what is wrong in one sentence, the next step, the place, and our code.

``details.text`` is the sentence, ``diagnostics`` the next step, ``details.coding`` our error code (system
``urn:chartline:error``), ``expression`` the element or parameter where it is known. Refuses values: only names, codes
and places leave.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from chartline.api.fhir.request import Answer
from chartline.formats.fhir import JsonObject, encode, faults
from chartline.kernel.errors import CATALOGUE, ChartlineError, Problem

ERRORS = "urn:chartline:error"
"""The code system of our error codes, listed in docs/reference/errors.md."""

_BY_CODE = {
    "records.deleted": "deleted",
    "fhir.bad_shape": "structure",
    "fhir.not_json": "structure",
    "fhir.not_xml": "structure",
    "fhir.bad_xml": "structure",
    "fhir.multiple_matches": "multiple-matches",
    "fhir.unsafe_criteria": "multiple-matches",
    "fhir.delete_too_many": "too-costly",
    "fhir.too_costly": "too-costly",
    "fhir.id_taken": "conflict",
    "fhir.published_by_billing": "business-rule",
    "fhir.wrong_id": "value",
    "fhir.wrong_type": "invalid",
    "fhir.no_body": "required",
    "fhir.bad_parameter": "value",
    "fhir.bad_search": "value",
    "fhir.bad_header": "value",
    "fhir.transaction_clash": "duplicate",
    "fhir.unresolved_reference": "not-found",
    "fhir.patch_test_failed": "processing",
    "access.unauthenticated": "login",
    "access.forbidden": "forbidden",
}
_BY_STATUS = {
    400: "invalid",
    401: "login",
    403: "forbidden",
    404: "not-found",
    405: "not-supported",
    406: "not-supported",
    409: "conflict",
    410: "deleted",
    412: "conflict",
    413: "too-long",
    415: "not-supported",
    422: "processing",
    429: "throttled",
    503: "transient",
    507: "no-store",
}
ISSUE_CODES = frozenset(
    "invalid structure required value invariant security login unknown expired forbidden suppressed processing "
    "not-supported duplicate multiple-matches not-found deleted too-long code-invalid extension too-costly "
    "business-rule conflict transient lock-error no-store exception timeout incomplete throttled informational".split()
)
"""The required value set of ``OperationOutcome.issue.code``."""
_ELEMENT = re.compile(r"[A-Za-z_][\w.\[\]():$-]{0,200}")


@dataclass(frozen=True, slots=True)
class Issue:
    """One issue. ``place`` is a FHIRPath location or the name of a parameter, ``code`` one of the issue types."""

    severity: str
    code: str
    text: str
    do: str = ""
    error: str = ""
    place: str = ""

    def as_json(self) -> JsonObject:
        """The issue as FHIR has it."""
        details: JsonObject = {"text": self.text}
        if self.error:
            details = {"coding": [{"system": ERRORS, "code": self.error}], **details}
        issue: JsonObject = {"severity": self.severity, "code": self.code, "details": details}
        if self.do:
            issue["diagnostics"] = self.do
        if self.place:
            issue["expression"] = [self.place]
        return issue


class RefusedEntry(ChartlineError):
    """The refusal of one entry of a transaction, with the place of the entry (``Bundle.entry[3]``)."""

    def __init__(self, cause: ChartlineError, place: str) -> None:
        super().__init__(cause.problem)
        self.cause, self.place = cause, place


class FaultyResource(ChartlineError):
    """A resource whose structure is not R4; the outcome names each fault of it."""

    def __init__(self, problem: Problem, resource: JsonObject) -> None:
        super().__init__(problem)
        self.resource = resource


def outcome(issues: Iterable[Issue]) -> JsonObject:
    """An OperationOutcome."""
    return {"resourceType": "OperationOutcome", "issue": [one.as_json() for one in issues]}


def all_well(text: str) -> JsonObject:
    """An OperationOutcome that has nothing to complain of."""
    return outcome([Issue("information", "informational", text)])


def status_of(problem: Problem) -> int:
    """The HTTP status of a problem here: what its kind declares, and 400 for a body that is not FHIR at all."""
    if problem.code in ("fhir.bad_shape", "fhir.not_json"):
        return 400
    kind = CATALOGUE.get(problem.code)
    return kind.status if kind is not None else 500


def issue_code(problem: Problem) -> str:
    """The issue type of a problem."""
    known = _BY_CODE.get(problem.code)
    return known if known is not None else _BY_STATUS.get(status_of(problem), "exception")


def issues_of(error: ChartlineError) -> list[Issue]:
    """An error as issues; one for each fault where the structure of a resource is what is wrong."""
    problem = error.problem
    if isinstance(error, RefusedEntry):
        return [_below(one, error.place) for one in issues_of(error.cause)]
    if isinstance(error, FaultyResource):
        found = faults(error.resource)
        if found:
            return [
                Issue("error", _fault_code(one), f"The element {one.rule}.", problem.do, problem.code, one.path)
                for one in found
            ]
    return [Issue("error", issue_code(problem), problem.say, _next_step(problem), problem.code, _place(problem))]


def _below(issue: Issue, place: str) -> Issue:
    """The issue of an entry with its place in the Bundle."""
    if issue.place.startswith("Bundle."):
        return issue
    root, dot, rest = issue.place.partition(".")
    within = f"{place}.resource.{rest}" if dot and root[:1].isupper() else place
    return replace(issue, place=within)


def refusal(error: ChartlineError) -> Answer:
    """An error as an answer."""
    problem = error.problem
    status = status_of(problem)
    headers = [("WWW-Authenticate", "Bearer")] if status == 401 else []
    if status == 405 and "allow" in problem.fields:
        headers.append(("Allow", problem.fields["allow"]))
    return Answer(status, encode(outcome(issues_of(error))), headers=headers)


def _fault_code(fault: object) -> str:
    code = getattr(fault, "code", "structure")
    return code if code in ISSUE_CODES else "structure"


def _place(problem: Problem) -> str:
    for name in ("expression", "element", "path", "parameter", "header"):
        place = problem.fields.get(name, "")
        if place and _ELEMENT.fullmatch(place):
            return f"http.{place.lower()}" if name == "header" else place
    return ""


_TOLD = ("why", "scope", "permission", "type", "id", "version", "allow", "index", "entry", "element", "count", "faults")
"""Fields that help the caller; each holds ids, codes and places only."""


def _next_step(problem: Problem) -> str:
    told = [f"{name}: {problem.fields[name]}" for name in _TOLD if problem.fields.get(name)]
    return f"{problem.do} ({', '.join(told)})" if told else problem.do


def merged(outcomes: Sequence[Issue]) -> bytes:
    """Issues as the bytes of an OperationOutcome."""
    return encode(outcome(outcomes))
