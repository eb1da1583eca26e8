"""From a payer's payment to the ledger: listed, fetched, taken in, matched, posted; and taken back again.

Each remittance is fetched and posted by a job of its own. A large one goes in portions, each one transaction, so that a
crash at any moment only leaves the rest to be done. What is held, or waits because of how far its payer is trusted, is
left for a person. Surfaces call the functions below the story: a small remittance is posted while they wait, a large
one is put in line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from functools import partial

from chartline.connect.capabilities import DeliversRemittances
from chartline.domains.remits.desk import release
from chartline.domains.remits.intake import Delivery, take_in
from chartline.domains.remits.portions import PORTION
from chartline.domains.remits.posting import BUSY, HELD, post_portion
from chartline.domains.remits.remittance import RemittanceState, find_remittance
from chartline.domains.remits.survey import Opened
from chartline.domains.remits.trust import one_click_waiting, waits
from chartline.domains.remits.undo import undo_portion
from chartline.domains.remits.uploads import (
    Upload,
    UploadState,
    end_upload,
    keep_upload,
    open_upload,
    read_upload,
)
from chartline.domains.sync.cursors import read_cursor, store_cursor
from chartline.flows.answers import Answer, answer, come_back, done
from chartline.flows.denial_desk import queue_denials
from chartline.flows.ground import FAST, VENDOR, Ground
from chartline.flows.publishing import queue_publishing
from chartline.kernel.errors import Again, ChartlineError
from chartline.kernel.ids import new_id
from chartline.kernel.outcome import Receipt
from chartline.kernel.sealed import Purpose
from chartline.platform.database import Work
from chartline.platform.jobs import ComeBack, Job, Run

REMITTANCES, REMITTANCE = "remits.list", "remits.take"
POST, UNDO, UPLOAD = "remits.post", "remits.undo", "remits.upload"
FILE = "file"
"""Stands where the connection of a fetched remittance does."""


class Remittances:
    """The story."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def jobs(self) -> list[Job]:
        """The jobs of this story."""
        return [
            Job(REMITTANCES, VENDOR, self.remittances),
            Job(REMITTANCE, VENDOR, self.remittance),
            Job(POST, FAST, self.post),
            Job(UNDO, FAST, self.undo),
            Job(UPLOAD, FAST, self.upload),
        ]

    def remittances(self, run: Run, arguments: dict[str, str]) -> ComeBack | dict[str, str] | None:
        """See which remittances are new, and put one job in line for each."""
        rows = 0
        while True:
            taken = run.step("page", self._list, run.organisation, arguments["connection"], run.failed)
            back = come_back(taken)
            if back is not None:
                return back
            rows += int(taken["rows"])
            if not taken["more"]:
                return {"rows": str(rows)}

    def _list(self, organisation: str, connection: str, failed: int) -> Answer:
        ground = self._ground
        connector = ground.open(organisation, connection, DeliversRemittances)
        with ground.database.read(organisation) as work:
            cursor = read_cursor(work, connection, "remittances")
        outcome = connector.remittances(cursor)
        if not isinstance(outcome, Receipt):
            return answer(outcome, ground.clock, failed)
        page = outcome.value
        with ground.database.work(organisation) as work:
            for notice in page.rows:
                ground.jobs.enqueue(
                    work,
                    REMITTANCE,
                    VENDOR,
                    {"connection": connection, "remittance": notice.vendor_id},
                    key=f"remit/{connection}/{notice.vendor_id}",
                    organisation=organisation,
                )
            store_cursor(work, connection, "remittances", page.cursor)
        return done(rows=str(len(page.rows)), more="yes" if page.more else "")

    def remittance(self, run: Run, arguments: dict[str, str]) -> ComeBack | dict[str, str] | None:
        """Fetch one remittance, keep it, and post what can be posted."""
        kept = run.step(
            "fetch", self._fetch, run.organisation, arguments["connection"], arguments["remittance"], run.failed
        )
        return come_back(kept) or run.step("post", self._settle, run.organisation, kept["remittances"])

    def _fetch(self, organisation: str, connection: str, vendor_id: str, failed: int) -> Answer:
        ground = self._ground
        outcome = ground.open(organisation, connection, DeliversRemittances).remittance(vendor_id)
        if not isinstance(outcome, Receipt):
            return answer(outcome, ground.clock, failed)
        content = outcome.value.reveal(Purpose.STORE)
        delivery = Delivery(connection, vendor_id, outcome.exchange)
        kept = take_in(partial(ground.database.work, organisation), ground.vault, lambda: content, delivery)
        return done(remittances=" ".join(kept))

    def _settle(self, organisation: str, remittances: str) -> Answer:
        return done(entries=str(sum(settle(self._ground, organisation, one) for one in remittances.split())))

    def post(self, run: Run, arguments: dict[str, str]) -> ComeBack | dict[str, str] | None:
        """Post a large remittance."""
        return run.step("post", self._post, run.organisation, arguments["remittance"], arguments["actor"])

    def _post(self, organisation: str, remittance: str, actor: str) -> Answer:
        return done(entries=str(_post_all(self._ground, organisation, remittance, actor)))

    def undo(self, run: Run, arguments: dict[str, str]) -> ComeBack | dict[str, str] | None:
        """Take the posting of a large remittance back."""
        return run.step("undo", self._undo, run.organisation, arguments["remittance"], arguments["actor"])

    def _undo(self, organisation: str, remittance: str, actor: str) -> Answer:
        return done(entries=str(_undo_all(self._ground, organisation, remittance, actor)))

    def upload(self, run: Run, arguments: dict[str, str]) -> ComeBack | dict[str, str] | None:
        """Take in a file that somebody brought."""
        kept = run.step("take", self._upload, run.organisation, arguments["upload"])
        return run.step("post", self._settle, run.organisation, kept["remittances"])

    def _upload(self, organisation: str, upload: str) -> Answer:
        with self._ground.database.read(organisation) as work:
            file = read_upload(work, upload)
        return done(remittances=" ".join(take_upload(self._ground, organisation, file)))


