"""Any interleaving of edits, feeds, pushes, lost answers, crashes and decisions ends with both sides equal.

The vendor is a model (``vendor_model``); everything on our side is real. ``SYNC_EXAMPLES`` and ``SYNC_STEPS`` in the
environment ask for a long run.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test
from tests.domains.practice_world import AMD, VISIT, World, made
from tests.domains.sync.vendor_model import Row, Vendor

from chartline.domains.practice.visits import participant_id, write_visit
from chartline.domains.sync.cases import Decision, case_of, list_cases
from chartline.domains.sync.changes import follow, note_change, waiting
from chartline.domains.sync.conflicts import Choice, open_conflicts
from chartline.domains.sync.fields import Fields, Kind, same
from chartline.domains.sync.incoming import take_patient
from chartline.domains.sync.incoming_visits import take_visit
from chartline.domains.sync.links import link, locals_of_all, vendor_of
from chartline.domains.sync.log import Direction, EventFilter, Happened, list_events
from chartline.domains.sync.merge import KEPT, Owner
from chartline.domains.sync.ours import RESOURCE, our_fields, patient_of, written
from chartline.domains.sync.outgoing import ORDER, Pending, pending, pushed
from chartline.domains.sync.owners import set_owner
from chartline.domains.sync.resolution import reopen_record, resolve_record
from chartline.domains.sync.shadow import read_shadow
from chartline.kernel.errors import ChartlineError
from chartline.kernel.ids import new_id
from chartline.kernel.sealed import Purpose, Sealed
from chartline.platform.database import Work, open_database

EXAMPLES = int(os.environ.get("SYNC_EXAMPLES", "18"))
STEPS = int(os.environ.get("SYNC_STEPS", "18"))

FIELDS = (
    (Kind.PATIENT, "family"),
    (Kind.PATIENT, "mobile_phone"),
    (Kind.PATIENT, "chart"),
    (Kind.COVERAGE, "group_number"),
    (Kind.VISIT, "minutes"),
    (Kind.VISIT, "status"),
)
"""At the start: asked, the newest, theirs, asked, asked, the newest. ``mobile_phone`` may fall on deaf ears."""
STATES = ("booked", "confirmed", "arrived", "cancelled:pat", "cancelled", "no_show", "other:2")
MAY_BE_EMPTY = ("mobile_phone", "group_number")
ANY = st.integers(0, 999)


class SteppedClock:
    """A clock that moves when it is told to, and a little at each look."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)

    def now(self) -> datetime:
        self.moment += timedelta(microseconds=100)
        return self.moment

    def sleep(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)

    def real_seconds(self, seconds: float) -> float:
        return seconds


@dataclass
class Edit:
    """A value that somebody typed. ``seen`` says that the other side had it at some time."""

    ours: bool
    kind: Kind
    vendor_id: str
    field: str
    value: str
    at: datetime
    seen: bool = False


class Crash(Exception):
    """The process dies before its transaction ends."""


