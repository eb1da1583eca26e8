"""The findings of claims that were not sent as rows of a file, for every surface that offers it. No patient values."""

from __future__ import annotations

from chartline.app.spreadsheet import Row
from chartline.domains.claims.findings import list_findings
from chartline.platform.database import Work

MOST_ROWS = 20_000
"""A file ends here."""
COLUMNS = ("claim", "payer_id", "service_date", "stands", "rule", "severity", "place")


def finding_rows(work: Work, rule: str = "") -> list[Row]:
    """The rows, of all rules or of one; one query."""
    return [
        {
            "claim": one.number,
            "payer_id": one.payer_id,
            "service_date": one.service_date,
            "stands": one.work,
            "rule": one.rule,
            "severity": one.severity,
            "place": one.place,
        }
        for one in list_findings(work, rule, None, MOST_ROWS)
    ]
