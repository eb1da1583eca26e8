"""Every action the simulator answers, with the classes it answers to (vendor sheet 8); the pair selects it (2.1)."""

from __future__ import annotations

from collections.abc import Callable

from chartline.connectors.advancedmd.simulator import (
    charges,
    demographics,
    eligibility,
    feeds,
    history,
    insurance,
    lookups,
    patients,
    visits,
)
from chartline.connectors.advancedmd.simulator.operation import Call, Operation
from chartline.connectors.advancedmd.simulator.tree import Node

_LOOKUPS = (
    "carrier",
    "proccode",
    "diagcode",
    "modcode",
    "profile",
    "provider",
    "facility",
    "finclass",
    "accttype",
    "zipcode",
)


def _entry(
    action: str, classes: str, run: Callable[[Call], Node], *, reads: bool = False, unverified: bool = False
) -> Operation:
    return Operation(action, frozenset(classes.split()), run, reads, unverified)


_ALL = [
    _entry("lookuppatient", "api", patients.lookuppatient, reads=True),
    _entry("addpatient", "api", patients.addpatient),
    _entry("updatepatient", "api", patients.updatepatient),
    _entry("getdemographic", "api demographics", demographics.getdemographic, reads=True),
    _entry("getupdatedpatients", "api", feeds.getupdatedpatients, reads=True),
    _entry("getupdatedvisits", "api", feeds.getupdatedvisits, reads=True),
    _entry("getdatevisits", "api", feeds.getdatevisits, reads=True),
    _entry("getupdatedpatientstemplate", "api", feeds.templates, reads=True, unverified=True),
    _entry("getupdatedvisitstemplate", "api", feeds.templates, reads=True, unverified=True),
    _entry("getdatevisitstemplate", "api", feeds.templates, reads=True, unverified=True),
    _entry("addvisit", "chargeentry", visits.addvisit),
    _entry("savecharges", "api", charges.savecharges),
    _entry("updvisitwithnewcharges", "chargeentry", charges.updvisitwithnewcharges),
    _entry("getchargedetaildata", "demographics", history.getchargedetaildata, reads=True),
    _entry("gettxhistory", "demographics", history.gettxhistory, reads=True),
    _entry("addinsurance", "api", insurance.addinsurance),
    _entry("submitdemandrequest", "atseligibility", eligibility.submitdemandrequest, unverified=True),
    _entry(
        "checkeligibilityresponse", "eligibility", eligibility.checkeligibilityresponse, reads=True, unverified=True
    ),
    *[_entry(f"lookup{kind}", "api lookup", lookups.lookup(kind), reads=True) for kind in _LOOKUPS],
    _entry("lookupoffice", "api lookup", lookups.lookup("facility"), reads=True, unverified=True),
    _entry("lookuprespparty", "api lookup", lookups.lookuprespparty, reads=True, unverified=True),
    _entry("getschedulersetup", "masterfiles", lookups.getschedulersetup, reads=True),
    _entry("getappttypes", "masterfiles", lookups.getappttypes, reads=True),
]

OPERATIONS = {operation.action: operation for operation in _ALL}
"""By action name in lower case."""


def find(action: str, component: str) -> Operation | None:
    """The operation of an action and class, both without regard to case."""
    operation = OPERATIONS.get(action.lower())
    return operation if operation and component.lower() in operation.classes else None
