"""Patients' payments, decisions on open amounts, contracts, statements, the close of a day.

Refuses to move more than what is open, to do anything twice, and to post without a source: all money moves through
``domains/ledger``.
"""

from chartline.domains.payments.moves import WRITE_OFFS, Decided, Move, MoveKind, decide, list_moves, read_move, undo
from chartline.domains.payments.open_amounts import OpenClaim, claims_of_patient, credits_of, open_claims
from chartline.domains.payments.payment import Method, Payment, PaymentState, list_payments, read_payment
from chartline.domains.payments.received import apply, apply_to_oldest, receive, refund, reverse, take_off
from chartline.domains.payments.settings import MoneySettings, read_money_settings, save_money_settings

__all__ = [
    "WRITE_OFFS",
    "Decided",
    "Method",
    "MoneySettings",
    "Move",
    "MoveKind",
    "OpenClaim",
    "Payment",
    "PaymentState",
    "apply",
    "apply_to_oldest",
    "claims_of_patient",
    "credits_of",
    "decide",
    "list_moves",
    "list_payments",
    "open_claims",
    "read_money_settings",
    "read_move",
    "read_payment",
    "receive",
    "refund",
    "reverse",
    "save_money_settings",
    "take_off",
    "undo",
]
