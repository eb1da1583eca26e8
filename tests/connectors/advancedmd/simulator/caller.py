"""A caller for these tests: composes and reads both encodings by itself, without the simulator's own codec."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import httpx2
import uvicorn

from chartline.connect.simulation.web import Handler, application

PARTNER = "/practicemanager/xmlrpc/processrequest.aspx"
REDIRECT = "-2147220476"
TIMED_OUT = "-2147220479"


class StillClock:
    """A clock that moves only when told to; 2026-03-03 17:00 UTC is a Tuesday, 10:00 in Denver."""

    def __init__(self, moment: datetime | None = None) -> None:
        self.moment = moment or datetime(2026, 3, 3, 17, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def sleep(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)

    def real_seconds(self, seconds: float) -> float:
        return 0.0

    def forward(self, **span: float) -> None:
        self.moment += timedelta(**span)


@contextmanager
def served(handler: Handler, clock: StillClock) -> Generator[str]:
    """The handler on a real loopback socket; gives its origin."""
    config = uvicorn.Config(application(handler, clock), port=0, log_level="critical", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.005)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def as_xml(message: dict[str, Any]) -> bytes:
    (name, value), *_ = message.items()
    return ElementTree.tostring(_element(name, value), encoding="iso-8859-1")


def _element(name: str, value: Any) -> ElementTree.Element:
    node = ElementTree.Element(name)
    if isinstance(value, str):
        node.text = value
        return node
    for key, inner in value.items():
        if key.startswith("@"):
            node.set(key[1:], inner)
        elif key == "#text":
            node.text = inner
        else:
            node.extend(_element(key, item) for item in (inner if isinstance(inner, list) else [inner]))
    return node


def from_xml(body: bytes) -> dict[str, Any]:
    root = ElementTree.fromstring(body)
    return {root.tag: _mapped(root)}


def _mapped(node: ElementTree.Element) -> Any:
    """The table of vendor sheet 2.4, written a second time."""
    if not node.attrib and not len(node):
        return node.text or ""
    data: dict[str, Any] = {f"@{name}": value for name, value in node.attrib.items()}
    if node.text:
        data["#text"] = node.text
    for child in node:
        if child.tag not in data:
            data[child.tag] = _mapped(child)
        elif isinstance(data[child.tag], list):
            data[child.tag].append(_mapped(child))
        else:
            data[child.tag] = [data[child.tag], _mapped(child)]
    return data


class Caller:
    """One API user of the example office, in one encoding."""

    def __init__(self, origin: str, encoding: str) -> None:
        self.origin, self.encoding = origin, encoding
        # Plain HTTP on loopback: reading the certificates of the machine would be most of a test's time.
        self.http = httpx2.Client(timeout=10, verify=False, trust_env=False)
        self.webserver, self.token = "", ""

    def close(self) -> None:
        self.http.close()

    def post(self, url: str, message: dict[str, Any], headers: dict[str, str] | None = None) -> httpx2.Response:
        if self.encoding == "json":
            kinds = {"content-type": "application/json", "accept": "application/json"}
            return self.http.post(url, json={"ppmdmsg": message}, headers=kinds | (headers or {}))
        kinds = {"content-type": "text/xml; charset=ISO-8859-1"}
        return self.http.post(url, content=as_xml({"ppmdmsg": message}), headers=kinds | (headers or {}))

    def read(self, response: httpx2.Response) -> Any:
        assert response.status_code == 200, response.text
        data = response.json() if self.encoding == "json" else from_xml(response.content)
        return data["PPMDResults"]

    def credentials(self, **changes: str) -> dict[str, str]:
        given = {
            "action": "login",
            "class": "login",
            "msgtime": "3/3/2026 10:00:00 AM",
            "username": "SIMUSER",
            "psw": "simulated only",
            "officecode": "999001",
            "appname": "SIMAPP",
        } | changes
        return {f"@{name}": value for name, value in given.items()}

    def step_one(self, **changes: str) -> Any:
        return self.read(self.post(self.origin + PARTNER, self.credentials(**changes)))

    def step_two(self, webserver: str, **changes: str) -> Any:
        return self.read(self.post(f"{webserver}/xmlrpc/processrequest.aspx", self.credentials(**changes)))

    def login(self) -> None:
        first = self.step_one()
        self.webserver = first["Results"]["usercontext"]["@webserver"]
        second = self.step_two(self.webserver)
        assert second["Results"]["@success"] == "1"
        self.token = second["Results"]["usercontext"]["#text"]

    def send(self, action: str, component: str, **parts: Any) -> httpx2.Response:
        """Attributes are given as text, elements as dictionaries, lists or with a trailing underscore."""
        message: dict[str, Any] = {"@action": action, "@class": component}
        for name, value in parts.items():
            message[f"@{name}" if isinstance(value, str) else name] = value
        url = f"{self.webserver}/xmlrpc/processrequest.aspx"
        return self.post(url, message, {"cookie": f"token={self.token}"})

    def ask(self, action: str, component: str = "api", **parts: Any) -> Any:
        """The ``Results`` of a call that must succeed."""
        answer = self.read(self.send(action, component, **parts))
        assert answer["Error"] == "", answer
        assert answer["Results"]["@success"] == "1"
        return answer["Results"]

    def refused(self, action: str, component: str = "api", **parts: Any) -> str:
        """The fault code of a call that must be refused; for a plain-string ``Error`` its text."""
        answer = self.read(self.send(action, component, **parts))
        assert answer["Results"] == {"@success": "0"}
        error = answer["Error"]
        return error if isinstance(error, str) else error["Fault"]["detail"]["code"]

    def rest(self, method: str, path: str, *, surface: str = "api", **more: Any) -> httpx2.Response:
        base = self.webserver.replace("/processrequest/", f"/{surface}/")
        headers = {"authorization": f"Bearer {self.token}"} | more.pop("headers", {})
        return self.http.request(method, base + path, headers=headers, **more)

    def control(self, method: str, path: str, data: Any = None) -> Any:
        response = self.http.request(method, f"{self.origin}/_control/{path}", json=data)
        assert response.status_code == 200, response.text
        return response.json()

    def counters(self) -> Any:
        return self.control("GET", "counters")


def listed(value: Any) -> list[Any]:
    """One object or many or none, as a list."""
    if value in ("", None):
        return []
    return value if isinstance(value, list) else [value]
