from __future__ import annotations

from datetime import date

from tests.domains.practice_world import ADA, World, person

from chartline.domains.identity import Verdict, find_local
from chartline.domains.practice.people import read_person, write_person
from chartline.kernel.ids import new_id


def test_candidates_are_ranked_and_strangers_left_out(world: World) -> None:
    known = {
        "same": person(),
        "slip": person(birth_date=date(1984, 5, 18)),
        "misspelt": person(family="Inventdo"),
        "stranger": person(family="Neverheard", given="Cuthbert", phone="", email="", street=""),
    }
    ids = {name: new_id() for name in known}
    with world.work() as work:
        for name, one in known.items():
            world.records.put(work, write_person(one, ids[name]))
    with world.work() as work, world.counted() as statements:
        found = find_local(work, world.records, ADA, read_person)
    assert {"same", "slip", "misspelt"} == {name for name, one in ids.items() if one in {c.patient_id for c in found}}
    assert (found[0].patient_id, found[0].match.verdict) == (ids["same"], Verdict.SAME)
    # The practice's own search parameters are looked up once a transaction, whatever is searched.
    searches = [one for one in statements if one.startswith("SELECT") and "FROM resource_parameter" not in one]
    assert len([one for one in searches if "resource" in one]) == 2


def test_inactive_and_half_known_patients_are_no_candidates(world: World) -> None:
    with world.work() as work:
        world.records.put(work, {**write_person(ADA, new_id()), "active": False})
        world.records.put(work, {**write_person(ADA, new_id()), "birthDate": "1984"})
        assert find_local(work, world.records, ADA, read_person) == []
