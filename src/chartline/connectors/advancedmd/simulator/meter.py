"""Counts calls per office and tier in a sliding minute, by the peak table of vendor sheet 5.

Written without a look at the product's own limiter: it judges by arrivals at this end of the wire. Keeps the
arrivals over a restart. By default it refuses nothing and counts what the vendor would bill.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from chartline.connectors.advancedmd.simulator.values import MOUNTAIN
from chartline.connectors.advancedmd.simulator.world import World
from chartline.kernel.money import Money

CAPS = {1: (1, 60), 2: (12, 120), 3: (24, 120)}
"""Tier -> calls a minute at peak, off peak."""

PRICE = Money(1)
"""Of one excess call."""

WINDOW = timedelta(seconds=60)
PEAK_FROM, PEAK_TO = 6, 18
"""Hours of the vendor's wall clock, Monday to Friday; the first second is in, the last is out."""

QUOTA_TEXT = (
    '{"title":"QuotaViolation","detail":"Too many requests: Please wait and try your request again in about a minute."}'
)
"""Body of the sister API's 429; the only published text (vendor sheet 5)."""

_MEDIUM = {
    "savecharges",
    "getdemographic",
    "getdatevisits",
    "updvisitwithnewcharges",
    "gettxhistory",
    "getappts",
    "getpaymentdetaildata",
    "getchargedetaildata",
}


def tier_of(action: str) -> int:
    """The tier of an action; unlisted actions and REST calls are tier 3."""
    name = action.lower()
    if name.startswith("getupdated"):
        return 1
    return 2 if name in _MEDIUM else 3


def is_peak(moment: datetime) -> bool:
    """Whether a moment lies in the vendor's peak hours; holidays are ordinary days."""
    local = moment.astimezone(MOUNTAIN)
    return local.weekday() < 5 and PEAK_FROM <= local.hour < PEAK_TO


def cap(tier: int, moment: datetime) -> int:
    """Calls a minute that a tier may take at a moment."""
    peak, off_peak = CAPS[tier]
    return peak if is_peak(moment) else off_peak


def arrive(world: World, office: str, action: str) -> bool:
    """Count an arriving call; True when it exceeds its tier's cap.

    In the modes that refuse, a refused call does not occupy the window.
    """
    now, tier = world.now(), tier_of(action)
    key = f"{office}/{tier}"
    stamp, since = _microseconds(now), _microseconds(now - WINDOW)
    window = [arrival for arrival in world.arrivals.get(key) or [] if arrival > since]
    excess = len(window) + 1 > cap(tier, now)
    if excess:
        world.counters.add(f"excess.{tier}")
    if not excess or world.options.meter_mode == "meter":
        window.append(stamp)
    world.arrivals.put(key, window)
    deepest = world.counters.get(f"window.{tier}")
    if len(window) > deepest:
        world.counters.add(f"window.{tier}", len(window) - deepest)
    minute = (office, tier, int(now.timestamp()) // 60)
    world.minutes[minute] = world.minutes.get(minute, 0) + 1
    return excess


def _microseconds(moment: datetime) -> int:
    return int(moment.timestamp()) * 1_000_000 + moment.microsecond
