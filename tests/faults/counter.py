"""A Claim.MD whose remittances come from a test: everything else is handed on to the simulator behind it."""

from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx2
from tests.domains.remittances import raw
from tests.support.vendor import Heard, Said, vendor

from chartline.formats.x12.remittance import Remittance
from chartline.kernel.sealed import Purpose

PAGE = "<html><body><h1>We will be back soon</h1></body></html>"


def file_of(remittance: Remittance) -> str:
    """The remittance as an 835 file."""
    return raw(remittance).reveal(Purpose.EXCHANGE).decode()


@dataclass
class Counter:
    """``files`` are the 835s by number; ``pages`` so many of the next answers are a web page with status 200."""

    behind: str
    url: str = ""
    files: dict[int, str] = field(default_factory=dict)
    lists_twice: bool = False
    pages: int = 0
    fetched: list[int] = field(default_factory=list)

    def lay_out(self, content: str) -> int:
        """Put another remittance on the counter; answers its number."""
        number = 41001 + len(self.files)
        self.files[number] = content
        return number

    def answer(self, heard: Heard) -> Said:
        service = heard.path.strip("/").split("/")[-1]
        form = dict(httpx2.QueryParams(heard.body.decode())) if service in ("eralist", "era835") else {}
        if self.pages and service in ("eralist", "era835"):
            self.pages -= 1
            return Said(PAGE, media="text/html")
        if service == "eralist":
            return Said(json.dumps({"era": self._rows(int(form.get("ERAID", "0")), int(form.get("Page", "1")))}))
        if service == "era835":
            number = int(form["eraid"])
            self.fetched.append(number)
            return Said(json.dumps({"eraid": str(number), "data": self.files[number]}))
        answer = httpx2.post(f"{self.behind}{heard.path}", content=heard.body, headers=heard.headers)
        return Said(answer.content, answer.status_code, answer.headers["content-type"])

    def _rows(self, after: int, page: int) -> list[dict[str, str]]:
        if page > 1:
            return []
        numbers = [number for number in self.files if number > after]
        return [
            {
                "eraid": str(number),
                "check_number": "EXAMPLE",
                "paid_amount": "1.00",
                "paid_date": "2026-03-20",
                "payer_name": "EXAMPLE MUTUAL",
                "payerid": "00123",
            }
            for number in numbers * (2 if self.lists_twice else 1)
        ]


@contextmanager
def counter(behind: str) -> Generator[Counter]:
    """Run it until the block ends."""
    made = Counter(behind)
    with vendor(made.answer) as served:
        made.url = served.url
        yield made
