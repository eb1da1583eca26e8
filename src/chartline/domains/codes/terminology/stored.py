"""CodeSystem, ValueSet and ConceptMap resources of a practice as a ``Source`` of terminology.

Found by canonical, or by ``Type/id``; of several with one canonical the newest version counts, of one version the last
stored. A practice that stores none of a kind pays one query for all questions of a request. Drafts count, retired ones
do too: they are found by their address, and whoever asks for that address means them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from chartline.domains.codes.terminology.loaded import Loaded
from chartline.formats.fhir import JsonObject, text
from chartline.formats.fhir.search import read_query
from chartline.formats.fhir.terminology import ConceptMap, System, Terminology, ValueSet, fits
from chartline.formats.fhir.terminology.resources import read_code_system, read_concept_map, read_value_set
from chartline.kernel.sealed import Purpose
from chartline.platform.database import Work
from chartline.platform.records import EVERYTHING, Reach, Records

_MOST_VERSIONS = 50
_MOST_MAPS = 200
_ESCAPED = re.compile(r"([\\,|$])")


class StoredTerminology:
    """What a practice stored, in the transaction it is given; nothing outside of the reach."""

    def __init__(self, work: Work, records: Records, reach: Reach = EVERYTHING) -> None:
        self._work, self._records, self._reach = work, records, reach
        self._some: dict[str, bool] = {}

    def system(self, url: str, version: str) -> System | None:
        """A stored code system; a supplement of another one does not count."""
        found = self._find("CodeSystem", url, version)
        usable = found is not None and text(found, "content") not in ("supplement", "not-present")
        return read_code_system(found) if found is not None and usable else None

    def value_set(self, url: str, version: str) -> ValueSet | None:
        """A stored value set."""
        found = self._find("ValueSet", url, version)
        return read_value_set(found) if found is not None else None

    def concept_map(self, url: str, version: str) -> ConceptMap | None:
        """A stored concept map."""
        found = self._find("ConceptMap", url, version)
        return read_concept_map(found) if found is not None else None

    def concept_maps(self) -> Sequence[ConceptMap]:
        """The stored concept maps, two hundred at most."""
        if not self._has("ConceptMap"):
            return ()
        found = self._records.matching(self._work, "ConceptMap", (), self._reach, _MOST_MAPS)
        return [read_concept_map(one.reveal(Purpose.MATCH)) for one in found]

    def _find(self, kind: str, url: str, version: str) -> JsonObject | None:
        if not url or not self._has(kind):
            return None
        rtype, slash, identity = url.partition("/")
        if slash and rtype == kind:
            stored = self._records.find(self._work, kind, identity, self._reach)
            return stored.reveal(Purpose.MATCH) if stored is not None else None
        query = read_query([kind], [("url", _ESCAPED.sub(r"\\\1", url))])
        found = self._records.matching(self._work, kind, query.criteria[0], self._reach, _MOST_VERSIONS)
        fitting = [
            (text(resource, "version") or "", one.updated, place, resource)
            for place, one in enumerate(found)
            if fits(version, text(resource := one.reveal(Purpose.MATCH), "version") or "")
        ]
        return max(fitting)[3] if fitting else None

    def _has(self, kind: str) -> bool:
        if kind not in self._some:
            self._some[kind] = bool(self._records.matching(self._work, kind, (), self._reach, 1))
        return self._some[kind]


def practice_terminology(work: Work, records: Records, reach: Reach = EVERYTHING) -> Terminology:
    """All terminology that a practice may use: its own resources, what is loaded, what is shipped.

    Good for the transaction it is made in, and for one thread.
    """
    return Terminology([StoredTerminology(work, records, reach), Loaded(work)])
