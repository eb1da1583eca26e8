"""An AdvancedMD office of few words: signs in as sheet 3 says, answers the rest from each test's script."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.connectors.advancedmd.bench import Bench, simulated_office
from tests.support.vendor import Heard, Said, Vendor, vendor
from tests.support.wire import LoopbackWire

from chartline.connect.facts import PersonFact
from chartline.connect.wire import Credentials
from chartline.connectors.advancedmd.connector import Connector
from chartline.connectors.advancedmd.tree import Node, read
from chartline.kernel.sealed import Sealed

TOKEN = "999999kQ+/7w=="
SESSION_ENDED = {"code": "-2147220479", "description": "Session has timed out"}


def results(**content: Any) -> Said:
    """A success in JSON."""
    return Said(json.dumps({"PPMDResults": {"Results": {"@success": "1", **content}, "Error": ""}}))


def fault(code: str, description: str = "") -> Said:
    """A fault in JSON, with HTTP 200."""
    detail = {"code": code, "description": description}
    return Said(json.dumps({"PPMDResults": {"Results": {"@success": "0"}, "Error": {"Fault": {"detail": detail}}}}))


@dataclass
class Office:
    """The scripted office. ``script`` maps a lower-case action to answers, the last of which repeats."""

    script: dict[str, list[Said | Callable[[Node], Said]]] = field(default_factory=dict)
    logins: list[Said] = field(default_factory=list)
    asked: list[Node] = field(default_factory=list)
    served: Vendor | None = None
    wire: LoopbackWire = field(default_factory=LoopbackWire)

    def answer(self, heard: Heard) -> Said:
        if heard.path.startswith("/api/"):
            answers = self.script["rest"]
            answer = answers.pop(0) if len(answers) > 1 else answers[0]
            return answer if isinstance(answer, Said) else answer(Node("rest"))
        message = read(heard.body)
        action = message.get("action").lower()
        if action == "login":
            return self._login(heard, message)
        self.asked.append(message)
        answers = self.script[action]
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        return answer if isinstance(answer, Said) else answer(message)

    def _login(self, heard: Heard, message: Node) -> Said:
        if self.logins:
            return self.logins.pop(0)
        assert self.served is not None
        webserver = f"{self.served.url}/processrequest/api-801/CHARTTEST"
        if heard.path == "/login":
            content = {"@success": "0", "usercontext": {"@webserver": webserver}}
            detail = {"code": "-2147220476", "description": "Redirect"}
            return Said(json.dumps({"PPMDResults": {"Results": content, "Error": {"Fault": {"detail": detail}}}}))
        assert message.get("class") == "login"
        return results(usercontext={"@webserver": webserver, "#text": TOKEN})

    def connector(self, **options: str) -> Connector:
        assert self.served is not None
        secrets = {"username": Sealed('API<&"USER'), "password": Sealed('pa&ss<w>"rd')}
        given = {
            "office_key": "999999",
            "appname": "CHARTTEST",
            "login_url": f"{self.served.url}/login",
            "profile": "prof3",
            "column": "col2",
            **options,
        }
        return Connector(self.wire, Credentials(secrets, given))

    def headers(self, index: int = -1) -> dict[str, str]:
        assert self.served is not None
        return self.served.heard[index].headers


@pytest.fixture
def office() -> Iterator[Office]:
    made = Office()
    with vendor(made.answer) as served:
        made.served = served
        yield made
        made.wire.close()


@pytest.fixture(params=["json", "xml"])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    with simulated_office(tmp_path, request.param) as made:
        yield made


@pytest.fixture
def person() -> PersonFact:
    return PersonFact(
        vendor_id=None,
        family=Sealed("Núñez-Testcase"),
        given=Sealed("Ana"),
        middle=Sealed("María"),
        birth_date=Sealed(date(1984, 7, 9)),
        sex="F",
        phone=Sealed("8015550142"),
        email=Sealed("ana@example.invalid"),
        street=Sealed("12 Invented Way"),
        unit=Sealed("Apt 4"),
        city=Sealed("Testville"),
        state=Sealed("UT"),
        postal_code=Sealed("84000"),
    )
