"""A FHIR server under steady load for a while: whether memory, open files and threads stay where they were.

    python bench/fhir_soak.py                 two minutes, on a SQLite file of its own
    python bench/fhir_soak.py --minutes 10 --clients 4 --database postgresql://...

Several clients do what clients do: transactions, reads, searches with pages and includes, updates with If-Match,
histories, conditional creates, patches, deletions, and bodies that are refused; they open new connections now and then.
The server is a process of its own; what it uses is read from /proc. Prints a line every interval and a verdict: growth
is counted from the end of the first fifth, when caches are full. Refuses nothing; a database that is named must be
empty or made by us, and keeps what is stored.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

from chartline.app.services import open_services
from chartline.app.upgrade import upgrade
from chartline.kernel.sealed import Purpose
from chartline.kernel.settings import Settings

MRN = "urn:invented:mrn"
REQUESTS_PER_CONNECTION = 500


@dataclass
class Seen:
    """What the clients have met since the last line; the list of times is taken away by every line."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    milliseconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)

    def add(self, what: str, status: int, took: float, expected: tuple[int, ...]) -> None:
        with self.lock:
            self.milliseconds.append(took)
            self.statuses[status] += 1
            if status not in expected:
                self.wrong[f"{what} {status}"] += 1

    def take(self) -> list[float]:
        with self.lock:
            taken, self.milliseconds = self.milliseconds, []
            return taken


@dataclass
class Caller:
    """One client: it does its round again and again until it is told to stop."""

    base: str
    token: str
    number: int
    seen: Seen
    stop: threading.Event

    def run(self) -> None:
        chance = random.Random(self.number)
        for turn in itertools.count():
            with httpx2.Client(
                base_url=self.base, headers={"Authorization": f"Bearer {self.token}"}, timeout=60
            ) as one:
                self.client, self.left = one, REQUESTS_PER_CONNECTION
                while self.left > 0:
                    if self.stop.is_set():
                        return
                    with suppress(httpx2.TransportError):
                        self.round(chance, turn)

    def ask(self, what: str, method: str, place: str, expected: tuple[int, ...], **more: object) -> httpx2.Response:
        self.left -= 1
        started = time.perf_counter()
        answer = self.client.request(method, place, **more)  # ty: ignore[invalid-argument-type]
        self.seen.add(what, answer.status_code, (time.perf_counter() - started) * 1000, expected)
        return answer

    def round(self, chance: random.Random, turn: int) -> None:
        """A patient comes, is measured, changed, looked for and sometimes deleted."""
        value = f"{self.number}-{turn}-{chance.randrange(10**9)}"
        entries = [
            {
                "fullUrl": "urn:uuid:5f1c1f0e-0000-4000-8000-000000000001",
                "resource": {
                    "resourceType": "Patient",
                    "identifier": [{"system": MRN, "value": value}],
                    "name": [{"family": f"Quill{chance.randrange(50)}", "given": ["Ada"]}],
                    "birthDate": f"19{chance.randrange(40, 99)}-0{chance.randrange(1, 10)}-11",
                },
                "request": {"method": "POST", "url": "Patient"},
            },
            *({"resource": weight(chance), "request": {"method": "POST", "url": "Observation"}} for _ in range(6)),
        ]
        bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
        answer = self.ask("transaction", "POST", "", (200,), json=bundle)
        if answer.status_code != 200:
            return
        place = "/" + answer.json()["entry"][0]["response"]["location"].split("/R4/")[-1].split("/_history")[0]
        identity = place.rpartition("/")[2]
        person = self.ask("read", "GET", place, (200,)).json()
        self.ask("update", "PUT", place, (200,), json={**person, "active": True}, headers={"If-Match": 'W/"1"'})
        self.ask("stale", "PUT", place, (412,), json={**person, "active": False}, headers={"If-Match": 'W/"1"'})
        patch = b'[{"op":"add","path":"/gender","value":"other"}]'
        self.ask(
            "patch", "PATCH", place, (200,), content=patch, headers={"Content-Type": "application/json-patch+json"}
        )
        self.ask("history", "GET", f"{place}/_history", (200,))
        again = {"resourceType": "Patient", "identifier": [{"system": MRN, "value": value}]}
        condition = {"If-None-Exist": f"identifier={MRN}|{value}"}
        self.ask("conditional", "POST", "/Patient", (200,), json=again, headers=condition)
        self.ask("search", "GET", f"/Patient?identifier={MRN}|{value}", (200,))
        self.ask("name", "GET", "/Patient?family=quill7&_sort=-birthdate&_count=10", (200,))
        self.ask("include", "GET", f"/Observation?patient={identity}&_include=Observation:subject", (200,))
        self.ask("chain", "GET", f"/Observation?subject:Patient.identifier={MRN}|{value}&_summary=count", (200,))
        page = self.ask("page", "GET", f"/Patient/{identity}/Observation?_count=4&date=ge2020", (200,)).json()
        following = [link["url"] for link in page["link"] if link["relation"] == "next"]
        for url in following:
            self.ask("page", "GET", url, (200,))
        self.ask("refused", "POST", "/Patient", (400, 422), json={"resourceType": "Patient", "shoe": [9]})
        self.ask("unknown", "GET", f"/Patient/{value}", (404,))
        if chance.random() < 0.5:
            self.ask("delete", "DELETE", place, (200, 204))
            self.ask("gone", "GET", place, (410,))


