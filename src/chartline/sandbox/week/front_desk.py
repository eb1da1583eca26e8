"""Our front desk in the week: it reads a record, changes one thing and stores it, over HTTP like every client.

Most acts go through the API; telephone numbers and e-mail addresses go through the FHIR endpoint, as another program's
edits would. Refuses any answer that is not a success, as the desk of the day does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from chartline.kernel.errors import ChartlineError
from chartline.kernel.sealed import Sealed
from chartline.sandbox.desk import Desk
from chartline.sandbox.week.acts import Act, Verb
from chartline.sandbox.world import World

PAGE = 200
AGAIN = frozenset({"records.version_conflict", "database.busy"})
"""Somebody else wrote the record at the same moment: the desk reads it once more, and does it again."""
GONE = frozenset({"job.no_issue", "sync.no_conflict", "sync.already_decided"})
"""What the desk wanted to see to has settled itself meanwhile."""
TRIES = 5
_THROUGH_FHIR = ("phone", "email")


class WeekDesk(Desk):
    """A signed-in desk. ``providers`` are our ids of the clinicians by their keys."""

    def __init__(self, base: str, token: Sealed[str], world: World, providers: dict[str, str], connection: str) -> None:
        super().__init__(base, token)
        self._connection = connection
        self._providers, self._payers = providers, world.payers
        self._people = {one.number: one for one in world.patients}
        self._visits = {one.number: one for one in world.visits}
        self._patient_ids: dict[int, str] = {}
        self._visit_ids: dict[int, str] = {}

    def learn(self, days: Iterable[date]) -> None:
        """Note our ids of everybody who came from the vendor, and of the visits of these days."""
        wanted = {(one.family, one.birth_date.isoformat()): one.number for one in self._people.values()}
        for one in self._pages(f"/api/patients/?limit={PAGE}", "patients"):
            number = wanted.get((one["family"].upper(), one["birth_date"]))
            if number is not None:
                self._patient_ids[number] = one["id"]
        starts = {(one.patient.number, one.start): one.number for one in self._visits.values()}
        people = {identity: number for number, identity in self._patient_ids.items()}
        for day in days:
            for (patient, start), booked in self.visits(day).items():
                number = starts.get((people.get(patient, 0), start))
                if number is not None:
                    self._visit_ids[number] = booked.id

    def patient_id(self, number: int) -> str:
        """Our id of a patient. Raises KeyError for one who is not here."""
        return self._patient_ids[number]

    def numbers(self) -> dict[str, dict[int, str]]:
        """Our ids of patients and visits by their numbers in the script."""
        return {"patient": dict(self._patient_ids), "visit": dict(self._visit_ids)}

    def act(self, act: Act) -> None:
        """Do one thing, once more when somebody else was quicker. Raises ``sandbox.desk_refused``."""
        for left in reversed(range(TRIES)):
            try:
                return self._do(act)
            except ChartlineError as error:
                if not left or error.problem.fields.get("code") not in AGAIN:
                    raise
        return None

    def _do(self, act: Act) -> None:
        match act.verb:
            case Verb.REGISTER:
                self._patient_ids[act.number] = self.register(self._people[act.number])
            case Verb.CHANGE:
                self._change(self.patient_id(act.number), dict(act.values))
            case Verb.INSURE:
                self._insure(act)
            case Verb.END_PLAN:
                self._change_plan(act.number, {"end": act.value("end")})
            case Verb.AMEND:
                self._change_plan(act.number, {"group_number": act.value("group")})
            case Verb.BOOK:
                visit = self._visits[act.number]
                patient, provider = self.patient_id(visit.patient.number), self._providers[visit.patient.provider.key]
                self._visit_ids[act.number] = self.book(visit, patient, provider)
            case Verb.MOVE:
                visit, start = self._visits[act.number], act.value("start")
                self._call(
                    "POST",
                    f"/api/appointments/{self._visit_ids[act.number]}/move",
                    "move visit",
                    {"start": start, "minutes": visit.minutes},
                )
            case Verb.SAY:
                self.say(self._visit_ids[act.number], act.value("status"))
            case _:
                raise ValueError(f"the desk does not {act.verb.value}")

    def _change(self, identity: str, news: dict[str, str]) -> None:
        if all(name in _THROUGH_FHIR for name in news):
            return self._change_by_fhir(identity, news)
        person = self._call("GET", f"/api/patients/{identity}", "read patient")
        body = {name: value for name, value in person.items() if name not in ("id", "version")}
        self._call("PUT", f"/api/patients/{identity}", "change patient", {**body, **news})
        return None

    def _change_by_fhir(self, identity: str, news: dict[str, str]) -> None:
        patient = self._call("GET", f"/fhir/R4/Patient/{identity}", "read patient by FHIR")
        points = [one for one in patient.get("telecom", []) if one.get("system") not in news]
        patient["telecom"] = [*points, *({"system": name, "value": value} for name, value in news.items())]
        self._call("PUT", f"/fhir/R4/Patient/{identity}", "change patient by FHIR", patient)

    def _insure(self, act: Act) -> None:
        payer = next(one for one in self._payers if one.payer_id == act.value("payer"))
        body = {
            "payer_id": payer.payer_id,
            "payer_name": payer.name,
            "member_id": act.value("member"),
            "begin": act.value("begin"),
        }
        door = f"/api/patients/{self.patient_id(act.number)}/coverages"
        self._call("POST", door, "insure", body, f"sandbox/insure/{act.number}")

    def _change_plan(self, number: int, news: dict[str, str]) -> None:
        """Change the plan that the patient had before the week."""
        door, member = f"/api/patients/{self.patient_id(number)}/coverages", self._people[number].member_id
        plans = self._call("GET", door, "read plans")["coverages"]
        plan = next(one for one in plans if one["member_id"] == member)
        body = {name: value for name, value in plan.items() if name != "id"}
        self._call("PUT", f"{door}/{plan['id']}", "change plan", {**body, **news})

    def conflicts(self) -> list[dict[str, Any]]:
        """Every open conflict."""
        return list(self._pages("/api/sync/conflicts/?limit=200", "conflicts"))

    def decide(self, conflict: str, choice: str, value: str | None = None) -> bool:
        """Decide one conflict; False when it is settled already."""
        body = {"choice": choice} | ({"value": value} if value is not None else {})
        return self._still_there(f"/api/sync/conflicts/{conflict}", "decide", body)

    def stopped(self) -> list[str]:
        """Keys of the jobs that stopped and wait for a person."""
        return [one["key"] for one in self._call("GET", "/api/jobs/issues?limit=200", "stopped jobs")["issues"]]

    def run_again(self, key: str) -> bool:
        """Let a stopped job go on; False when it went on by itself."""
        return self._still_there("/api/jobs/retry", "retry", {"key": key})

    def _still_there(self, path: str, act: str, body: object) -> bool:
        try:
            self._call("POST", path, act, body)
        except ChartlineError as error:
            if error.problem.fields.get("code") in GONE:
                return False
            raise
        return True

    def send_again(self) -> int:
        """Let every change that was put aside be sent once more; how many there were."""
        door = f"/api/connections/{self._connection}/sync/letters/retry"
        return self._call("POST", door, "retry letters", {})["retried"]

    def resources(self, rtype: str) -> Iterator[dict[str, Any]]:
        """Every resource of a type, as the FHIR endpoint gives it."""
        path = f"/fhir/R4/{rtype}?_count={PAGE}"
        while path:
            bundle = self._call("GET", path, "read by FHIR")
            for entry in bundle.get("entry", []):
                yield entry["resource"]
            path = next((one["url"] for one in bundle.get("link", []) if one["relation"] == "next"), "")

    def _pages(self, path: str, act: str) -> Iterator[dict[str, Any]]:
        cursor = ""
        while True:
            page = self._call("GET", f"{path}&cursor={cursor}" if cursor else path, act)
            yield from page[act]
            cursor = page["next"] or ""
            if not cursor:
                return
