"""Encryption at rest: sealed bytes, keyed hashes for indexes, and the practice's secrets.

The database file holds no readable patient value: bodies go through ``Vault.seal``, search indexes hold only
``Vault.blind`` numbers. Refuses a key file that other accounts of the machine can read.
"""

from chartline.platform.vault.keys import Key, KeyRing, open_keys, rotate_key
from chartline.platform.vault.secrets import Secrets
from chartline.platform.vault.vault import Vault

__all__ = ["Key", "KeyRing", "Secrets", "Vault", "open_keys", "rotate_key"]
