"""What a caller may do with which types, and what of it is visible: role, scopes and patient of a token together.

Every role reads; an auditor writes nothing. A token with scopes may do what both its role and its scopes allow. A
token with a patient sees that patient's compartment and what is in nobody's, whatever the scopes begin with, and
writes into that compartment only.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from chartline.api.fhir.problems import NO_SCOPE, OUTSIDE
from chartline.formats.fhir import JsonObject
from chartline.formats.fhir.search import extract
from chartline.platform.access import Principal, Role
from chartline.platform.access.scopes import FhirScope, read_scopes, types_with
from chartline.platform.records.reach import EVERYTHING, Reach

_WRITERS = frozenset(Role) - {Role.AUDITOR}
_NAMES = {"c": "create", "r": "read", "u": "update", "d": "delete", "s": "search"}


@dataclass(frozen=True, slots=True)
class Rights:
    """The rights of one caller. ``scopes`` None: the role alone decides."""

    writes: bool
    scopes: tuple[FhirScope, ...] | None
    reach: Reach

    def may(self, rtype: str, letter: str) -> bool:
        """Whether an interaction (a letter of ``cruds``) is allowed on a type."""
        if letter in "cud" and not self.writes:
            return False
        return self.scopes is None or any(
            scope.rtype in ("*", rtype) and letter in scope.letters for scope in self.scopes
        )

    def require(self, rtype: str, letter: str) -> None:
        """Raises ``fhir.no_scope`` naming the scope that is missing."""
        if not self.may(rtype, letter):
            raise NO_SCOPE.error(scope=f"{rtype}.{letter}", permission=_NAMES[letter])

    def searchable(self, types: tuple[str, ...]) -> tuple[str, ...]:
        """Those of the types that may be searched."""
        return types if self.scopes is None else tuple(one for one in types if self.may(one, "s"))

    def within(self, resource: JsonObject) -> bool:
        """Whether a resource is in the compartment of the token's patient; always, without one."""
        patient = self.reach.patient
        return patient is None or f"Patient/{patient}" in extract(resource).compartments

    def require_within(self, resource: JsonObject) -> None:
        """Raises ``fhir.outside_compartment`` for a resource that would be stored outside of the token's patient."""
        if not self.within(resource):
            raise OUTSIDE.error()

    @property
    def changeable(self) -> Reach:
        """What the caller's writes meet: nothing outside of the token's patient is there to be changed."""
        return EVERYTHING if self.reach.patient is None else Reach(self.reach.patient, None)


@lru_cache(maxsize=512)
def rights_of(principal: Principal) -> Rights:
    """The rights of a known party."""
    writes = any(role in _WRITERS for role in principal.roles)
    if not principal.scopes:
        return Rights(writes, None, EVERYTHING)
    scopes = read_scopes(principal.scopes)
    visible = types_with(scopes, "rs")
    reach = EVERYTHING if visible is None and principal.patient is None else Reach(principal.patient, visible)
    return Rights(writes, scopes, reach)
