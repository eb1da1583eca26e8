"""Where a segment stands in its guide: which loop, which use, and what was opened, closed or left out on the way.

X12 loops have no end marker; a loop lasts until a segment comes that belongs elsewhere. The walker answers from tables
of transitions that it makes once for each guide and state, so that a step costs one look-up. Segments without a place
are reported and kept with the innermost open loop: nothing is lost and the walk goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Generic, TypeVar

import msgspec

from chartline.formats.x12.guide import Guide, LoopUse, SegmentUse

Item = TypeVar("Item")

Report = Callable[[str, "LoopUse", str], None]
"""Takes the key of a problem, the loop concerned, and the id of the segment concerned."""


ODD = 1 << 128
"""A bit of ``Open.seen`` above those of all children: something in the loop came too often, has no place, or a
qualifier that nothing expects, so that the other bits do not tell everything."""


class Open(msgspec.Struct, Generic[Item], eq=False):
    """An open loop: what was seen in it so far, as bits of its children. ``items`` are what the caller handed in;
    ``parent`` is None for the root, and once the loop is closed."""

    node: LoopUse
    parent: Open[Item] | None
    seen: int = 0
    counts: dict[int, int] | None = None
    items: list[Item] = msgspec.field(default_factory=list)
    loops: list[Open[Item]] = msgspec.field(default_factory=list)


Content = Mapping[int, Callable[[str], object]]
"""How the text of a segment is accepted, by the number of its elements with the id."""


class Transition(msgspec.Struct, gc=False):
    """What a segment means in a state: its use, loops to close and to open, and the state after it.

    ``flaw`` is the key of a problem with its place, empty when it is right; ``without`` is the segment that should have
    opened the innermost loop. ``stays`` means that nothing is closed or opened and nothing is wrong, as with most
    segments.
    """

    use: SegmentUse
    closes: int
    opens: tuple[LoopUse, ...]
    state: State
    flaw: str = ""
    without: SegmentUse | None = None
    stays: bool = False
    bit: int = 0
    limited: int = 0
    """The bit of the use, and the same where the use has a limit that is to be counted."""
    content: Content | None = None
    """For the caller to remember how the content of the segment is checked."""

    def __post_init__(self) -> None:
        self.stays = not self.closes and not self.opens and not self.flaw
        self.bit = self.use.bit
        self.limited = self.use.bit if self.use.most else 0


class State(msgspec.Struct, eq=False):
    """A loop and the place reached in it, with what may come next: by segment id, and by id and qualifier.

    ``otherwise`` has what is odd: by id for qualifiers that nothing expects, by id and use where a loop lacks its first
    segment."""

    node: LoopUse
    place: int
    by_id: dict[str, Transition]
    by_key: dict[str, dict[str, Transition]]
    otherwise: dict[str, Transition]


class Map:
    """The states of one guide, made when they are first reached; shared by all walks."""

    def __init__(self, guide: Guide) -> None:
        self.guide = guide
        self.keyed: dict[str, tuple[int, int]] = {}
        self.known: set[str] = set()
        self._states: dict[tuple[int, int], State] = {}
        self._collect(guide.root)
        self.key_numbers = {name: number for name, (number, component) in self.keyed.items() if not component}

    def begin(self) -> State:
        """The state in front of the ST."""
        return self._state(self.guide.root, -1)

    def _collect(self, node: LoopUse) -> None:
        for child in node.children:
            if isinstance(child, LoopUse):
                self._collect(child)
            else:
                self.known.add(child.id)
                if child.keys:
                    self.keyed[child.id] = child.definition.key

    def _state(self, node: LoopUse, place: int) -> State:
        key = (id(node), place)
        state = self._states.get(key)
        if state is None:
            state = self._states[key] = State(node, place, {}, {}, {})
        return state

    def find(self, state: State, name: str, key: str) -> Transition | None:
        """The transition for a segment; None when it has no place. Remembers what it found."""
        if name not in self.known:
            # Thousands of segments that nobody knows must not cost a search each.
            return None
        found = self._forward(state, name, key) or self._backward(state, name, key)
        if found is not None:
            if name in self.keyed:
                state.by_key.setdefault(name, {})[key] = found
            else:
                state.by_id[name] = found
            return found
        # Whatever its qualifier: remembered once for all of them, so that a file cannot fill the memory.
        found = state.otherwise.get(name) or self._by_id(state, name)
        if found is not None:
            found.bit |= ODD
            state.otherwise[name] = found
            return found
        found = self._without_start(state, name, key)
        if found is not None:
            found.bit |= ODD
            # Another qualifier may mean another use, so one transition is kept for each use.
            return state.otherwise.setdefault(f"{name} {id(found.use)}", found)
        return None

    def _forward(self, state: State, name: str, key: str) -> Transition | None:
        node: LoopUse | None = state.node
        place, closes = state.place, 0
        while node is not None:
            for child in node.children:
                if child.place >= place and (place < 0 or child is not node.children[0]):
                    found = self._matched(child, name, key, closes)
                    if found is not None:
                        return found
            place, node, closes = node.place, node.parent, closes + 1
        return None

    def _backward(self, state: State, name: str, key: str) -> Transition | None:
        node: LoopUse | None = state.node
        place, closes = state.place, 0
        while node is not None:
            for child in node.children[1:]:
                if child.place < place:
                    found = self._matched(child, name, key, closes)
                    if found is not None:
                        found.flaw, found.stays = "segment_order", False
                        return found
            place, node, closes = node.place, node.parent, closes + 1
        return None

    def _by_id(self, state: State, name: str) -> Transition | None:
        """The only use of a segment from here on, whatever its qualifier; the nearest loop that has one decides."""
        node: LoopUse | None = state.node
        place, closes = state.place, 0
        while node is not None:
            uses = [child for child in node.children[1:] if child.place >= place and _first(child).id == name]
            if uses:
                return self._matched(uses[0], name, None, closes) if len(uses) == 1 else None
            place, node, closes = node.place, node.parent, closes + 1
        return None

    def _without_start(self, state: State, name: str, key: str) -> Transition | None:
        """The place of a segment in a loop that may come next but whose first segment is missing."""
        node: LoopUse | None = state.node
        place, closes = state.place, 0
        while node is not None:
            for loop in node.loops:
                if loop.place < place or not isinstance(loop.children[0], SegmentUse):
                    continue
                for child in loop.children[1:]:
                    found = self._matched(child, name, key, closes)
                    if found is not None:
                        return Transition(
                            found.use, closes, (loop, *found.opens), found.state, "start_missing", loop.children[0]
                        )
            place, node, closes = node.place, node.parent, closes + 1
        return None

    def has(self, state: State, name: str) -> bool:
        """Whether a segment with this id may come at or after this place, with another qualifier."""
        node: LoopUse | None = state.node
        place = state.place
        while node is not None:
            if any(c.place >= place and _first(c).id == name for c in node.children):
                return True
            place, node = node.place, node.parent
        return False

    def _matched(self, child: SegmentUse | LoopUse, name: str, key: str | None, closes: int) -> Transition | None:
        opens: list[LoopUse] = []
        while isinstance(child, LoopUse):
            opens.append(child)
            child = child.children[0]
        if child.id != name or (child.keys and key is not None and key not in child.keys):
            return None
        node = opens[-1] if opens else None
        if node is None:
            node = self._owner(child)
        return Transition(child, closes, tuple(opens), self._state(node, child.place))

    def _owner(self, use: SegmentUse) -> LoopUse:
        return self._owners()[id(use)]

    def _owners(self) -> dict[int, LoopUse]:
        if not hasattr(self, "_owned"):
            self._owned: dict[int, LoopUse] = {}
            waiting = [self.guide.root]
            while waiting:
                node = waiting.pop()
                for child in node.children:
                    if isinstance(child, LoopUse):
                        waiting.append(child)
                    else:
                        self._owned[id(child)] = node
        return self._owned


def _first(child: SegmentUse | LoopUse) -> SegmentUse:
    return child.start if isinstance(child, LoopUse) else child


_maps: dict[tuple[Hashable, ...], Map] = {}
_MOST_MAPS = 256


def map_of(guide: Guide, variant: Hashable = None) -> Map:
    """The map of a guide, made once for each variant of whatever callers remember in its transitions."""
    key = (id(guide), variant)
    found = _maps.get(key)
    if found is None:
        # Every file may choose its own delimiters, so the memory is bounded.
        if len(_maps) >= _MOST_MAPS:
            _maps.clear()
        found = _maps[key] = Map(guide)
    return found


class Walk(Generic[Item]):
    """One transaction on its way through its guide. Hand in every segment from ST to SE, then ``finish``."""

    __slots__ = ("_closed", "_component", "_map", "_report", "inner", "key_numbers", "root", "state")

    def __init__(
        self,
        guide: Guide,
        report: Report,
        closed: Callable[[Open[Item]], None] | None = None,
        component: str = ":",
        variant: Hashable = None,
    ) -> None:
        self._map = map_of(guide, variant)
        self._component = component
        self.key_numbers = self._map.key_numbers
        self._report = report
        self._closed = closed
        self.state = self._map.begin()
        self.root: Open[Item] = Open(guide.root, None)
        self.inner = self.root

    def step(self, elements: list[str], item: Item) -> SegmentUse | None:
        """Place one segment (``elements[0]`` is its id); its use, or None when it has no place."""
        transition = self.look(elements)
        if transition is None:
            self._report(self.stray(elements[0]), self.inner.node, elements[0])
            self.keep(item)
            return None
        self.follow(transition, item)
        return transition.use

    def look(self, elements: list[str]) -> Transition | None:
        """What a segment means here; None when it has no place."""
        name = elements[0]
        known = self._map.keyed.get(name)
        key = ""
        if known is not None:
            number, component = known
            key = elements[number] if number < len(elements) else ""
            if component:
                parts = key.split(self._component, component)
                key = parts[component - 1] if component <= len(parts) else ""
            keys = self.state.by_key.get(name)
            transition = keys.get(key) if keys is not None else None
        else:
            transition = self.state.by_id.get(name)
        return transition or self._map.find(self.state, name, key)

    def follow(self, transition: Transition, item: Item) -> None:
        """Go where a transition leads: close and open loops, count, and keep the item."""
        inner = self.inner
        if not transition.stays:
            for _ in range(transition.closes):
                inner = self._close(inner)
            if transition.flaw:
                without = transition.without or transition.use
                self._report(transition.flaw, inner.node, without.id)
            for node in transition.opens:
                inner = self._enter(inner, node)
                if transition.without is not None and node is transition.opens[0]:
                    inner.seen |= transition.without.bit
            self.inner = inner
        if inner.seen & transition.limited:
            self.repeat(inner, transition.use)
        inner.seen |= transition.bit
        inner.items.append(item)
        self.state = transition.state

    def finish(self) -> None:
        """Close what is open, the transaction last."""
        inner: Open[Item] | None = self.inner
        while inner is not None:
            parent = inner.parent
            self._close(inner)
            inner = parent

    def _enter(self, parent: Open[Item], node: LoopUse) -> Open[Item]:
        if parent.seen & node.bit:
            if node.most != 0:
                counts = parent.counts = parent.counts or {}
                counts[node.bit] = count = counts.get(node.bit, 1) + 1
                if count == node.most + 1:
                    self._report("loop_repeat", node, node.start.id)
        else:
            parent.seen |= node.bit
        child: Open[Item] = Open(node, parent)
        parent.loops.append(child)
        return child

    def repeat(self, inner: Open[Item], use: SegmentUse) -> None:
        """Count a segment that was seen in this loop before."""
        counts = inner.counts = inner.counts or {}
        counts[use.bit] = count = counts.get(use.bit, 1) + 1
        if count == use.most + 1:
            inner.seen |= ODD
            self._report("segment_repeat", inner.node, use.id)

    def _close(self, inner: Open[Item]) -> Open[Item]:
        if inner.node.required_bits & ~inner.seen:
            self._missing(inner)
        if self._closed is not None:
            self._closed(inner)
        parent = inner.parent or inner
        # Without this, loops that nobody keeps would wait for the garbage collector.
        inner.parent = None
        return parent

    def _missing(self, inner: Open[Item]) -> None:
        node = inner.node
        missing = node.required_bits & ~inner.seen
        self.inner = inner
        for child in node.children:
            if child.bit & missing:
                loop = isinstance(child, LoopUse)
                self._report("loop_missing" if loop else "segment_missing", node, _first(child).id)

    def stray(self, name: str) -> str:
        """The key of the problem with a segment that has no place here."""
        if name not in self._map.known:
            return "segment_unknown"
        return "segment_qualifier" if self._map.has(self.state, name) else "segment_unexpected"

    def keep(self, item: Item) -> None:
        """Keep what has no place with the innermost open loop."""
        self.inner.seen |= ODD
        self.inner.items.append(item)
