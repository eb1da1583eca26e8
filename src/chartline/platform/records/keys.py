"""The keyed hashes that index rows consist of, for one organisation.

A hash says nothing to who has no key, and differs between organisations. ``of`` takes a form (what kind of equality),
the resource type, the parameter and the values.
"""

from __future__ import annotations

from functools import lru_cache

from chartline.platform.vault import Vault

_CACHED = 20_000
"""Codes, systems and types come again and again; so many hashes are remembered an organisation."""


class Keys:
    """The hashes of one organisation. Safe to share between threads."""

    def __init__(self, vault: Vault, organisation: str) -> None:
        self.organisation = organisation
        blinded = vault.blinder(organisation)

        @lru_cache(maxsize=_CACHED)
        def hashed(*parts: str) -> int:
            return blinded("\x00".join(parts).encode("utf-8", "surrogatepass"))

        self.of = hashed
        """The hash of (form, type, parameter, values ...)."""

    def resource(self, rtype: str, identity: str) -> int:
        """The key of a resource, and so the target of references to it, whether it is there or not."""
        return self.of("key", rtype, identity)

    def all(self, rtype: str) -> int:
        """The posting list of every present resource of a type."""
        return self.of("all", rtype)

    def compartment(self, reference: str) -> int:
        """The posting list of everything in a compartment (``Patient/1``)."""
        return self.of("in", reference)

    def present(self, rtype: str, label: str) -> int:
        """The posting list of resources that have any value of a parameter."""
        return self.of("m", rtype, label)

    def pointer(self, rtype: str, label: str) -> int:
        """The number of a reference parameter in ``resource_ref``."""
        return self.of("p", rtype, label)

    def times(self, rtype: str, label: str, *, short: bool) -> int:
        """The list of spans of a parameter: resources with one short span, or the odd ones."""
        return self.of("ts" if short else "to", rtype, label)
