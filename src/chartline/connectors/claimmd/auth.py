"""How Claim.MD knows us: one secret, a form field on every call (vendor sheet 2). There is no session to keep.

The key is never put into a URL, though the vendor would take it there: it would stand in logs, and it also signs the
vendor's hooks (trap 9). Refuses a connection without it.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from chartline.connect.about import read_about
from chartline.connect.wire import Credentials
from chartline.connectors.claimmd.problems import BAD_OPTION
from chartline.kernel.sealed import Sealed

ABOUT: Final = read_about("chartline.connectors.claimmd")


def completed(credentials: Credentials) -> dict[str, str]:
    """The options with defaults filled in, ``base_url`` with its slash. Raises ``claimmd.bad_option``."""
    given = {name: value.strip() for name, value in credentials.options.items() if value.strip()}
    options = {**ABOUT.credentials.defaults, **given}
    base = options["base_url"] = options["base_url"].rstrip("/") + "/"
    parts = urlsplit(base)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.username is not None:
        raise BAD_OPTION.error(option="base_url")
    if options["format"] not in ("json", "xml"):
        raise BAD_OPTION.error(option="format")
    if options["eligibility_by"] not in ("fields", "x12"):
        raise BAD_OPTION.error(option="eligibility_by")
    return options


def account_key(credentials: Credentials) -> Sealed[str]:
    """The key. Raises ``claimmd.bad_option`` when there is none."""
    key = credentials.secrets.get("account_key")
    if key is None or not key.present():
        raise BAD_OPTION.error(option="account_key")
    return key.map(str.strip)
