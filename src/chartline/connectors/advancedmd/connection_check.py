"""The connection test: sign in, and see that the billing profile is there. Refuses to say "ok" on less."""

from __future__ import annotations

from collections.abc import Mapping

from chartline.connect.capabilities import Health
from chartline.connect.facts import LookupKind
from chartline.connectors.advancedmd.auth import Authenticator
from chartline.connectors.advancedmd.client import Client, Listed, Read
from chartline.connectors.advancedmd.paging import every_row
from chartline.connectors.advancedmd.wire import LookupRow, bare_id
from chartline.kernel.outcome import Later, Refused


def check(authenticator: Authenticator, client: Client, options: Mapping[str, str]) -> Health:
    """Whether the connection works now. Somebody who tests it allows one more try of refused credentials."""
    authenticator.allow_another_try()

    def page(number: int) -> Read[Listed[LookupRow]]:
        return client.lookup(LookupKind.PROFILE, "name", "", number)

    profiles = every_row(page, "lookupprofile")
    if isinstance(profiles, Later):
        return Health(
            False, "AdvancedMD has no room for another call now.", f"Test again after {profiles.at:%H:%M:%S} UTC."
        )
    if isinstance(profiles, Refused):
        problem = profiles.problem
        return Health(False, problem.say, problem.do, problem.code)
    wanted = bare_id(options.get("profile", ""))
    if not wanted:
        return Health(
            True,
            "Signed in. No billing profile is set, so patients and visits cannot be added.",
            "Set the option profile.",
        )
    if wanted not in {row.id for row in profiles.value}:
        return Health(
            False,
            "Signed in, but the office has no billing profile with the id that is set.",
            "Correct the option profile.",
            "advancedmd.profile_missing",
        )
    return Health(True, "Signed in, and the billing profile is there.")
