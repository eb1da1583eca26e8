"""Which kinds of files can be loaded, and loading one: the door of the loaders."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from chartline.domains.codes.terminology import hcpcs, icd10cm, lists, loinc, rxnorm, snomed
from chartline.domains.codes.terminology.files import Release
from chartline.domains.codes.terminology.loading import Edition, Loading, Progress
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.platform.database import Database

NO_SYSTEM = ErrorKind(
    "terminology.no_system",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "It is not known which code system the file is of.",
    "Name its address with --system.",
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of release. ``licensed``: seen only by the practice that loads it, unless it is said otherwise."""

    system: str
    name: str
    read: Callable[[Release, Loading], str]
    licensed: bool = False


KINDS: dict[str, Kind] = {
    "icd10cm": Kind(icd10cm.SYSTEM, icd10cm.NAME, icd10cm.read),
    "hcpcs": Kind(hcpcs.SYSTEM, hcpcs.NAME, hcpcs.read),
    "loinc": Kind(loinc.SYSTEM, loinc.NAME, loinc.read),
    "snomed": Kind(snomed.SYSTEM, snomed.NAME, snomed.read),
    "rxnorm": Kind(rxnorm.SYSTEM, rxnorm.NAME, rxnorm.read),
    "cpt": Kind(lists.CPT, lists.CPT_NAME, lists.read_cpt, licensed=True),
}
"""By the word that names them on the command line; ``csv`` is apart, because it needs a system."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to load. Empty ``system``, ``version`` and ``name`` stand for what the kind and the files say."""

    kind: str
    path: Path
    system: str = ""
    version: str = ""
    name: str = ""
    licensee: str | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What was loaded."""

    system: str
    version: str
    concepts: int


def load(database: Database, wanted: Wanted, progress: Progress | None = None) -> Done:
    """Load a release: all of it or nothing.

    Raises ``terminology.no_system``, ``terminology.file_missing``, ``terminology.file_unreadable``,
    ``terminology.nothing_to_load``, ``terminology.circle``, ``terminology.overtaken``.
    """
    kind = KINDS.get(wanted.kind)
    system = wanted.system or (kind.system if kind is not None else "")
    if not system:
        raise NO_SYSTEM.error(kind=wanted.kind)
    name = wanted.name or (kind.name if kind is not None else system)
    edition = Edition(system, wanted.version, name[:200], wanted.licensee)
    with Release(wanted.path) as release, Loading(database, edition, progress) as loading:
        found = lists.read_csv(release, loading, system) if kind is None else kind.read(release, loading)
        version = wanted.version or found
        return Done(system, version, loading.finish(version))
