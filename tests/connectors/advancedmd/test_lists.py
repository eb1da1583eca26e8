"""The office's lists are remembered for as long as they may be, and not longer (sheet 9.6, 10)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from tests.connectors.advancedmd.conftest import Office, fault, results
from tests.connectors.advancedmd.test_auth import StillClock
from tests.connectors.advancedmd.test_patients import code
from tests.support.vendor import Said
from tests.support.wire import LoopbackWire

from chartline.connect.facts import ChargeFact, LookupKind, Page
from chartline.connectors.advancedmd.client.lookups import NOUNS
from chartline.connectors.advancedmd.connector import Connector
from chartline.kernel.money import Money
from chartline.kernel.outcome import Receipt

NOON = datetime(2026, 3, 4, 19, 0, tzinfo=UTC)
"""12:00 in Denver."""


def rows(noun: str, *codes: str) -> Said:
    listed = [{"@id": f"x{number}", "@code": each, "@name": f"NAME {each}"} for number, each in enumerate(codes, 1)]
    counters = {"@itemcount": str(len(listed)), "@page": "1", "@pagecount": "1"}
    return results(**{f"{noun}list": {**counters, noun: listed}})


@pytest.fixture
def clock(office: Office) -> StillClock:
    clock = StillClock(NOON)
    office.wire = LoopbackWire(clock)
    for noun in NOUNS.values():
        office.script[f"lookup{noun}"] = [rows(noun, "A1", "B2")]
    return clock


def asked(office: Office, connector: Connector, kind: LookupKind) -> bool:
    before = len(office.asked)
    assert isinstance(connector.lookup(kind, ""), Receipt)
    return len(office.asked) > before


@pytest.mark.parametrize("kind", list(LookupKind))
def test_people_and_places_are_remembered_an_hour_and_codes_until_the_morning(
    office: Office, clock: StillClock, kind: LookupKind
) -> None:
    connector = office.connector()
    hourly = kind in (LookupKind.PROFILE, LookupKind.PROVIDER, LookupKind.FACILITY)
    assert asked(office, connector, kind)
    clock.sleep(3599)
    assert not asked(office, connector, kind)
    clock.sleep(1)
    assert asked(office, connector, kind) is hourly
    clock.sleep((datetime(2026, 3, 5, 8, 59, 59, tzinfo=UTC) - clock.now()).total_seconds())
    assert asked(office, connector, kind) is hourly
    clock.sleep(1)
    assert clock.now() == datetime(2026, 3, 5, 9, 0, tzinfo=UTC)
    assert asked(office, connector, kind)


def test_the_morning_refresh_comes_at_two_also_on_the_day_without_that_hour(office: Office, clock: StillClock) -> None:
    clock.sleep((datetime(2026, 3, 8, 8, 30, tzinfo=UTC) - NOON).total_seconds())
    connector = office.connector()
    assert asked(office, connector, LookupKind.CARRIER)
    clock.sleep(timedelta(hours=1).total_seconds())
    assert asked(office, connector, LookupKind.CARRIER)
    clock.sleep(timedelta(hours=3).total_seconds())
    assert not asked(office, connector, LookupKind.CARRIER)


def test_a_write_that_the_vendor_cannot_use_makes_its_lists_forgotten(office: Office, clock: StillClock) -> None:
    office.script |= {
        "gettxhistory": [results(**{"@itemcount": "0", "@pagecount": "1"})],
        "lookupproccode": [rows("proccode", "90834")],
        "lookupdiagcode": [rows("diagcode", "F41.1")],
        "savecharges": [fault("2051", "Invalid proccode attribute"), results()],
    }
    charges = (ChargeFact("90834", (), 1, ("F411",), "11", Money(100)),)
    connector = office.connector()
    assert code(connector.save_charges("700", "900", charges)) == "bad_request"
    assert isinstance(connector.save_charges("700", "900", charges), Receipt)
    assert isinstance(connector.save_charges("701", "900", charges), Receipt)
    assert [each.get("action") for each in office.asked].count("lookupproccode") == 2


def test_a_code_that_was_missing_is_seen_as_soon_as_the_office_adds_it(office: Office, clock: StillClock) -> None:
    office.script |= {
        "gettxhistory": [results(**{"@itemcount": "0", "@pagecount": "1"})],
        "lookupproccode": [rows("proccode"), rows("proccode", "90834")],
        "savecharges": [results()],
    }
    charges = (ChargeFact("90834", (), 1, (), "11", Money(100)),)
    connector = office.connector()
    assert code(connector.save_charges("700", "900", charges)) == "procedure_unknown"
    assert isinstance(connector.save_charges("700", "900", charges), Receipt)


def test_a_page_of_a_list_tells_what_the_vendor_tells(office: Office, clock: StillClock) -> None:
    office.script["lookupprovider"] = [
        results(providerlist={"@itemcount": "1", "@page": "1", "@pagecount": "1",
                              "provider": {"@id": "7", "@code": "INV", "@name": "INVENTED,IRIS", "@npi": "1999999984"}})
    ]  # fmt: skip
    outcome = office.connector().lookup(LookupKind.PROVIDER, "")
    assert isinstance(outcome, Receipt)
    assert isinstance(outcome.value, Page)
    (row,) = outcome.value.rows
    assert (row.vendor_id, row.code, row.name, row.more) == ("7", "INV", "INVENTED,IRIS", {"npi": "1999999984"})
    assert outcome.value.more is False
