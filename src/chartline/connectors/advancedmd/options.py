"""The options of a connection, completed and checked. Refuses a connection that lacks what every call needs."""

from __future__ import annotations

from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from chartline.connect.wire import Credentials
from chartline.connectors.advancedmd.about import ABOUT
from chartline.kernel.errors import Again, Blame, ErrorKind

BAD_OPTION = ErrorKind(
    "advancedmd.bad_option",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "An option or secret of the AdvancedMD connection is missing or wrong.",
    "Set the one named in the fields; about.toml of the connector lists them all.",
)

_CHOICES: Final = {"unverified": ("no", "yes"), "notes": ("no", "yes"), "payments": ("xml", "rest")}
"""Options that are one of a few words. A misspelt one must not silently switch something off, or on."""


def completed(credentials: Credentials) -> Credentials:
    """With defaults filled in; empty options count as left out. Raises ``advancedmd.bad_option``."""
    given = {name: value.strip() for name, value in credentials.options.items() if value.strip()}
    options = {**ABOUT.credentials.defaults, **given}
    for name in ABOUT.credentials.required:
        if name not in options:
            raise BAD_OPTION.error(option=name)
    for name in ABOUT.credentials.secrets:
        secret = credentials.secrets.get(name)
        if secret is None or not secret.present():
            raise BAD_OPTION.error(option=name)
    for name, known in _CHOICES.items():
        if options.get(name, known[0]) not in known:
            raise BAD_OPTION.error(option=name)
    try:
        ZoneInfo(options["zone"])
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BAD_OPTION.error(option="zone") from None
    return Credentials(credentials.secrets, options)
