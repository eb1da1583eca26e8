"""What about.toml says is what the connector does and offers (vendor sheet 1, 2)."""

from __future__ import annotations

import tomllib
from datetime import date
from importlib.resources import files

from tests.connectors.claimmd.conftest import Account
from tests.connectors.claimmd.test_claims import said

from chartline.connect import capabilities, clearing
from chartline.connectors.claimmd.auth import ABOUT
from chartline.connectors.claimmd.claim_desk import CLAIMS_PER_ARCHIVE
from chartline.connectors.claimmd.connector import NAME
from chartline.connectors.claimmd.remittances import REMITTANCES_PER_PAGE
from chartline.connectors.claimmd.reports import ROWS_PER_RESPONSE
from chartline.connectors.claimmd.services import TIER
from chartline.connectors.claimmd.submission import CLAIMS_PER_UPLOAD

FACTS = tomllib.loads((files("chartline.connectors.claimmd") / "about.toml").read_text("utf-8"))


def test_the_services_are_not_at_the_reference_website_trap_1() -> None:
    assert ABOUT.credentials.defaults["base_url"] == "https://svc.claim.md/services/"
    assert FACTS["environments"]["production"]["hosts"] == ["svc.claim.md"]


def test_one_budget_serves_every_service_trap_24() -> None:
    assert list(FACTS["limits"]["tiers"]) == [TIER]
    assert (FACTS["limits"]["tiers"][TIER]["limit"], FACTS["limits"]["tiers"][TIER]["period_seconds"]) == (90, 60)


def test_the_connector_offers_what_it_says_and_no_more_trap_23(account: Account) -> None:
    connector = account.connector()
    assert ABOUT.name == NAME
    for name in FACTS["capabilities"]:
        assert isinstance(connector, getattr(capabilities, name, None) or getattr(clearing, name))
    assert not isinstance(connector, capabilities.WritesFacts)
    assert not isinstance(connector, clearing.Authorizes)
    assert not isinstance(connector, clearing.AsksClaimStatus)


def test_uploadlist_has_a_date_format_of_its_own_trap_21(account: Account) -> None:
    account.script["uploadlist"] = [said(file=[])]
    connector = account.connector()
    connector.check()
    today = account.wire.clock.now().date()
    assert today == date.fromisoformat(account.asked[0][1]["UploadDate"])


SERVICES = set(
    "upload uploadlist response modify notes archive appeal enroll payerlist eralist era835 eradata erapdf elig "
    "eligdata hook".split()
)


def test_every_service_is_listed_with_a_grade_and_only_two_change_anything() -> None:
    assert {each.name for each in ABOUT.operations} == SERVICES
    assert {each.name for each in ABOUT.operations if each.writes} == {"upload", "archive"}
    assert all(each.grade in "DCSIA" for each in ABOUT.operations)
    assert {each.tier for each in ABOUT.operations} == {TIER}


def test_every_fact_bears_a_grade() -> None:
    graded = [*FACTS["quirks"], *FACTS["environments"].values(), *FACTS["limits"]["tiers"].values(), FACTS["sizes"]]
    assert all(fact["grade"] in "DCSIA" for fact in graded)


def test_the_sizes_are_those_of_the_file() -> None:
    assert FACTS["sizes"] == {
        "claims_per_upload": CLAIMS_PER_UPLOAD,
        "claims_per_archive": CLAIMS_PER_ARCHIVE,
        "rows_per_response": ROWS_PER_RESPONSE,
        "remittances_per_page": REMITTANCES_PER_PAGE,
        "grade": "D",
    }
