"""The order of the tests: what takes longest begins first, so that no long one is left over for one process alone.

Files stay together, because their tests share installations (see ``--dist loadscope``).
"""

from __future__ import annotations

import pytest

LONGEST = (
    "tests/stories/",
    "tests/faults/test_killing.py",
    "tests/flows/",
    "tests/platform/limits/test_lease.py",
    "tests/connectors/test_conformance.py",
    "tests/faults/",
    "tests/browser/",
    "tests/api/test_description.py",
    "tests/platform/jobs/",
    "tests/tools/test_pages.py",
    "tests/domains/remits/",
    "tests/platform/",
    "tests/connectors/",
    "tests/api/",
    "tests/cli/",
    "tests/console/",
)
"""Beginnings of paths, by the seconds that a file of them takes; whatever is not named here takes few."""


def place(item: pytest.Item) -> int:
    """Where a test belongs in the order."""
    return next((number for number, path in enumerate(LONGEST) if item.nodeid.startswith(path)), len(LONGEST))
