"""Rows of clinical notes (vendor sheet 9.9): pages with fields, each by its ordinal. Refuses nothing."""

from __future__ import annotations

from dataclasses import dataclass

from chartline.connectors.advancedmd.tree import Node
from chartline.connectors.advancedmd.wire import bare_id
from chartline.kernel.sealed import Masked


@dataclass(frozen=True, slots=True, repr=False)
class NoteRow(Masked):
    """A note. ``signed_by`` is empty while it is a draft. ``entries`` are pairs of ordinal and value, in order."""

    id: str
    patient: str
    template: str
    profile: str
    at: str
    signed_by: str
    entries: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, node: Node) -> NoteRow:
        """From a ``patientnote`` element."""
        fields = (
            row for page in node.first("pagelist").every("page") for row in page.first("fieldlist").every("field")
        )
        return cls(
            id=bare_id(node.get("id")),
            patient=bare_id(node.get("patientid")),
            template=node.get("templatename"),
            profile=bare_id(node.get("profileid")),
            at=node.get("notedatetime"),
            signed_by=node.get("signedbyuser"),
            entries=tuple((row.get("ordinal") or row.get("name"), row.get("value") or row.text) for row in fields),
        )


@dataclass(frozen=True, slots=True, repr=False)
class NoteFeed(Masked):
    """Notes of an answer and the server's own time."""

    server_time: str
    rows: tuple[NoteRow, ...]

    @classmethod
    def of(cls, results: Node) -> NoteFeed:
        """From ``Results``."""
        rows = results.first("patientnotelist").every("patientnote")
        return cls(results.get("servertime"), tuple(NoteRow.of(row) for row in rows))


@dataclass(frozen=True, slots=True)
class TemplateField:
    """A field of a template and the page it is on."""

    page: str
    page_name: str
    ordinal: str
    name: str
    kind: str
    required: str


@dataclass(frozen=True, slots=True)
class TemplateRow:
    """A template of the office; it holds no patient's values."""

    id: str
    name: str
    fields: tuple[TemplateField, ...]

    @classmethod
    def of(cls, node: Node) -> TemplateRow:
        """From a ``template`` element (its shape is our placeholder, grade O)."""
        fields = (
            TemplateField(
                page=page.get("pageindex"),
                page_name=page.get("pagename"),
                ordinal=row.get("ordinal"),
                name=row.get("fieldname") or row.get("name"),
                kind=row.get("type"),
                required=row.get("requiredflag"),
            )
            for page in node.first("pagelist").every("page")
            for row in page.first("fieldlist").every("field")
        )
        return cls(bare_id(node.get("id")), node.get("name") or node.get("templatename"), tuple(fields))
