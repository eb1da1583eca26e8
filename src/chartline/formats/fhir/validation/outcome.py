"""Issues as the OperationOutcome that clients read."""

from __future__ import annotations

from collections.abc import Sequence

from chartline.formats.fhir.json import JsonObject
from chartline.formats.fhir.validation.issue import Issue

ERRORS = "urn:chartline:error"
"""The code system of our error codes, listed in the error reference."""

ALL_OK = "No problem was found."


def to_outcome(issues: Sequence[Issue]) -> JsonObject:
    """An OperationOutcome with an issue for each; one of information when there is none."""
    if not issues:
        fine: JsonObject = {"severity": "information", "code": "informational", "details": {"text": ALL_OK}}
        return {"resourceType": "OperationOutcome", "issue": [fine]}
    return {"resourceType": "OperationOutcome", "issue": [_issue(issue) for issue in issues]}


def sentence(issue: Issue) -> str:
    """What is wrong in one line, with the key of the rule and whose profile it is."""
    key = f"{issue.key}: " if issue.key else ""
    whose = f" ({issue.profile})" if issue.profile else ""
    return f"{key}{issue.rule}{whose}"


def _issue(issue: Issue) -> JsonObject:
    return {
        "severity": issue.severity.value,
        "code": issue.code,
        "details": {"coding": [{"system": ERRORS, "code": issue.error}], "text": sentence(issue)},
        "expression": [issue.at],
    }
