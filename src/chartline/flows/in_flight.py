"""A change of ours whose answer was lost may come back in a feed before it is settled. Then it is no news of theirs.

Without this, a patient who was changed again here in the meantime would look changed on both sides, and a person would
be asked about a conflict that there is not. Refuses to settle the write itself: that is the push's, by its own look-up.
"""

from __future__ import annotations

from chartline.connect.facts import PatientDetail
from chartline.domains.sync.fields import Kind, person_fields, same
from chartline.domains.sync.links import local_of
from chartline.domains.sync.outgoing import agreed_fields
from chartline.domains.sync.shadow import write_shadow
from chartline.flows.ground import Ground
from chartline.flows.push import UPDATE_PATIENT, sent_fields


def agree_on_arrived(ground: Ground, organisation: str, connection: str, detail: PatientDetail) -> bool:
    """Agree on what was sent and shows at the vendor now; answers whether there was such a change.

    Call it before the patient is taken in. Two reads where there is nothing.
    """
    with ground.database.read(organisation) as work:
        local_id = local_of(work, connection, Kind.PATIENT, detail.person.vendor_id or "")
    if local_id is None:
        return False
    theirs, arrived = person_fields(detail.person), {}
    for write in ground.intents.open_writes(organisation, connection, UPDATE_PATIENT, local_id):
        fields, changed = sent_fields(write.payload) if write.payload else ({}, ())
        if changed and all(same(name, theirs.get(name, ""), fields.get(name, "")) for name in changed):
            arrived |= {name: fields[name] for name in changed}
    if not arrived:
        return False
    with ground.database.work(organisation) as work:
        known = agreed_fields(work, ground.vault, connection, Kind.PATIENT, local_id)
        write_shadow(work, ground.vault, connection, Kind.PATIENT, local_id, {**known, **arrived})
    return True