class Sync(RuleBasedStateMachine):
    """Two sides and everything that can happen between them."""

    world: World
    clock: SteppedClock

    @initialize(tells_times=st.booleans(), deaf=st.booleans())
    def begin(self, tells_times: bool, deaf: bool) -> None:
        self.vendor = Vendor(tells_times, deaf={"mobile_phone"} if deaf else set())
        self.rows: list[Row] = []
        self.edits: list[Edit] = []
        self.decisions: list[str] = []
        self.serial = 0
        with self.world.work() as work:
            follow(work, AMD, ORDER)
        self.vendor.add_family("900", self.clock.now())
        self.deliver_all()

    # What people do.

    @rule(which=st.sampled_from(FIELDS), pick=ANY, empty=st.booleans())
    def edit_here(self, which: tuple[Kind, str], pick: int, empty: bool) -> None:
        kind, name = which
        with self.world.work() as work:
            local_id, vendor_id = self._some(work, kind, pick)
            value = "" if empty and name in MAY_BE_EMPTY else self._value(name, pick)
            before = self._write(work, kind, local_id, name, value)
        self._note(Edit(True, kind, vendor_id, name, value, self.clock.now()), before)

    @rule(which=st.sampled_from(FIELDS), pick=ANY, empty=st.booleans())
    def edit_there(self, which: tuple[Kind, str], pick: int, empty: bool) -> None:
        kind, name = which
        vendor_id = self._theirs(kind, pick)
        value = "" if empty and name in MAY_BE_EMPTY else self._value(name, pick)
        before = self.vendor.records[kind, vendor_id].fields[name]
        self.vendor.edit(kind, vendor_id, name, value, self.clock.now())
        self._note(Edit(False, kind, vendor_id, name, value, self.clock.now()), before)

    @rule(which=st.sampled_from(FIELDS), pick=ANY, empty=st.booleans(), again=st.booleans())
    def edit_on_both_sides(self, which: tuple[Kind, str], pick: int, empty: bool, again: bool) -> None:
        self.edit_there(which, 0, empty and again)
        self.time_passes(2 if again else 0)
        self.edit_here(which, 0, empty)

    @rule(pick=ANY)
    def book_here(self, pick: int) -> None:
        self.serial += 1
        visit, start = new_id(), VISIT.start + timedelta(days=self.serial)
        with self.world.work() as work:
            patient, _ = self._some(work, Kind.PATIENT, pick)
            fact = VISIT.__class__(None, "", start, 30, VISIT.status)
            self.world.records.put(work, write_visit(fact, visit, patient))
            note_change(work, Kind.VISIT, visit)

    @rule(seconds=st.sampled_from([1, 60, 3600]))
    def time_passes(self, seconds: int) -> None:
        self.clock.moment += timedelta(seconds=seconds)

    @rule(which=st.sampled_from(FIELDS), owner=st.none() | st.sampled_from(list(Owner)))
    def choose_an_owner(self, which: tuple[Kind, str], owner: Owner | None) -> None:
        with self.world.work() as work:
            set_owner(work, AMD, *which, owner, "u1")

    @rule(pick=ANY, choice=st.sampled_from(list(Choice)), all_fields=st.booleans())
    def decide(self, pick: int, choice: Choice, all_fields: bool) -> None:
        with self.world.work() as work:
            lines, _ = list_cases(work, AMD)
            if not lines:
                return
            line = lines[pick % len(lines)]
            case = case_of(work, self.world.records, self.world.vault, AMD, line.kind, line.local_id)
            assert case is not None
            names = sorted(case.fields) if all_fields else [sorted(case.fields)[pick % len(case.fields)]]
            choices = {name: self._decision(choice, name, pick) for name in names}
            place = (AMD, line.kind, line.local_id)
            decision = resolve_record(work, self.world.records, self.world.vault, *place, choices, "u1")
            self.decisions.append(decision)

    @precondition(lambda self: self.decisions)
    @rule(pick=ANY)
    def take_a_decision_back(self, pick: int) -> None:
        decision = self.decisions[pick % len(self.decisions)]
        try:
            with self.world.work() as work:
                reopen_record(work, self.world.records, self.world.vault, decision, "u2")
        except ChartlineError as error:
            assert error.problem.code in ("sync.changed_since", "sync.already_decided")

    # What machines do.

    @rule()
    def pull(self) -> None:
        self.rows += self.vendor.feed(self.clock.now())

    @rule(pick=ANY)
    def read_one_again(self, pick: int) -> None:
        owners = sorted({one.owner for one in self.vendor.records.values()})
        self.rows.append(self.vendor.row(owners[pick % len(owners)], self.clock.now()))

    @precondition(lambda self: self.rows)
    @rule(pick=ANY, twice=st.booleans(), crash=st.sampled_from([False, False, False, True]))
    def deliver(self, pick: int, twice: bool, crash: bool) -> None:
        row = self.rows[pick % len(self.rows)]
        try:
            self._take(row, crash=crash)
        except Crash:
            return
        if not twice:
            self.rows.remove(row)

    @rule()
    def a_quiet_round(self) -> None:
        self.deliver_all()
        self.push("", "")

    @rule(lost=st.sampled_from(["", "", "before", "after"]), meanwhile=st.sampled_from(["", "here", "there"]))
    def push(self, lost: str, meanwhile: str) -> None:
        for kind in ORDER:
            with self.world.work() as work:
                page = pending(work, self.world.records, self.world.vault, AMD, kind)
                assert page.unfit == ()
            for item in page.items:
                self._send(item, lost, meanwhile)

    def _send(self, item: Pending, lost: str, meanwhile: str) -> None:
        """One write as the flow makes it: looked for first, sent once, written down when the answer comes."""
        if lost == "before":
            return
        vendor_id = self._arrived(item)
        if vendor_id is None and item.vendor_id is None:
            vendor_id = f"{item.kind.value}-{self.vendor.count}"
            there = {**item.after, **({"status": "booked"} if item.kind is Kind.VISIT else {})}
            self.vendor.add(item.kind, vendor_id, there, self.clock.now(), item.patient_vendor_id or "")
        elif vendor_id is None and item.vendor_id is not None:
            vendor_id = item.vendor_id
            if not self.vendor.update(item.kind, vendor_id, item.before, item.after, self.clock.now()):
                self._take(self.vendor.row(item.patient_vendor_id or vendor_id, self.clock.now()))
                return
        self._look()
        if meanwhile:
            # Somebody types while the answer is on its way.
            self._meanwhile(item, vendor_id or "", here=meanwhile == "here")
        if lost == "after":
            return
        with self.world.work() as work:
            pushed(work, self.world.vault, item, vendor_id or "")

    def _meanwhile(self, item: Pending, vendor_id: str, *, here: bool) -> None:
        name = next((one for one in item.changed if (item.kind, one) in FIELDS), "")
        if not name:
            return
        value = self._value(name, self.serial)
        if here:
            with self.world.work() as work:
                known = vendor_of(work, AMD, item.kind, item.local_id) or ""
                before = self._write(work, item.kind, item.local_id, name, value)
            self._note(Edit(True, item.kind, known, name, value, self.clock.now()), before)
        else:
            before = self.vendor.records[item.kind, vendor_id].fields[name]
            self.vendor.edit(item.kind, vendor_id, name, value, self.clock.now())
            self._note(Edit(False, item.kind, vendor_id, name, value, self.clock.now()), before)

    def _theirs(self, kind: Kind, pick: int) -> str:
        numbers = sorted((number for of, number in self.vendor.records if of is kind), key=len)
        return numbers[pick % len(numbers)]

    def _arrived(self, item: Pending) -> str | None:
        """The vendor's id of a record that an earlier write brought there, though its answer was lost."""
        if item.vendor_id is not None:
            there = self.vendor.records[item.kind, item.vendor_id].fields
            arrived = all(same(name, there.get(name, ""), item.after[name]) for name in item.changed)
            return item.vendor_id if arrived else None
        with self.world.work() as work:
            for (kind, number), record in self.vendor.records.items():
                if kind is item.kind and same("start", record.fields["start"], item.after["start"]):
                    linked = locals_of_all(work, AMD, [(kind, number)])
                    return number if linked.get((kind, number), item.local_id) == item.local_id else None
        return None

    def _take(self, row: Row, *, crash: bool = False) -> None:
        records, vault = self.world.records, self.world.vault
        with self.world.work() as work:
            take_patient(work, records, vault, AMD, row.detail(), reading=row.reading)
            for visit in row.visits():
                take_visit(work, records, vault, AMD, visit, reading=row.reading)
            if crash:
                raise Crash
        self._look()

    # What must hold.

    def teardown(self) -> None:
        if not hasattr(self, "vendor"):
            return
        self.vendor.deaf = set()
        for _ in range(4):
            self.deliver_all()
            self.push("", "")
            self.clock.moment += timedelta(seconds=2)
        # Nothing but the feed: a full comparison would heal what was lost, and hide it.
        self.deliver_all()
        self._equal()
        self._nothing_lost()
        self._again_changes_nothing()

    def deliver_all(self) -> None:
        self.rows += self.vendor.feed(self.clock.now())
        for row in self.rows:
            self._take(row)
        self.rows = []

    def _equal(self) -> None:
        with self.world.work() as work:
            assert not any(waiting(work).values())
            for (kind, vendor_id), record in self.vendor.records.items():
                local_id = self._local(work, kind, vendor_id)
                ours = self._ours(work, kind, local_id)
                shadow = read_shadow(work, self.world.vault, AMD, kind, local_id) or {}
                asked = open_conflicts(work, self.world.vault, AMD, kind, [local_id]).get(local_id, [])
                for name, mine in ours.items():
                    theirs = record.fields.get(name, "")
                    kept = not mine and same(name, shadow.get(KEPT + name, ""), theirs)
                    open_ = any(one.field == name for one in asked)
                    assert same(name, mine, theirs) or kept or open_, (kind, name)

    def _nothing_lost(self) -> None:
        """Every value is where it belongs, or was typed over by its own side, or somebody said why it went."""
        self._look()
        with self.world.work() as work:
            events = []
            cursor = ""
            while True:
                page = list_events(work, EventFilter(connection=AMD), cursor, 500)
                events += page.events
                cursor = page.cursor
                if not cursor:
                    break
            for number, edit in enumerate(self.edits):
                later = [
                    one
                    for one in self.edits[number + 1 :]
                    if (one.ours, one.kind, one.vendor_id, one.field)
                    == (edit.ours, edit.kind, edit.vendor_id, edit.field)
                ]
                if edit.seen or later or not edit.vendor_id:
                    continue
                local_id = self._local(work, edit.kind, edit.vendor_id)
                mine = self._ours(work, edit.kind, local_id)[edit.field]
                theirs = self.vendor.records[edit.kind, edit.vendor_id].fields[edit.field]
                if same(edit.field, edit.value, mine if edit.ours else theirs):
                    continue
                said = {
                    (one.outcome, one.direction)
                    for one in events
                    if one.local_id == local_id and one.code == edit.field and one.at and one.at >= edit.at
                }
                ways = {Happened.RESOLVED, Happened.REOPENED}
                overruled = (Happened.OVERRULED, Direction.IN if edit.ours else Direction.OUT)
                assert overruled in said or ways & {outcome for outcome, _ in said}, (edit.ours, edit.kind, edit.field)

    def _again_changes_nothing(self) -> None:
        before = self._everything()
        self.rows += [self.vendor.row(one, self.clock.now()) for one in {r.owner for r in self.vendor.records.values()}]
        self.deliver_all()
        self.push("", "")
        assert before == self._everything()

    def _everything(self) -> object:
        with self.world.work() as work:
            versions = [
                (kind, number, self.world.records.read(work, RESOURCE[kind], self._local(work, kind, number)).version)
                for kind, number in sorted(self.vendor.records)
            ]
            return versions, self.vendor.count, list_events(work, EventFilter(), limit=1), list_cases(work)

    # Small things.

    def _look(self) -> None:
        """Which values have come to the other side."""
        open_edits = [one for one in self.edits if not one.seen and one.vendor_id]
        if not open_edits:
            return
        with self.world.work() as work:
            read: dict[tuple[Kind, str], Fields] = {}
            for edit in open_edits:
                place = (edit.kind, edit.vendor_id)
                if not edit.ours and place not in read:
                    # A record that was sent and whose answer was lost is not known here as theirs yet.
                    local_id = locals_of_all(work, AMD, [place]).get(place)
                    read[place] = self._ours(work, edit.kind, local_id) if local_id else {}
                other = self.vendor.records[place].fields if edit.ours else read[place]
                edit.seen = same(edit.field, other.get(edit.field, ""), edit.value)

    def _note(self, edit: Edit, before: str) -> None:
        self._look()
        if not same(edit.field, before, edit.value):
            # Whoever goes back to what both agreed on has no news: the other side's edit stands.
            edit.seen = same(edit.field, self._agreed(edit), edit.value)
            self.edits.append(edit)

    def _agreed(self, edit: Edit) -> str:
        place = (edit.kind, edit.vendor_id)
        with self.world.work() as work:
            local_id = locals_of_all(work, AMD, [place]).get(place, "") if edit.vendor_id else ""
            return (read_shadow(work, self.world.vault, AMD, edit.kind, local_id) or {}).get(edit.field, "?")

    def _value(self, name: str, pick: int) -> str:
        self.serial += 1
        if name == "status":
            return STATES[pick % len(STATES)]
        if name == "minutes":
            return str(10 + self.serial)
        return f"303555{1000 + self.serial}" if name == "mobile_phone" else f"V{self.serial}"

    def _decision(self, choice: Choice, name: str, pick: int) -> Decision:
        if choice is not Choice.VALUE:
            return Decision(choice)
        return Decision(choice, Sealed("arrived" if name == "status" else self._value(name, pick)))

    def _some(self, work: Work, kind: Kind, pick: int) -> tuple[str, str]:
        """A record of ours, and its number there (empty while it has none)."""
        found = self.world.records.search(work, RESOURCE[kind], [], limit=50).found
        # The oldest first: the one that came from there.
        local_id = sorted(one.id for one in found)[pick % len(found)]
        return local_id, vendor_of(work, AMD, kind, local_id) or ""

    def _local(self, work: Work, kind: Kind, vendor_id: str) -> str:
        return locals_of_all(work, AMD, [(kind, vendor_id)])[kind, vendor_id]

    def _ours(self, work: Work, kind: Kind, local_id: str) -> Fields:
        body = self.world.records.read(work, RESOURCE[kind], local_id).reveal(Purpose.SHOW)
        return our_fields(kind, body, AMD)

    def _write(self, work: Work, kind: Kind, local_id: str, name: str, value: str) -> str:
        """What a person at the front desk, or a FHIR client, does; answers what stood there before."""
        stored = self.world.records.read(work, RESOURCE[kind], local_id)
        body = stored.reveal(Purpose.STORE)
        present = our_fields(kind, body, AMD)
        fields = {**present, name: value}
        provider = participant_id(body, "Practitioner") if kind is Kind.VISIT else None
        self.world.records.put(work, written(kind, fields, local_id, patient_of(kind, body), AMD, body, provider))
        note_change(work, kind, local_id)
        return present[name]


