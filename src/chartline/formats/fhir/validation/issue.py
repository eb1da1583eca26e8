"""What a validation finds: problems with a place, a severity and an issue type; the codes they are known by.

An issue says where and which rule. It never quotes the value that is there: that may be a patient's.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from chartline.kernel.errors import Again, Blame, ErrorKind


class Severity(StrEnum):
    """How bad it is. Only an error makes a resource invalid."""

    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"


@dataclass(frozen=True, slots=True)
class Issue:
    """One problem. ``code`` is from the IssueType value set; ``at`` is a FHIRPath location such as ``Patient.name[0]``.

    ``rule`` is constant words of ours or of the definition that is broken; ``key`` the invariant's key or the slice's
    name; ``profile`` the canonical of the profile whose rule it is, None for the base definition; ``error`` our code.
    """

    severity: Severity
    code: str
    at: str
    rule: str
    error: str
    key: str | None = None
    profile: str | None = None


INVARIANT = ErrorKind(
    "fhir.invariant",
    Blame.VENDOR,
    Again.AFTER_FIX,
    "The resource breaks a rule of its FHIR definition.",
    "Correct the element that is named so that the rule holds.",
    status=422,
)
CARDINALITY = ErrorKind(
    "fhir.cardinality",
    Blame.VENDOR,
    Again.AFTER_FIX,
    "A profile asks for another number of repetitions of an element.",
    "Add or take away repetitions of the element that is named.",
    status=422,
)
FIXED = ErrorKind(
    "fhir.fixed_value",
    Blame.VENDOR,
    Again.AFTER_FIX,
    "A profile fixes the value of an element, and another one is there.",
    "Use the value that the profile names.",
    status=422,
)
WRONG_TYPE = ErrorKind(
    "fhir.type_not_allowed",
    Blame.VENDOR,
    Again.AFTER_FIX,
    "A profile allows other types for an element.",
    "Send the element in one of the types that the profile names.",
    status=422,
)
SLICE = ErrorKind(
    "fhir.slice",
    Blame.VENDOR,
    Again.AFTER_FIX,
    "The repetitions of an element do not fit the slices of a profile.",
    "Compare the repetitions with the slices that the profile defines.",
    status=422,
)
BINDING = ErrorKind(
    "fhir.binding",
    Blame.VENDOR,
    Again.AFTER_FIX,
    "A code is not from the value set that the definition names.",
    "Use a code of the value set, or check its system.",
    status=422,
)
REFERENCE = ErrorKind(
    "fhir.reference",
    Blame.VENDOR,
    Again.AFTER_FIX,
    "A reference has the wrong form, or points to a resource that may not stand there.",
    "Point to a resource of a type that the definition names.",
    status=422,
)
EXTENSION = ErrorKind(
    "fhir.extension",
    Blame.VENDOR,
    Again.AFTER_FIX,
    "An extension is not known, or may not be used at this place.",
    "Check the address of the extension and the element it is on.",
    status=422,
)
NARRATIVE = ErrorKind(
    "fhir.narrative",
    Blame.VENDOR,
    Again.AFTER_FIX,
    "The narrative is not the plain XHTML that FHIR allows.",
    "Send one well-formed div with formatting, links and pictures only.",
    status=422,
)
CONTENT = ErrorKind(
    "fhir.content",
    Blame.VENDOR,
    Again.AFTER_FIX,
    "The parts of a resource do not agree with each other.",
    "Correct the element that is named.",
    status=422,
)
ANSWER = ErrorKind(
    "fhir.answer",
    Blame.VENDOR,
    Again.AFTER_FIX,
    "The answers of a form do not fit its questions.",
    "Compare the item that is named with the questionnaire.",
    status=422,
)
UNKNOWN_PROFILE = ErrorKind(
    "fhir.unknown_profile",
    Blame.VENDOR,
    Again.AFTER_FIX,
    "The profile is not known here, so the resource was not checked against it.",
    "Store its StructureDefinition first, or leave the claim out.",
    status=422,
)
UNUSABLE_PROFILE = ErrorKind(
    "fhir.unusable_profile",
    Blame.VENDOR,
    Again.AFTER_FIX,
    "The profile's definition cannot be used to check resources.",
    "Correct the StructureDefinition; the rule that failed is named.",
    status=422,
)


class Report:
    """Collects issues; the same rule at the same place counts once, as its gravest."""

    __slots__ = ("_found",)

    def __init__(self) -> None:
        self._found: dict[tuple[str, str, str | None], Issue] = {}

    def add(self, issue: Issue) -> None:
        """Keep an issue unless a graver or equal one says the same."""
        mark = (issue.at, issue.rule, issue.key)
        there = self._found.get(mark)
        if there is None or _GRAVITY[issue.severity] > _GRAVITY[there.severity]:
            self._found[mark] = issue

    def say(
        self,
        kind: ErrorKind,
        code: str,
        at: str,
        rule: str,
        *,
        key: str | None = None,
        profile: str | None = None,
        severity: Severity = Severity.ERROR,
    ) -> None:
        """Add an issue of a kind."""
        self.add(Issue(severity, code, at, rule, kind.code, key, profile))

    @property
    def has_errors(self) -> bool:
        """Whether anything found makes the resource invalid."""
        return any(issue.severity is Severity.ERROR for issue in self._found.values())

    def has_errors_at(self, at: str) -> bool:
        """Whether an error was found at exactly this place."""
        return any(issue.at == at and issue.severity is Severity.ERROR for issue in self._found.values())

    def issues(self) -> list[Issue]:
        """What was found, errors first, else in the order it was found."""
        return sorted(self._found.values(), key=lambda issue: -_GRAVITY[issue.severity])


_GRAVITY = {Severity.INFORMATION: 0, Severity.WARNING: 1, Severity.ERROR: 2}
