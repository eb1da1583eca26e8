"""Calls that read the office's own lists (vendor sheet 9.6). The class of each is the one of sheet 8."""

from __future__ import annotations

from typing import Final

from chartline.connect.facts import LookupKind
from chartline.connectors.advancedmd.client.asking import Asking, Listed, Read
from chartline.connectors.advancedmd.wire import LookupRow

NOUNS: Final = {
    LookupKind.PROFILE: "profile",
    LookupKind.PROVIDER: "provider",
    LookupKind.FACILITY: "facility",
    LookupKind.CARRIER: "carrier",
    LookupKind.PROCEDURE: "proccode",
    LookupKind.DIAGNOSIS: "diagcode",
    LookupKind.MODIFIER: "modcode",
    LookupKind.FINANCIAL_CLASS: "finclass",
    LookupKind.ACCOUNT_TYPE: "accttype",
    LookupKind.POSTAL_CODE: "zipcode",
}
"""Our word for a list to the vendor's."""

_CLASSES: Final = {LookupKind.CARRIER: "lookup", LookupKind.POSTAL_CODE: "lookup"}


class LookupCalls(Asking):
    """The lookups."""

    def lookup(
        self, kind: LookupKind, criterion: str, text: str, page: int, *, exact: bool = False
    ) -> Read[Listed[LookupRow]]:
        """One page of 50 rows. ``criterion`` is ``code`` or ``name``; empty text means all.

        Diagnoses are those of code set 10, ICD-10-CM; a valid one not yet on file is imported by an exact look-up.
        """
        attributes = {criterion: text, "exactmatch": "-1" if exact else "0", "page": str(page)}
        if kind is LookupKind.DIAGNOSIS:
            attributes["codeset"] = "10"
        return self._lookup(NOUNS[kind], attributes, LookupRow.of, _CLASSES.get(kind, "api"))