def settle(ground: Ground, organisation: str, remittance: str, actor: str = "chartline") -> int:
    """Post a remittance that just came, unless it waits for a person; the number of new entries."""
    with ground.database.work(organisation) as work:
        if waits(work, remittance):
            return 0
    return _post_all(ground, organisation, remittance, actor)


def take_file(ground: Ground, organisation: str, opened: Opened, delivery: Delivery) -> list[str]:
    """Take a file in and post what can be posted; the ids of its remittances. Raises the errors of reading X12."""
    kept = take_in(partial(ground.database.work, organisation), ground.vault, opened, delivery)
    for one in kept:
        settle(ground, organisation, one, delivery.actor)
    return kept


def post_remittance(ground: Ground, organisation: str, remittance: str, actor: str) -> bool:
    """A person posts a remittance; whether it is posted now, or in line because it is large.

    Raises ``remits.not_found``, ``remits.held``, ``remits.busy``.
    """
    with ground.database.work(organisation) as work:
        row = find_remittance(work, remittance)
        if row.state is RemittanceState.HELD:
            raise HELD.error(remittance=remittance)
        if row.state in (RemittanceState.RECEIVING, RemittanceState.UNDOING):
            raise BUSY.error(remittance=remittance, state=row.state.value)
        if row.claims > PORTION and row.state is not RemittanceState.POSTED:
            _line(ground, work, POST, remittance, actor)
            return False
    _post_all(ground, organisation, remittance, actor)
    return True


def release_remittance(ground: Ground, organisation: str, remittance: str, actor: str) -> bool:
    """A person lets a held remittance go and posts it. Raises ``remits.not_found``, ``remits.not_held``."""
    with ground.database.work(organisation) as work:
        release(work, remittance, actor)
    return post_remittance(ground, organisation, remittance, actor)


