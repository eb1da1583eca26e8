"""The facts of ``about.toml`` that this connector acts on itself. Refuses a file that lacks them."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from chartline.connect.about import read_about

ABOUT: Final = read_about("chartline.connectors.advancedmd")

LIFE: Final = timedelta(hours=int(ABOUT.session["lives_hours"]))
REFRESH: Final = LIFE - timedelta(hours=int(ABOUT.session["refresh_before_hours"]))
"""How long a token is used before it is renewed of our own accord: its life less two hours (sheet 3.1)."""

MOST_IDS: Final = ABOUT.payload["ids"]
MOST_CHARGES: Final = ABOUT.payload["charges"]
MOST_BYTES: Final = ABOUT.payload["bytes"]
"""Most ids asked for in one request, charges in one message, bytes of one message."""


def tier_of(action: str) -> str:
    """The limiter's tier of an action; anything the vendor did not list is ``low`` (sheet 5)."""
    return ABOUT.tier_of(action)
