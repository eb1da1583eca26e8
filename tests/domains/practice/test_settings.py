from __future__ import annotations

from dataclasses import replace

import pytest
from tests.domains.practice_world import PRACTICE, World

from chartline.domains.practice.billing_route import route_for
from chartline.domains.practice.providers import (
    Provider,
    list_providers,
    provider_by_npi,
    read_provider,
    save_provider,
)
from chartline.domains.practice.settings import (
    BillingRoute,
    payer_routes,
    read_practice,
    save_payer_route,
    save_practice,
)
from chartline.kernel.errors import ChartlineError
from chartline.kernel.ids import new_id


def test_a_practice_is_stored_and_changed(world: World) -> None:
    with world.work() as work:
        with pytest.raises(ChartlineError, match=r"practice\.not_set_up"):
            read_practice(work)
        save_practice(work, PRACTICE)
        assert read_practice(work) == PRACTICE
        changed = replace(PRACTICE, default_route=BillingRoute.PRACTICE_SYSTEM, filing_days=180)
        save_practice(work, changed)
        assert changed == read_practice(work)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("name", " "),
        ("npi", "1999999983"),
        ("taxonomy", "251S"),
        ("tax_id", "99-9999999"),
        ("state", "Colorado"),
        ("postal_code", "802"),
        ("zone", "America/Nowhere"),
        ("filing_days", 0),
    ],
)
def test_a_setting_that_cannot_be_right_is_named(world: World, setting: str, value: object) -> None:
    with world.work() as work, pytest.raises(ChartlineError) as caught:
        save_practice(work, replace(PRACTICE, **{setting: value}))
    assert caught.value.problem.code == "practice.bad_setting"
    assert ("address" if setting == "state" else setting) == caught.value.problem.fields["setting"]


def test_a_payer_may_have_a_route_of_its_own(world: World) -> None:
    with world.work() as work:
        save_practice(work, PRACTICE)
        save_payer_route(work, "00999", BillingRoute.PRACTICE_SYSTEM)
        assert BillingRoute.PRACTICE_SYSTEM is route_for(work, "00999")
        assert BillingRoute.CLEARINGHOUSE is route_for(work, "00998")
        assert payer_routes(work) == {"00999": BillingRoute.PRACTICE_SYSTEM}
        save_payer_route(work, "00999", None)
        assert BillingRoute.CLEARINGHOUSE is route_for(work, "00999")


def test_a_provider_is_also_a_practitioner(world: World) -> None:
    provider = Provider(id=new_id(), npi="1999999976", family="Mocktherapist", given="Cora", taxonomy="103TC0700X")
    with world.work() as work:
        save_provider(work, world.records, provider)
        save_provider(work, world.records, replace(provider, middle="Q."))
        assert read_provider(work, provider.id).middle == "Q."
        assert provider.id == (provider_by_npi(work, "1999999976") or provider).id
        practitioner = world.body(work, "Practitioner", provider.id)
        assert practitioner["identifier"] == [{"system": "http://hl7.org/fhir/sid/us-npi", "value": "1999999976"}]
        with pytest.raises(ChartlineError) as caught:
            save_provider(work, world.records, replace(provider, id=new_id()))
        assert caught.value.problem.fields["setting"] == "npi_taken"
        with pytest.raises(ChartlineError, match=r"practice\.no_provider"):
            read_provider(work, new_id())
        save_provider(work, world.records, replace(provider, active=False))
        assert list_providers(work) == []
        assert len(list_providers(work, active_only=False)) == 1


def test_practices_do_not_see_each_other(world: World) -> None:
    with world.work() as work:
        save_practice(work, PRACTICE)
    with world.database.work(new_id()) as other, pytest.raises(ChartlineError, match=r"practice\.not_set_up"):
        read_practice(other)
