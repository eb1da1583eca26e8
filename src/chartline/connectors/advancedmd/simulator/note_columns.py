"""Columns of the three templates of the note feeds: patientnote, page and field (vendor sheet 7, 9.9).

Live clients read ``ordinal``, ``name``, ``value`` and ``signedbyuser`` back; the other column names are ours [O].
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from chartline.connectors.advancedmd.simulator.model import Note, NoteField, NotePage
from chartline.connectors.advancedmd.simulator.values import shown_moment
from chartline.connectors.advancedmd.simulator.world import World


def template_name(world: World, note: Note) -> str:
    """The name of a note's template."""
    template = world.note_templates.get(str(note.template))
    return template.name if template else ""


NOTE: Mapping[str, Callable[[World, Note], str]] = {
    "NoteID": lambda _, note: str(note.id),
    "PatientID": lambda _, note: str(note.patient),
    "ProfileID": lambda _, note: str(note.profile),
    "TemplateID": lambda _, note: str(note.template),
    "TemplateName": template_name,
    "NoteDateTime": lambda _, note: shown_moment(note.written),
    "SignedByUser": lambda _, note: note.signed_by,
    "CreatedAt": lambda _, note: shown_moment(note.created),
    "ChangedAt": lambda _, note: shown_moment(note.changed),
}

PAGE: Mapping[str, Callable[[NotePage], str]] = {
    "PageIndex": lambda page: page.index,
    "PageName": lambda page: page.name,
}

FIELD: Mapping[str, Callable[[NoteField], str]] = {
    "Ordinal": lambda field: field.ordinal,
    "Name": lambda field: field.name,
    "Type": lambda field: field.kind,
    "Value": lambda field: field.value,
}
