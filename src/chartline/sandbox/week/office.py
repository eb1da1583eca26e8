"""The vendor's own front desk: it edits the vendor's books, which costs no call of ours and shows in the next feed.

Also the hand of fate there: faults, dead tokens, a moved cluster. Speaks to the simulator's back door only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import httpx2

from chartline.connectors.advancedmd.simulator.seed import OfficeSeed
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.sandbox.seeds import APPNAME, as_json, office_seed, patient_seed, visit_seed
from chartline.sandbox.week.acts import Act, Verb
from chartline.sandbox.world import Patient, Visit, World

OFFICE_REFUSED = ErrorKind(
    "sandbox.office_refused",
    Blame.US,
    Again.NEVER,
    "An edit of the simulated vendor's own desk was not accepted.",
    "The fields name its place among the edits of that moment; the script and the simulator do not fit each other.",
    status=500,
)

STATUSES = {"arrived": "1", "seen": "3", "cancelled": "10", "no_show": "12"}
"""Our words for where a visit stands, and the vendor's numbers (vendor sheet 6.2)."""
WIRE = {
    "phone": "homephone",
    "email": "email",
    "street": "address2",
    "city": "city",
    "postal_code": "zip",
    "birth_date": "dob",
}
"""Our names of fields, and the vendor's (sheet 9.1: address2 is the street). Names are one field there."""


class Books:
    """The office's books at the vendor, by the simulator's port on loopback."""

    def __init__(self, world: World, port: int) -> None:
        self._world = world
        self._client = httpx2.Client(base_url=f"http://127.0.0.1:{port}/_control", timeout=60.0, trust_env=False)
        self._numbers: dict[str, dict[str, int]] = {}
        self._plans: dict[int, str] = {}
        self._names = {one.number: (one.family, one.given, one.middle) for one in world.patients}

    def _ask(self, door: str) -> Any:  # noqa: ANN401 - JSON
        return self._client.get(door).raise_for_status().json()

    def _tell(self, door: str, body: object = None) -> Any:  # noqa: ANN401 - JSON
        return self._client.post(door, json=body).raise_for_status().json()

    def seed(self) -> None:
        """Open the office with what was there before the week."""
        self._plant(office_seed(self._world))
        plans = {str(row["id"]): row["plans"][0]["id"] for row in self.patients() if row["plans"]}
        for ref, number in self._numbers["patient"].items():
            self._plans[int(ref.removeprefix("patient-"))] = plans[str(number)]

    def _plant(self, offices: list[OfficeSeed]) -> None:
        planted = self._client.post("/offices", content=as_json(offices)).raise_for_status().json()
        for kind, numbers in planted[self._world.office_key].items():
            self._numbers.setdefault(kind, {}).update(numbers)

    def number(self, kind: str, ref: str) -> str:
        """The office's number of something that was planted, such as a profile."""
        return str(self._numbers[kind][ref])

    def register(self, patients: Iterable[Patient], visits: Iterable[Visit]) -> None:
        """Enter new patients and book visits, in one go."""
        world = self._world
        self._plant(
            [
                OfficeSeed(
                    office=world.office_key,
                    username=world.username,
                    password=world.password,
                    appname=APPNAME,
                    patients=[patient_seed(one) for one in patients],
                    visits=[visit_seed(one) for one in visits],
                )
            ]
        )

    def act(self, acts: Iterable[Act]) -> None:
        """Do everything that the vendor's desk does at one moment, in one request where that can be."""
        acts = tuple(acts)
        people = {one.number: one for one in self._world.patients}
        visits = {one.number: one for one in self._world.visits}
        new_patients = [people[one.number] for one in acts if one.verb is Verb.REGISTER]
        new_visits = [visits[one.number] for one in acts if one.verb is Verb.BOOK]
        if new_patients or new_visits:
            self.register(new_patients, new_visits)
        edits = [self._edit(one) for one in acts if one.verb not in (Verb.REGISTER, Verb.BOOK)]
        if edits:
            refused = self._tell("/edits", edits)["refused"]
            if refused:
                raise OFFICE_REFUSED.error(places=",".join(str(one["place"]) for one in refused))

    def _edit(self, act: Act) -> dict[str, Any]:
        match act.verb:
            case Verb.CHANGE:
                return {"patient": self.number("patient", f"patient-{act.number}"), "fields": self._fields(act)}
            case Verb.END_PLAN:
                end = date.fromisoformat(act.value("end"))
                return {"plan": self._plans[act.number], "fields": {"enddate": f"{end:%m/%d/%Y}"}}
            case Verb.AMEND:
                return {"plan": self._plans[act.number], "fields": {"grpnum": act.value("group")}}
            case Verb.MOVE:
                start = datetime.fromisoformat(act.value("start"))
                return {"visit": self._visit(act), "fields": {"date": f"{start:%Y-%m-%d}", "time": f"{start:%H:%M}"}}
            case Verb.SAY:
                return {"visit": self._visit(act), "fields": {"apptstatus": STATUSES[act.value("status")]}}
            case _:
                raise ValueError(f"the vendor's desk does not {act.verb.value}")

    def _visit(self, act: Act) -> str:
        return self.number("visit", f"visit-{act.number}")

    def _fields(self, act: Act) -> dict[str, str]:
        news = dict(act.values)
        fields = {WIRE[name]: value for name, value in news.items() if name in WIRE}
        if "family" in news or "given" in news:
            family, given, middle = self._names[act.number]
            self._names[act.number] = (news.get("family", family), news.get("given", given), middle)
            family, given, middle = self._names[act.number]
            fields["name"] = f"{family},{given} {middle}".strip()
        return fields

    def break_next(self, act: Act) -> None:
        """Put a fault in line for the next calls of an operation."""
        given = dict(act.values)
        fault = {"operation": given["operation"], "kind": given["kind"], "times": int(given["times"])}
        self._tell("/faults", {**fault, "seconds": float(given["seconds"])})

    def faults_left(self) -> Counter[str]:
        """Faults that never struck, by kind: nobody called their operation any more."""
        left = Counter[str]()
        for fault in self._ask("/faults"):
            left[fault["kind"]] += fault["times"]
        return left

    def expire(self) -> None:
        """Every token is out of date now."""
        self._tell("/expire-tokens")

    def move_cluster(self, cluster: str) -> None:
        """The vendor moves the office to another cluster."""
        self._tell(f"/offices/{self._world.office_key}", {"cluster": cluster})

    def counters(self) -> dict[str, Any]:
        """What the vendor was asked and did."""
        return self._ask("/counters")

    def calls_by_tier(self) -> dict[str, int]:
        """Calls the vendor counted, by its tier."""
        tiers = Counter[str]()
        for row in self._ask("/minutes"):
            tiers[str(row["tier"])] += row["calls"]
        return dict(sorted(tiers.items()))

    def patients(self) -> list[dict[str, Any]]:
        """Every patient of the office with their plans, in the vendor's own fields."""
        return [row for row in self._ask("/patients") if not row["deleted"]]

    def visits(self) -> list[dict[str, Any]]:
        """Every visit of the office, in the vendor's own fields."""
        return self._ask("/visits")

    def close(self) -> None:
        """Close the door."""
        self._client.close()
