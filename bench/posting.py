"""How fast a large remittance is taken in and posted, and how much memory it needs.

    python bench/posting.py --claims 50000
    python bench/posting.py --claims 5000 --publish 200
    python bench/posting.py --claims 50000 --database postgresql://localhost/bench

Makes a practice with as many claims and one 835 about all of them: two or three lines each, contractual and patient
parts, denials, reversals with corrections, strangers, and money outside any claim. The work itself runs in a process of
its own, whose highest memory is read at the end. Everything is invented. Without --database a SQLite file is made in
the folder for temporary files.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from chartline.app.upgrade import upgrade
from chartline.domains.claims.tables import claim_table
from chartline.domains.ledger import Entry, balances, charge_entry, post_many, trial_balance
from chartline.domains.remits import Delivery, post_in_portions, read_head, take_in
from chartline.domains.remits.publishing import publish_portion
from chartline.kernel.clock import SystemClock
from chartline.kernel.ids import new_id
from chartline.kernel.money import Money
from chartline.kernel.settings import Settings
from chartline.platform.database import Database, open_database
from chartline.platform.records import Records
from chartline.platform.vault import Vault

DAY = date(2026, 3, 2)
PROCEDURES = ("99213", "90834", "90837", "36415", "97110")


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--claims", type=int, default=50_000)
    parser.add_argument("--database", default="", help="an empty PostgreSQL database; SQLite otherwise")
    parser.add_argument("--publish", type=int, default=0, help="publish so many explanations as FHIR too")
    parser.add_argument("--folder", type=Path, help="where the files go; a temporary folder otherwise")
    parser.add_argument("--child", default="", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.child:
        work(Path(chosen.folder), chosen.database, chosen.child, chosen.publish)
        return
    with tempfile.TemporaryDirectory() as made:
        folder = chosen.folder or Path(made)
        organisation = prepare(folder, chosen.database, chosen.claims)
        command = [sys.executable, __file__, "--child", organisation, "--folder", str(folder)]
        command += ["--database", chosen.database, "--publish", str(chosen.publish)]
        report(json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout))


def report(measured: dict[str, Any]) -> None:
    """Print the table."""
    claims = measured["claims"]
    print(f"{claims:,} claims in {measured['megabytes']:.1f} MB; {measured['entries']:,} ledger entries")
    print(f"{'stage':<12}{'seconds':>10}{'CPU':>8}{'claims/s':>12}{'highest memory MB':>20}")
    for stage in measured["stages"]:
        rate = stage["claims"] / stage["seconds"] if stage["seconds"] else 0
        print(
            f"{stage['name']:<12}{stage['seconds']:>10.1f}{stage['cpu']:>8.1f}{rate:>12,.0f}{stage['memory']:>20,.0f}"
        )


def work(folder: Path, database_url: str, organisation: str, publish: int) -> None:
    """Take the file in and post it, and print what it took as JSON."""
    database, vault = opened(folder, database_url)
    records = Records(vault)
    file = folder / "advice.835"
    stages: list[dict[str, object]] = []
    timed = Stages(stages)

    def transactions() -> Any:  # noqa: ANN401 - a context manager
        return database.work(organisation)

    timed.begin()
    (remittance,) = take_in(transactions, vault, lambda: file, Delivery("bench", "1"))
    with database.read(organisation) as reading:
        claims = read_head(reading, remittance).claims
    timed.end("take in", claims)
    timed.begin()
    posted = post_in_portions(transactions, vault, records, remittance)
    timed.end("post", claims)
    both = {name: sum(float(str(one[name])) for one in stages) for name in ("seconds", "cpu")}
    stages.append({"name": "together", "claims": claims, "memory": memory(), **both})
    published = 0
    timed.begin()
    while published < publish:
        with transactions() as writing:
            done = publish_portion(writing, vault, records, remittance)
        published += done
        if not done:
            break
    if publish:
        timed.end("publish", published)
    with database.read(organisation) as reading:
        assert not any(trial_balance(reading).values())
        assert balances(reading)["cash.payer"] == read_head(reading, remittance).amount
    megabytes = file.stat().st_size / 1e6
    print(json.dumps({"claims": claims, "megabytes": megabytes, "entries": posted.entries, "stages": stages}))


class Stages:
    """Times, processor times and the highest memory so far."""

    def __init__(self, stages: list[dict[str, object]]) -> None:
        self._stages, self._at = stages, (0.0, 0.0)

    def begin(self) -> None:
        """A stage begins."""
        self._at = (time.perf_counter(), time.process_time())

    def end(self, name: str, claims: int) -> None:
        """It ends."""
        seconds, cpu = time.perf_counter() - self._at[0], time.process_time() - self._at[1]
        self._stages.append({"name": name, "seconds": seconds, "cpu": cpu, "claims": claims, "memory": memory()})


def memory() -> float:
    """The highest memory of this process so far, in megabytes."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1000
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


def opened(folder: Path, url: str) -> tuple[Database, Vault]:
    """The database and the vault of the folder."""
    return open_database(url or f"sqlite:///{folder / 'chartline.db'}", SystemClock()), Vault.open(folder, {})


def prepare(folder: Path, url: str, claims: int) -> str:
    """A practice with claims that were sent, and the file; answers the organisation."""
    upgrade(Settings(data=str(folder), database=url))
    database, _ = opened(folder, url)
    organisation = new_id()
    for start in range(1, claims + 1, 1000):
        rows = [claim_row(number) for number in range(start, min(start + 1000, claims + 1))]
        with database.work(organisation) as writing:
            writing.insert_many(claim_table, rows)
            post_many(writing, [charged(row) for row in rows])
    database.close()
    with (folder / "advice.835").open("w") as file:
        file.writelines(segment + "~\n" for segment in advice(claims))
    return organisation