@pytest.fixture
def stepped(sqlite_url: str) -> Generator[tuple[World, SteppedClock]]:
    clock = SteppedClock()
    database = open_database(sqlite_url, clock)
    yield made(database), clock
    database.close()


def test_any_interleaving_ends_with_both_sides_equal_and_nothing_lost(stepped: tuple[World, SteppedClock]) -> None:
    first, clock = stepped

    class Here(Sync):
        def __init__(self) -> None:
            super().__init__()
            self.world, self.clock = made(first.database), clock

    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_a_late_row_of_a_patient_does_not_bring_old_values_back(stepped: tuple[World, SteppedClock]) -> None:
    world, clock = stepped
    vendor = Vendor(tells_times=False)
    vendor.add_family("900", clock.now())
    old = vendor.row("900", clock.now())
    vendor.edit(Kind.PATIENT, "900", "city", "Golden", clock.now())
    new = vendor.row("900", clock.now())
    with world.work() as work:
        for row in (old, new, old):
            taken = take_patient(work, world.records, world.vault, AMD, row.detail(), reading=row.reading)
        body = world.body(work, "Patient", taken.local_id or "")
        assert our_fields(Kind.PATIENT, body, AMD)["city"] == "Golden"
        assert link(work, AMD, Kind.PATIENT, taken.local_id or "", "900") is False
