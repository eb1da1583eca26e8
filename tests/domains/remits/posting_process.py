"""A process that takes a remittance in and posts it, or takes it back, and kills itself with SIGKILL before some
statement.

    python posting_process.py URL KEYS ORGANISATION FILE STATEMENTS
    python posting_process.py URL KEYS ORGANISATION REMITTANCE STATEMENTS undo

Nothing is tidied up: what was committed stays, everything else is gone.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path

from sqlalchemy import event

from chartline.domains.remits import Delivery, RemittanceState, Transactions, intake, post_portion, take_in
from chartline.domains.remits.remittance import find_remittance
from chartline.domains.remits.undo import undo_portion
from chartline.kernel.clock import SystemClock
from chartline.platform.database import open_database
from chartline.platform.records import Records
from chartline.platform.vault import Vault

SIZE = 9


def main() -> None:
    """Work until killed, or until it is through."""
    url, keys, organisation, what, statements, *verb = sys.argv[1:]
    database = open_database(url, SystemClock())
    vault = Vault.open(Path(keys), {})
    left = [int(statements)]

    def count(*_: object) -> None:
        left[0] -= 1
        if left[0] < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(database.engine, "before_cursor_execute", count)
    event.listen(database.engine, "commit", count)
    setattr(intake, "portions", small)  # noqa: B010 - the module's own name is what is replaced
    work = partial(database.work, organisation)
    if verb:
        while not take_back(work, vault, what):
            pass
        return
    (identity,) = take_in(work, vault, lambda: Path(what), Delivery("test", "1"))
    while True:
        with work() as transaction:
            if post_portion(transaction, vault, Records(vault), identity, size=SIZE).through:
                return


def take_back(transactions: Transactions, vault: Vault, remittance: str) -> bool:
    """Take one portion back; whether that was all."""
    with transactions() as work:
        if find_remittance(work, remittance).state is RemittanceState.UNDONE:
            return True
        return undo_portion(work, vault, Records(vault), remittance, "somebody", size=SIZE).through


def small(things: Iterable[object], size: int = SIZE) -> Iterator[list[object]]:
    """Portions of nine claims."""
    rest = iter(things)
    while portion := list(islice(rest, size)):
        yield portion


if __name__ == "__main__":
    main()
