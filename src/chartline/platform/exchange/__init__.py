"""The exchange log: every message that crossed a wire, both ways, as raw bytes with its meaning and outcome.

Append-only, encrypted, content-addressed. Refuses changes (triggers) and never holds a readable body.
"""

from chartline.platform.exchange.log import Entry, ExchangeFilter, ExchangeLog, Message, Page
from chartline.platform.exchange.tables import Direction, Exchange, Word, protect
from chartline.platform.exchange.tally import Count, exchange_counts

__all__ = [
    "Count",
    "Direction",
    "Entry",
    "Exchange",
    "ExchangeFilter",
    "ExchangeLog",
    "Message",
    "Page",
    "Word",
    "exchange_counts",
    "protect",
]
