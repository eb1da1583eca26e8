"""Changed providers, and the companion actions that name a feed's columns (vendor sheet 7).

The sheet names getupdatedproviders among the projecting feeds and no more: its columns and reply are ours [O].
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from chartline.connectors.advancedmd.simulator.feeds import privileged, window_of
from chartline.connectors.advancedmd.simulator.model import Item
from chartline.connectors.advancedmd.simulator.note_columns import FIELD, NOTE, PAGE
from chartline.connectors.advancedmd.simulator.operation import Call
from chartline.connectors.advancedmd.simulator.templates import CHARGE, PATIENT, PLAN, VISIT, VISIT_CHANGES, chosen
from chartline.connectors.advancedmd.simulator.tree import Node, element
from chartline.connectors.advancedmd.simulator.values import server_time, shown_moment

PROVIDER: Mapping[str, Callable[[Item], str]] = {
    "ProviderID": lambda item: str(item.id),
    "ProviderCode": lambda item: item.code,
    "ProviderName": lambda item: item.name,
    "NPI": lambda item: item.extras.get("npi", ""),
    "Specialty": lambda item: item.extras.get("specialty", ""),
    "ChangedAt": lambda item: shown_moment(item.changed),
    "CreatedAt": lambda item: shown_moment(item.created),
}


def getupdatedproviders(call: Call) -> Node:
    """Providers that are new or changed in the window; a provider kept before times were noted counts as new."""
    privileged(call)
    wanted, window = chosen(call.message.child("provider"), PROVIDER), window_of(call)
    rows: list[Node] = []
    for item in call.world.catalogue(call.office.key, "provider"):
        if item.changed is not None and not window.since <= item.changed <= window.until:
            continue
        status = "N" if item.created is None or item.created >= window.since else "C"
        own = {alias: PROVIDER[column](item) for alias, column in wanted.items()}
        rows.append(element("provider", {"id": str(item.id), "updatestatus": status, **own}))
    counters = {"providercount": str(len(rows)), "servertime": server_time(window.until)}
    return element("Results", counters, element("providerlist", {}, *rows))


_PEOPLE = (("patient", PATIENT), ("insurance", PLAN))
_TABLES: Mapping[str, Sequence[tuple[str, Mapping[str, object]]]] = {
    "getupdatedpatients": _PEOPLE,
    "getupdatedvisits": (("visit", VISIT_CHANGES), *_PEOPLE, ("charge", CHARGE)),
    "getdatevisits": (("visit", VISIT), *_PEOPLE, ("charge", CHARGE)),
    "getupdatedproviders": (("provider", PROVIDER),),
    "getehrnotes": (("patientnote", NOTE), ("page", PAGE), ("field", FIELD)),
    "getehrupdatednotes": (("patientnote", NOTE), ("page", PAGE), ("field", FIELD)),
}


def columns(call: Call) -> Node:
    """The companion ``get...template`` actions: which columns there are, as a template that asks for all of them."""
    feed = call.message.get("action").lower().removesuffix("template")
    rows = [element(name, {column.lower(): column for column in table}) for name, table in _TABLES[feed]]
    return element("Results", {}, *rows)
