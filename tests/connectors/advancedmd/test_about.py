"""What about.toml says is what the connector does and offers (vendor sheet 5, 8)."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest
from tests.connectors.advancedmd.conftest import Office

from chartline.connect import capabilities
from chartline.connectors.advancedmd.about import ABOUT, tier_of
from chartline.connectors.advancedmd.connector import NAME

FACTS = tomllib.loads((files("chartline.connectors.advancedmd") / "about.toml").read_text("utf-8"))


@pytest.mark.parametrize(
    ("action", "tier"),
    [
        ("login", "login"),
        ("GetUpdatedVisits", "high"),
        ("getupdatedpatients", "high"),
        ("savecharges", "medium"),
        ("gettxhistory", "medium"),
        ("lookuppatient", "low"),
        ("anythingelse", "low"),
    ],
)
def test_every_action_has_its_tier_and_unlisted_ones_are_low_trap_25(action: str, tier: str) -> None:
    assert tier == tier_of(action)


def test_the_limits_are_those_of_the_sheet_trap_26() -> None:
    limits = {name: (tier.peak, tier.off_peak, tier.period_seconds) for name, tier in ABOUT.limits.tiers.items()}
    assert limits == {"login": (1, 1, 60), "high": (1, 60, 60), "medium": (12, 120, 60), "low": (24, 120, 60)}
    assert (
        FACTS["limits"]["peak"]["zone"],
        FACTS["limits"]["peak"]["from"],
        FACTS["limits"]["peak"]["to"],
        len(FACTS["limits"]["peak"]["days"]),
    ) == ("America/Denver", "06:00", "18:00", 5)


def test_the_connector_offers_what_it_says(office: Office) -> None:
    connector = office.connector()
    assert ABOUT.name == NAME
    for name in FACTS["capabilities"]:
        assert isinstance(connector, getattr(capabilities, name))
    assert not isinstance(connector, capabilities.SubmitsClaims)


def test_every_fact_bears_a_grade() -> None:
    graded = [*FACTS["quirks"], *FACTS["environments"].values(), *FACTS["limits"]["tiers"].values(), FACTS["session"]]
    assert all(fact["grade"] in "DLCQSIO" for fact in graded)
