"""What each kind of denial means for the person who works on it: the next step, and how long it usually takes.

The kinds are the categories of adjustment reasons (``formats/x12``). Minutes are a rule of thumb of ours, for ranking
only; a practice measures its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from chartline.formats.x12.codes import Category, category


@dataclass(frozen=True, slots=True)
class Advice:
    """``say`` names the trouble, ``do`` the next step; ``argue`` is the sentence of a letter."""

    say: str
    do: str
    minutes: int
    argue: str


ADVICE: Mapping[Category, Advice] = MappingProxyType(
    {
        Category.AUTHORIZATION: Advice(
            "The payer finds no authorization for the service.",
            "Find the authorization and send the claim again with its number; ask for one after the fact, or appeal.",
            25,
            "The service was authorized, or it was urgent enough that authorization could not be had before. The "
            "authorization or the record of the request is enclosed.",
        ),
        Category.TIMELY_FILING: Advice(
            "The payer says the claim came too late.",
            "Appeal with proof: the acknowledgement of the first submission is in the claim's history.",
            15,
            "The claim was filed in time. The clearinghouse's acknowledgement with its date is enclosed.",
        ),
        Category.DUPLICATE: Advice(
            "The payer takes it for a second copy of another claim.",
            "Compare both claims. If both services were given, say so by a modifier and send it again; else close it.",
            10,
            "The service was given in addition to the other one; the records of both are enclosed.",
        ),
        Category.ELIGIBILITY: Advice(
            "The payer does not know the patient as covered on that day.",
            "Check the coverage of the day of service; bill the plan that covered it, or the patient.",
            15,
            "The patient was covered on the day of service; the payer's own answer to our inquiry is enclosed.",
        ),
        Category.COORDINATION: Advice(
            "Another payer is to pay first, or its decision is missing.",
            "Ask the patient about other insurance, bill the right payer, or send the first payer's decision along.",
            15,
            "The other payer's decision is enclosed.",
        ),
        Category.MEDICAL_NECESSITY: Advice(
            "The payer does not see the need for the service.",
            "Ask the provider for notes that show the need, and appeal with them.",
            45,
            "The service was needed for the diagnoses on the claim; the notes that show it are enclosed.",
        ),
        Category.CODING: Advice(
            "A code, a modifier or a place does not fit.",
            "Compare the claim with the note, correct the code, and send the claim again.",
            15,
            "The codes describe the service as it was given; the note is enclosed.",
        ),
        Category.BUNDLING: Advice(
            "The payer counts the service as part of another one.",
            "Look up the pair of codes. Where a modifier is allowed and true, add it and send again; else give it up.",
            20,
            "The services were separate; the notes show different sites, times or problems.",
        ),
        Category.NOT_COVERED: Advice(
            "The plan does not pay for this service.",
            "See whether the patient signed to pay for it; then move the amount to the patient, else write it off.",
            10,
            "The plan's own terms cover the service; the page is enclosed.",
        ),
        Category.MAXIMUM: Advice(
            "The plan's limit is reached.",
            "Check the limit in the eligibility answer; move the amount to the patient where the plan says so.",
            10,
            "The limit was not reached on the day of service; the payer's own answer to our inquiry is enclosed.",
        ),
        Category.INFORMATION: Advice(
            "The payer wants something that was not sent.",
            "Read the remark codes, send what they name, and follow up in two weeks.",
            15,
            "What was asked for is enclosed.",
        ),
        Category.PROVIDER: Advice(
            "The payer does not accept the provider for this service.",
            "Check NPI, taxonomy and enrolment with this payer; correct the claim, or enrol and send it again.",
            20,
            "The provider was enrolled with the plan on the day of service; the letter is enclosed.",
        ),
    }
)
OTHER = Advice(
    "The payer refuses the amount.",
    "Read the reasons on the remittance, then correct, appeal, or write it off.",
    20,
    "The reasons given do not fit the service as it was given; the records are enclosed.",
)

_EXPECTED = frozenset({Category.DEDUCTIBLE, Category.COINSURANCE, Category.COPAY, Category.CONTRACTUAL})


def kind_of(reasons: Iterable[str]) -> Category:
    """The kind of a denial by its reasons (``CO-197``): the first one that refuses something."""
    kinds = [category(one.partition("-")[2]) for one in reasons]
    return next((one for one in kinds if one not in _EXPECTED), Category.OTHER)


def refusing(reasons: Iterable[str]) -> list[str]:
    """Those of the reasons that refuse something; all of them when none does."""
    given = list(reasons)
    found = [one for one in given if category(one.partition("-")[2]) not in _EXPECTED]
    return found or given


def advice(kind: Category) -> Advice:
    """What a kind of denial means."""
    return ADVICE.get(kind, OTHER)
