"""When care took place, by resource type: what ``start`` and ``end`` of ``$everything`` and ``$docref`` are about.

R4 says that these dates are those of care, not of the record, and leaves the element of each type open; the table below
is our choice of search parameters. What has no date of care (a person, a coverage, an undated allergy) is always in the
range: leaving it out would hide what still holds.
"""

from __future__ import annotations

from dataclasses import dataclass

from chartline.formats.fhir.search.times import EARLIEST, LATEST, span_of
from chartline.formats.fhir.search.values import DateValue, Extracted

_BY_DATE = (
    "AdverseEvent Appointment AuditEvent CarePlan CareTeam ClinicalImpression DiagnosticReport Encounter EpisodeOfCare "
    "FamilyMemberHistory Flag Immunization ImmunizationEvaluation ImmunizationRecommendation Invoice List Observation "
    "Procedure ResearchSubject RiskAssessment SupplyRequest"
)
CARE_DATES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(_BY_DATE.split(), ("date",)),
    "Account": ("period",),
    "AllergyIntolerance": ("onset", "date"),
    "ChargeItem": ("occurrence", "entered-date"),
    "Claim": ("created",),
    "ClaimResponse": ("created",),
    "Communication": ("sent", "received"),
    "CommunicationRequest": ("occurrence", "authored"),
    "Composition": ("period", "date"),
    "Condition": ("onset-date", "recorded-date"),
    "CoverageEligibilityRequest": ("created",),
    "CoverageEligibilityResponse": ("created",),
    "DetectedIssue": ("identified",),
    "DeviceRequest": ("event-date", "authored-on"),
    "DocumentManifest": ("created",),
    "DocumentReference": ("period", "date"),
    "ExplanationOfBenefit": ("created",),
    "Goal": ("start-date",),
    "ImagingStudy": ("started",),
    "MeasureReport": ("period", "date"),
    "Media": ("created",),
    "MedicationAdministration": ("effective-time",),
    "MedicationDispense": ("whenhandedover", "whenprepared"),
    "MedicationRequest": ("authoredon",),
    "MedicationStatement": ("effective",),
    "NutritionOrder": ("datetime",),
    "Provenance": ("when", "recorded"),
    "QuestionnaireResponse": ("authored",),
    "RequestGroup": ("authored",),
    "ServiceRequest": ("occurrence", "authored"),
    "Specimen": ("collected",),
    "VisionPrescription": ("datewritten",),
}
"""Search parameters by type; the first of them that has a value says when the care was."""


@dataclass(frozen=True, slots=True)
class CareRange:
    """Microseconds since 1970 UTC, half open, either side maybe endless."""

    lo: int = EARLIEST
    hi: int = LATEST

    def holds(self, found: Extracted) -> bool:
        """Whether a resource is about care inside the range, or about no time at all."""
        for code in CARE_DATES.get(found.type, ()):
            dates = [value for value in found.values.get(code, ()) if isinstance(value, DateValue)]
            if dates:
                return any(one.lo < self.hi and one.hi > self.lo for one in dates)
        return True


def care_range(start: str | None, end: str | None) -> CareRange | None:
    """The range between two FHIR dates, both inside; None where one of them is no date."""
    first = span_of(start) if start else (EARLIEST, EARLIEST)
    last = span_of(end) if end else (LATEST, LATEST)
    return None if first is None or last is None else CareRange(first[0], last[1])
