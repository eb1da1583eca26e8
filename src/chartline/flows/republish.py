"""Billing's FHIR view made again: every published resource from the aggregates and the ledger it is a projection of.

For after an upgrade that publishes more, and to prove that the view is nobody's truth. Goes batch by batch, each in
its own transaction, so that the server may run meanwhile; what is right already makes no new version. Refuses to
delete: a resource whose source is gone is left, since sources are never deleted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from chartline.domains.claims.publish import claim_resources
from chartline.domains.claims.publish_money import hold_accounts, money_resources
from chartline.domains.claims.queries import claim_ids, read_claims
from chartline.domains.coverage.authorizations.authorization import authorization_ids, read_authorizations
from chartline.domains.coverage.authorizations.publishing import authorization_resources
from chartline.domains.coverage.checks import check_ids, check_resources
from chartline.domains.practice.published import BILLING, publish
from chartline.domains.remits.portions import PORTION
from chartline.domains.remits.posting import posted_ids, posted_resources
from chartline.formats.fhir import JsonObject, canonical, text
from chartline.kernel.sealed import Purpose
from chartline.platform.database import Database, Work
from chartline.platform.records import Records, Stored
from chartline.platform.vault import Vault

BATCH = 100
"""Claims or checks of one transaction; a remittance is one by itself, as it was when it was posted."""


@dataclass(slots=True)
class Republished:
    """The resources (type, id) there should be, and those of them that were not as they should be."""

    made: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    changed: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])

    def counts(self) -> list[tuple[str, int, int]]:
        """By type: how many there are, and how many were not as they should be."""
        made, changed = Counter(rtype for rtype, _ in self.made), Counter(rtype for rtype, _ in self.changed)
        return [(rtype, made[rtype], changed[rtype]) for rtype in sorted(made)]


@dataclass(frozen=True, slots=True)
class Batch:
    """One transaction of it: resources as they should be go in, and are compared or stored."""

    work: Work
    records: Records
    done: Republished
    store: bool

    def take(self, resources: Sequence[JsonObject]) -> None:
        """Compare resources with what is there, and store them where that is wanted."""
        keys = [(text(one, "resourceType") or "", text(one, "id") or "") for one in resources]
        before = self.records.read_many(self.work, keys)
        wrong = [key for key, resource in zip(keys, resources, strict=True) if not _is(before.get(key), resource)]
        if self.store:
            publish(self.work, self.records, resources)
        self.done.made.update(keys)
        self.done.changed.update(wrong)


@dataclass(frozen=True, slots=True)
class Republisher:
    """Makes the view of one organisation again."""

    database: Database
    vault: Vault
    records: Records

    def run(self, organisation: str, *, store: bool = True) -> Republished:
        """Everything, in the order in which it came to be. Without ``store`` it only compares."""
        done = Republished()
        for ids, act, size in (
            (check_ids, self._checks, BATCH),
            (authorization_ids, self._authorizations, BATCH),
            (claim_ids, self._claims, BATCH),
            (posted_ids, self._remittances, 1),
        ):
            after = ""
            while True:
                with self.database.work(organisation) if store else self.database.read(organisation) as work:
                    batch = ids(work, after, size)
                    if batch:
                        act(Batch(work, self.records, done, store), batch)
                if not batch:
                    break
                after = batch[-1]
        return done

    def _checks(self, batch: Batch, ids: Sequence[str]) -> None:
        batch.take(check_resources(batch.work, self.vault, ids, lock=batch.store))

    def _authorizations(self, batch: Batch, ids: Sequence[str]) -> None:
        known = read_authorizations(batch.work, ids, lock=batch.store)
        batch.take([resource for one in known for resource in authorization_resources(one)])

    def _claims(self, batch: Batch, ids: Sequence[str]) -> None:
        claims = list(read_claims(batch.work, ids, lock=batch.store).values())
        batch.take(claim_resources(batch.work, self.vault, claims))
        if batch.store:
            hold_accounts(batch.work, self.records)
        batch.take(money_resources(batch.work, claims))

    def _remittances(self, batch: Batch, ids: Sequence[str]) -> None:
        for one in ids:
            place, before = 0, -1
            while place > before:
                before = place
                resources, place = posted_resources(
                    batch.work, self.vault, one, lock=batch.store, after=place, limit=PORTION
                )
                batch.take(resources)


def _is(stored: Stored | None, resource: JsonObject) -> bool:
    """Whether a resource is published as it should be. What is published has no meta of its own."""
    if stored is None or stored.owner != BILLING:
        return False
    content = {name: value for name, value in stored.reveal(Purpose.MATCH).items() if name != "meta"}
    return canonical(content) == canonical(resource)
