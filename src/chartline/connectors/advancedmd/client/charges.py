"""Calls about charges: saving, adding, voiding, and reading them back (vendor sheet 9.3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from chartline.connectors.advancedmd.client.asking import Asking, Listed, Read, then
from chartline.connectors.advancedmd.times import write_date
from chartline.connectors.advancedmd.transactions import ChargeDetail, ChargeRow, PaymentRow
from chartline.connectors.advancedmd.tree import Node
from chartline.connectors.advancedmd.wire import Paging, Results, prefixed_id
from chartline.kernel.outcome import Later, Outcome, Receipt, Refused


class ChargeCalls(Asking):
    """The actions about charges."""

    def get_tx_history(self, patient: str, first: date, last: date, page: int) -> Read[Listed[ChargeRow]]:
        """``gettxhistory``: a page of the patient's charges between two days."""

        def listed(results: Results) -> Listed[ChargeRow]:
            place = next(results.node.below("chargelist"), Node("chargelist"))
            return Listed(tuple(ChargeRow.of(row) for row in place.every("charge")), Paging.of(place, results.node))

        return then(self._history(patient, first, last, page), listed)

    def get_tx_payments(self, patient: str, first: date, last: date, page: int) -> Read[Listed[PaymentRow] | None]:
        """``gettxhistory``: the payments in the same envelope; the counters are the charges'.

        None when the answer has no list of payments at all, which is not the same as an empty one.
        """

        def listed(results: Results) -> Listed[PaymentRow] | None:
            if not any(child.name == "paymentlist" for child in results.node.children):
                return None
            rows = results.node.first("paymentlist").every("payment")
            counted = Paging.of(results.node.first("chargelist"), results.node)
            return Listed(tuple(PaymentRow.of(row) for row in rows), counted)

        return then(self._history(patient, first, last, page), listed)

    def _history(self, patient: str, first: date, last: date, page: int) -> Receipt[Results] | Later | Refused:
        attributes = {
            "patientid": prefixed_id("pat", patient),
            "pagenumber": str(page),
            "filterhistory": "0",
            "typefilter": "1",
            "sortbypayment": "0",
            "groupbyvisit": "0",
            "sortdescending": "1",
            "profileid": "",
            "getmemo": "0",
            "fromdate": write_date(first),
            "todate": write_date(last),
        }
        return self._broker.read("gettxhistory", "demographics", attributes)

    def get_charge_detail(self, charge: str) -> Read[ChargeDetail]:
        """``getchargedetaildata``: one charge with its codes, which are internal ids resolved by maps (trap 18)."""
        return then(
            self._broker.read("getchargedetaildata", "demographics", {"chargeid": charge}),
            lambda results: ChargeDetail.of(results.node),
        )

    def save_charges(self, patient: str, visit: str, charges: Sequence[Node]) -> Outcome[Results]:
        """``savecharges``: these become all the charges of the visit (trap 17)."""
        return self._broker.write(
            "savecharges",
            "api",
            {"patientid": prefixed_id("pat", patient)},
            Node("visit", {"id": prefixed_id("vst", visit), "force": "0"}, (Node("chargelist", {}, tuple(charges)),)),
        )

    def add_charges(self, patient: str, visit: str, day: date, charges: Sequence[Node]) -> Outcome[Results]:
        """``updvisitwithnewcharges`` of class chargeentry: these come to those that stand (trap 19). Not held back."""
        head = {"id": prefixed_id("vst", visit), "date": write_date(day), "force": "0"}
        return self._broker.write(
            "updvisitwithnewcharges",
            "chargeentry",
            {"patientid": prefixed_id("pat", patient), "approval": "0"},
            Node("visit", head, (Node("chargelist", {}, tuple(charges)),)),
        )

    def void_charges(self, patient: str, visit: str, charges: Sequence[str]) -> Outcome[Results]:
        """``voidcharges`` (grade S, shape O): these charges of the visit are void from then on."""
        rows = tuple(Node("charge", {"id": each}) for each in charges)
        return self._broker.write(
            "voidcharges",
            "chargeentry",
            {"patientid": prefixed_id("pat", patient), "visitid": prefixed_id("vst", visit)},
            Node("chargelist", {}, rows),
        )
