"""A file of any kind in plain words, section by section.

Payments first, then claims, answers, and questions. A transaction that nobody can explain is named, and left to the
tree.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from chartline.formats.x12.explain.answers import answers
from chartline.formats.x12.explain.claim_summary import claim_summary
from chartline.formats.x12.explain.levels import read_set_ids, read_told
from chartline.formats.x12.explain.remittance_statement import statement
from chartline.formats.x12.explain.statement import Section
from chartline.formats.x12.explain.story import SETS, story

_ANSWERS = ("TA1", "999", "997")


def explained(source: bytes | Path, *, values: bool = False) -> Iterator[Section]:
    """The sections of a file, which is read more than once; sentences quote identifying values only with ``values``.

    Raises as the readers of its transactions do.
    """
    found = read_set_ids(source)
    if "835" in found:
        yield from statement(source)
    if "837" in found:
        yield from claim_summary(source)
    for set_id in found:
        if set_id in _ANSWERS:
            yield from answers(source if isinstance(source, bytes) else source.read_bytes(), set_id, values=values)
        elif set_id in SETS:
            yield from (story(told) for told in read_told(source, set_id))
        elif set_id not in ("835", "837"):
            yield from (_unknown(told.set_id, told.control) for told in read_told(source, set_id))


def _unknown(set_id: str, control: str) -> Section:
    title = f"Transaction {set_id} {control}".strip()
    return Section(kind="transaction", title=title, remarks=("Look at it with `chartline x12 show`.",))
