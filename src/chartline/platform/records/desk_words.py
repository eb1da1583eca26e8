"""Names as people at a desk look for them: each word typed begins some word of the name, in any order.

FHIR's string search takes what is typed as the beginning of one part; so this is ours, beside it.
"""

from __future__ import annotations

from dataclasses import dataclass

from chartline.formats.fhir import name_words
from chartline.formats.fhir.search import Extracted, StringValue
from chartline.kernel.sealed import Masked
from chartline.platform.records.forms import GROUPS, beginning
from chartline.platform.records.keys import Keys
from chartline.platform.records.postings import DESK
from chartline.platform.records.sieves import ANY, STRING, Sieve, Tools, all_of, any_of, posted


@dataclass(frozen=True, slots=True, repr=False)
class Words(Masked):
    """Any of the alternatives, each a list of words that must all be found among the values of ``code``."""

    code: str
    alternatives: tuple[tuple[str, ...], ...]

    def hold(self, found: Extracted) -> bool:
        """Whether a resource has them."""
        values = found.values.get(self.code, ())
        known = {word for value in values if isinstance(value, StringValue) for word in name_words(value.folded)}
        return any(all(any(one.startswith(word) for one in known) for word in some) for some in self.alternatives)

    def sieve(self, keys: Keys, tools: Tools, rtype: str) -> Sieve:
        """The index rows where the words may be found."""
        return any_of([all_of([self._word(keys, tools, rtype, word) for word in some]) for some in self.alternatives])

    def _word(self, keys: Keys, tools: Tools, rtype: str, word: str) -> Sieve:
        start = beginning(word)
        if start is None:
            return posted(tools, (keys.present(rtype, self.code),), ANY, exact=False)
        group = GROUPS.get(self.code, self.code)
        labels = (group, DESK[group]) if group in DESK else (group,)
        return posted(tools, [keys.of("x", rtype, label, start) for label in labels], STRING, exact=False)
