"""Who may come in and what they may do: organisations, users, browser sessions and bearer tokens.

Only keyed hashes of sessions and tokens are stored, passwords as argon2id. Refuses to tell an unknown user from a
wrong password.
"""

from chartline.platform.access.access import Access, Organisation, User
from chartline.platform.access.doors import SignedIn
from chartline.platform.access.principal import Permission, Principal, Role
from chartline.platform.access.tokens import NewToken, TokenRow

__all__ = ["Access", "NewToken", "Organisation", "Permission", "Principal", "Role", "SignedIn", "TokenRow", "User"]
