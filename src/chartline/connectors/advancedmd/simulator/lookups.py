"""Code list lookups: one shape for all of them (vendor sheet 9.6, row 22), and the scheduler's set-up (9.10)."""

from __future__ import annotations

from collections.abc import Callable

from chartline.connectors.advancedmd.simulator.charges import diagnosis
from chartline.connectors.advancedmd.simulator.model import Item
from chartline.connectors.advancedmd.simulator.operation import Call
from chartline.connectors.advancedmd.simulator.paging import page_of
from chartline.connectors.advancedmd.simulator.patients import name_matches
from chartline.connectors.advancedmd.simulator.tree import Node, element
from chartline.connectors.advancedmd.simulator.world import PREFIXES

SHOWN: dict[str, tuple[str, ...]] = {
    "profile": (
        "status",
        "fullinactive",
        "chargefeesched",
        "codesetpreference",
        "isinstitutional",
        "email",
    ),
    "provider": ("npi", "specialty"),
    "zipcode": ("city", "state"),
    "diagcode": ("codeset",),
}
"""Extras of a row beside id, code and name. Fees and column settings are kept but are not part of a lookup."""


def lookup(kind: str) -> Callable[[Call], Node]:
    """The lookup action of a code list: by ``code`` or ``name``, exact with ``exactmatch="-1"``, 50 a page.

    A diagnosis code that is well formed and not on file is imported when looked up exactly [Q].
    """

    def run(call: Call) -> Node:
        message, world = call.message, call.world
        exact = message.get("exactmatch") in ("-1", "1")
        code, name = message.get("code").strip().upper(), message.get("name").strip().upper()
        if kind == "diagcode" and code and exact and message.get("codeset") in ("", "10"):
            diagnosis(world, call.office.key, code)
        found = [item for item in world.catalogue(call.office.key, kind) if _matches(item, code, name, exact=exact)]
        if kind == "diagcode" and message.get("codeset"):
            found = [item for item in found if item.extras.get("codeset") == message.get("codeset")]
        counters, rows = page_of(call, sorted(found, key=lambda item: (item.code, item.id)))
        return element("Results", {}, element(f"{kind}list", counters, *[row(item) for item in rows]))

    return run


def row(item: Item) -> Node:
    """A lookup row."""
    attributes = {"id": f"{PREFIXES[item.kind]}{item.id}", "code": item.code, "name": item.name}
    attributes |= {name: item.extras.get(name, "") for name in SHOWN.get(item.kind, ())}
    return element(item.kind, attributes, *([element("address", item.address)] if item.address else []))


def _matches(item: Item, code: str, name: str, *, exact: bool) -> bool:
    if exact:
        return (not code or item.code == code) and (not name or item.name == name)
    return item.code.startswith(code) and item.name.startswith(name)


def lookuprespparty(call: Call) -> Node:
    """Responsible parties by name; P4 sends it with class lookup (vendor sheet 9.6); the row shape is [O]."""
    world, name = call.world, call.required("name").upper()
    exact = call.message.get("exactmatch") in ("-1", "1")
    begins = world.ways.parties_by_name.beginning((call.office.key,), name.partition(",")[0].strip())
    found = [party for party in begins if name_matches(party.name, name, exact=exact)]
    counters, rows = page_of(call, found)
    nodes = [element("respparty", {"id": f"resp{p.id}", "name": p.name, "accttype": p.accttype}) for p in rows]
    return element("Results", {}, element("resppartylist", counters, *nodes))


def getschedulersetup(call: Call) -> Node:
    """The columns with their settings, the profiles and the facilities."""
    world, office = call.world, call.office.key
    columns = []
    for item in world.catalogue(office, "column"):
        names = ("start", "end", "interval", "maxapptsperslot", "workweek")
        setting = element("columnsetting", {name: item.extras.get(name, "") for name in names})
        if world.options.week_starts == "sunday":
            week = setting.attributes["workweek"]
            setting.attributes["workweek"] = week[-1:] + week[:-1]
        attributes = {
            "id": f"col{item.id}",
            "heading": item.name,
            "profile": _prefixed("prof", item.extras.get("profile", "")),
            "facility": _prefixed("fac", item.extras.get("facility", "")),
        }
        columns.append(element("column", attributes, setting))
    return element(
        "Results",
        {},
        element("columnlist", {}, *columns),
        element("profilelist", {}, *[row(item) for item in world.catalogue(office, "profile")]),
        element("facilitylist", {}, *[row(item) for item in world.catalogue(office, "facility")]),
    )


def _prefixed(prefix: str, value: str) -> str:
    return f"{prefix}{value}" if value else ""


def getappttypes(call: Call) -> Node:
    """The appointment types; whether one is hidden is ``yes`` or ``no`` here and nowhere else (vendor sheet 6)."""
    rows = [row(item) for item in call.world.catalogue(call.office.key, "appttype")]
    for each in rows:
        each.attributes["hide"] = "no"
    return element("Results", {}, element("appttypelist", {}, *rows))
