"""What search costs without a database: extraction, the reading of queries, the comparison with one resource.

    python bench/fhir_search.py

Prints microseconds of CPU of one thread, the best of many rounds. ``parse`` is the reading of the JSON, to compare.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from chartline.formats.fhir import JsonObject, encode, parse
from chartline.formats.fhir.search import Condition, extract, holds, read_query, sort_key

ROUNDS, TIMES = 60, 200

PATIENT = b"""{"resourceType":"Patient","id":"p1","meta":{"versionId":"1","lastUpdated":"2026-03-01T10:00:00.123Z",
"profile":["http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient"]},"text":{"status":"generated",
"div":"<div xmlns=\\"http://www.w3.org/1999/xhtml\\">Anna</div>"},"extension":[{
"url":"http://hl7.org/fhir/us/core/StructureDefinition/us-core-race","extension":[{"url":"ombCategory","valueCoding":{
"system":"urn:oid:2.16.840.1.113883.6.238","code":"2106-3","display":"White"}},{"url":"text","valueString":"White"}]}],
"identifier":[{"use":"usual","type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"MR"}],
"text":"MRN"},"system":"urn:oid:1.2.36.146","value":"12345A"},{"system":"urn:member","value":"M-99"}],"active":true,
"name":[{"use":"official","family":"Lopez","given":["Anna","Maria"],"text":"Anna Maria Lopez"},{"use":"usual",
"given":["Annie"]}],"telecom":[{"system":"phone","value":"(555) 010-1234","use":"home"},{"system":"email",
"value":"anna@example.org"}],"gender":"female","birthDate":"1974-12-25","deceasedBoolean":false,"address":[{
"use":"home","line":["12 Elm St"],"city":"Springfield","state":"IL","postalCode":"62701","country":"US"}],
"maritalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-MaritalStatus","code":"M"}]},"communication":[{"language":{"coding":[{
"system":"urn:ietf:bcp:47","code":"en-US","display":"English"}],"text":"English"},"preferred":true}],
"generalPractitioner":[{"reference":"Practitioner/d1"}],"managingOrganization":{"reference":"Organization/o1"}}"""

WEIGHT = b"""{"resourceType":"Observation","id":"o1","meta":{"versionId":"1","lastUpdated":"2026-03-01T10:00:00.123Z",
"profile":["http://hl7.org/fhir/us/core/StructureDefinition/us-core-vital-signs"]},"status":"final","category":[{
"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"vital-signs"}]}],"code":{
"coding":[{"system":"http://loinc.org","code":"29463-7","display":"Body Weight"}],"text":"Weight"},"subject":{
"reference":"Patient/p1"},"encounter":{"reference":"Encounter/e1"},"effectiveDateTime":"2026-02-28T09:30:00-07:00",
"issued":"2026-02-28T09:30:10-07:00","performer":[{"reference":"Practitioner/d1"}],"valueQuantity":{"value":72.50,
"unit":"kg","system":"http://unitsofmeasure.org","code":"kg"}}"""

PRESSURE = b"""{"resourceType":"Observation","id":"o2","status":"final","category":[{"coding":[{"code":"vital-signs",
"system":"http://terminology.hl7.org/CodeSystem/observation-category"}]}],"code":{"coding":[{"code":"85354-9",
"system":"http://loinc.org"}]},"subject":{"reference":"Patient/p1"},"effectiveDateTime":"2026-02-28","component":[{"code":{
"coding":[{"system":"http://loinc.org","code":"8480-6"}]},"valueQuantity":{"value":120,"unit":"mmHg","code":"mm[Hg]",
"system":"http://unitsofmeasure.org"}},{"code":{"coding":[{"system":"http://loinc.org","code":"8462-4"}]},
"valueQuantity":{"value":80,"unit":"mmHg","system":"http://unitsofmeasure.org","code":"mm[Hg]"}}]}"""

COVERAGE = b"""{"resourceType":"Coverage","id":"c1","meta":{"versionId":"1","lastUpdated":"2026-03-01T10:00:00.123Z"},
"identifier":[{"system":"urn:member","value":"M-1"}],"status":"active","type":{"coding":[{"code":"PPO",
"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode"}]},"subscriberId":"ABC123","beneficiary":{
"reference":"Patient/p1"},"subscriber":{"reference":"Patient/p1"},"payor":[{"reference":"Organization/pay"}],
"period":{"start":"2026-01-01"},"class":[{"type":{"coding":[{"code":"group",
"system":"http://terminology.hl7.org/CodeSystem/coverage-class"}]},"value":"G1","name":"Group one"}]}"""

QUERIES: list[tuple[str, list[tuple[str, str]]]] = [
    ("Patient", [("identifier", "urn:member|M-99")]),
    ("Patient", [("name", "anna"), ("birthdate", "1974-12-25")]),
    ("Observation", [("patient", "p1"), ("code", "http://loinc.org|29463-7"), ("date", "ge2026")]),
    (
        "Observation",
        [("code-value-quantity", "http://loinc.org|29463-7$gt70||kg"), ("_sort", "-date"), ("_count", "50")],
    ),
    ("Observation", [("subject:Patient.name", "anna"), ("_include", "Observation:subject")]),
]


def cost(work: Callable[[], object]) -> float:
    """Microseconds of CPU for one call, in the best round."""
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.thread_time_ns()
        for _ in range(TIMES):
            work()
        best = min(best, (time.thread_time_ns() - start) / TIMES / 1000)
    return best


def resources() -> None:
    """Prints what extraction costs."""
    print(f"{'resource':<22}{'bytes':>7}{'values':>8}{'parse us':>10}{'extract us':>12}")
    named = {"Patient": PATIENT, "Observation, weight": WEIGHT, "Observation, pressure": PRESSURE, "Coverage": COVERAGE}
    for name, body in named.items():
        resource = parse(body)
        size, values = len(encode(resource)), sum(len(some) for some in extract(resource).values.values())
        reading, extracting = cost(lambda body=body: parse(body)), cost(lambda resource=resource: extract(resource))
        print(f"{name:<22}{size:>7}{values:>8}{reading:>10.1f}{extracting:>12.1f}")


def queries() -> None:
    """Prints what reading and comparing cost."""
    found: dict[str, JsonObject] = {"Patient": parse(PATIENT), "Observation": parse(WEIGHT)}
    print(f"\n{'query':<84}{'read us':>9}{'compare us':>12}")
    for rtype, pairs in QUERIES:
        query, one = read_query([rtype], pairs), extract(found[rtype])
        conditions = [each for each in query.criteria[0] if isinstance(each, Condition)]
        reading = cost(lambda rtype=rtype, pairs=pairs: read_query([rtype], pairs))
        comparing = cost(lambda conditions=conditions, one=one: [holds(each, one) for each in conditions])
        print(
            f"{rtype + '?' + '&'.join(f'{name}={value}' for name, value in pairs):<84}{reading:>9.1f}{comparing:>12.2f}"
        )
    patient = extract(found["Patient"])
    print(f"\nsort key by family: {cost(lambda: sort_key(patient, 'family')):.2f} us")


if __name__ == "__main__":
    resources()
    queries()
