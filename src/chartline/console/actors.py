"""Who did something, in words: people by the names of their accounts, everything else by what it is."""

from __future__ import annotations

from chartline.console.visitor import Visitor


def actor_names(visitor: Visitor) -> dict[str, str]:
    """The names of the practice's people by ``user:<id>``, in one query; tokens and schedules are not in it."""
    users = visitor.services.access.users(visitor.organisation)
    return {f"user:{one.id}": one.name or one.email for one in users}
