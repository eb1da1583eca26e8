"""Fixtures of this folder."""

from tests.domains.practice_world import sqlite_world, world

__all__ = ["sqlite_world", "world"]
