"""The doors behind the curtain, under ``/_control``: seeding, faults, the front desk's own acts, and what to assert.

Not part of the vendor's surface. JSON in and out. Counters, snapshot and journal hold numbers, ids and statuses;
the inventories of patients, visits and payments hold values, which are invented and leave on loopback only.
"""

from __future__ import annotations

import msgspec

from chartline.connect.simulation.faults import Fault, Faults
from chartline.connect.simulation.runner import NOTICE
from chartline.connect.simulation.web import Answer, Request
from chartline.connectors.advancedmd.simulator import edits, inventory, tally
from chartline.connectors.advancedmd.simulator.catalogue import OPERATIONS
from chartline.connectors.advancedmd.simulator.hook import Hook, HookRefused, check_address
from chartline.connectors.advancedmd.simulator.journal import Journal
from chartline.connectors.advancedmd.simulator.options import Options
from chartline.connectors.advancedmd.simulator.rest import answer
from chartline.connectors.advancedmd.simulator.routes import ROUTES
from chartline.connectors.advancedmd.simulator.seed import VENDOR_DOMAIN, SeedRefused, read_seeds
from chartline.connectors.advancedmd.simulator.seeding import plant
from chartline.connectors.advancedmd.simulator.session import next_cluster
from chartline.connectors.advancedmd.simulator.world import World

FAULTS = frozenset(
    "delay drop refuse cut html empty empty_results string_error duplicate_ssn expire_tokens move_cluster".split()
)
"""Row 26, and the two ways in which a session dies under a caller (rows 2 and 4)."""

_ACTIONS = frozenset(["login", "unknown", "*", *OPERATIONS, *ROUTES])


class OfficeChange(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What the vendor does to an account: move it to another cluster, expire it, unlock it, change its password.

    The cluster ``next`` is the one after the present one.
    """

    cluster: str | None = None
    expired: bool | None = None
    locked: bool | None = None
    password: str | None = None
    host: str | None = None


class Control:
    """The control surface of one simulator."""

    def __init__(self, world: World, faults: Faults, journal: Journal, hook: Hook) -> None:
        self._world, self._faults, self._journal, self._hook = world, faults, journal, hook

    def handle(self, request: Request, parts: list[str]) -> Answer:
        """Answer ``/_control/<parts>``; 404 for an unknown door, 422 for a body of the wrong shape."""
        try:
            if request.method == "GET":
                return self._told(request, parts)
            return self._done(request, parts) if request.method == "POST" else _no_door()
        except (msgspec.DecodeError, SeedRefused, HookRefused, edits.EditRefused) as error:
            return answer({"error": str(error)}, 422)
        except edits.NothingThere as error:
            return answer({"error": str(error)}, 404)

    def _told(self, request: Request, parts: list[str]) -> Answer:
        world = self._world
        match parts:
            case ["counters"]:
                return answer(tally.counters(world, self._hook))
            case ["snapshot"]:
                return answer(tally.snapshot(world))
            case ["minutes"]:
                return answer(tally.minutes(world))
            case ["faults"]:
                return answer(msgspec.to_builtins(self._faults.waiting()))
            case ["journal"]:
                return answer(self._journal.entries())
            case ["catalogue"]:
                return answer({"notice": NOTICE, "actions": _catalogue(), "rest": _rest_catalogue()})
            case ["patients" | "visits" | "payments" as kind]:
                return answer(inventory.listed(world, kind, request.query))
            case _:
                return _no_door()

    def _done(self, request: Request, parts: list[str]) -> Answer:
        world = self._world
        match parts:
            case ["offices"]:
                return answer({seed.office: plant(world, seed) for seed in read_seeds(request.body)})
            case ["offices", key]:
                return self._change_office(key, msgspec.json.decode(request.body, type=OfficeChange))
            case ["visits", ident]:
                return answer(edits.edit_visit(world, ident, msgspec.json.decode(request.body)))
            case ["patients", ident]:
                return answer(edits.edit_patient(world, ident, msgspec.json.decode(request.body)))
            case ["edits"]:
                return answer(edits.edit_all(world, msgspec.json.decode(request.body, type=list[edits.Edit])))
            case ["faults"]:
                return self._add_faults(request.body)
            case ["options"]:
                return self._change_options(request.body)
            case ["expire-tokens"]:
                return answer({"tokens": world.end_sessions()})
            case _:
                return _no_door()

    def _add_faults(self, body: bytes) -> Answer:
        """One fault or a list. Refuses a kind or an operation that does not exist: it would never strike."""
        sent: object = msgspec.json.decode(body)
        faults = msgspec.convert(sent if isinstance(sent, list) else [sent], list[Fault])
        for fault in faults:
            if fault.kind not in FAULTS or fault.operation.lower() not in _ACTIONS or fault.times < 1:
                return answer({"error": "the kind or the operation of a fault is unknown"}, 422)
        for fault in faults:
            self._faults.add(fault)
        return answer({"added": len(faults)})

    def _change_office(self, key: str, change: OfficeChange) -> Answer:
        office = self._world.offices.get(key)
        if office is None:
            return answer({"error": "there is no such office"}, 404)
        if VENDOR_DOMAIN in (change.host or "").lower():
            raise SeedRefused("a simulated office must not name the vendor's own domain")
        if change.cluster == "next":
            change.cluster = next_cluster(office.cluster)
        for name in change.__struct_fields__:
            value = getattr(change, name)
            if value is not None:
                setattr(office, name, value)
        if change.locked is False:
            office.failures = 0
        self._world.offices.put(key, office)
        return answer({"office": key, "cluster": office.cluster})

    def _change_options(self, body: bytes) -> Answer:
        """Set the options that are named; the others stay. The secret is not told back."""
        named = msgspec.json.decode(body, type=dict[str, object])
        present: dict[str, object] = msgspec.to_builtins(self._world.options)
        options = msgspec.convert(present | named, Options)
        check_address(options.hook_url)
        self._world.options = options
        told: dict[str, object] = msgspec.to_builtins(options)
        return answer(told | {"hook_secret": "set" if options.hook_secret else ""})


def _no_door() -> Answer:
    return answer({"error": "there is no such door"}, 404)


def _catalogue() -> dict[str, dict[str, object]]:
    return {
        name: {"classes": sorted(operation.classes), "unverified": operation.unverified}
        for name, operation in OPERATIONS.items()
    }


def _rest_catalogue() -> dict[str, dict[str, object]]:
    return {name: {"path": path, "unverified": unverified} for name, (path, unverified) in ROUTES.items()}
