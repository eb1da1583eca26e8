"""Fixtures of this folder."""

from tests.platform.vault.fixtures import organisation, stranger, vault

__all__ = ["organisation", "stranger", "vault"]
