"""What browsers of other sites may do: everything that a bearer token allows, and nothing with our own cookies."""

from __future__ import annotations

PREFLIGHT: list[tuple[str, str]] = [
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"),
    (
        "Access-Control-Allow-Headers",
        "Authorization, Content-Type, Accept, Prefer, If-Match, If-None-Match, If-Modified-Since, If-None-Exist, "
        "X-Request-Id, X-Security-Context",
    ),
    ("Access-Control-Max-Age", "3600"),
]
ALWAYS: list[tuple[str, str]] = [
    ("Access-Control-Allow-Origin", "*"),
    (
        "Access-Control-Expose-Headers",
        "Location, Content-Location, ETag, Last-Modified, X-Request-Id, WWW-Authenticate, Retry-After, X-Progress",
    ),
]
"""For every answer to another origin."""
