"""Numbers for people, each with its lineage: the rows it was added up from.

Everything is derived from the ledger and the aggregates at the moment of asking; nothing is stored but the weekly
digests, which say what was known when they were made.
"""

from chartline.domains.reports.comparisons import REPORTS, report_named
from chartline.domains.reports.kpis import Kpis, kpis
from chartline.domains.reports.lineage import Lineage, LineageRow, lineage
from chartline.domains.reports.listing import Page, Report, page_of
from chartline.domains.reports.measures import MEASURES, RATIOS, Measure, Ratio, Unit
from chartline.domains.reports.numbers import Figure, Numbers, PayerNumbers, numbers
from chartline.domains.reports.proof import Proof, prove
from chartline.domains.reports.recount import read_books, recount
from chartline.domains.reports.scope import BY_CLAIM, PERIODS, Dimension, Scope

__all__ = [
    "BY_CLAIM",
    "MEASURES",
    "PERIODS",
    "RATIOS",
    "REPORTS",
    "Dimension",
    "Figure",
    "Kpis",
    "Lineage",
    "LineageRow",
    "Measure",
    "Numbers",
    "Page",
    "PayerNumbers",
    "Proof",
    "Ratio",
    "Report",
    "Scope",
    "Unit",
    "kpis",
    "lineage",
    "numbers",
    "page_of",
    "prove",
    "read_books",
    "recount",
    "report_named",
]
