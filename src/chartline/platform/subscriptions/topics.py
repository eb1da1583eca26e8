"""The subscription topics of a practice, as data: what happens to which resources, and what may be filtered by.

A trigger names a type, the interactions that count, and searches that hold before and after (R5 SubscriptionTopic,
``resourceTrigger.queryCriteria``). Refuses nothing: what is not here is not a topic.
"""

from __future__ import annotations

from dataclasses import dataclass

ROOT = "urn:chartline:topic:"
"""The canonicals of the shipped topics begin so."""

ANY = ("create", "update", "delete")
STORED = ("create", "update")


@dataclass(frozen=True, slots=True)
class Trigger:
    """``previous`` and ``current`` are searches on the content before and after, empty for no condition.

    A create has no content before: ``previous`` then counts as held.
    """

    rtype: str
    interactions: tuple[str, ...]
    current: str = ""
    previous: str = ""


@dataclass(frozen=True, slots=True)
class Topic:
    """``filters`` are the search parameters that a subscription may filter by."""

    url: str
    title: str
    triggers: tuple[Trigger, ...]
    filters: tuple[str, ...]


def _turned(rtype: str, *states: str, parameter: str = "status") -> Trigger:
    """A resource comes into one of the states, by its creation or from another state."""
    listed = ",".join(states)
    before = "&".join(f"{parameter}:not={one}" for one in states)
    return Trigger(rtype, STORED, f"{parameter}={listed}", before)


def _topic(name: str, title: str, *triggers: Trigger, filters: str) -> Topic:
    return Topic(f"{ROOT}{name}", title, triggers, tuple(filters.split()))


_ANSWERED = ("complete", "error", "partial")

SHIPPED: tuple[Topic, ...] = (
    _topic(
        "patient-changed",
        "A patient is registered, changed or removed",
        Trigger("Patient", ANY),
        filters="_id identifier gender active family given name birthdate general-practitioner organization",
    ),
    _topic(
        "appointment-booked",
        "An appointment is booked",
        _turned("Appointment", "booked"),
        filters="patient practitioner location date service-type appointment-type actor",
    ),
    _topic(
        "appointment-cancelled",
        "An appointment is cancelled, or nobody came",
        _turned("Appointment", "cancelled", "noshow"),
        filters="patient practitioner location date service-type appointment-type actor",
    ),
    _topic(
        "encounter-started",
        "A visit begins",
        _turned("Encounter", "arrived", "triaged", "in-progress"),
        filters="patient subject class type participant practitioner location",
    ),
    _topic(
        "encounter-finished",
        "A visit is finished",
        _turned("Encounter", "finished"),
        filters="patient subject class type participant practitioner location",
    ),
    _topic(
        "coverage-changed",
        "A patient's coverage is added, changed or removed",
        Trigger("Coverage", ANY),
        filters="patient beneficiary payor type status",
    ),
    _topic(
        "coverage-answered",
        "A payer answered whether a patient is covered",
        Trigger("CoverageEligibilityResponse", STORED, f"outcome={','.join(_ANSWERED)}"),
        filters="patient insurer outcome status",
    ),
    _topic(
        "claim-adjudicated",
        "A payer decided on a claim",
        Trigger("ClaimResponse", STORED, f"outcome={','.join(_ANSWERED)}"),
        filters="patient insurer outcome status use request",
    ),
    _topic(
        "payment-received",
        "A payment is reconciled with claims",
        Trigger("PaymentReconciliation", STORED),
        filters="outcome status payment-issuer",
    ),
    _topic(
        "result-available",
        "A report is final, or a final one was corrected",
        Trigger("DiagnosticReport", STORED, "status=final,amended,corrected,appended"),
        filters="patient subject category code status result",
    ),
    _topic(
        "observation-changed",
        "An observation is stored, changed or removed",
        Trigger("Observation", ANY),
        filters="patient subject category code status encounter",
    ),
    _topic(
        "document-available",
        "A document is stored or replaced",
        Trigger("DocumentReference", STORED, "status=current"),
        filters="patient subject category type",
    ),
)

_BY_URL = {topic.url: topic for topic in SHIPPED}


def topic_of(url: str) -> Topic | None:
    """The topic of a canonical address, with or without a version behind ``|``; None when there is none."""
    return _BY_URL.get(url.partition("|")[0])
