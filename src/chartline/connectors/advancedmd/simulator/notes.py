"""Clinical notes over XML-RPC: add, list, changed, and what kinds there are (vendor sheet 9.9, row 24).

Template names and the numbers of their fields are each practice's own. A note that nobody signed has an empty
``signedbyuser``; it is in the lists all the same, so a caller who does not look takes drafts for notes.
"""

from __future__ import annotations

from datetime import datetime

from chartline.connectors.advancedmd.simulator.model import Note, NoteField, NotePage, NoteTemplate
from chartline.connectors.advancedmd.simulator.note_columns import FIELD, NOTE, PAGE
from chartline.connectors.advancedmd.simulator.operation import Call, invalid
from chartline.connectors.advancedmd.simulator.templates import chosen
from chartline.connectors.advancedmd.simulator.tree import Node, element
from chartline.connectors.advancedmd.simulator.values import number, read_moment, server_time

_FLAGS = {"requiredflag": "0", "enabledflag": "-1"}
"""True is -1 here, as clients send it (vendor sheet 6)."""
_BOUNDS = ("1/1/1900", "1/1/2999")


def addehrnote(call: Call) -> Node:
    """Write a note of a template of this office; every field must be one the template has, under its number.

    The id is in ``Results@id``, or ``newid`` of the root with option ``note_id_at_root``. Nobody has signed it yet.
    """
    world, office = call.world, call.office.key
    patient = call.patient(call.required("patientid"), "patientid")
    profile = world.item(office, "profile", call.required("profileid"))
    template = next(iter(world.ways.note_templates.at((office, call.required("templatename").strip().upper()))), None)
    written = read_moment(call.required("notedatetime"))
    if profile is None or template is None or written is None:
        raise invalid("profileid" if profile is None else "templatename" if template is None else "notedatetime")
    note = Note(
        id=world.new_number("note"),
        office=office,
        patient=patient.id,
        template=template.id,
        profile=profile.id,
        written=written,
        pages=[_page(call, template, page) for page in call.message.all("pagelist", "page")],
        created=call.now,
        changed=call.now,
    )
    world.notes.put(str(note.id), note)
    world.counters.add("notes_added")
    return element("Results", {"newid" if world.options.note_id_at_root else "id": str(note.id)})


def _page(call: Call, template: NoteTemplate, sent: Node) -> NotePage:
    page = next((each for each in template.pages if each.index == sent.get("pageindex")), None)
    if page is None:
        raise invalid("pageindex")
    known = {each.ordinal: each for each in page.fields}
    fields: list[NoteField] = []
    for row in sent.all("fieldlist", "field"):
        own = known.get(call.required("ordinal", row))
        if own is None:
            raise invalid("ordinal")
        fields.append(NoteField(ordinal=own.ordinal, name=own.name, kind=own.kind, value=row.get("value")))
    return NotePage(index=page.index, name=page.name, fields=fields)


def getehrnotes(call: Call) -> Node:
    """A patient's notes between two times of making and two of writing; the bounds may be left open."""
    patient = call.patient(call.required("patientid"), "patientid")
    made = _bounds(call, "createdfrom", "createdto")
    written = _bounds(call, "notedatefrom", "notedateto")
    found = [
        note
        for note in call.world.ways.notes.at(patient.id)
        if made[0] <= note.created <= made[1] and written[0] <= note.written <= written[1]
    ]
    return _listed(call, _of_template(call, found))


def _bounds(call: Call, first: str, last: str) -> tuple[datetime, datetime]:
    sent = [call.message.get(name) or bound for name, bound in zip((first, last), _BOUNDS, strict=True)]
    since, until = read_moment(sent[0]), read_moment(sent[1])
    if since is None or until is None:
        raise invalid(first if since is None else last)
    return since, until


def _of_template(call: Call, found: list[Note]) -> list[Note]:
    wanted = call.message.get("templateid")
    if not wanted:
        return found
    value = number(wanted, "")
    if value is None:
        raise invalid("templateid")
    return [note for note in found if note.template == value]


def getehrupdatednotes(call: Call) -> Node:
    """Notes of a template, or of all, that changed since a moment, signed or not."""
    since = read_moment(call.required("datechanged"))
    if since is None:
        raise invalid("datechanged")
    window = call.world.ways.notes_by_change.between((call.office.key, since), (call.office.key, call.now))
    return _listed(call, _of_template(call, window))


def _listed(call: Call, found: list[Note]) -> Node:
    note_columns, page_columns, field_columns = (
        chosen(call.message.child(name), table)
        for name, table in (("patientnote", NOTE), ("page", PAGE), ("field", FIELD))
    )
    world, rows = call.world, []
    for note in sorted(found, key=lambda each: each.id):
        pages = [
            element(
                "page",
                {alias: PAGE[column](page) for alias, column in page_columns.items()},
                element(
                    "fieldlist",
                    {},
                    *[
                        element("field", {alias: FIELD[column](field) for alias, column in field_columns.items()})
                        for field in page.fields
                    ],
                ),
            )
            for page in note.pages
        ]
        own = {alias: NOTE[column](world, note) for alias, column in note_columns.items()}
        rows.append(element("patientnote", {"id": str(note.id), **own}, element("pagelist", {}, *pages)))
    counters = {"notecount": str(len(rows)), "servertime": server_time(call.now)}
    return element("Results", counters, element("patientnotelist", {}, *rows))


def getehrtemplates(call: Call) -> Node:
    """Every template with its pages and numbered fields; the sheet calls it heavy, and gives no shape [O]."""
    rows = []
    for template in call.world.ways.note_templates.at(call.office.key):
        pages = [
            element(
                "page",
                {"pageindex": page.index, "pagename": page.name},
                element(
                    "fieldlist",
                    {},
                    *[
                        element("field", _FLAGS | {"ordinal": each.ordinal, "fieldname": each.name, "type": each.kind})
                        for each in page.fields
                    ],
                ),
            )
            for page in template.pages
        ]
        attributes = {"id": str(template.id), "name": template.name}
        rows.append(element("template", attributes, element("pagelist", {}, *pages)))
    return element("Results", {}, element("templatelist", {}, *rows))
