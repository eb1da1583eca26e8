"""Both sides as they are at the end: every patient, plan and visit of ours and of the vendor's, ready to be compared.

Ours comes over the FHIR endpoint, the vendor's from its own books; which record is which is what the installation
believes, so that a wrong link shows as a record that differs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from chartline.sandbox.week.acts import Act
from chartline.sandbox.week.comparison import Compared, Difference, duplicates, expectations
from chartline.sandbox.week.front_desk import WeekDesk
from chartline.sandbox.week.office import Books
from chartline.sandbox.week.plain import (
    Fields,
    bare,
    our_patient,
    our_plan,
    our_visit,
    their_patient,
    their_plan,
    their_visit,
    value,
)
from chartline.sandbox.world import Patient

KINDS = ("patient", "plan", "visit")
IDENTITY = {
    "patient": ("family", "given", "birth_date"),
    "plan": ("patient", "payer", "member"),
    "visit": ("patient", "provider", "start", "status"),
}
"""The fields that make one record: a second one with the same was made twice."""


TWICE = (
    "patients_with_same_identity",
    "visits_with_same_identity",
    "visits_at_same_start",
    "plans_with_same_identity",
    "charges_posted_twice",
    "payments_posted_twice",
)
"""The vendor's own counters of what stands in its books once too often."""


@dataclass(frozen=True, slots=True)
class Belief:
    """What the installation believes: our ids to the vendor's by kind, and the (our id, field) still in dispute."""

    links: Mapping[str, Mapping[str, str]]
    disputed: Mapping[str, frozenset[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Records:
    """All records of one side by kind and id."""

    records: dict[str, dict[str, Fields]]

    def count(self, kind: str) -> int:
        """How many records of a kind."""
        return len(self.records[kind])

    def duplicated(self) -> int:
        """How many records are there once too often."""
        return sum(duplicates(self.records[kind], IDENTITY[kind]) for kind in KINDS)


def ours(desk: WeekDesk, belief: Belief, providers: Mapping[str, str]) -> Records:
    """Our side, over FHIR. ``providers`` gives the vendor's profile of our clinician."""
    patients = belief.links["patient"]
    plans: dict[str, Fields] = {}
    for one in desk.resources("Coverage"):
        owner = one.get("beneficiary", {}).get("reference", "").removeprefix("Patient/")
        plans[one["id"]] = {**our_plan(one), "patient": patients.get(owner, "")}
    return Records(
        {
            "patient": {one["id"]: our_patient(one) for one in desk.resources("Patient")},
            "plan": plans,
            "visit": {one["id"]: our_visit(one, providers, patients) for one in desk.resources("Appointment")},
        }
    )


def theirs(books: Books) -> Records:
    """The vendor's side, from its books."""
    patients = books.patients()
    return Records(
        {
            "patient": {str(row["id"]): their_patient(row) for row in patients},
            "plan": {
                bare(plan["id"]): {**their_plan(plan), "patient": str(row["id"])}
                for row in patients
                for plan in row["plans"]
            },
            "visit": {str(row["id"]): their_visit(row) for row in books.visits()},
        }
    )


def compare(here: Records, there: Records, belief: Belief) -> Compared:
    """Every record of both sides, field by field."""
    compared = Compared()
    for kind in KINDS:
        links = belief.links[kind]
        compared.add(kind, here.records[kind], there.records[kind], links, belief.disputed.get(kind, frozenset()))
    return compared


def plan_numbers(
    here: Records, belief: Belief, patients: Mapping[int, str], people: Sequence[Patient]
) -> dict[int, str]:
    """Our id of the plan that each patient had before the week, by the patient's number."""
    found = {(one["patient"], one["member"]): identity for identity, one in here.records["plan"].items()}
    owners = {number: belief.links["patient"].get(identity, "") for number, identity in patients.items()}
    wanted = {one.number: (owners.get(one.number, ""), value("member", one.member_id)) for one in people}
    return {number: found[place] for number, place in wanted.items() if place in found}


def missing_edits(
    script: Sequence[Act], here: Records, there: Records, belief: Belief, numbers: Mapping[str, Mapping[int, str]]
) -> Iterable[Difference]:
    """Edits of the script whose value does not stand on both sides. ``numbers`` gives our ids by kind and number."""
    for kind, number, name, wanted in expectations(script):
        local = numbers[kind].get(number, "")
        vendor = belief.links[kind].get(local, "")
        values = {side.records[kind].get(key, {}).get(name) for side, key in ((here, local), (there, vendor))}
        if values != {wanted} and (local, name) not in belief.disputed.get(kind, frozenset()):
            yield Difference(kind, local or f"number {number}", (name,))