def claim_row(number: int) -> dict[str, object]:
    """A claim that was sent."""
    known: dict[str, object] = {
        "id": new_id(),
        "number": f"C{number:06d}",
        "encounter_id": new_id(),
        "patient_id": new_id(),
        "coverage_id": new_id(),
        "payer_id": "00123",
        "payer_name": "Example Mutual",
        "service_date": DAY + timedelta(days=number % 200),
        "total": 20000,
        "version": 1,
        "frequency": "1",
        "work_axis": "ready",
        "submission_axis": "acknowledged",
        "adjudication_axis": "pending",
        "kind": "professional",
        "source": "visit",
        "payer_order": 1,
        "submitted": datetime(2026, 3, 3, tzinfo=UTC),
        "created": datetime(2026, 3, 3, tzinfo=UTC),
        "updated": datetime(2026, 3, 3, tzinfo=UTC),
    }
    wanted = [one for one in claim_table.c if one.name in known or not one.nullable]
    return {one.name: known.get(one.name, nothing(one)) for one in wanted if one.name != "organisation_id"}


def nothing(column: sa.Column[Any]) -> object:
    """An empty value for a column that this bench does not care about."""
    return 0 if isinstance(column.type, sa.Integer) else ""


def charged(row: dict[str, object]) -> Entry:
    """The charge of a claim."""
    return charge_entry(
        encounter_id=str(row["encounter_id"]),
        patient_id=str(row["patient_id"]),
        service_date=DAY,
        amount=Money(20000),
        claim_id=str(row["id"]),
    )


def advice(claims: int) -> Iterator[str]:
    """One payment for all claims; every sum agrees."""
    rng = random.Random(7)
    bodies: list[str] = []
    total = 0
    for number in range(1, claims + 1):
        total += decided(rng, number, bodies)
    yield ("ISA*00*          *00*          *ZZ*PAYER          *ZZ*CHARTLINE      *260320*0000*^*00501*000000007*0*T*:")
    yield "GS*HP*PAYER*CHARTLINE*20260320*0000*7*X*005010X221A1"
    yield "ST*835*0001"
    head = [
        f"BPR*I*{money(total - 4250)}*C*ACH*CCP*01*999999992*DA*0000100200*1999999999**01*990000013*DA*0000300400*"
        "20260320",
        "TRN*1*EFT5501*1999999999",
        "DTM*405*20260320",
        "N1*PR*EXAMPLE MUTUAL*XV*00123",
        "N3*1 EXAMPLE PLAZA",
        "N4*SPRINGFIELD*IL*627010001",
        "PER*BL*EDI DESK*TE*5555550100",
        "N1*PE*QUIET HARBOR EXAMPLE CLINIC*XX*1999999984",
        "LX*1",
    ]
    yield from head
    yield from bodies
    yield "PLB*1999999984*20261231*WO:ICN000001*50*L6*-7.5"
    yield f"SE*{len(head) + len(bodies) + 3}*0001"
    yield "GE*1*7"
    yield "IEA*1*000000007"


def decided(rng: random.Random, number: int, out: list[str]) -> int:
    """One claim of 200 dollars, and what the payer pays for it in cents."""
    chance = rng.random()
    day = (DAY + timedelta(days=number % 200)).strftime("%Y%m%d")
    reference = f"C{number:06d}" if chance < 0.995 else f"X{number:06d}"
    lines, paid, owed = [], 0, 0
    denied = 0.05 < chance < 0.12
    shares = [20000] if rng.random() < 0.3 else ([12000, 8000] if rng.random() < 0.6 else [10000, 6000, 4000])
    for index, charge in enumerate(shares, 1):
        cut, share = (0, 0) if denied else (charge // 4, charge // 10)
        pays = 0 if denied else charge - cut - share
        lines.append(f"SVC*HC:{rng.choice(PROCEDURES)}*{money(charge)}*{money(pays)}**1")
        lines.append(f"DTM*472*{day}")
        lines.append(f"CAS*CO*197*{money(charge)}" if denied else f"CAS*CO*45*{money(cut)}")
        if not denied:
            lines.append(f"CAS*PR*2*{money(share)}")
        lines.append(f"REF*6R*C{number:06d}L{index}")
        if pays:
            lines.append(f"AMT*B6*{money(charge - cut)}")
        paid, owed = paid + pays, owed + share
    patient = f"NM1*QC*1*INVENTED{number % 97}*PERSON{number % 89}****MI*W{number:07d}"
    status = "4" if denied else "1"
    if chance < 0.01:
        out.append(f"CLP*{reference}*22*-200*-{money(paid)}**12*ICN{number:06d}*11*1")
        out.append(f"CAS*CO*45*-{money(20000 - paid)}")
        out += [patient, f"DTM*232*{day}"]
        out.append(f"CLP*{reference}*1*200*{money(paid)}**12*ICN{number:06d}*11*1")
        out.append(f"CAS*CO*45*{money(20000 - paid)}")
        out += [patient, f"DTM*232*{day}"]
    out.append(f"CLP*{reference}*{status}*200*{money(paid)}*{money(owed) if owed else ''}*12*ICN{number:06d}*11*1")
    out += [patient, f"DTM*232*{day}", "DTM*050*20260305", *lines]
    return paid


def money(cents: int) -> str:
    """Decimal text as X12 wants it."""
    return Money(cents).wire()


if __name__ == "__main__":
    main()
