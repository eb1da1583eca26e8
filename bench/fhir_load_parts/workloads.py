"""What clients do: each workload is an endless conversation, the same against every server."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from chartline.formats.fhir import JsonObject, encode, parse
from fhir_load_parts import world
from fhir_load_parts.driver import Asked

ROOT = "/fhir/R4"
PAGED = 10_000
"""Results that one client pages through before it begins again."""
PAGE = 500
_NEXT = re.compile(rb'"relation":"next","url":"(?:https?://[^/]+)?([^"]+)"')


@dataclass(frozen=True, slots=True)
class Place:
    """A world on a server: how many patients, and the token to come with."""

    patients: int
    token: str = ""

    def request(self, method: str, path: str, body: bytes = b"", **headers: str) -> bytes:
        """A request in bytes; ``path`` is below the base, or absolute."""
        target = path if path.startswith("/") else f"{ROOT}/{path}" if path else ROOT
        head = f"{method} {target} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {self.token}\r\n"
        head += "accept: application/fhir+json\r\n"
        head += "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
        if body:
            head += f"content-type: application/fhir+json\r\ncontent-length: {len(body)}\r\n"
        return head.encode() + b"\r\n" + body

    def any(self, random: Random) -> int:
        """The number of some patient."""
        return random.randrange(self.patients)


Conversation = Callable[[Place, Random], Asked]


def read(place: Place, random: Random) -> Asked:
    """Patients by their ids."""
    while True:
        yield place.request("GET", f"Patient/p{place.any(random)}")


def create(place: Place, random: Random) -> Asked:
    """New patients."""
    while True:
        made = world.patient(random.randrange(10_000_000, 100_000_000))
        del made["id"]
        yield place.request("POST", "Patient", encode(made))


def update(place: Place, random: Random) -> Asked:
    """Another telephone number for some patient."""
    while True:
        number = place.any(random)
        changed: JsonObject = {
            **world.patient(number),
            "telecom": [{"system": "phone", "value": f"(555) 012-{random.randrange(10**9)}"}],
        }
        yield place.request("PUT", f"Patient/p{number}", encode(changed))


def by_identifier(place: Place, random: Random) -> Asked:
    """A patient by system and value."""
    while True:
        yield place.request("GET", f"Patient?identifier={world.MRN}%7C{world.identifier(place.any(random))}")


def by_name(place: Place, random: Random) -> Asked:
    """Patients by family name."""
    while True:
        yield place.request("GET", f"Patient?name={world.family(place.any(random))}")


def _signs(place: Place, random: Random, more: str) -> bytes:
    number = place.any(random)
    code = world.CODES[random.randrange(3)]
    asked = f"patient=p{number}&code={world.LOINC}%7C{code}&date=ge2026-01-01{more}"
    return place.request("GET", f"Observation?{asked}")


def signs(place: Place, random: Random) -> Asked:
    """One kind of sign of one patient from a day on."""
    while True:
        yield _signs(place, random, "")


def include(place: Place, random: Random) -> Asked:
    """The same, and the patient with it."""
    while True:
        yield _signs(place, random, "&_include=Observation:patient")


def paging(place: Place, _: Random) -> Asked:
    """Page after page of all observations."""
    first = place.request("GET", f"Observation?status=final&_count={PAGE}")
    while True:
        body = yield first
        for _page in range(PAGED // PAGE - 1):
            further = _NEXT.search(body)
            if further is None:
                break
            body = yield place.request("GET", further[1].decode())


def whole_record(place: Place, random: Random) -> Asked:
    """Everything about a patient with a full record."""
    while True:
        number = place.any(random) // world.RICH * world.RICH
        yield place.request("GET", f"Patient/p{number}/$everything")


def _transactions(entries: int) -> Conversation:
    def talk(place: Place, random: Random) -> Asked:
        while True:
            yield place.request("POST", "", encode(world.transaction(random, entries)))

    return talk


@dataclass(frozen=True, slots=True)
class Workload:
    """A conversation with its name and the share of the floor's speed that is wanted on SQLite and PostgreSQL."""

    name: str
    talk: Conversation
    wanted: tuple[int | None, int | None]
    per: int = 1
    """Resources in one answer, where they are what counts."""


WORKLOADS = (
    Workload("read", read, (30, 55)),
    Workload("identifier", by_identifier, (40, 55)),
    Workload("name", by_name, (50, 50)),
    Workload("patient+code+date", signs, (40, 50)),
    Workload("include", include, (40, 50)),
    Workload("$everything", whole_record, (30, 40)),
    Workload("paging", paging, (None, None), PAGE),
    Workload("update", update, (50, 50)),
    Workload("create", create, (60, 60)),
    Workload("transaction 50", _transactions(50), (60, 60), 50),
    Workload("transaction 300", _transactions(300), (60, 60), 300),
)


def total_of(body: bytes) -> int:
    """How many entries a searchset has."""
    entries = parse(body).get("entry", [])
    return len(entries) if isinstance(entries, list) else 0
