"""Vendor call limits, kept exactly: no rolling period ever holds more calls than the vendor allows.

The budget lives in the database, so that every process of an installation shares it. Refuses to guess: a call
without a lease is not made.
"""

from chartline.platform.limits.lease import Lease, Limiter, NoBudget, Usage
from chartline.platform.limits.policy import Limit, PeakCalendar, PeakRate, Policy, Rate

__all__ = ["Lease", "Limit", "Limiter", "NoBudget", "PeakCalendar", "PeakRate", "Policy", "Rate", "Usage"]
