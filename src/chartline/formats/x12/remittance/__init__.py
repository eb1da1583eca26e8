"""The remittance advice (835, guide 005010X221A1): typed models, reader, writer and the balance check.

model, institutional     what an advice says
stream, reader           a file as a stream of payments and claims, or whole
  header                 before the claims             segments    raw segments and their place
  claims, lines          the two hot loops             mistakes    which element cannot be read
  parties, rarities, pricing, contacts, provider       what belongs to them
writer, claim_writer, pricing_writer                   the way back
balance                  whether the sums agree
"""

from chartline.formats.x12.remittance.balance import check_balance, check_claim, check_payment
from chartline.formats.x12.remittance.institutional import Inpatient, InpatientSummary, Outpatient, ProviderSummary
from chartline.formats.x12.remittance.model import (
    GUIDE,
    Adjustment,
    Amount,
    BankAccount,
    Contact,
    Delivery,
    Insured,
    OtherPayer,
    ProviderAdjustment,
    Quantity,
    Reference,
    Remittance,
    RemittanceClaim,
    RemittanceEnd,
    RemittanceLine,
    ServiceProvider,
)
from chartline.formats.x12.remittance.reader import read_835
from chartline.formats.x12.remittance.stream import RemittanceEvent, stream_835
from chartline.formats.x12.remittance.writer import write_835, write_835_batch

__all__ = [
    "GUIDE",
    "Adjustment",
    "Amount",
    "BankAccount",
    "Contact",
    "Delivery",
    "Inpatient",
    "InpatientSummary",
    "Insured",
    "OtherPayer",
    "Outpatient",
    "ProviderAdjustment",
    "ProviderSummary",
    "Quantity",
    "Reference",
    "Remittance",
    "RemittanceClaim",
    "RemittanceEnd",
    "RemittanceEvent",
    "RemittanceLine",
    "ServiceProvider",
    "check_balance",
    "check_claim",
    "check_payment",
    "read_835",
    "stream_835",
    "write_835",
    "write_835_batch",
]
