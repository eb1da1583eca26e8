"""A process opens each connector once, with the options and secrets of the moment, behind one budget an account."""

from __future__ import annotations

import json
import socket

from msgspec.structs import replace
from tests.support.vendor import Heard, Said, vendor

from chartline.app.services import Services
from chartline.connect.capabilities import ReadsChanges
from chartline.connect.connections import Connection
from chartline.kernel.sealed import Sealed

KEY = "SIM-SERVICES-KEY-4711"


def add(
    services: Services, organisation: str, vendor_name: str = "claimmd", name: str = "One", **options: str
) -> Connection:
    secrets = {"account_key": Sealed(KEY)}
    if vendor_name == "advancedmd":
        secrets = {"username": Sealed("SOMEBODY"), "password": Sealed(KEY)}
    with services.database.work(organisation) as work:
        return services.connections.add(
            work, vendor=vendor_name, name=name, options={"environment": "simulator", **options}, secrets=secrets
        )


def known(services: Services, organisation: str, connection: Connection) -> Connection:
    with services.database.read(organisation) as work:
        return services.connections.get(work, connection.id)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def office(port: int) -> dict[str, str]:
    return {
        "office_key": "990001",
        "appname": "CHARTLINE",
        "login_url": f"http://127.0.0.1:{port}/x/processrequest.aspx",
    }


def test_a_connector_is_opened_once_and_again_when_options_or_secrets_change(
    services: Services, organisation: str
) -> None:
    added = add(services, organisation, base_url="http://127.0.0.1:9/services/")
    first = services.connector(organisation, added)
    assert services.connector(organisation, known(services, organisation, added)) is first
    with services.database.work(organisation) as work:
        options = {**added.options, "base_url": "http://127.0.0.1:9/other/"}
        services.connections.set_options(work, added.id, options)
    second = services.connector(organisation, known(services, organisation, added))
    assert second is not first
    with services.database.work(organisation) as work:
        services.connections.put_secrets(work, added.id, {"account_key": Sealed("SIM-ANOTHER-KEY")})
    assert services.connector(organisation, known(services, organisation, added)) is not second


def test_a_new_secret_is_used_at_once(services: Services, organisation: str) -> None:
    def answer(heard: Heard) -> Said:
        right = b"RIGHT" in heard.body
        return Said(json.dumps({"file": []} if right else {"error": [{"error_code": "1", "error_mesg": "key"}]}))

    with vendor(answer) as served:
        added = add(services, organisation, base_url=f"{served.url}/services/")
        assert not services.test_connection(organisation, added).ok
        with services.database.work(organisation) as work:
            services.connections.put_secrets(work, added.id, {"account_key": Sealed("SIM-RIGHT-KEY")})
        assert services.test_connection(organisation, added).ok


def test_a_connection_test_says_why_it_does_not_work(services: Services, organisation: str) -> None:
    closed = add(services, organisation, base_url=f"http://127.0.0.1:{free_port()}/services/")
    health = services.test_connection(organisation, closed)
    assert (health.ok, health.code) == (False, "connect.unreachable")
    assert health.say
    assert health.do


def test_an_address_that_is_not_the_vendors_is_not_spoken_to(services: Services, organisation: str) -> None:
    added = add(services, organisation, base_url="http://127.0.0.1:9/services/", environment="production")
    assert services.test_connection(organisation, added).code == "connect.host_not_allowed"


def test_the_settings_may_allow_a_host_more(services: Services, organisation: str) -> None:
    services.settings = replace(services.settings, vendor_hosts=("127.0.0.1",))
    added = add(services, organisation, base_url=f"http://127.0.0.1:{free_port()}/services/", environment="production")
    assert services.test_connection(organisation, added).code == "connect.unreachable"


def test_two_connections_to_one_office_share_its_budget(services: Services, organisation: str) -> None:
    port = free_port()
    one = add(services, organisation, "advancedmd", "One", **office(port))
    other = add(services, organisation, "advancedmd", "Other", **office(port))
    for each in (one, other):
        connector = services.connector(organisation, each)
        assert isinstance(connector, ReadsChanges)
        connector.changed_patients("")
    assert services.limiter.usage("advancedmd/990001", "login").used == 1


def test_a_connection_of_another_practice_is_another_connector(services: Services, organisation: str) -> None:
    other = services.access.create_organisation("ANOTHER INVENTED PRACTICE")
    mine = add(services, organisation, base_url="http://127.0.0.1:9/services/")
    theirs = add(services, other, base_url="http://127.0.0.1:9/services/")
    assert services.connector(organisation, mine) is not services.connector(other, theirs)
