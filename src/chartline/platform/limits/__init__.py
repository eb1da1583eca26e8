"""Vendor call limits, kept exactly: no rolling period ever holds more calls than the vendor allows.

The budget lives in the database, so that every process of an installation shares it. Refuses to guess: a call
without a lease is not made.
"""

from chartline.platform.limits.calendar import PeakCalendar
from chartline.platform.limits.forecast import Forecast
from chartline.platform.limits.lease import Lease, Limiter, NoBudget, Outlook
from chartline.platform.limits.policy import Allowance, Limit, PeakRate, Policy, Rate
from chartline.platform.limits.standing import Usage

__all__ = [
    "Allowance",
    "Forecast",
    "Lease",
    "Limit",
    "Limiter",
    "NoBudget",
    "Outlook",
    "PeakCalendar",
    "PeakRate",
    "Policy",
    "Rate",
    "Usage",
]
