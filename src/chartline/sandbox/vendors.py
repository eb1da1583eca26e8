"""The simulators' back doors, as the sandbox uses them: seeding, the front desk's acts there, and their counters."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import httpx2

from chartline.sandbox.seeds import as_json, clearinghouse_seed, office_seed, visit_ref
from chartline.sandbox.world import Visit, World


class Vendors:
    """Both simulators by their ports on loopback."""

    def __init__(self, world: World, advancedmd_port: int, claimmd_port: int) -> None:
        self._world = world
        self._office = httpx2.Client(base_url=f"http://127.0.0.1:{advancedmd_port}", timeout=20.0, trust_env=False)
        self._house = httpx2.Client(base_url=f"http://127.0.0.1:{claimmd_port}", timeout=20.0, trust_env=False)
        self._refs: dict[str, dict[str, int]] = {}

    def seed(self) -> None:
        """Tell both of the world; what they know already stays as it is."""
        planted = self._office.post("/_control/offices", content=as_json(office_seed(self._world))).raise_for_status()
        self._refs = planted.json()[self._world.office_key]
        self._house.post("/_control/accounts", content=as_json(clearinghouse_seed(self._world))).raise_for_status()

    def number(self, kind: str, ref: str) -> str:
        """The office's number of something that was seeded, such as a profile."""
        return str(self._refs[kind][ref])

    def say(self, visit: Visit, apptstatus: str) -> None:
        """The front desk says in AdvancedMD where a visit stands (sheet 6.2: 1 arrived, 3 seen, 12 no-show)."""
        door = f"/_control/visits/{self.number('visit', visit_ref(visit))}"
        self._office.post(door, json={"apptstatus": apptstatus}).raise_for_status()

    def office_counters(self) -> dict[str, Any]:
        """What AdvancedMD was asked and did."""
        return self._office.get("/_control/counters").raise_for_status().json()

    def office_snapshot(self) -> dict[str, Any]:
        """Ids and states at AdvancedMD."""
        return self._office.get("/_control/snapshot").raise_for_status().json()["offices"][self._world.office_key]

    def house_counters(self) -> dict[str, Any]:
        """What Claim.MD was asked and did."""
        return self._house.get("/_control/counters").raise_for_status().json()

    def house_snapshot(self) -> dict[str, Any]:
        """Claims and remittances at Claim.MD."""
        return self._house.get("/_control/snapshot").raise_for_status().json()

    def next_event(self) -> datetime | None:
        """When something will happen at Claim.MD or a payer, None when nothing is to come."""
        text = self._house.get("/_control/next").raise_for_status().json()["next"]
        return datetime.fromisoformat(text) if text else None

    def close(self) -> None:
        """Close both doors."""
        self._office.close()
        self._house.close()
