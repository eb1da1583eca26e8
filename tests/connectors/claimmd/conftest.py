"""A Claim.MD account of few words: answers from each test's script, by service."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qs

import pytest
from tests.support.vendor import Heard, Said, Vendor, vendor
from tests.support.wire import LoopbackWire

from chartline.connect.wire import Credentials
from chartline.connectors.claimmd.connector import Connector
from chartline.kernel.sealed import Sealed

KEY = "TEST+key/not=real"


@dataclass
class Account:
    """The scripted account. The last answer of a service repeats."""

    script: dict[str, list[Said | Callable[[dict[str, str]], Said]]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    served: Vendor | None = None
    wire: LoopbackWire = field(default_factory=LoopbackWire)

    def answer(self, heard: Heard) -> Said:
        service = heard.path.removeprefix("/services/").removesuffix("/")
        form = {}
        if heard.headers["content-type"].startswith("application/x-www-form-urlencoded"):
            form = {name: values[0] for name, values in parse_qs(heard.body.decode(), keep_blank_values=True).items()}
        self.asked.append((service, form))
        answers = self.script[service]
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        return answer if isinstance(answer, Said) else answer(form)

    def connector(self, **options: str) -> Connector:
        assert self.served is not None
        credentials = Credentials({"account_key": Sealed(KEY)}, {"base_url": f"{self.served.url}/services", **options})
        return Connector(self.wire, credentials)


@pytest.fixture
def account() -> Iterator[Account]:
    made = Account()
    with vendor(made.answer) as served:
        made.served = served
        yield made
        made.wire.close()
