"""Calls about clinical notes (vendor sheet 9.9). Made only for a connection that has notes switched on."""

from __future__ import annotations

from datetime import date

from chartline.connectors.advancedmd.client import templates
from chartline.connectors.advancedmd.client.asking import Asking, Read, then
from chartline.connectors.advancedmd.note_rows import NoteFeed, TemplateRow
from chartline.connectors.advancedmd.record import Record
from chartline.connectors.advancedmd.times import write_date
from chartline.connectors.advancedmd.tree import Node
from chartline.connectors.advancedmd.wire import Results, bare_id, prefixed_id
from chartline.kernel.outcome import Outcome

_EARLIEST, _LATEST = "1/1/1900", "1/1/2999"


class NoteCalls(Asking):
    """The actions about notes."""

    def get_notes(self, patient: str, since: date) -> Read[NoteFeed]:
        """``getehrnotes``: notes of a patient that were written from a day on, drafts among them."""
        attributes = {
            "patientid": prefixed_id("pat", patient),
            "createdfrom": _EARLIEST,
            "createdto": _LATEST,
            "notedatefrom": write_date(since),
            "notedateto": _LATEST,
        }
        return then(
            self._broker.read("getehrnotes", "api", attributes, *templates.NOTE),
            lambda results: NoteFeed.of(results.node),
        )

    def get_updated_notes(self, template: str, since: str) -> Read[NoteFeed]:
        """``getehrupdatednotes`` of one template, by its id, since a server time."""
        return then(
            self._broker.read(
                "getehrupdatednotes", "api", {"templateid": bare_id(template), "datechanged": since}, *templates.NOTE
            ),
            lambda results: NoteFeed.of(results.node),
        )

    def get_note_templates(self) -> Read[tuple[TemplateRow, ...]]:
        """``getehrtemplates``: heavy at the vendor's, so it draws from the scarcest tier."""
        return then(
            self._broker.read("getehrtemplates", "api", {}),
            lambda results: tuple(TemplateRow.of(row) for row in results.node.first("templatelist").every("template")),
        )

    def add_note(self, patient: str, profile: str, template: str, at: str, pages: Node) -> Outcome[Results]:
        """``addehrnote``; the new id is in ``Results@id`` or in ``newid`` of the root."""
        attributes = {
            "templatename": template,
            "patientid": prefixed_id("pat", patient),
            "profileid": prefixed_id("prof", profile),
            "notedatetime": at,
        }
        return self._broker.write("addehrnote", "api", attributes, pages)

    def notes_by_rest(self, patient: str) -> Read[tuple[Record, ...]]:
        """``GET clinicalnotes/notes``: the same notes on the clinical surface."""
        return self._rest.read("notes.list", "clinicalnotes/notes", {"patientId": bare_id(patient)}, clinical=True)
