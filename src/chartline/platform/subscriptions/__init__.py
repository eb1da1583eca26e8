"""FHIR Subscriptions: topics, who waits for what, events in the writing transaction, and how each subscription stands.

Sending is a story (``flows/notifications``). Refuses what it cannot serve when the Subscription is written, and never
makes a writer wait for a receiver.
"""

from chartline.platform.subscriptions.author import Author, as_server, writing_as
from chartline.platform.subscriptions.definition import EXTENSIONS, Definition
from chartline.platform.subscriptions.observer import NOTIFICATIONS, NOTIFY, Subscriptions
from chartline.platform.subscriptions.states import ACTIVE, ERROR, OFF, REQUESTED, Event, State, States
from chartline.platform.subscriptions.topics import SHIPPED, Topic

__all__ = [
    "ACTIVE",
    "ERROR",
    "EXTENSIONS",
    "NOTIFICATIONS",
    "NOTIFY",
    "OFF",
    "REQUESTED",
    "SHIPPED",
    "Author",
    "Definition",
    "Event",
    "State",
    "States",
    "Subscriptions",
    "Topic",
    "as_server",
    "writing_as",
]
