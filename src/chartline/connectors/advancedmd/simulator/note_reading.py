"""Clinical notes over REST, below ``/ehr-api/``: one read, with a bearer and header ``appname`` (sheet 1.2, 9.9)."""

from __future__ import annotations

from chartline.connect.simulation.web import Answer
from chartline.connectors.advancedmd.simulator.note_columns import template_name
from chartline.connectors.advancedmd.simulator.refusals import HttpRefusal
from chartline.connectors.advancedmd.simulator.rest import RestCall, answer
from chartline.connectors.advancedmd.simulator.values import server_time


def notes_of_patient(call: RestCall) -> Answer:
    """A patient's notes; the address is evidenced, the query name and the rows are our reading.

    The header must name the application of the token: clients send it, and here it is not optional [O].
    """
    world = call.world
    if call.request.headers.get("appname", "").lower() != call.office.appname.lower():
        raise HttpRefusal(400, "appname is missing or not valid")
    patient = world.find(world.patients, call.office.key, call.query("patientId"), "")
    if patient is None or patient.deleted:
        raise HttpRefusal(400, "patientId is missing or not valid")
    rows = [
        {
            "id": note.id,
            "patientId": note.patient,
            "templateName": template_name(world, note),
            "noteDateTime": server_time(note.written),
            "signedByUser": note.signed_by,
            "pages": [
                {
                    "pageIndex": page.index,
                    "pageName": page.name,
                    "fields": [
                        {"ordinal": each.ordinal, "name": each.name, "value": each.value} for each in page.fields
                    ],
                }
                for page in note.pages
            ],
        }
        for note in world.ways.notes.at(patient.id)
    ]
    return answer(rows)
