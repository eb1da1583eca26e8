"""The floor as a server: a raw ASGI application that answers the workloads from the bare database.

    python -m fhir_load_parts.floor DATABASE PORT

Only what the workloads ask is understood. Calls of the database block the loop: on one processor nothing is faster.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import cast
from urllib.parse import parse_qs
from uuid import uuid4

import uvicorn
from litestar.types import HTTPScope, Receive, Scope, Send

from fhir_load_parts.bare import Bare, Json, Row, decode, encode, hashed

_JSON = [(b"content-type", b"application/fhir+json")]
_ROOT = "/fhir/R4"


def searchset(bodies: Iterable[bytes], following: str = "") -> bytes:
    """A Bundle around bodies."""
    entries = b",".join(b'{"resource":' + body + b"}" for body in bodies)
    link = f'"link":[{{"relation":"next","url":"{following}"}}],'.encode() if following else b""
    return b'{"resourceType":"Bundle","type":"searchset",' + link + b'"entry":[' + entries + b"]}"


class Floor:
    """Answers from the bare database."""

    def __init__(self, bare: Bare) -> None:
        self._bare = bare

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            return
        body = b""
        if scope["method"] != "GET":
            more = True
            while more:
                message = await receive()
                if message["type"] != "http.request":
                    return
                body += message["body"]
                more = message["more_body"]
        status, answer = self._answer(scope, body)
        head = [*_JSON, (b"content-length", str(len(answer)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": head})
        await send({"type": "http.response.body", "body": answer, "more_body": False})

    def _answer(self, scope: HTTPScope, body: bytes) -> tuple[int, bytes]:
        method, path = scope["method"], scope["path"]
        if path == "/empty":
            return 200, b"x" * 2048
        parts = path[len(_ROOT) + 1 :].split("/")
        if method == "POST":
            return self._post(parts[0], body)
        if method == "PUT":
            return 200, self._bare.update(decode(body))
        answer = self._get(parts, scope["query_string"].decode())
        if self._bare.on_postgresql:
            self._bare.commit()
        return (200, answer) if answer is not None else (404, b"{}")

    def _post(self, rtype: str, body: bytes) -> tuple[int, bytes]:
        content = decode(body)
        if rtype:
            return 201, self._bare.write([{**content, "id": str(uuid4())}])[0]
        entries = cast("list[Json]", content["entry"])
        names = {str(one.get("fullUrl")): str(uuid4()) for one in entries if "fullUrl" in one}
        made: list[Json] = []
        for one in entries:
            resource = cast("Json", one["resource"])
            subject = resource.get("subject")
            if isinstance(subject, dict):
                resource["subject"] = {"reference": f"Patient/{names[str(subject['reference'])]}"}
            made.append({**resource, "id": names.get(str(one.get("fullUrl"))) or str(uuid4())})
        self._bare.write(made)
        told = [
            {"response": {"status": "201 Created", "location": f"{one['resourceType']}/{one['id']}"}} for one in made
        ]
        return 200, encode({"resourceType": "Bundle", "type": "transaction-response", "entry": told})

    def _get(self, parts: list[str], query: str) -> bytes | None:
        rtype = parts[0]
        if parts[-1] == "$everything":
            return searchset(_bodies(self._rows("SELECT body FROM resource WHERE patient = ?", parts[1])))
        if rtype == "$export":
            return b"\n".join(_bodies(self._rows("SELECT body FROM resource")))
        if len(parts) == 2:
            return self._bare.body(rtype, parts[1])
        asked = {name: values[0] for name, values in parse_qs(query).items()}
        if "identifier" in asked:
            h = hashed("Patient", "identifier", "s", *asked["identifier"].split("|"))
            return searchset(_bodies(self._rows(f"{_LISTED} WHERE e.h = ?", h)))
        if "name" in asked:
            start = asked["name"].lower()
            named = "SELECT DISTINCT pk FROM i_str WHERE p = 1 AND norm >= ? AND norm < ?"
            return searchset(
                _bodies(
                    self._rows(f"SELECT r.body FROM ({named}) s JOIN resource r ON r.pk = s.pk", start, f"{start}~")
                )
            )
        if "patient" in asked:
            return self._signs(asked)
        return self._page(asked)

    def _signs(self, asked: dict[str, str]) -> bytes:
        h = hashed("Observation", "code", "s", *asked["code"].split("|"))
        found = _bodies(
            self._rows(
                "SELECT r.body FROM resource r WHERE r.patient = ? AND r.rtype = 'Observation' AND r.day >= ? "
                "AND EXISTS (SELECT 1 FROM i_eq e WHERE e.h = ? AND e.pk = r.pk)",
                asked["patient"],
                asked["date"].removeprefix("ge"),
                h,
            )
        )
        if "_include" in asked and found:
            patient = self._bare.body("Patient", asked["patient"])
            found += [patient] if patient else []
        return searchset(found)

    def _page(self, asked: dict[str, str]) -> bytes:
        size = int(asked["_count"])
        h = hashed("Observation", "status", "c", asked["status"])
        after = int(asked.get("after", "0"))
        rows = self._rows(f"{_PAGED} WHERE e.h = ? AND e.pk > ? ORDER BY e.pk LIMIT ?", h, after, size)
        more = f"{_ROOT}/Observation?status={asked['status']}&_count={size}&after={rows[-1][1]}" if rows else ""
        return searchset(_bodies(rows), more if len(rows) == size else "")

    def _rows(self, statement: str, *values: object) -> list[Row]:
        return self._bare.rows(statement, values)


_LISTED = "SELECT r.body FROM i_eq e JOIN resource r ON r.pk = e.pk"
_PAGED = "SELECT r.body, e.pk FROM i_eq e JOIN resource r ON r.pk = e.pk"


def _bodies(rows: Iterable[Row]) -> list[bytes]:
    return [cast("bytes", row[0]) for row in rows]


def main() -> None:
    """Serve until the end of the process."""
    floor = Floor(Bare(sys.argv[1]))
    uvicorn.run(floor, host="127.0.0.1", port=int(sys.argv[2]), log_config=None, access_log=False, lifespan="off")


if __name__ == "__main__":
    main()
