"""``eradata`` as rows: a remittance as the vendor understood it (vendor sheet 7.3).

Only for a second look: it loses segments (provider-level amounts, MIA, MOA), so nothing is posted from it (trap 18).
``charge`` is both the list of lines and, inside a line, the money billed (trap 25).
"""

from __future__ import annotations

from dataclasses import dataclass

from chartline.connectors.claimmd.wire import Record, read_money
from chartline.kernel.money import Money
from chartline.kernel.sealed import Masked

NOTHING = Money(0)


@dataclass(frozen=True, slots=True)
class AdjustmentRow:
    """An adjustment: group, reason, signed amount."""

    group: str
    code: str
    amount: Money

    @classmethod
    def of(cls, record: Record) -> AdjustmentRow:
        """From an ``adjustment`` object. Raises Unreadable."""
        return cls(record.text("group"), record.text("code"), read_money(record.text("amount")))


@dataclass(frozen=True, slots=True, repr=False)
class ChargeRow(Masked):
    """A service line."""

    line: str
    procedure: str
    charged: Money
    paid: Money
    adjustments: tuple[AdjustmentRow, ...]

    @classmethod
    def of(cls, record: Record) -> ChargeRow:
        """From a ``charge`` object. Raises Unreadable."""
        return cls(
            line=record.text("chgid", "remote_chgid"),
            procedure=record.text("proc_code"),
            charged=_money(record, "charge"),
            paid=_money(record, "paid"),
            adjustments=tuple(AdjustmentRow.of(row) for row in record.rows("adjustment")),
        )


@dataclass(frozen=True, slots=True, repr=False)
class PaidClaimRow(Masked):
    """A claim; adjustments of its own stand beside those of its lines (trap 18)."""

    control_number: str
    payer_number: str
    status: str
    charged: Money
    paid: Money
    patient: Money
    adjustments: tuple[AdjustmentRow, ...]
    charges: tuple[ChargeRow, ...]

    @classmethod
    def of(cls, record: Record) -> PaidClaimRow:
        """From a ``claim`` object. Raises Unreadable."""
        return cls(
            control_number=record.text("pcn"),
            payer_number=record.text("payer_icn"),
            status=record.text("status_code"),
            charged=_money(record, "total_charge"),
            paid=_money(record, "total_paid"),
            patient=_money(record, "patient_responsibility"),
            adjustments=tuple(AdjustmentRow.of(row) for row in record.rows("adjustment")),
            charges=tuple(ChargeRow.of(row) for row in record.rows("charge")),
        )

    @property
    def adjusted(self) -> Money:
        """All adjustments, of the claim and of its lines."""
        lines = [each.amount for line in self.charges for each in line.adjustments]
        return Money.total([*(each.amount for each in self.adjustments), *lines])


@dataclass(frozen=True, slots=True, repr=False)
class EraDataRow(Masked):
    """A whole remittance."""

    era: str
    payer: str
    check_number: str
    paid: Money
    paid_date: str
    claims: tuple[PaidClaimRow, ...]

    @classmethod
    def of(cls, record: Record) -> EraDataRow:
        """From the answer of ``eradata``. Raises Unreadable."""
        return cls(
            era=record.text("eraid"),
            payer=record.text("payerid"),
            check_number=record.text("check_number"),
            paid=_money(record, "paid_amount"),
            paid_date=record.text("paid_date"),
            claims=tuple(PaidClaimRow.of(row) for row in record.rows("claim")),
        )


def _money(record: Record, name: str) -> Money:
    """An amount; what is not there is nothing. Raises Unreadable for what is no amount."""
    text = record.text(name)
    return read_money(text) if text else NOTHING
