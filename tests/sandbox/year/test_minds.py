"""The four payers of the year, told apart by what they do; the simulator takes their minds as they are."""

from __future__ import annotations

import msgspec

from chartline.connectors.claimmd.simulator.seed import read_seed
from chartline.sandbox.seeds import as_json
from chartline.sandbox.year.minds import minds_of
from chartline.sandbox.year.practice import make_year


def test_the_seed_is_read_by_the_simulator_and_every_member_fits_its_payer() -> None:
    year = make_year(7, claims=100, patients=40, months=1)
    seed = read_seed(as_json(minds_of(year.world)))
    assert len(seed.payers) == 4
    assert {one.payerid for one in seed.payers} == {one.payer.payer_id for one in year.world.patients}
    assert len(seed.eligibility) == 40


def test_no_two_payers_are_alike() -> None:
    seed = minds_of(make_year(7, claims=100, patients=40, months=1).world)
    assert len({msgspec.json.encode(one.mind) for one in seed.payers}) == 4
    assert len({one.mind.pay_weekday for one in seed.payers}) == 4
    acts = {rule.action for one in seed.payers for rule in one.mind.rules}
    assert {"reject", "deny", "reverse", "recover", "partial", "pay"} <= acts
