"""Takes the insurance that came with a vendor's patient: each plan is linked, matched by member and payer, or created.

Refuses to end or delete a plan that did not come again: absence proves nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

from chartline.domains.sync.conflicts import open_conflicts
from chartline.domains.sync.fields import Fields, Kind, same
from chartline.domains.sync.links import link, vendors_of
from chartline.domains.sync.log import Happened
from chartline.domains.sync.meeting import Glance, Meeting, Taken
from chartline.domains.sync.ours import our_fields, written
from chartline.domains.sync.quarantine import Found, keep_unknown
from chartline.domains.sync.shadow import read_shadows
from chartline.formats.fhir import JsonObject
from chartline.kernel.ids import new_id
from chartline.kernel.sealed import Purpose
from chartline.platform.records import Criterion

MOST_COVERAGES = 100
Place = tuple[Kind, str]
"""A kind, and the vendor's id."""


def take_coverages(
    meeting: Meeting,
    patient_id: str,
    theirs: Mapping[str, Fields],
    seen: Mapping[Place, Glance],
    told: Mapping[Place, int],
) -> tuple[Taken, ...]:
    """All plans of a patient by the vendor's id. ``seen`` and ``told`` are what is known of them beforehand."""
    news = [number for number in theirs if not seen[Kind.COVERAGE, number].quiet]
    if not news:
        return tuple(Taken(Kind.COVERAGE, seen[Kind.COVERAGE, one].local_id, Happened.UNCHANGED) for one in theirs)
    work, connection = meeting.work, meeting.connection
    present = meeting.records.search(
        work, "Coverage", [Criterion("beneficiary", f"Patient/{patient_id}")], limit=MOST_COVERAGES
    ).found
    ours = {stored.id: (stored, stored.reveal(Purpose.MATCH)) for stored in present}
    fields = {local_id: our_fields(Kind.COVERAGE, body, connection) for local_id, (_, body) in ours.items()}
    free = dict.fromkeys(ours.keys() - vendors_of(work, connection, Kind.COVERAGE, list(ours)).keys())
    bases = read_shadows(work, meeting.vault, connection, Kind.COVERAGE, list(ours))
    known = open_conflicts(work, meeting.vault, connection, Kind.COVERAGE, list(ours))
    taken: list[Taken] = []
    for number, plan in theirs.items():
        glance, digest = seen[Kind.COVERAGE, number], told[Kind.COVERAGE, number]
        local_id = glance.local_id
        if glance.quiet:
            taken.append(Taken(Kind.COVERAGE, local_id, Happened.UNCHANGED))
            continue
        linked_now = False
        if local_id is None:
            local_id = _same_plan({one: fields[one] for one in sorted(free)}, plan)
            if local_id is None:
                plan = _with_order(meeting, number, None, plan, {"order": "1"})
                fresh = written(Kind.COVERAGE, plan, new_id(), patient_id, connection)
                taken.append(meeting.create(Kind.COVERAGE, number, fresh, plan, digest))
                continue
            linked_now = link(work, connection, Kind.COVERAGE, local_id, number)
            del free[local_id]
        if local_id not in ours:
            # Ours was deleted, or belongs to somebody else by now: a person has to look.
            taken.append(meeting.say(Kind.COVERAGE, local_id, number, Happened.REFUSED, "sync.not_here"))
            continue
        stored, body = ours[local_id]

        def write(merged: Fields, *, local_id: str = local_id, body: JsonObject = body) -> JsonObject:
            return written(Kind.COVERAGE, merged, local_id, patient_id, connection, body)

        base = bases.get(local_id)
        plan = _with_order(meeting, number, local_id, plan, base or fields[local_id])
        sides = (base, fields[local_id], plan)
        conflicts = known.get(local_id, [])
        met = (digest, glance.met)
        taken.append(meeting.settle(Kind.COVERAGE, number, stored, sides, conflicts, write, met, linked_now=linked_now))
    return tuple(taken)


def _with_order(meeting: Meeting, number: str, local_id: str | None, plan: Fields, known: Fields) -> Fields:
    """The plan with an order that is one; a vendor's word that is none (``0``) is put aside and not taken."""
    if plan["order"].isdecimal() and int(plan["order"]) > 0:
        return plan
    found = Found(meeting.connection, Kind.COVERAGE, local_id, number, meeting.exchange)
    order = known.get("order", "1")
    keep_unknown(meeting.work, meeting.vault, found, {"order": plan["order"]}, {"order": order})
    return {**plan, "order": order}


_TELLING = ("begin", "end", "group_number", "order")
"""What tells two plans of one member at one payer apart, such as last year's and this year's."""


def _same_plan(free: Mapping[str, Fields], theirs: Fields) -> str | None:
    """Our coverage that is the vendor's plan: the same member id at the same payer, as far as it is named.

    Where several are, the one that agrees in most of what tells them apart; then the first.
    """

    def fits(ours: Fields) -> bool:
        payers = (ours["payer_id"], theirs["payer_id"])
        return same("member_id", ours["member_id"], theirs["member_id"]) and (payers[0] == payers[1] or "" in payers)

    def agreeing(local_id: str) -> int:
        return sum(same(name, free[local_id][name], theirs[name]) for name in _TELLING)

    return max((one for one, ours in free.items() if fits(ours)), key=agreeing, default=None)
