"""The remittance advice (835, guide 005010X221A1): typed models, reader, writer and the balance check.

Keeps what posting needs. Bank accounts, provider summaries (TS2, TS3), inpatient detail (MIA amounts) and payer
contacts other than the technical one are stepped over when read.
"""

from chartline.formats.x12.remittance.balance import check_balance
from chartline.formats.x12.remittance.model import (
    GUIDE,
    Adjustment,
    Amount,
    Contact,
    Insured,
    ProviderAdjustment,
    Reference,
    Remittance,
    RemittanceClaim,
    RemittanceLine,
)
from chartline.formats.x12.remittance.reader import read_835
from chartline.formats.x12.remittance.writer import write_835, write_835_batch

__all__ = [
    "GUIDE",
    "Adjustment",
    "Amount",
    "Contact",
    "Insured",
    "ProviderAdjustment",
    "Reference",
    "Remittance",
    "RemittanceClaim",
    "RemittanceLine",
    "check_balance",
    "read_835",
    "write_835",
    "write_835_batch",
]
