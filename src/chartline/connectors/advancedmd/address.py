"""Which address named by a login reply may be given the password (vendor sheet 1.1, trap 4).

The host itself is held against the allow-list by the wire; here the form is. Refuses plain HTTP unless the sign-in
page itself is plain HTTP (a simulator), user names inside the address, queries and fragments.
"""

from __future__ import annotations

from urllib.parse import urlsplit


def trusted_webserver(text: str, login_url: str) -> str | None:
    """The office's address without trailing slash, ``https`` put before a bare host; None when it must not be used."""
    text = text.strip().rstrip("/")
    if not text:
        return None
    address = text if "://" in text else f"https://{text}"
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return None
    schemes = ("https", urlsplit(login_url).scheme)
    strange = parts.username is not None or parts.query or parts.fragment or any(mark in text for mark in "\\ \t\r\n@")
    return None if not host or parts.scheme not in schemes or strange else address
