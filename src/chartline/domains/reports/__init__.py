"""Numbers for people, each with its lineage: the entries it was added up from.

Everything is derived from the ledger and the aggregates at the moment of asking; nothing is stored.
"""

from chartline.domains.reports.numbers import Figure, Numbers, PayerNumbers, numbers
from chartline.domains.reports.proof import Proof, prove

__all__ = ["Figure", "Numbers", "PayerNumbers", "Proof", "numbers", "prove"]
