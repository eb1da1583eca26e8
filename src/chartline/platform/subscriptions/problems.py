"""What is refused about subscriptions, and why one stops."""

from __future__ import annotations

from chartline.kernel.errors import Again, Blame, ErrorKind

_DOCS = "docs/how-to/subscriptions.md shows a subscription of each kind"


def _refused(code: str, say: str, do: str) -> ErrorKind:
    return ErrorKind(f"subscription.{code}", Blame.PRACTICE, Again.AFTER_FIX, say, do, status=422)


UNKNOWN_TOPIC = _refused(
    "unknown_topic",
    "This server has no such subscription topic.",
    f"Take a topic from the capability statement; {_DOCS}.",
)
BAD_FILTER = _refused(
    "bad_filter",
    "The subscription's criteria cannot be watched for.",
    f"Write Type?parameter=value with parameters the topic lists, without chains, _has and :in; {_DOCS}.",
)
BAD_CHANNEL = _refused(
    "bad_channel",
    "This server has no such channel.",
    "Use rest-hook; websocket, email, sms and message are not offered.",
)
BAD_PAYLOAD = _refused(
    "bad_payload",
    "The payload cannot be sent so.",
    "Use application/fhir+json or application/fhir+xml, with empty, id-only or full-resource as its content.",
)
BAD_ENDPOINT = _refused(
    "bad_endpoint",
    "Notifications cannot be sent to this endpoint.",
    "Use an https address on the public network without a user name in it.",
)
BAD_HEADER = _refused(
    "bad_header",
    "A header of the channel cannot be sent.",
    "Write headers as Name: value in one line each; Host, Content-Type, Content-Length and Transfer-Encoding are ours.",
)
BAD_NUMBER = _refused(
    "bad_number",
    "A time or count of the channel is out of bounds.",
    "Heartbeats from 1 to 86400 seconds, time-outs from 1 to 60 seconds, and counts from 1 to 1000.",
)
NO_HANDSHAKE = ErrorKind(
    "subscription.no_handshake",
    Blame.VENDOR,
    Again.AFTER_FIX,
    "The endpoint did not take the first notification, so the subscription is not active.",
    "Mend the receiver, then set the subscription's status to requested again.",
    status=502,
)
NOT_DELIVERED = ErrorKind(
    "subscription.not_delivered",
    Blame.VENDOR,
    Again.AFTER_FIX,
    "The endpoint did not take a notification for too long, so sending has stopped.",
    "Mend the receiver, then set the subscription's status to requested: what was missed is sent in order.",
    status=502,
)
NOT_ALLOWED = ErrorKind(
    "subscription.access_ended",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The access token that made the subscription has ended, so sending has stopped.",
    "Set the subscription's status to requested with a token that is valid.",
    status=403,
)
