"""What a connection must be told: where, as whom, to whom (sheet of clearinghouses 5.2). There is no session to keep.

User name and password travel in every envelope. Refuses addresses that are none, and ids that do not fit an ISA.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from chartline.connect.about import read_about
from chartline.connect.wire import Credentials
from chartline.connectors.core.problems import BAD_OPTION
from chartline.formats.x12.envelope_writer import Usage
from chartline.kernel.sealed import Masked, Sealed

ABOUT: Final = read_about("chartline.connectors.core")
_ID: Final = re.compile(r"[A-Z0-9]{2,15}")


@dataclass(frozen=True, slots=True, repr=False)
class Account(Masked):
    """One trading partner relation."""

    username: Sealed[str]
    password: Sealed[str]
    real_time_url: str
    batch_url: str
    sender: str
    receiver: str
    usage: Usage
    type_278_results: str
    """Empty where the other side has no later answers."""
    type_277ca_results: str


def account_of(credentials: Credentials) -> Account:
    """The account, its options completed. Raises ``core.bad_option``."""
    given = {name: value.strip() for name, value in credentials.options.items() if value.strip()}
    options = {**ABOUT.credentials.defaults, **given}
    for name in ("real_time_url", "batch_url"):
        parts = urlsplit(options.get(name, ""))
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
            raise BAD_OPTION.error(option=name)
    for name in ("sender_id", "receiver_id"):
        if not _ID.fullmatch(options.get(name, "")):
            raise BAD_OPTION.error(option=name)
    if options["usage"] not in ("T", "P"):
        raise BAD_OPTION.error(option="usage")
    if options["authorization_results"] not in ("yes", "no"):
        raise BAD_OPTION.error(option="authorization_results")
    later = options["type_278_results"] if options["authorization_results"] == "yes" else ""
    return Account(
        username=_secret(credentials, "username"),
        password=_secret(credentials, "password"),
        real_time_url=options["real_time_url"],
        batch_url=options["batch_url"],
        sender=options["sender_id"],
        receiver=options["receiver_id"],
        usage=Usage(options["usage"]),
        type_278_results=later,
        type_277ca_results=options["type_277ca_results"],
    )


def _secret(credentials: Credentials, name: str) -> Sealed[str]:
    value = credentials.secrets.get(name)
    if value is None or not value.present():
        raise BAD_OPTION.error(option=name)
    return value.map(str.strip)
