"""Make the terminology tables of ``formats/fhir/terminology/data`` from the official R4 and US Core 6.1.0 packages.

    python tools/fhir_terminology.py R4_FOLDER US_CORE_FOLDER [OUT_FOLDER]

R4_FOLDER holds ``valuesets.json``, ``v2-tables.json``, ``v3-codesystems.json`` and ``conceptmaps.json`` (HL7 FHIR R4,
CC0); US_CORE_FOLDER the unpacked package ``hl7.fhir.us.core`` 6.1.0 (CC0). Run by maintainers when a source changes.

What belongs to others is not taken along: of DICOM, SNOMED CT, LOINC, UCUM and the like only the bare codes that
HL7's own value sets name are kept (with the display where US Core itself prints it), and nothing of NUCC, CPT or NUBC.
Each table is packed alone, so that a process unpacks only what it is asked for. Same input, same bytes.
"""

from __future__ import annotations

import json
import re
import sys
import zlib
from pathlib import Path

Json = dict[str, object]

LISTS = Path(__file__).parent / "fhir_lists"
OUT = Path(__file__).parent.parent / "src" / "chartline" / "formats" / "fhir" / "terminology" / "data"

RACE = "urn:oid:2.16.840.1.113883.6.238"
NULLS = "http://terminology.hl7.org/CodeSystem/v3-NullFlavor"
SEX = "http://terminology.hl7.org/CodeSystem/v3-AdministrativeGender"
VSAC = "http://cts.nlm.nih.gov/fhir/ValueSet/"

OTHERS = (
    "http://snomed.info/sct",
    "http://loinc.org",
    "http://unitsofmeasure.org",
    "http://dicom.nema.org/resources/ontology/DCM",
    "http://nucc.org/provider-taxonomy",
    "http://www.ama-assn.org/go/cpt",
    "http://hl7.org/fhir/sid/icd-10",
    "urn:iso:std:iso:11073:10101",
    "urn:oid:1.3.6.1.4.1.19376.1.2.3",
    "urn:oid:2.16.840.1.113883.3.26.1.1",
)
"""Systems of other owners: their displays in R4's value sets are left out."""

BARE = (
    "http://dicom.nema.org/resources/ontology/DCM",
    "urn:iso-astm:E1762-95:2013",
    "urn:oid:1.2.36.1.2001.1001.101.104.16592",
    "http://terminology.hl7.org/CodeSystem/ex-diagnosis-on-admission",
    "http://terminology.hl7.org/CodeSystem/ex-revenue-center",
    "http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle",
)
"""Code systems whose texts R4 prints by leave of another owner: codes alone are kept."""

VSAC_SETS: dict[str, list[Json]] = {
    # What US Core 6.1.0 prints for these lists on its pages; the package only points to them.
    "2.16.840.1.113762.1.4.1": [{"s": SEX, "c": ["F", "M"]}],
    "2.16.840.1.113762.1.4.1021.102": [{"s": NULLS, "c": ["ASKU", "UNK"]}],
    "2.16.840.1.113762.1.4.1021.103": [{"s": NULLS, "c": ["ASKU", "OTH", "UNK"]}],
    "2.16.840.1.114222.4.11.836": [{"s": RACE, "c": ["1002-5", "2028-9", "2054-5", "2076-8", "2106-3"]}],
    "2.16.840.1.113883.3.2074.1.1.3": [{"s": RACE, "c": ["1002-5", "2028-9", "2054-5", "2076-8", "2106-3", "2131-1"]}],
    "2.16.840.1.114222.4.11.837": [{"s": RACE, "c": ["2135-2", "2186-5"]}],
    "2.16.840.1.113883.1.11.14914": [{"s": RACE, "f": [["concept", "descendent-of", "1000-9"]]}],
    "2.16.840.1.114222.4.11.877": [{"s": RACE, "f": [["concept", "descendent-of", "2135-2"]]}],
}


def resources(file: Path) -> list[Json]:
    """The resources of a Bundle file."""
    bundle = json.loads(file.read_text("utf-8"))
    return [entry["resource"] for entry in bundle["entry"]]


def squeezed(text: object) -> str:
    """Running text on one line."""
    return re.sub(r"\s+", " ", str(text or "")).strip()


