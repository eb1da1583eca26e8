"""A FHIR server on a real socket with an empty practice, and clients of it."""

from __future__ import annotations

import shutil
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from chartline.app.services import Services, open_services
from chartline.kernel.sealed import Purpose
from chartline.kernel.settings import Settings
from tests.support.server import serving

Json = dict[str, Any]
MOST_BYTES = 2_000_000
"""The largest body these servers read."""


@dataclass
class Site:
    """The opened services, where they are served, and the owner's token."""

    services: Services
    organisation: str
    base: str
    token: str

    def client(self, token: str | None = None, **headers: str) -> httpx2.Client:
        """A caller with the owner's token, or another one; empty text for none."""
        used = self.token if token is None else token
        known = {"Authorization": f"Bearer {used}"} if used else {}
        # Reading the machine's certificates would take longer than most tests, and no socket here has TLS.
        return httpx2.Client(base_url=self.base, headers={**known, **headers}, timeout=60, verify=False)

    def make_token(self, role: str = "integration", scopes: str = "", patient: str | None = None) -> str:
        """A token of a role; ``scopes`` and ``patient`` narrow it."""
        made = self.services.access.create_token(self.organisation, role, role, scopes=scopes, patient=patient)
        return made.value.reveal(Purpose.AUTHENTICATE)


@contextmanager
def site(url: str, folder: Path, **settings: Any) -> Generator[Site]:
    """Serve an empty practice on a migrated database."""
    small = {"fhir_body_bytes": MOST_BYTES, "fhir_delete_most": 20, "fhir_bundle_entries": 400}
    chosen: dict[str, Any] = {**small, **settings}
    services = open_services(Settings(data=str(folder / "data"), database=url, **chosen))
    organisation = services.access.create_organisation("INVENTED FHIR PRACTICE")
    token = services.access.create_token(organisation, "tests", "owner").value.reveal(Purpose.AUTHENTICATE)
    with serving(services) as address:
        yield Site(services, organisation, f"{address}/fhir/R4", token)
    services.close()


@contextmanager
def sqlite_site(template: Path, folder: Path, **settings: Any) -> Generator[Site]:
    """The same on a copy of a migrated file."""
    (folder / "data").mkdir()
    file = shutil.copy(template, folder / "data" / "chartline.db")
    with site(f"sqlite:///{file}", folder, **settings) as made:
        yield made


def patient(**more: Any) -> Json:
    """An invented person."""
    return {
        "resourceType": "Patient",
        "name": [{"family": "Quillfeather", "given": ["Odalys"]}],
        "gender": "female",
        "birthDate": "1984-05-06",
        **more,
    }


def observation(subject: str, **more: Any) -> Json:
    """An invented weight."""
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7"}]},
        "subject": {"reference": subject},
        "valueQuantity": {"value": 72, "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg"},
        **more,
    }


def json_patch(client: httpx2.Client, place: str, change: bytes, **headers: str) -> httpx2.Response:
    """Send a JSON Patch."""
    return client.patch(place, content=change, headers={"Content-Type": "application/json-patch+json", **headers})


def issue_of(answer: httpx2.Response) -> Json:
    """The first issue of a refusal."""
    body = answer.json()
    assert body["resourceType"] == "OperationOutcome"
    return body["issue"][0]
