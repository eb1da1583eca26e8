"""The connection test: a fetch of what became of a batch that nobody sent. Cheap, and it needs the password.

Refuses to say "ok" on less than an envelope that says so.
"""

from __future__ import annotations

from chartline.connect.capabilities import Health
from chartline.connectors.core import messages
from chartline.connectors.core.client import Client
from chartline.kernel.ids import new_id
from chartline.kernel.outcome import Later, Receipt


def check(client: Client) -> Health:
    """Whether the other side knows us now. No patient is asked about."""
    answer = client.fetch("999", messages.ACKNOWLEDGEMENT, new_id())
    if isinstance(answer, Receipt):
        return Health(True, "The other side accepts the user name, the password and both parties' ids.")
    if isinstance(answer, Later):
        return Health(False, "There is no room for another call now.", f"Test again after {answer.at:%H:%M:%S} UTC.")
    return Health(False, answer.problem.say, answer.problem.do, answer.problem.code)