class Rows:
    """The concepts of one code system in the order of its tree, as columns."""

    def __init__(self, bare: bool) -> None:
        self.bare = bare
        self.codes: list[str] = []
        self.displays: list[str] = []
        self.definitions: list[str] = []
        self.parents: dict[str, list[str]] = {}
        self.properties: dict[str, Json] = {}
        self.designations: dict[str, list[list[str]]] = {}

    def add(self, concepts: list[Json], parent: str) -> None:
        """Take concepts with all that hang below them."""
        for concept in concepts:
            code = str(concept["code"])
            properties: Json = {}
            for item in _list(concept.get("property")):
                value = next(item[name] for name in item if name.startswith("value"))
                if item["code"] == "child":
                    self.under(str(value), code)
                elif item["code"] != "deprecationDate":
                    properties[str(item["code"])] = value
            named = [
                [str(one.get("language", "")), _use(one), squeezed(one["value"])]
                for one in _list(concept.get("designation"))
            ]
            self.one(code, concept.get("display"), concept.get("definition"))
            if parent:
                self.under(code, parent)
            if properties:
                self.properties[code] = properties
            if named and not self.bare:
                self.designations[code] = named
            self.add(_list(concept.get("concept")), code)

    def one(self, code: str, display: object = "", definition: object = "") -> None:
        """Take one concept; a definition that only repeats the display is left out."""
        shown, told = squeezed(display), squeezed(definition)
        self.codes.append(code)
        self.displays.append("" if self.bare else shown)
        self.definitions.append("" if self.bare or told == shown else told)

    def under(self, code: str, parent: str) -> None:
        """Note a parent; a concept may have several."""
        known = self.parents.setdefault(code, [])
        if parent not in known:
            known.append(parent)

    def columns(self) -> Json:
        """The members of the table; what is empty is left out."""
        result: Json = {"codes": self.codes, "displays": self.displays}
        if any(self.definitions):
            result["definitions"] = self.definitions
        for name in ("parents", "properties", "designations"):
            if getattr(self, name):
                result[name] = getattr(self, name)
        return result


def _list(value: object) -> list[Json]:
    return value if isinstance(value, list) else []


def _use(designation: Json) -> str:
    use = designation.get("use")
    return str(use.get("code", "")) if isinstance(use, dict) else ""


def code_system(resource: Json) -> Json:
    """The table of a code system."""
    url, _, version = str(resource["url"]).partition("|")
    rows = Rows(url in BARE)
    rows.add(_list(resource.get("concept")), "")
    table: Json = {
        "u": url,
        "v": version or resource.get("version") or "",
        "n": resource.get("name") or "",
        "t": resource.get("title") or resource.get("name") or "",
        "id": resource.get("id") or "",
        "content": resource.get("content"),
        **rows.columns(),
    }
    if resource.get("caseSensitive") is False:
        table["any_case"] = True
    return table


def rules(parts: object, shown: dict[str, dict[str, str]], keep: bool) -> list[Json]:
    """The include or exclude rules of a value set; a display is kept where it differs from its code system's."""
    result: list[Json] = []
    for part in _list(parts):
        rule: Json = {}
        if "system" in part:
            system, _, version = str(part["system"]).partition("|")
            rule["s"] = system
            version = version or str(part.get("version") or "")
            if version and version != "3.6.0":
                rule["v"] = version
        if "concept" in part:
            known = shown.get(str(rule.get("s")), {})
            codes: list[str | tuple[str, str]] = []
            for concept in _list(part["concept"]):
                display = squeezed(concept.get("display"))
                foreign = rule.get("s") in OTHERS and not keep
                plain = not display or foreign or known.get(str(concept["code"])) == display
                code = str(concept["code"])
                codes.append(code if plain else (code, display))
            rule["c"] = [one if isinstance(one, str) else one[0] for one in codes]
            displays = {one[0]: one[1] for one in codes if not isinstance(one, str)}
            if displays:
                rule["d"] = displays
        if "filter" in part:
            rule["f"] = [[one["property"], one["op"], one["value"]] for one in _list(part["filter"])]
        if "valueSet" in part:
            rule["vs"] = part["valueSet"]
        result.append(rule)
    return result


def value_set(resource: Json, shown: dict[str, dict[str, str]], keep: bool) -> Json:
    """The table of a value set."""
    compose = resource["compose"]
    assert isinstance(compose, dict)
    table: Json = {
        "u": resource["url"],
        "v": resource.get("version") or "",
        "n": resource.get("name") or "",
        "t": resource.get("title") or resource.get("name") or "",
        "id": resource.get("id") or "",
        "in": rules(compose.get("include"), shown, keep),
    }
    if compose.get("exclude"):
        table["ex"] = rules(compose["exclude"], shown, keep)
    if compose.get("inactive") is False:
        table["active"] = True
    return table


