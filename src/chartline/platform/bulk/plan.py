"""What a bulk request is to do, as it was understood when it was asked for; kept sealed.

Refuses to be printed: filters and lists of patients are patient values.
"""

from __future__ import annotations

import msgspec
from msgspec import Struct

from chartline.kernel.sealed import Masked
from chartline.platform.records.reach import Reach

SYSTEM, PATIENT, GROUP = "system", "patient", "group"
"""The levels of an export."""


class ExportPlan(Masked, Struct, frozen=True, kw_only=True):
    """An export. Times are microseconds since 1970.

    ``types`` are written in this order. ``patients`` are ids (None for every patient). ``filters`` has the search
    queries of a type, any of which may hold. ``remarks`` names parameters that had no effect.
    """

    level: str
    types: tuple[str, ...]
    request: str
    base: str
    since: int | None = None
    elements: tuple[str, ...] = ()
    filters: dict[str, tuple[tuple[tuple[str, str], ...], ...]] = {}
    patients: tuple[str, ...] | None = None
    remarks: tuple[str, ...] = ()
    related: bool = False
    """Whether Provenance is wanted only for resources of the types that are exported."""
    visible_types: tuple[str, ...] | None = None
    visible_patient: str | None = None

    @property
    def reach(self) -> Reach:
        """What the caller may see."""
        types = None if self.visible_types is None else frozenset(self.visible_types)
        return Reach(self.visible_patient, types)

    @property
    def confined(self) -> bool:
        """Whether only what belongs to patients is exported."""
        return self.level != SYSTEM


class ImportPlan(Masked, Struct, frozen=True, kw_only=True):
    """An import of the ``input`` files of a request."""

    request: str
    base: str
    create: tuple[str, ...] | None = None
    """Types that may be created; None for all."""
    update: tuple[str, ...] | None = None
    """Types that may be changed; None for all."""


# Made with the module: the library crashes when several threads decode a type for the first time together.
_exports = msgspec.json.Decoder(ExportPlan)
_imports = msgspec.json.Decoder(ImportPlan)
_encoder = msgspec.json.Encoder()


def write_plan(plan: ExportPlan | ImportPlan) -> bytes:
    """A plan as bytes, to be sealed."""
    return _encoder.encode(plan)


def read_export(data: bytes) -> ExportPlan:
    """The plan of an export."""
    return _exports.decode(data)


def read_import(data: bytes) -> ImportPlan:
    """The plan of an import."""
    return _imports.decode(data)