def post_waiting(ground: Ground, organisation: str, actor: str) -> list[str]:
    """One click posts every remittance that waits for one; those that a person has to read go on waiting."""
    with ground.database.read(organisation) as work:
        waiting = one_click_waiting(work)
    for one in waiting:
        post_remittance(ground, organisation, one, actor)
    return waiting


def undo_remittance(ground: Ground, organisation: str, remittance: str, actor: str) -> bool:
    """A person takes a posting back; whether it is done now, or in line because the remittance is large.

    Raises ``remits.not_found``, ``remits.not_posted``, ``remits.built_on``.
    """
    with ground.database.work(organisation) as work:
        generation = find_remittance(work, remittance).generation
        done_now = undo_portion(work, ground.vault, ground.records, remittance, actor)
        queue_publishing(ground, work)
        if done_now.through:
            queue_denials(ground, work, remittance, generation, undone=True)
        else:
            _line(ground, work, UNDO, remittance, actor)
    return done_now.through


def bring_file(ground: Ground, organisation: str, chunks: Iterable[bytes], actor: str) -> Upload:
    """Keep a file that somebody brings; a small one is taken in at once, a large one is put in line.

    Raises ``remits.file_too_large``, and for a small one the errors of reading X12.
    """
    file, new = keep_upload(partial(ground.database.work, organisation), ground.vault, chunks, actor)
    if file.state is not UploadState.WAITING:
        return file
    if file.pieces > 1:
        with ground.database.work(organisation) as work:
            key, arguments = f"upload835/{file.id}", {"upload": file.id}
            ground.jobs.enqueue(work, UPLOAD, FAST, arguments, key=key, organisation=organisation)
        return file
    for one in take_upload(ground, organisation, file) if new else ():
        settle(ground, organisation, one, actor)
    with ground.database.read(organisation) as work:
        return read_upload(work, file.id)


def take_upload(ground: Ground, organisation: str, file: Upload) -> list[str]:
    """Take in a kept file; the ids of its remittances. Raises the errors of reading X12, which the file then names."""
    if file.state is not UploadState.WAITING:
        return list(file.remittances)
    transactions: Callable[[], AbstractContextManager[Work]] = partial(ground.database.work, organisation)
    delivery = Delivery(FILE, file.id, actor=file.actor)
    try:
        kept = take_in(transactions, ground.vault, lambda: open_upload(transactions, ground.vault, file), delivery)
    except ChartlineError as error:
        if error.problem.again is not Again.NOW:
            with ground.database.work(organisation) as work:
                end_upload(work, file.id, [], error.problem.code)
        raise
    with ground.database.work(organisation) as work:
        end_upload(work, file.id, kept)
    return kept


def _post_all(ground: Ground, organisation: str, remittance: str, actor: str) -> int:
    """Post portion by portion; with the last one, what follows from it is put in line."""
    entries = 0
    while True:
        with ground.database.work(organisation) as work:
            before = find_remittance(work, remittance)
            posted = post_portion(work, ground.vault, ground.records, remittance, actor)
            if posted.through and before.state is not RemittanceState.POSTED:
                queue_publishing(ground, work)
                queue_denials(ground, work, remittance, before.generation)
        entries += posted.entries
        if posted.through:
            return entries


def _undo_all(ground: Ground, organisation: str, remittance: str, actor: str) -> int:
    entries = 0
    while True:
        with ground.database.work(organisation) as work:
            if find_remittance(work, remittance).state is RemittanceState.UNDONE:
                return entries
            generation = find_remittance(work, remittance).generation
            taken = undo_portion(work, ground.vault, ground.records, remittance, actor)
            if taken.through:
                queue_publishing(ground, work)
                queue_denials(ground, work, remittance, generation, undone=True)
        entries += taken.entries


def _line(ground: Ground, work: Work, job: str, remittance: str, actor: str) -> None:
    arguments = {"remittance": remittance, "actor": actor}
    ground.jobs.enqueue(work, job, FAST, arguments, key=f"{job}/{new_id()}", organisation=work.organisation)
