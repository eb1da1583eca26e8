"""The connection test: a cheap read that needs the key. Refuses to say "ok" on less."""

from __future__ import annotations

from chartline.connect.capabilities import Health
from chartline.connectors.claimmd.client import Client
from chartline.kernel.clock import Clock
from chartline.kernel.outcome import Later, Receipt


def check(client: Client, clock: Clock) -> Health:
    """Whether the account answers now."""
    answer = client.upload_list(clock.now().date(), 1)
    if isinstance(answer, Receipt):
        return Health(True, "Claim.MD accepts the account key.")
    if isinstance(answer, Later):
        return Health(
            False, "Claim.MD has no room for another call now.", f"Test again after {answer.at:%H:%M:%S} UTC."
        )
    return Health(False, answer.problem.say, answer.problem.do, answer.problem.code)
