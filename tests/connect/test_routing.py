"""Which connection serves a payer: its own setting, then who is not down, order, price, age."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.connect.stage import Stage

from chartline.connect.connections import Connection
from chartline.connect.health import Health, Standing
from chartline.connect.routing import PRICE, PRIORITY, Routes, Service, number, read_routes, save_route
from chartline.kernel.errors import ChartlineError

MADE = datetime(2026, 1, 1, tzinfo=UTC)
DOWN = Health(Standing.DOWN, 9)


def connection(name: str, **options: str) -> Connection:
    return Connection(name, "claimmd", name, options, True, MADE)


def order(routes: Routes, *connections: Connection, payer: str = "00123") -> list[str]:
    return [one.id for one, _ in routes.ordered([(each, None) for each in connections], Service.CLAIMS, payer)]


def test_without_settings_the_oldest_is_first() -> None:
    assert order(Routes({}, {}), connection("old"), connection("new")) == ["old", "new"]


def test_order_then_price_decide() -> None:
    cheap = connection("cheap", **{PRICE: "10"})
    dear = connection("dear", **{PRICE: "25"})
    first = connection("first", **{PRIORITY: "1", PRICE: "99"})
    assert order(Routes({}, {}), dear, cheap, first) == ["first", "cheap", "dear"]


def test_who_is_down_comes_last_but_a_payers_own_setting_stands() -> None:
    down = connection("down", **{PRIORITY: "1"})
    other = connection("other")
    assert order(Routes({}, {"down": DOWN}), down, other) == ["other", "down"]
    routes = Routes({("00123", "claims"): "down"}, {"down": DOWN})
    assert order(routes, other, down) == ["down", "other"]
    assert order(routes, other, down, payer="77001") == ["other", "down"]


def test_a_setting_for_one_service_says_nothing_of_another() -> None:
    routes = Routes({("00123", "eligibility"): "second"}, {})
    assert order(routes, connection("first"), connection("second")) == ["first", "second"]


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 9), st.booleans()), min_size=1, max_size=6))
def test_every_connection_stays_in_the_list_exactly_once(facts: list[tuple[int, int, bool]]) -> None:
    made = [
        connection(str(place), **{PRIORITY: str(priority), PRICE: str(price)})
        for place, (priority, price, _) in enumerate(facts)
    ]
    health = {str(place): DOWN for place, (_, _, down) in enumerate(facts) if down}
    found = order(Routes({}, health), *made)
    assert sorted(found) == sorted(one.id for one in made)
    sound = [one for one in found if one not in health]
    assert found[: len(sound)] == sound


@pytest.mark.parametrize("text", ["one", "-1", "1.5", "9999999", "¹"])
def test_an_order_that_is_no_whole_number_is_refused(text: str) -> None:
    with pytest.raises(ChartlineError) as refused:
        number(connection("x", **{PRIORITY: text}), PRIORITY, 100)
    assert refused.value.problem.code == "connect.bad_order"


def test_a_route_is_kept_changed_and_taken_back(both: Stage) -> None:
    with both.database.work(both.organisation) as work:
        save_route(work, "00123", Service.CLAIMS, "a")
        save_route(work, "00123", Service.CLAIMS, "b")
        save_route(work, "00123", Service.ELIGIBILITY, "a")
        routes = read_routes(work, {})
        assert routes.by_payer == {("00123", "claims"): "b", ("00123", "eligibility"): "a"}
        assert routes.payers_of("b", Service.CLAIMS) == {"00123"}
        save_route(work, "00123", Service.CLAIMS, None)
        assert read_routes(work, {}).routed(Service.CLAIMS) == set()
