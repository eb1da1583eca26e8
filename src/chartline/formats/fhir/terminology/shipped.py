"""The terminology that comes with the package: FHIR R4's and US Core 6.1.0's own.

The tables are made by ``tools/fhir_terminology.py``. Each code system and value set is unpacked
when it is first asked for, and kept. Sources and licences are in ``THIRD-PARTY.md``.
Refuses nothing: what is not here is None.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from functools import cache
from importlib import resources
from threading import Lock

import msgspec

from chartline.formats.fhir.terminology.grammars import GRAMMARS
from chartline.formats.fhir.terminology.memory import Columns, MemorySystem
from chartline.formats.fhir.terminology.model import (
    ConceptMap,
    Filter,
    MapGroup,
    Rule,
    System,
    Target,
    ValueSet,
    fits,
)


class _SystemTable(msgspec.Struct):
    u: str
    v: str
    n: str
    t: str
    id: str
    content: str
    codes: list[str]
    displays: list[str]
    definitions: list[str] = []
    parents: dict[str, list[str]] = {}
    properties: dict[str, dict[str, str | bool | int]] = {}
    designations: dict[str, list[tuple[str, str, str]]] = {}
    any_case: bool = False


class _RuleTable(msgspec.Struct):
    s: str = ""
    v: str = ""
    c: list[str] | None = None
    d: dict[str, str] = {}
    f: list[tuple[str, str, str]] = []
    vs: list[str] = []


class _ValueSetTable(msgspec.Struct):
    u: str
    v: str
    n: str
    t: str
    id: str
    include: list[_RuleTable] = msgspec.field(name="in")
    ex: list[_RuleTable] = []
    active: bool = False


class _GroupTable(msgspec.Struct):
    s: str
    t: str
    e: list[tuple[str, list[tuple[str, str, str]]]]
    un: tuple[str, str, str] | None = None


class _MapTable(msgspec.Struct):
    u: str
    v: str
    n: str
    id: str
    source: str = msgspec.field(name="from")
    to: str
    g: list[_GroupTable]


_system_table = msgspec.json.Decoder(_SystemTable)
_value_set_table = msgspec.json.Decoder(_ValueSetTable)
_map_table = msgspec.json.Decoder(_MapTable)


class Pack:
    """A file of packed tables with its index; a table is read by canonical and version, or by id."""

    def __init__(self, name: str) -> None:
        folder = resources.files("chartline.formats.fhir.terminology") / "data"
        self._bytes = (folder / f"{name}.pack").read_bytes()
        listed = zlib.decompress((folder / f"{name}.index").read_bytes()).decode()
        self.places: dict[str, list[tuple[str, int, int]]] = {}
        self.ids: dict[str, str] = {}
        for line in listed.split("\n"):
            url, version, identity, offset, length = line.split("\t")
            self.places.setdefault(url, []).append((version, int(offset), int(length)))
            if identity:
                self.ids.setdefault(identity, f"{url}|{version}" if version else url)

    def read(self, url: str, version: str) -> bytes | None:
        """The unpacked table of the newest version that fits, or None."""
        fitting = [place for place in self.places.get(url, ()) if fits(version, place[0])]
        if not fitting:
            return None
        _, offset, length = max(fitting)
        return zlib.decompress(self._bytes[offset : offset + length], -15)


class Shipped:
    """The shipped terminology as a ``Source``. One for the process: see ``shipped``."""

    def __init__(self) -> None:
        self._packs: dict[str, Pack] = {}
        self._systems: dict[tuple[str, str], System] = {}
        self._value_sets: dict[tuple[str, str], ValueSet] = {}
        self._maps: tuple[ConceptMap, ...] | None = None
        # One lock serves for all: unpacking is rare, and two threads must not decode the same type for the first time.
        self._lock = Lock()

    def system(self, url: str, version: str) -> System | None:
        """A shipped code system, or one whose codes follow a rule (languages, media types, units)."""
        key = (url, version)
        if key not in self._systems:
            with self._lock:
                raw = self._pack("code_systems").read(url, version)
                if raw is None:
                    return GRAMMARS.get(url)
                self._systems[key] = _system(_system_table.decode(raw))
        return self._systems[key]

    def value_set(self, url: str, version: str) -> ValueSet | None:
        """A shipped value set."""
        key = (url, version)
        if key not in self._value_sets:
            with self._lock:
                raw = self._pack("value_sets").read(url, version)
                if raw is None:
                    return None
                self._value_sets[key] = _value_set(_value_set_table.decode(raw))
        return self._value_sets[key]

    def concept_map(self, url: str, version: str) -> ConceptMap | None:
        """A shipped concept map."""
        return next((one for one in self.concept_maps() if one.url == url and fits(version, one.version)), None)

    def concept_maps(self) -> Sequence[ConceptMap]:
        """The shipped concept maps: a few that R4 prints."""
        if self._maps is None:
            with self._lock:
                pack = self._pack("concept_maps")
                read = (pack.read(url, "") for url in pack.places)
                self._maps = tuple(_map(_map_table.decode(raw)) for raw in read if raw is not None)
        return self._maps

    def canonical(self, kind: str, identity: str) -> str | None:
        """The canonical of a shipped ValueSet, CodeSystem or ConceptMap by the id that HL7 gave it."""
        names = {"CodeSystem": "code_systems", "ValueSet": "value_sets", "ConceptMap": "concept_maps"}
        with self._lock:
            return self._pack(names[kind]).ids.get(identity)

    def value_set_urls(self) -> tuple[str, ...]:
        """The canonicals of all shipped value sets, without versions."""
        with self._lock:
            return tuple(self._pack("value_sets").places)

    def system_urls(self) -> tuple[str, ...]:
        """The canonicals of all shipped code systems, without versions."""
        with self._lock:
            return tuple(self._pack("code_systems").places)

    def _pack(self, name: str) -> Pack:
        if name not in self._packs:
            self._packs[name] = Pack(name)
        return self._packs[name]


def _system(table: _SystemTable) -> MemorySystem:
    columns = Columns(
        table.codes, table.displays, table.definitions, table.parents, table.properties, table.designations
    )
    return MemorySystem(
        table.u, table.v, table.t or table.n, table.content, columns, any_case=table.any_case, id=table.id
    )


def _rule(table: _RuleTable) -> Rule:
    return Rule(
        table.s,
        table.v,
        None if table.c is None else tuple(table.c),
        table.d,
        tuple(Filter(*one) for one in table.f),
        tuple(table.vs),
    )


def _value_set(table: _ValueSetTable) -> ValueSet:
    include, exclude = tuple(map(_rule, table.include)), tuple(map(_rule, table.ex))
    return ValueSet(table.u, table.v, table.n, table.t, include, exclude, table.active, table.id)


def _map(table: _MapTable) -> ConceptMap:
    groups = tuple(
        MapGroup(one.s, one.t, {code: tuple(Target(*target) for target in targets) for code, targets in one.e}, one.un)
        for one in table.g
    )
    return ConceptMap(table.u, table.v, table.n, table.source, table.to, groups, table.id)


@cache
def shipped() -> Shipped:
    """The shipped terminology of this process."""
    return Shipped()