def concept_map(resource: Json) -> Json:
    """The table of a concept map."""
    groups: list[Json] = []
    for group in _list(resource.get("group")):
        elements: list[object] = []
        for element in _list(group["element"]):
            targets = [
                [one.get("code", ""), one.get("equivalence", "equivalent"), squeezed(one.get("comment"))]
                for one in _list(element.get("target"))
            ]
            elements.append([element.get("code", ""), targets])
        unmapped = group.get("unmapped")
        entry: Json = {"s": group.get("source") or "", "t": group.get("target") or "", "e": elements}
        if isinstance(unmapped, dict):
            entry["un"] = [unmapped["mode"], unmapped.get("code", ""), unmapped.get("url", "")]
        groups.append(entry)
    return {
        "u": resource["url"],
        "v": resource.get("version") or "",
        "n": resource.get("name") or "",
        "id": resource.get("id") or "",
        "from": resource.get("sourceCanonical") or resource.get("sourceUri") or "",
        "to": resource.get("targetCanonical") or resource.get("targetUri") or "",
        "g": groups,
    }


def lines(name: str) -> list[str]:
    """The lines of one of our own lists, without remarks."""
    text = (LISTS / name).read_text("utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def own_systems(sets: list[Json], races: dict[str, Rows]) -> list[Json]:
    """The code systems that R4 uses and does not print, written from lists of facts."""
    iso = next(one for one in sets if one["u"] == "http://hl7.org/fhir/ValueSet/iso3166-1-2")
    names = _list(iso["in"])[0]["d"]
    assert isinstance(names, dict)
    countries, money, states, race = Rows(False), Rows(False), Rows(False), Rows(False)
    for line in lines("iso3166.txt"):
        for code in line.split():
            countries.one(code, names.get(line[:2], ""))
    for line in lines("iso4217.txt"):
        for code in line.split():
            money.one(code)
    for line in lines("usps_states.txt"):
        states.one(*line.split(" ", 1))
    for head, name in (("1000-9", "Race"), ("2133-7", "Ethnicity")):
        race.one(head, name)
        rows = races[name]
        for code, display in zip(rows.codes, rows.displays, strict=True):
            race.one(code, display)
            for parent in rows.parents.get(code, [head]):
                race.under(code, parent)
    made = (
        ("urn:iso:std:iso:4217", "ISO4217", "Currencies (ISO 4217)", money),
        ("urn:iso:std:iso:3166", "ISO3166", "Countries (ISO 3166-1)", countries),
        ("https://www.usps.com/", "USPS", "States (USPS)", states),
        (RACE, "CDCREC", "Race and ethnicity (CDC)", race),
    )
    return [
        {"u": url, "v": "", "n": name, "t": title, "id": "", "content": "complete", **rows.columns()}
        for url, name, title, rows in made
    ]


def pack(tables: list[Json], name: str, out: Path) -> None:
    """Write tables one packed block after the other, and an index: canonical, version, id, offset, length."""
    blob = bytearray()
    index: list[list[object]] = []
    for table in sorted(tables, key=lambda one: (str(one["u"]), str(one["v"]))):
        raw = json.dumps(table, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
        block = zlib.compress(raw, 9, -15)
        index.append([table["u"], table["v"], table["id"], len(blob), len(block)])
        blob += block
    (out / f"{name}.pack").write_bytes(blob)
    listed = "\n".join("\t".join(str(part) for part in row) for row in index)
    (out / f"{name}.index").write_bytes(zlib.compress(listed.encode(), 9))


def main(r4: Path, core: Path, out: Path) -> None:
    """Read the packages and write the three tables."""
    found = [one for name in ("valuesets", "v2-tables", "v3-codesystems") for one in resources(r4 / f"{name}.json")]
    own = [json.loads(file.read_text("utf-8")) for file in sorted(core.glob("*.json")) if file.name[0] in "CV"]
    printed = [one for one in found + own if one["resourceType"] == "CodeSystem" and one["content"] != "not-present"]
    systems = [code_system(one) for one in printed]
    shown: dict[str, dict[str, str]] = {}
    races: dict[str, Rows] = {}
    for one in printed:
        rows = Rows(False)
        rows.add(_list(one.get("concept")), "")
        shown[str(one["url"])] = dict(zip(rows.codes, rows.displays, strict=True))
        races[str(one["url"]).rpartition("/v3-")[2]] = rows
    sets = [value_set(one, shown, keep=False) for one in found if one["resourceType"] == "ValueSet"]
    sets += [value_set(one, shown, keep=True) for one in own if one["resourceType"] == "ValueSet"]
    systems += own_systems(sets, races)
    sets += [{"u": VSAC + oid, "v": "", "n": oid, "t": oid, "id": oid, "in": rule} for oid, rule in VSAC_SETS.items()]
    maps = [concept_map(one) for one in resources(r4 / "conceptmaps.json")]
    out.mkdir(parents=True, exist_ok=True)
    pack(systems, "code_systems", out)
    pack(sets, "value_sets", out)
    pack(maps, "concept_maps", out)
    size = sum(file.stat().st_size for file in out.iterdir() if file.is_file())
    print(f"{len(systems)} code systems, {len(sets)} value sets, {len(maps)} concept maps; {size:,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]) if len(sys.argv) > 3 else OUT)
