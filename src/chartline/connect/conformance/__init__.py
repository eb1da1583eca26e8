"""The conformance suite: what every connector must do, whatever its vendor.

A connector's author describes it as a ``Subject`` (how to open it, what it feeds and writes, how to make its vendor
misbehave); a ``Stage`` puts it on the real transport, database and limiter; ``CHECKS`` are run on the stage in order.
Third parties run the same suite against theirs.
"""

from chartline.connect.conformance.check import Broken, Check
from chartline.connect.conformance.stage import Stage
from chartline.connect.conformance.subject import (
    Census,
    Feed,
    Hook,
    Rows,
    Sessions,
    Subject,
    Unproven,
    WriteCase,
    WriteItem,
    rows_of,
)
from chartline.connect.conformance.suite import CHECKS

__all__ = [
    "CHECKS",
    "Broken",
    "Census",
    "Check",
    "Feed",
    "Hook",
    "Rows",
    "Sessions",
    "Stage",
    "Subject",
    "Unproven",
    "WriteCase",
    "WriteItem",
    "rows_of",
]
