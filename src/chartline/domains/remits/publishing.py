"""Publishing a large posted remittance in small portions: a step for the job that publishes what is due."""

from __future__ import annotations

from chartline.domains.practice.due import AT_ONCE
from chartline.domains.practice.published import publish
from chartline.domains.remits.posting import posted_resources
from chartline.domains.remits.remittance import RemittanceState, find_remittance
from chartline.domains.remits.tables import remittance_table
from chartline.platform.database import Work
from chartline.platform.records import Records
from chartline.platform.vault import Vault


def publish_portion(work: Work, vault: Vault, records: Records, remittance: str) -> int:
    """Publish the next claims of a posted remittance, or withdraw those of an undone one; how many places that were.

    0 says that it is through, or that it is neither. Raises ``remits.not_found``.
    """
    row = find_remittance(work, remittance, lock=True)
    if row.state not in (RemittanceState.POSTED, RemittanceState.UNDONE):
        return 0
    resources, place = posted_resources(work, vault, remittance, after=row.published_to, limit=AT_ONCE)
    if place == row.published_to and row.claims:
        return 0
    publish(work, records, resources)
    table = remittance_table
    work.execute(work.update(table).where(table.c.id == remittance).values(published_to=place))
    return place - row.published_to
