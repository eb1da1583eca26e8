"""Search parameters that an organisation defines itself, by SearchParameter resources.

A definition becomes searchable when the index of all older resources has been made (``reindex``); new resources are
indexed by it from the start. A changed definition is another one: its hashes differ, so old rows are never asked.
Refuses (leaves alone) composites, ``special`` ones, and codes that R4 or US Core define for the type.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
import sqlalchemy as sa

from chartline.formats.fhir import JsonObject, text, texts
from chartline.formats.fhir.definitions import SearchParameter, search_parameters
from chartline.platform.database import Work
from chartline.platform.records.rows import micros
from chartline.platform.records.stored import Stored
from chartline.platform.records.tables import resource_parameter_table

_KINDS = frozenset({"number", "date", "string", "token", "reference", "quantity", "uri"})
_FRESH = 60.0
"""Seconds of real time for which searches trust what was read. Writes look every time (``known``)."""


class Definition(msgspec.Struct, frozen=True):
    """What is kept of a definition."""

    type: str
    expression: str
    url: str
    targets: tuple[str, ...] = ()


# Made with the module: the library crashes when several threads decode a type for the first time together.
_decoder = msgspec.json.Decoder(Definition)


@dataclass(frozen=True, slots=True)
class Custom:
    """One custom parameter of one type, its name inside hashes, and whether it can be searched by."""

    parameter: SearchParameter
    label: str
    ready: bool


@dataclass(frozen=True, slots=True)
class CustomParameters:
    """The custom parameters of an organisation, by type and code."""

    by_type: Mapping[str, Mapping[str, Custom]]
    stamp: int = 0
    """Changes with the parameters; see ``resource_rows``."""

    def of(self, rtype: str) -> Mapping[str, SearchParameter] | None:
        """The parameters of a type that are indexed; None when there are none."""
        found = self.by_type.get(rtype)
        return {code: one.parameter for code, one in found.items()} if found else None

    def labels(self, rtype: str) -> Mapping[str, str]:
        """Their names inside hashes."""
        return {code: one.label for code, one in self.by_type.get(rtype, {}).items()}

    def ready(self) -> dict[str, dict[str, SearchParameter]]:
        """The parameters that can be searched by."""
        found = {
            rtype: {code: one.parameter for code, one in codes.items() if one.ready}
            for rtype, codes in self.by_type.items()
        }
        return {rtype: codes for rtype, codes in found.items() if codes}


NONE = CustomParameters({})
"""An organisation without parameters of its own."""


class Parameters:
    """Reads and keeps custom parameters; remembers them for a minute."""

    def __init__(self) -> None:
        self._known: dict[tuple[sa.URL, str], tuple[float, CustomParameters]] = {}
        self._lock = threading.Lock()

    def all(self, work: Work) -> CustomParameters:
        """Every custom parameter of the organisation, ready or not."""
        place = (work.connection.engine.url, work.organisation)
        with self._lock:
            known = self._known.get(place)
        if known is not None and time.monotonic() - known[0] < _FRESH:
            return known[1]
        return self._anew(work, place)

    def known(self, work: Work, stamp: int) -> CustomParameters:
        """The custom parameters of the organisation whose stamp the transaction has just seen."""
        place = (work.connection.engine.url, work.organisation)
        with self._lock:
            known = self._known.get(place)
        if known is not None and known[1].stamp == stamp:
            return known[1]
        return self._remembered(place, NONE) if stamp == 0 else self._anew(work, place)

    def _anew(self, work: Work, place: tuple[sa.URL, str]) -> CustomParameters:
        return self._remembered(place, _read(work))

    def _remembered(self, place: tuple[sa.URL, str], found: CustomParameters) -> CustomParameters:
        with self._lock:
            self._known[place] = (time.monotonic(), found)
        return found

    def forget(self, work: Work) -> None:
        """Read anew at the next call."""
        with self._lock:
            self._known.pop((work.connection.engine.url, work.organisation), None)

    def follow(self, work: Work, stored: Stored, resource: JsonObject | None) -> None:
        """Make the table follow a SearchParameter resource that was stored or deleted."""
        table = resource_parameter_table
        wanted = definitions(resource) if resource is not None else {}
        mine = work.select(table).where(table.c.source == stored.id)
        before = {(row["rtype"], row["code"]): row["label"] for row in work.rows(mine)}
        for rtype, code in before:
            if before[(rtype, code)] != _label(wanted.get((rtype, code)), code):
                work.execute(work.delete(table).where(table.c.rtype == rtype, table.c.code == code))
        for (rtype, code), definition in wanted.items():
            label = _label(definition, code)
            if before.get((rtype, code)) != label:
                work.upsert(
                    table,
                    {"rtype": rtype, "code": code},
                    source=stored.id,
                    label=label,
                    definition=msgspec.json.encode(definition).decode(),
                    registered=work.now,
                    position=0,
                    ready=False,
                )
        self.forget(work)


def definitions(resource: JsonObject) -> dict[tuple[str, str], Definition]:
    """What a SearchParameter resource defines that is not there already, by type and code."""
    code, kind, url = text(resource, "code"), text(resource, "type"), text(resource, "url")
    expression = text(resource, "expression")
    if code is None or url is None or expression is None or kind not in _KINDS or text(resource, "status") != "active":
        return {}
    found: dict[tuple[str, str], Definition] = {}
    for rtype in texts(resource, "base"):
        own = _alternatives(expression, rtype)
        if own and not _official(rtype, code):
            found[(rtype, code)] = Definition(kind, own, url, tuple(texts(resource, "target")))
    return found


def _official(rtype: str, code: str) -> bool:
    try:
        return code in search_parameters(rtype)
    except KeyError:
        return True  # not a type that is stored, so nothing to define


def _alternatives(expression: str, rtype: str) -> str:
    """The alternatives of an expression (``A.x | B.y``) that begin with a type."""
    parts, depth, start = [], 0, 0
    for at, letter in enumerate(expression):
        depth += (letter == "(") - (letter == ")")
        if letter == "|" and not depth:
            parts.append(expression[start:at])
            start = at + 1
    parts.append(expression[start:])
    meant = (part.strip() for part in parts)
    return " | ".join(part for part in meant if part.lstrip("(").startswith(f"{rtype}."))


def _label(definition: Definition | None, code: str) -> str:
    if definition is None:
        return ""
    content = msgspec.json.encode((definition.type, definition.expression, definition.targets))
    return f"{code}#{hashlib.blake2b(content, digest_size=8).hexdigest()}"


def _read(work: Work) -> CustomParameters:
    by_type: dict[str, dict[str, Custom]] = {}
    stamp = count = 0
    for row in work.rows(work.select(resource_parameter_table)):
        made = _decoder.decode(row["definition"])
        parameter = SearchParameter(row["code"], made.type, made.expression, (made.url,), made.targets)
        by_type.setdefault(row["rtype"], {})[row["code"]] = Custom(parameter, row["label"], row["ready"])
        stamp, count = max(stamp, micros(row["registered"])), count + 1
    return CustomParameters(by_type, stamp + count)
