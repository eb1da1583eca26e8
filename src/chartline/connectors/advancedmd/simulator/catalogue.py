"""Every action the simulator answers, with the classes it answers to (vendor sheet 8); the pair selects it (2.1)."""

from __future__ import annotations

from collections.abc import Callable

from chartline.connectors.advancedmd.simulator import (
    charges,
    claims,
    day_lists,
    demographics,
    eligibility,
    feeds,
    history,
    insurance,
    lookups,
    notes,
    patients,
    payments,
    provider_feed,
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
    "finclass",
    "accttype",
    "zipcode",
)

_FEEDS = (
    "getupdatedpatients",
    "getupdatedvisits",
    "getdatevisits",
    "getupdatedproviders",
    "getehrnotes",
    "getehrupdatednotes",
)
"""Actions with a companion that names their columns (vendor sheet 7)."""


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
    _entry("getupdatedproviders", "api", provider_feed.getupdatedproviders, reads=True, unverified=True),
    *[_entry(f"{feed}template", "api", provider_feed.columns, reads=True, unverified=True) for feed in _FEEDS],
    _entry("getappts", "api", day_lists.getappts, reads=True, unverified=True),
    _entry("getreminderappts", "api", day_lists.getreminderappts, reads=True),
    _entry("addvisit", "chargeentry", visits.addvisit),
    _entry("savecharges", "api", charges.savecharges),
    _entry("updvisitwithnewcharges", "chargeentry", charges.updvisitwithnewcharges),
    _entry("voidcharges", "chargeentry", charges.voidcharges, unverified=True),
    _entry("getchargedetaildata", "demographics", history.getchargedetaildata, reads=True),
    _entry("gettxhistory", "demographics", history.gettxhistory, reads=True),
    _entry("addinsurance", "api", insurance.addinsurance),
    _entry("updateinsurance", "demographics", insurance.updateinsurance, unverified=True),
    _entry("submitdemandrequest", "atseligibility", eligibility.submitdemandrequest, unverified=True),
    _entry(
        "checkeligibilityresponse", "eligibility", eligibility.checkeligibilityresponse, reads=True, unverified=True
    ),
    _entry("addpayments", "paymententry", payments.addpayments),
    _entry("getpaymentdetaildata", "demographics", payments.getpaymentdetaildata, reads=True, unverified=True),
    _entry("getpaymentcodes", "api masterfiles", payments.getpaymentcodes, reads=True, unverified=True),
    _entry("checkclaimstatus", "claims", claims.checkclaimstatus, reads=True, unverified=True),
    _entry("claimstatuslist", "claims", claims.claimstatuslist, reads=True, unverified=True),
    _entry("addehrnote", "api", notes.addehrnote),
    _entry("getehrnotes", "api", notes.getehrnotes, reads=True),
    _entry("getehrupdatednotes", "api", notes.getehrupdatednotes, reads=True),
    _entry("getehrtemplates", "api", notes.getehrtemplates, reads=True),
    *[_entry(f"lookup{kind}", "api lookup", lookups.lookup(kind), reads=True) for kind in _LOOKUPS],
    _entry("lookupfacility", "api lookup", lookups.lookup("facility"), reads=True, unverified=True),
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
