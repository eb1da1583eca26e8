"""US Core as if it were somebody's own: as differentials or raw snapshots it finds what the shipped one finds."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.formats.fhir.validation.corpus import US, US_CORE, us_patient

from chartline.formats.fhir.definitions import profile_urls
from chartline.formats.fhir.json import JsonObject, encode, parse
from chartline.formats.fhir.terminology import shipped_terminology
from chartline.formats.fhir.validation import Definitions, validate

HERE = Path(__file__).parent / "data"
OWN = "https://own.example/StructureDefinition/"


def renamed(resource: Any) -> JsonObject:
    return parse(encode(resource).replace(US.encode(), OWN.encode()))


@pytest.fixture(scope="module", params=["differentials", "snapshots"])
def definitions(request: pytest.FixtureRequest) -> Iterator[Definitions]:
    lines = gzip.decompress((HERE / f"us_core_{request.param}.ndjson.gz").read_bytes()).splitlines()
    known = {str(one["url"]): one for one in (renamed(parse(line)) for line in lines)}
    assert not known.keys() & profile_urls()
    yield lambda canonical: known.get(canonical.partition("|")[0])


@pytest.mark.parametrize("name", US_CORE)
def test_profiles_of_ones_own_find_what_the_shipped_ones_find(name: str, definitions: Definitions) -> None:
    resource = US_CORE[name][0]
    shipped = validate(parse(encode(resource)), terminology=shipped_terminology())
    own = validate(renamed(resource), terminology=shipped_terminology(), definitions=definitions)

    def marks(issues: Any) -> set[tuple[str, str, str]]:
        return {(one.severity.value, one.code, one.at) for one in issues}

    assert marks(own) == marks(shipped)


def test_a_sound_resource_is_sound(definitions: Definitions) -> None:
    found = validate(renamed(us_patient()), terminology=shipped_terminology(), definitions=definitions)
    assert [one.key for one in found] == ["dom-6"]
