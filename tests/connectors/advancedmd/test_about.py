"""What about.toml says is what the connector does and offers (vendor sheet 5, 8)."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest
from tests.connectors.advancedmd.conftest import Office, results

from chartline.connect import capabilities
from chartline.connect.facts import LookupKind
from chartline.connectors.advancedmd.about import ABOUT, tier_of
from chartline.connectors.advancedmd.client.lookups import NOUNS
from chartline.connectors.advancedmd.connector import NAME
from chartline.connectors.advancedmd.simulator.catalogue import OPERATIONS
from chartline.connectors.advancedmd.simulator.routes import ROUTES

FACTS = tomllib.loads((files("chartline.connectors.advancedmd") / "about.toml").read_text("utf-8"))


@pytest.mark.parametrize(
    ("action", "tier"),
    [
        ("login", "login"),
        ("GetUpdatedVisits", "high"),
        ("getupdatedpatients", "high"),
        ("getupdatedproviders", "high"),
        ("getchargedetaildata", "medium"),
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


def test_every_capability_of_the_connector_is_named_and_notes_are_not_offered_unasked(office: Office) -> None:
    every = {
        name
        for name, each in vars(capabilities).items()
        if getattr(each, "_is_runtime_protocol", False) and each.__module__ == capabilities.__name__
    }
    offered = {name for name in every if isinstance(office.connector(), getattr(capabilities, name))}
    assert offered == set(ABOUT.capabilities)
    with_notes = office.connector(notes="yes")
    assert isinstance(with_notes, capabilities.ExchangesNotes)
    assert all(isinstance(with_notes, getattr(capabilities, name)) for name in offered)


def test_every_operation_has_the_tier_that_the_limiter_gives_it() -> None:
    assert {each.name: each.tier for each in ABOUT.operations if each.name != "hook"} == {
        each.name: tier_of(each.name) for each in ABOUT.operations if each.name != "hook"
    }


SOURCE = Path(str(files("chartline.connectors.advancedmd")))
CALLS = re.compile(r"""(?:read|write|_lookup)\(\s*f?"([a-z.{}]+)",\s*(?:f?"([^"]*)"|\{)""")


def test_every_call_has_the_class_that_the_table_gives_it_trap_19(office: Office) -> None:
    """Found in the text of the client, so that a call which nobody tests is found too."""
    found: dict[str, set[str]] = {}
    for file in sorted((SOURCE / "client").glob("*.py")):
        for name, component in CALLS.findall(file.read_text("utf-8")):
            found.setdefault(name, set()).add(component)
    xmlrpc = {name: kinds for name, kinds in found.items() if "." not in name and "{" not in name and name != "patient"}
    assert len(xmlrpc) > 20
    for name, kinds in xmlrpc.items():
        operation = ABOUT.operation(name)
        assert operation is not None, name
        assert kinds <= set(operation.component.split()), name
    for kind in LookupKind:
        office.script[f"lookup{NOUNS[kind]}"] = [results(**{f"{NOUNS[kind]}list": {"@itemcount": "0"}})]
        office.connector().lookup(kind, "")
        operation = ABOUT.operation(office.asked[-1].get("action"))
        assert operation is not None
        assert office.asked[-1].get("class") == operation.component


def test_the_simulator_answers_every_operation_under_the_same_class_and_doubts_the_same_ones() -> None:
    doubted_there_only = {"submitdemandrequest"}
    for each in ABOUT.operations:
        if each.name in ("login", "hook") or each.name.startswith("addpayments."):
            continue
        if "." in each.name:
            path, unverified = ROUTES[each.name]
            assert (path, unverified) == (each.component, each.unverified), each.name
            continue
        known = OPERATIONS[each.name]
        assert set(each.component.split()) <= known.classes, each.name
        assert known.reads is not each.writes, each.name
        # A lookup's rows are of one shape there, so the simulator need not doubt the one whose action is in doubt.
        if each.name not in doubted_there_only and not each.name.startswith("lookup"):
            assert known.unverified is each.unverified, each.name


def test_the_table_of_operations_in_the_readme_is_the_one_of_the_file() -> None:
    readme = (SOURCE / "README.md").read_text("utf-8")
    told = [tuple(cell.strip().strip("`") for cell in line.strip("|").split("|")) for line in readme.splitlines()
            if line.startswith("| `")]  # fmt: skip
    operations = [
        (each.name, each.component, each.tier, each.grade, "write" if each.writes else "read",
         "unverified" if each.unverified else "")
        for each in ABOUT.operations
    ]  # fmt: skip
    assert [row for row in told if len(row) == 6] == operations


def test_every_fact_bears_a_grade() -> None:
    graded = [
        *FACTS["operations"],
        *FACTS["quirks"],
        *FACTS["environments"].values(),
        *FACTS["limits"]["tiers"].values(),
        FACTS["session"],
    ]
    assert all(fact["grade"] in "DLCQSIO" for fact in graded)
