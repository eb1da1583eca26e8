"""Who may lead a connection to this machine itself."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from chartline.app import connecting
from chartline.app.services import Services
from chartline.connect.connections import Connection
from chartline.kernel.errors import ChartlineError
from chartline.kernel.sealed import Sealed

LOCAL = {"environment": "simulator", "base_url": "http://127.0.0.1:5432/services/"}


def add(services: Services, organisation: str, options: dict[str, str], *, operator: bool = False) -> Connection:
    secrets = {"account_key": Sealed("SIM-EXAMPLE-KEY")}
    added = connecting.connect(
        services, organisation, "user:x", "claimmd", "Claim.MD", options, secrets, operator=operator
    )
    return added[0]


def test_nobody_from_elsewhere_leads_a_connection_to_this_machine(services: Services, organisation: str) -> None:
    with pytest.raises(ChartlineError) as refused:
        add(services, organisation, LOCAL)
    assert refused.value.problem.code == "connect.local_environment"
    made = add(services, organisation, {})
    with pytest.raises(ChartlineError) as refused:
        connecting.change(services, organisation, "user:x", made, options=LOCAL)
    assert refused.value.problem.code == "connect.local_environment"


def test_the_operator_may_and_so_may_everybody_where_the_host_is_listed(services: Services, organisation: str) -> None:
    made = add(services, organisation, LOCAL, operator=True)
    connecting.change(services, organisation, "user:x", made, secrets={"account_key": Sealed("SIM-FRESH-KEY")})
    connecting.change(services, organisation, "cli", made, options={"base_url": "http://127.0.0.1:9/"}, operator=True)
    services.settings = replace(services.settings, vendor_hosts=("127.0.0.1",))
    connecting.change(services, organisation, "user:x", made, options={"base_url": "http://127.0.0.1:7/services/"})


def test_what_no_call_follows_may_change_on_a_connection_to_this_machine(services: Services, organisation: str) -> None:
    made = add(services, organisation, LOCAL, operator=True)
    page = {"patient_page": "https://office.example/chart/{id}", "priority": "2"}
    connecting.change(services, organisation, "user:x", made, options=page)
    with services.database.read(organisation) as work:
        kept = services.connections.get(work, made.id)
    assert kept.options == LOCAL | page
    with pytest.raises(ChartlineError) as refused:
        connecting.change(services, organisation, "user:x", kept, options={"base_url": "http://127.0.0.1:22/"})
    assert refused.value.problem.code == "connect.local_environment"
