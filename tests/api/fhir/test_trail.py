"""Every interaction with the FHIR server is in the audit trail, and no value of anybody."""

from __future__ import annotations

import time
from collections import Counter

import httpx2
from tests.support.fhir import Site, patient

from chartline.platform.audit import AuditRow


def trail(site: Site, since: int = 0) -> list[AuditRow]:
    """The trail's rows after a number, oldest first, when those behind the reads have been written."""
    time.sleep(0.3)
    with site.services.database.read(site.organisation) as work:
        assert site.services.audit.verify(work).intact
        return [row for row in reversed(site.services.audit.rows(work, limit=1000)) if row.number > since]


def test_reads_searches_and_writes_leave_one_event_each(fhir: Site, client: httpx2.Client) -> None:
    start = len(trail(fhir))
    identity = client.post("/Patient", json=patient()).json()["id"]
    client.get(f"/Patient/{identity}")
    client.put(f"/Patient/{identity}", json=patient(id=identity, gender="male"))
    client.get(f"/Patient/{identity}/_history")
    client.get("/Patient?family=quillfeather")
    client.delete(f"/Patient/{identity}")
    client.get("/Patient/nobody")
    rows = trail(fhir, start)
    assert Counter(row.event.action for row in rows) == Counter(
        ["fhir.create", "fhir.read", "fhir.update", "fhir.history", "fhir.search", "fhir.delete"]
    )
    by_action = {row.event.action: row.event for row in rows}
    read, history = by_action["fhir.read"], by_action["fhir.history"]
    assert read.target is not None
    assert (read.target.type, read.target.id, read.purpose, read.count) == ("Patient", identity, "show", 1)
    assert (history.count, by_action["fhir.update"].detail) == (2, {"version": "2"})
    assert all(row.event.actor.startswith("token:") for row in rows)
    assert "uillfeather" not in repr(rows)


def test_a_transaction_leaves_an_event_for_each_resource(fhir: Site, client: httpx2.Client) -> None:
    start = len(trail(fhir))
    entry = {"resource": patient(), "request": {"method": "POST", "url": "Patient"}}
    client.post("", json={"resourceType": "Bundle", "type": "transaction", "entry": [entry] * 3})
    assert [row.event.action for row in trail(fhir, start)] == ["fhir.create"] * 3
