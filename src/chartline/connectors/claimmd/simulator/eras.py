"""Remittances out: eralist/, era835/, eradata/, erapdf/ (sheet 7, 15.12, 15.13).

All views come from one kept ``Era``. Downloading any of them marks it as seen, listing does not (sheet 7.1): with
NewOnly=1, the default, a crash after a download makes an ERA vanish from the list (sheet 14.14).
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from datetime import date

from chartline.connectors.claimmd.simulator.advice import advice_bytes
from chartline.connectors.claimmd.simulator.envelope import Node, Number, error
from chartline.connectors.claimmd.simulator.era_view import data_node, header, list_row, page_lines
from chartline.connectors.claimmd.simulator.intake import read_cents
from chartline.connectors.claimmd.simulator.pdf import text_pdf
from chartline.connectors.claimmd.simulator.remittance import Era
from chartline.connectors.claimmd.simulator.service import NOT_FOUND, Call, Reply, malformed, missing, whole
from chartline.connectors.claimmd.simulator.stamps import american_day, local_day
from chartline.connectors.claimmd.simulator.state import World

DATES = ("CheckDate", "ReceivedDate", "ReceivedAfterDate")
NUMBERS = ("ERAID", "Page")


@dataclass(frozen=True, slots=True)
class Wanted:
    """The filters of one list call; empty text and None mean any."""

    check_day: date | None
    received_day: date | None
    received_after: date | None
    check: str
    cents: int | None
    payerid: str
    npi: str
    taxid: str
    new_only: bool
    after: int

    def takes(self, era: Era) -> bool:
        """Whether an ERA passes every filter."""
        received = local_day(era.received)
        return (
            self.check_day in (None, era.day)
            and self.received_day in (None, received)
            and (self.received_after is None or received > self.received_after)
            and self.check in ("", era.check)
            and self.cents in (None, era.paid)
            and self.payerid in ("", era.payerid)
            and self.npi in ("", era.prov_npi)
            and self.taxid in ("", era.prov_taxid)
            and not (self.new_only and era.downloaded)
            and int(era.id) > self.after
        )


class Eras:
    """The remittance services."""

    def __init__(self, world: World) -> None:
        self._world = world

    def eralist(self, call: Call) -> Reply:
        """ERAs after the cursor that pass the filters, oldest first, a page at a time; a short page is the last."""
        form = call.form
        days = {name: american_day(form.text(name), call.now) for name in DATES}
        wrong = next((name for name in DATES if form.text(name) and days[name] is None), None)
        wrong = wrong or next((name for name in NUMBERS if form.text(name) and whole(form.text(name)) is None), None)
        cents = read_cents(form.text("CheckAmount")) if form.text("CheckAmount") else None
        if wrong or (form.text("CheckAmount") and cents is None):
            return malformed(wrong or "CheckAmount")
        wanted = Wanted(
            check_day=days["CheckDate"],
            received_day=days["ReceivedDate"],
            received_after=days["ReceivedAfterDate"],
            check=form.text("CheckNumber"),
            cents=cents,
            payerid=form.text("PayerID"),
            npi=form.text("NPI"),
            taxid=form.text("TaxID"),
            new_only=(form.text("NewOnly") or "1") != "0",
            after=whole(form.text("ERAID")) or 0,
        )
        size = call.account.options.era_page
        first = ((whole(form.text("Page")) or 1) - 1) * size
        mine = [era for era in self._world.eras_after(call.account.acct_number, wanted.after) if wanted.takes(era)]
        shown = mine[first : first + size]
        root = Node("result", {}, [list_row(era) for era in shown])
        if shown:
            root.attributes["last_eraid"] = Number(shown[-1].id)
        elif call.account.options.empty_poll != "absent":
            repeat = call.account.options.empty_poll == "repeat"
            root.attributes["last_eraid"] = Number(wanted.after if repeat else 0)
        return Reply(root)

    def era835(self, call: Call) -> Reply:
        """The 835 file of an ERA."""
        era = self._take(call)
        if isinstance(era, Reply):
            return era
        text = advice_bytes(era, test=call.account.mode == "test").decode("ascii")
        return Reply(Node("result", {"eraid": Number(era.id)}, [Node("data", text=text)]))

    def eradata(self, call: Call) -> Reply:
        """The same remittance as fields; provider-level amounts are lost on the way (sheet 7.3, 14.18)."""
        era = self._take(call)
        return era if isinstance(era, Reply) else Reply(data_node(era))

    def erapdf(self, call: Call) -> Reply:
        """The same remittance on paper, whole or only the claims of one ``pcn``."""
        era = self._take(call)
        if isinstance(era, Reply):
            return era
        text = b64encode(text_pdf(page_lines(era, call.form.text("pcn")))).decode("ascii")
        return Reply(Node("result", header(era), [Node("data", text=text)]))

    def _take(self, call: Call) -> Era | Reply:
        eraid = call.form.text("eraid")
        if not eraid:
            return missing("eraid")
        era = self._world.eras.get(eraid)
        if era is None or era.account != call.account.acct_number:
            return Reply(error(NOT_FOUND, "ERA not found"))
        if era.downloaded is None:
            era.downloaded = call.now
            self._world.eras.put(era.id, era)
        return era
