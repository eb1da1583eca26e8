"""Calls about payments: entering them by XML-RPC or REST, and reading them (vendor sheet 9.7)."""

from __future__ import annotations

from collections.abc import Mapping

from chartline.connectors.advancedmd.client.asking import Asking, Read, then
from chartline.connectors.advancedmd.record import Record
from chartline.connectors.advancedmd.transactions import PaymentRow
from chartline.connectors.advancedmd.tree import Node
from chartline.connectors.advancedmd.wire import LookupRow, Results
from chartline.kernel.outcome import Outcome


class PaymentCalls(Asking):
    """The actions about payments."""

    def add_payment(self, payment: Node, *, applied: bool) -> Outcome[Results]:
        """``addpayments``: one payment of a patient. ``applied`` when it bears rows for charges, whose shape is a
        placeholder (grade O)."""
        return self._broker.write(
            "addpayments", "paymententry", {"checkout": "0", "date": ""}, payment, part="chargelist" if applied else ""
        )

    def add_payment_by_rest(self, body: Mapping[str, object]) -> Outcome[tuple[Record, ...]]:
        """The REST counterpart (grade O throughout)."""
        return self._rest.write("payments.add", "POST", "payments", body)

    def get_payment_detail(self, payment: str) -> Read[PaymentRow | None]:
        """``getpaymentdetaildata`` (grade S): one payment with the charges it stands on."""

        def detail(results: Results) -> PaymentRow | None:
            return next((PaymentRow.of(node) for node in results.node.below("payment") if node.get("id")), None)

        return then(self._broker.read("getpaymentdetaildata", "demographics", {"paymentid": payment}), detail)

    def get_payment_codes(self) -> Read[tuple[LookupRow, ...]]:
        """``getpaymentcodes`` (grade S): the office's kinds of payment."""
        return then(
            self._broker.read("getpaymentcodes", "api", {}),
            lambda results: tuple(
                LookupRow.of(row) for row in results.node.first("paymentcodelist").every("paymentcode")
            ),
        )

    def payment_codes_by_rest(self) -> Read[tuple[Record, ...]]:
        """The same by REST (grade O)."""
        return self._rest.read("payments.codes", "payments/codes")

    def payment_accounts(self) -> Read[tuple[Record, ...]]:
        """Where card payments go: ``GET payment/accounts``."""
        return self._rest.read("payments.accounts", "payment/accounts")
