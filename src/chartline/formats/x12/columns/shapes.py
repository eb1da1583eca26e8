"""The tables: their columns, types and meaning.

``payment``, ``claim`` and ``line`` count the rows of their tables over the whole file, from 0; they join the tables.
``interchange``, ``group`` and ``transaction`` are the control numbers ISA13, GS06 and ST02. ``byte`` and ``segment``
are where the row's segment begins: bytes from 0, segments from 1. Amounts have the sign of the wire.
"""

from __future__ import annotations

from typing import NamedTuple

import pyarrow as pa

from chartline.formats.x12.columns.build import MONEY, NUMBERS, QUANTITY, TEXTS

_ENVELOPE: list[tuple[str, pa.DataType]] = [
    ("interchange", pa.string()),
    ("group", pa.string()),
    ("transaction", pa.string()),
]
_PLACE: list[tuple[str, pa.DataType]] = [("byte", pa.int64()), ("segment", pa.int64())]


class Batches(NamedTuple):
    """Some rows of each table, those of the same stretch of the file."""

    claims: pa.RecordBatch
    lines: pa.RecordBatch
    adjustments: pa.RecordBatch
    payments: pa.RecordBatch | None = None
    provider_adjustments: pa.RecordBatch | None = None


class Tables(NamedTuple):
    """All rows of each table; the last two are those of an 835."""

    claims: pa.Table
    lines: pa.Table
    adjustments: pa.Table
    payments: pa.Table | None = None
    provider_adjustments: pa.Table | None = None


def _schema(*columns: tuple[str, pa.DataType]) -> pa.Schema:
    return pa.schema(columns)


PAYMENTS = _schema(
    ("payment", pa.int64()),
    *_ENVELOPE,
    ("handling", pa.string()),
    ("amount", MONEY),
    ("debit", pa.bool_()),
    ("method", pa.string()),
    ("paid_on", pa.date32()),
    ("trace", pa.string()),
    ("originator", pa.string()),
    ("produced_on", pa.date32()),
    ("currency", pa.string()),
    ("payer_name", pa.string()),
    ("payer_id", pa.string()),
    ("payee_name", pa.string()),
    ("payee_npi", pa.string()),
    ("payee_tax_id", pa.string()),
    *_PLACE,
)
"""One row an 835 transaction; the columns are those of ``remittance.Remittance``."""

REMITTED_CLAIMS = _schema(
    ("claim", pa.int64()),
    ("payment", pa.int64()),
    *_ENVELOPE,
    ("patient_control_number", pa.string()),
    ("status", pa.string()),
    ("charged", MONEY),
    ("paid", MONEY),
    ("patient_responsibility", MONEY),
    ("filing", pa.string()),
    ("payer_control_number", pa.string()),
    ("facility", pa.string()),
    ("frequency", pa.string()),
    ("patient_last", pa.string()),
    ("patient_first", pa.string()),
    ("patient_member_id", pa.string()),
    ("subscriber_last", pa.string()),
    ("subscriber_first", pa.string()),
    ("subscriber_member_id", pa.string()),
    ("rendering_npi", pa.string()),
    ("statement_from", pa.date32()),
    ("statement_through", pa.date32()),
    ("received", pa.date32()),
    ("remarks", TEXTS),
    *_PLACE,
)
"""One row a CLP; the columns are those of ``remittance.RemittanceClaim``."""

REMITTED_LINES = _schema(
    ("line", pa.int64()),
    ("claim", pa.int64()),
    ("number", pa.int64()),
    ("qualifier", pa.string()),
    ("code", pa.string()),
    ("modifiers", TEXTS),
    ("charged", MONEY),
    ("paid", MONEY),
    ("allowed", MONEY),
    ("revenue_code", pa.string()),
    ("units", QUANTITY),
    ("service_date", pa.date32()),
    ("service_through", pa.date32()),
    ("control", pa.string()),
    ("remarks", TEXTS),
    *_PLACE,
)
"""One row an SVC; ``number`` counts the lines of a claim from 1. As ``remittance.RemittanceLine``."""

ADJUSTMENTS = _schema(
    ("claim", pa.int64()),
    ("line", pa.int64()),
    ("group", pa.string()),
    ("reason", pa.string()),
    ("amount", MONEY),
    ("quantity", QUANTITY),
)
"""One row a reason of a CAS; ``line`` is null where the whole claim is adjusted."""

PROVIDER_ADJUSTMENTS = _schema(
    ("payment", pa.int64()),
    ("provider", pa.string()),
    ("fiscal_year_end", pa.date32()),
    ("reason", pa.string()),
    ("reference", pa.string()),
    ("amount", MONEY),
)
"""One row a reason of a PLB; a positive amount lowers the payment."""

SUBMITTED_CLAIMS = _schema(
    ("claim", pa.int64()),
    *_ENVELOPE,
    ("reference", pa.string()),
    ("total", MONEY),
    ("place_of_service", pa.string()),
    ("frequency", pa.string()),
    ("provider_signature", pa.bool_()),
    ("assignment", pa.string()),
    ("benefits_assigned", pa.string()),
    ("release", pa.string()),
    ("intermediary_reference", pa.string()),
    ("payer_control_number", pa.string()),
    ("prior_authorization", pa.string()),
    ("diagnoses", TEXTS),
    ("billing_name", pa.string()),
    ("billing_first", pa.string()),
    ("billing_npi", pa.string()),
    ("billing_tax_id", pa.string()),
    ("subscriber_last", pa.string()),
    ("subscriber_first", pa.string()),
    ("subscriber_member_id", pa.string()),
    ("subscriber_born", pa.date32()),
    ("subscriber_sex", pa.string()),
    ("group_number", pa.string()),
    ("payer_order", pa.string()),
    ("filing", pa.string()),
    ("payer_name", pa.string()),
    ("payer_id", pa.string()),
    ("patient_relationship", pa.string()),
    ("patient_last", pa.string()),
    ("patient_first", pa.string()),
    ("patient_born", pa.date32()),
    ("patient_sex", pa.string()),
    ("rendering_last", pa.string()),
    ("rendering_first", pa.string()),
    ("rendering_npi", pa.string()),
    *_PLACE,
)
"""One row a CLM; the ``patient_*`` columns are null where the subscriber is the patient."""

SUBMITTED_LINES = _schema(
    ("line", pa.int64()),
    ("claim", pa.int64()),
    ("number", pa.int64()),
    ("code", pa.string()),
    ("modifiers", TEXTS),
    ("charge", MONEY),
    ("unit", pa.string()),
    ("units", QUANTITY),
    ("place_of_service", pa.string()),
    ("pointers", NUMBERS),
    ("date", pa.date32()),
    ("through", pa.date32()),
    ("control", pa.string()),
    *_PLACE,
)
"""One row an LX with its SV1; ``number`` counts the lines of a claim from 1."""

OTHER_PAYERS_ADJUSTMENTS = _schema(
    ("claim", pa.int64()),
    ("line", pa.int64()),
    ("payer_id", pa.string()),
    ("group", pa.string()),
    ("reason", pa.string()),
    ("amount", MONEY),
    ("quantity", QUANTITY),
)
"""What payers before this one did not pay (loops 2320 and 2430), with the id of that payer."""