def weight(chance: random.Random) -> dict[str, object]:
    """An invented weight of the patient of the same transaction."""
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7"}]},
        "subject": {"reference": "urn:uuid:5f1c1f0e-0000-4000-8000-000000000001"},
        "effectiveDateTime": f"2026-0{chance.randrange(1, 10)}-{chance.randrange(10, 28)}",
        "valueQuantity": {"value": chance.randrange(50, 120), "system": "http://unitsofmeasure.org", "code": "kg"},
    }


@dataclass(frozen=True)
class Use:
    """What the server uses at one moment."""

    megabytes: float
    files: int
    threads: int


def use_of(pid: int) -> Use:
    """Read from /proc; resident memory, open files and sockets, threads."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    told = dict(line.split(":", 1) for line in lines if ":" in line)
    files = sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())
    return Use(int(told["VmRSS"].split()[0]) / 1024, files, int(told["Threads"]))


def lines(pid: int, seen: Seen, minutes: float, interval: float) -> Iterator[Use]:
    """Print a line every interval until the time is over."""
    heads = ("second", "requests", "per s", "p50 ms", "p99 ms", "wrong", "MB", "files", "threads")
    print("".join(f"{head:>10}" for head in heads), flush=True)
    started = last = time.monotonic()
    while last - started < minutes * 60:
        time.sleep(interval)
        now, took = time.monotonic(), sorted(seen.take())
        use = use_of(pid)
        middle = statistics.median(took) if took else 0.0
        slow = took[int(len(took) * 0.99)] if took else 0.0
        print(
            f"{now - started:>10.0f}{len(took):>10}{len(took) / (now - last):>10.0f}{middle:>10.1f}{slow:>10.1f}"
            f"{sum(seen.wrong.values()):>10}{use.megabytes:>10.1f}{use.files:>10}{use.threads:>10}",
            flush=True,
        )
        last = now
        yield use


def main() -> None:
    """Start a server, load it, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=2.0)
    parser.add_argument("--clients", type=int, default=3)
    parser.add_argument("--interval", type=float, default=15.0)
    parser.add_argument("--database", default="")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="chartline-soak-") as folder:
        settings = Settings(data=folder, database=chosen.database)
        upgrade(settings)
        services = open_services(settings)
        organisation = services.access.create_organisation("INVENTED SOAK PRACTICE")
        token = services.access.create_token(organisation, "soak", "owner").value.reveal(Purpose.AUTHENTICATE)
        services.close()
        with serving(folder, chosen.database) as (pid, port):
            soak(pid, port, token, chosen)


@contextmanager
def serving(folder: str, database: str) -> Generator[tuple[int, int]]:
    """A server's process until the block ends; yields its process id and its port."""
    ready = Path(folder) / "ready.json"
    command = [sys.executable, "-m", "chartline.cli.main", "serve", "--no-worker", "--port", "0", "--data", folder]
    command += ["--ready", str(ready), *(["--database", database] if database else [])]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        while not ready.exists() and server.poll() is None:
            time.sleep(0.05)
        yield server.pid, json.loads(ready.read_text())["port"]
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


def soak(pid: int, port: int, token: str, chosen: argparse.Namespace) -> None:
    """Load the server, then say how it went."""
    seen, stop = Seen(), threading.Event()
    base = f"http://127.0.0.1:{port}/fhir/R4"
    callers = [Caller(base, token, number, seen, stop) for number in range(chosen.clients)]
    threads = [threading.Thread(target=each.run, daemon=True) for each in callers]
    for thread in threads:
        thread.start()
    uses = list(lines(pid, seen, chosen.minutes, chosen.interval))
    stop.set()
    for thread in threads:
        thread.join(60)
    time.sleep(2)
    after, full = use_of(pid), uses[len(uses) // 5]
    print(f"\nstatuses: {dict(sorted(seen.statuses.items()))}")
    print(f"not as expected: {dict(seen.wrong) or 'none'}")
    print(f"memory: {full.megabytes:.1f} MB after a fifth, {uses[-1].megabytes:.1f} MB at the end")
    print(
        f"open files: {full.files} after a fifth, {uses[-1].files} at the end, {after.files} when all clients have left"
    )


if __name__ == "__main__":
    main()
