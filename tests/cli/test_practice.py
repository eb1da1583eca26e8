"""Setting up the practice."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Home

SETTINGS = {
    "name": "Juniper Hollow Test",
    "npi": "1999999984",
    "tax-id": "999999999",
    "taxonomy": "103TC0700X",
    "street": "1 Example Way",
    "city": "Testville",
    "state": "UT",
    "postal-code": "84000",
    "phone": "5555550100",
    "zone": "America/Denver",
}
PROVIDER = ("--npi", "1999999992", "--family", "Invented", "--given", "Iris", "--taxonomy", "103TC0700X")


def options(**changes: str) -> list[str]:
    return [part for name, value in (SETTINGS | changes).items() for part in (f"--{name}", value)]


def test_the_first_time_everything_that_claims_need_must_be_given(home: Home) -> None:
    told = home.run("practice", "set", "--npi", "1999999984", code=2).stderr
    assert "--tax-id" in told
    assert "--npi," not in told


def test_settings_are_kept_and_changed_one_at_a_time(home: Home) -> None:
    home.run("practice", "set", *options())
    home.run("practice", "set", "--phone", "5555550101", "--default-route", "practice_system", "--filing-days", "180")
    shown = home.json("practice", "show")
    assert shown["npi"] == "1999999984"
    assert shown["phone"] == "5555550101"
    assert shown["default_route"] == "practice_system"
    assert shown["filing_days"] == 180
    assert "America/Denver" in home.run("practice", "show").stdout


def test_a_setting_that_cannot_be_right_is_named(home: Home) -> None:
    told = home.run("practice", "set", *options(npi="1999999999"), code=1).stderr
    assert "practice.bad_setting" in told
    assert '"setting": "npi"' in told
    assert "practice.not_set_up" in home.run("practice", "show", code=1).stderr


def test_setting_up_loads_the_diagnosis_codes_that_come_with_the_package(home: Home) -> None:
    from datetime import date

    from chartline.domains.codes import CodeSystem, check_code

    home.run("practice", "set", *options())
    services = home.services()
    with services.database.read(services.access.organisations()[0].id) as work:
        found = [check_code(work, CodeSystem.DIAGNOSIS, code, date(2026, 3, 2)) for code in ("F411", "F4199")]
    services.close()
    assert [one.code if one else None for one in found] == [None, "codes.unknown"]


def test_a_provider_is_added_changed_and_retired(home: Home) -> None:
    home.run("practice", "add-provider", *PROVIDER)
    home.run("practice", "add-provider", *PROVIDER, "--middle", "Q")
    (provider,) = home.json("practice", "providers")
    assert (provider["family"], provider["middle"], provider["active"]) == ("Invented", "Q", True)
    home.run("practice", "retire-provider", "--npi", "1999999992")
    assert home.json("practice", "providers")[0]["active"] is False
    assert "practice.no_provider" in home.run("practice", "retire-provider", "--npi", "1999999984", code=1).stderr


def test_fees_are_loaded_whole_or_not_at_all(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "fees.csv"
    file.write_text("procedure,amount,begin,end,payer_id\n90837,190.00,2026-01-01,,\n90834,150,2026-01-01,,00123\n")
    assert home.run("practice", "load-fees", str(file)).stdout == "2 fees loaded.\n"
    file.write_text("procedure,amount,begin\n90837,190.005,2026-01-01\n")
    told = home.run("practice", "load-fees", str(file), code=1).stderr
    assert "practice.bad_fee" in told
    assert '"line": "2"' in told
    assert "cli.unreadable_file" in home.run("practice", "load-fees", str(tmp_path / "none.csv"), code=1).stderr


def test_a_payer_gets_a_route_of_its_own_and_loses_it(home: Home) -> None:
    home.run("practice", "set", *options())
    home.run("practice", "route", "00123", "practice_system")
    assert home.json("practice", "show")["routes"] == {"00123": "practice_system"}
    assert "practice_system" in home.run("practice", "show").stdout
    home.run("practice", "route", "00123", "default")
    assert home.json("practice", "show")["routes"] == {}
