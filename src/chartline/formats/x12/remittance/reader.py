"""An 835 file into remittances.

Strict about amounts and dates, since they become postings; tolerant about everything that only describes. Unknown
codes are kept. Whether the sums agree is a question for ``check_balance``, so that an unbalanced remittance can still
be shown to somebody.
"""

from __future__ import annotations

import msgspec

from chartline.formats.x12.remittance.model import Remittance, RemittanceClaim
from chartline.formats.x12.remittance.stream import stream_835
from chartline.formats.x12.source import Source


def read_835(source: Source) -> list[Remittance]:
    """Every remittance of every 835 transaction in every interchange, in file order.

    Raises the errors of ``read_blocks``, ``x12.misplaced``, ``x12.no_transaction``, ``x12.incomplete``,
    ``x12.bad_amount``, ``x12.bad_quantity`` and ``x12.bad_date``. Counts and control numbers are not checked here: see
    ``check_envelope``.
    """
    found: list[Remittance] = []
    claims: list[RemittanceClaim] = []
    header: Remittance | None = None
    for event in stream_835(source):
        if isinstance(event, RemittanceClaim):
            claims.append(event)
        elif isinstance(event, Remittance):
            header = event
            claims = []
        elif header is not None:
            found.append(
                msgspec.structs.replace(
                    header,
                    claims=tuple(claims),
                    summaries=event.summaries,
                    provider_adjustments=event.provider_adjustments,
                )
            )
    return found
