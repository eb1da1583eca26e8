"""The index rows of a resource: hashing what ``index`` extracts, and writing only the difference.

Refuses to hold a readable value: a token row is a keyed hash and an id.
"""

from __future__ import annotations

import sqlalchemy as sa

from chartline.formats.fhir import JsonObject, Span, text
from chartline.platform.database import Work
from chartline.platform.records.index import extract
from chartline.platform.records.tables import resource_range_table, resource_token_table
from chartline.platform.vault import Vault


def token_hash(vault: Vault, organisation: str, rtype: str, parameter: str, key: str) -> int:
    """The posting list of one readable key."""
    return vault.blind(organisation, rtype, parameter, key)


def range_hash(vault: Vault, organisation: str, rtype: str, parameter: str) -> int:
    """The list of spans of one parameter."""
    return vault.blind(organisation, rtype, parameter)


class Postings:
    """Writes index rows."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def change(self, work: Work, before: JsonObject | None, after: JsonObject | None) -> None:
        """Make the index of one resource follow from ``before`` to ``after``; None means it is not (any more) there."""
        identity = text(after or before, "id") or ""
        old, old_spans = self._rows(work, before)
        new, new_spans = self._rows(work, after)
        _remove(work, resource_token_table, identity, old - new)
        work.insert_many(resource_token_table, [{"h": h, "id": identity} for h in sorted(new - old)])
        changed = {h for h in old_spans if new_spans.get(h) != old_spans[h]}
        _remove(work, resource_range_table, identity, changed)
        work.insert_many(
            resource_range_table,
            [
                {"h": h, "id": identity, "lo": span.start, "hi": span.end}
                for h, span in sorted(new_spans.items())
                if old_spans.get(h) != span
            ],
        )

    def clear(self, work: Work) -> None:
        """Remove every index row of the organisation, before a rebuild."""
        work.execute(work.delete(resource_token_table))
        work.execute(work.delete(resource_range_table))

    def _rows(self, work: Work, resource: JsonObject | None) -> tuple[set[int], dict[int, Span]]:
        if resource is None:
            return set(), {}
        rtype, found = text(resource, "resourceType") or "", extract(resource)
        tokens = {token_hash(self._vault, work.organisation, rtype, name, key) for name, key in found.keys}
        spans = {range_hash(self._vault, work.organisation, rtype, name): span for name, span in found.spans.items()}
        return tokens, spans


def _remove(work: Work, table: sa.Table, identity: str, hashes: set[int]) -> None:
    if hashes:
        work.execute(work.delete(table).where(table.c.h.in_(sorted(hashes)), table.c.id == identity))
