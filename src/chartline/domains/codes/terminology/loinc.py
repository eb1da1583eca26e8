"""LOINC from its release (``Loinc.csv``; the tree from ``ComponentHierarchyBySystem.csv`` where it is there).

LOINC's licence (loinc.org/license) is the loader's business. The long common name is shown; the short and the display
name are other names. A deprecated code is inactive. The version is the newest one that any code was changed in.
"""

from __future__ import annotations

from chartline.domains.codes.terminology.files import Release
from chartline.domains.codes.terminology.loading import Loading

SYSTEM = "http://loinc.org"
NAME = "LOINC"

_PROPERTIES = (
    "COMPONENT",
    "PROPERTY",
    "TIME_ASPCT",
    "SYSTEM",
    "SCALE_TYP",
    "METHOD_TYP",
    "CLASS",
    "CLASSTYPE",
    "STATUS",
    "ORDER_OBS",
)
"""The columns that R4 and US Core filter by, under the names they use."""
_CAPITAL = {"SCALE_TYP": {"Doc": "DOC"}}
"""US Core 6.1.0 writes DOC where LOINC writes Doc: the value is kept in both spellings."""


def read(release: Release, loading: Loading) -> str:
    """Load codes, names, properties and the tree; returns the version."""
    newest: tuple[int, ...] = ()
    with release.records(
        release.needed(r"Loinc\.csv", "Loinc.csv"), "LOINC_NUM", "LONG_COMMON_NAME", "STATUS", "CLASSTYPE"
    ) as rows:
        for row in rows:
            code = row["LOINC_NUM"]
            display = row["LONG_COMMON_NAME"] or row.get("SHORTNAME", "")
            loading.concept(code, display, inactive=row["STATUS"] == "DEPRECATED")
            for column, use in (("SHORTNAME", "short"), ("DisplayName", "display"), ("CONSUMER_NAME", "consumer")):
                if row.get(column) and row[column] != display:
                    loading.name(code, row[column], language="en", use=use)
            for name in _PROPERTIES:
                value = row.get(name, "")
                loading.property(code, name, value)
                loading.property(code, name, _CAPITAL.get(name, {}).get(value, ""))
            newest = max(newest, _version(row.get("VersionLastChanged", "")))
    _tree(release, loading)
    return ".".join(str(part) for part in newest)


def _tree(release: Release, loading: Loading) -> None:
    name = None if release.single else release.find(r"(Multi-?Axial|Component)Hierarchy(BySystem)?\.csv")
    if name is None:
        return
    with release.records(name, "IMMEDIATE_PARENT", "CODE", "CODE_TEXT") as rows:
        for row in rows:
            if not loading.knows(row["CODE"]):
                loading.concept(row["CODE"], row["CODE_TEXT"])
            if row["IMMEDIATE_PARENT"]:
                loading.parent(row["CODE"], row["IMMEDIATE_PARENT"])


def _version(text: str) -> tuple[int, ...]:
    """``2.78`` as numbers, so that 2.8 is older than 2.78; nothing for other text."""
    parts = text.split(".")
    if not all(part.isascii() and part.isdigit() for part in parts):
        return ()
    return tuple(int(part) for part in parts)
