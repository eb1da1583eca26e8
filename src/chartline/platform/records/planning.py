"""Criteria as one SELECT of candidates: the rarest list drives, the others are tested, chains are followed inside.

Whatever is not in the caller's reach is not there: in the result, behind a chain, as a source of ``_has``, in a list.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from chartline.formats.fhir.search.query import (
    AskedDate,
    AskedReference,
    AskedText,
    AskedToken,
    Chained,
    Condition,
    Criterion,
    InCompartment,
    InList,
    Reverse,
)
from chartline.platform.records import comparing
from chartline.platform.records.conditions import Conditions
from chartline.platform.records.desk_words import Words
from chartline.platform.records.forms import BORN
from chartline.platform.records.keys import Keys
from chartline.platform.records.reach import Reach, patient_types
from chartline.platform.records.sieves import (
    ANY,
    CHAIN,
    COMPARTMENT,
    DATE,
    ID,
    STRING,
    Names,
    Sieve,
    Tools,
    any_of,
    none_of,
    nothing,
    posted,
)
from chartline.platform.records.statements import Part, among_texts, both, part

_SINGLE_DATES = frozenset({"birthdate", "death-date"})
"""Dates that a person has once at most, so that several conditions on them are one."""


class Plan:
    """Puts one statement together."""

    def __init__(
        self,
        keys: Keys,
        organisation: str,
        reach: Reach,
        labels: Callable[[str], Mapping[str, str]],
        *,
        on_postgresql: bool,
    ) -> None:
        self._keys, self._organisation, self._reach = keys, organisation, reach
        self._labels = labels
        self.tools = Tools(Names(), on_postgresql)
        """Names and joins of this statement."""
        self._conditions = Conditions(keys, self.tools, labels)

    def candidates(
        self,
        columns: str,
        rtype: str,
        criteria: Sequence[Criterion],
        more: Sequence[Part] = (),
        words: Sequence[Words] = (),
        driver: int | None = None,
    ) -> Part:
        """``SELECT columns`` of present resources (as ``r``) of a type that may meet all criteria; not sorted yet.

        ``more`` are further conditions; the number to page by is ``place``. ``driver`` is what ``rivals`` chose.
        """
        own = Part("r.rtype = ?", (rtype,))
        sieves = self._with_words(rtype, criteria, words)
        if driver is not None:
            sieves[driver] = replace(sieves[driver], rank=-1)
        return self._select(columns, "r", own, self._keys.all(rtype), sieves, more)

    def rivals(self, rtype: str, criteria: Sequence[Criterion], words: Sequence[Words]) -> dict[int, Part]:
        """Samples of the lists that might drive, by their places, when ranks do not decide which is the shortest."""
        sieves = self._with_words(rtype, criteria, words)
        if any(one.listing is not None and one.rank <= STRING for one in sieves):
            return {}
        listed = {at: one.sample for at, one in enumerate(sieves) if one.listing is not None}
        found = {at: sample for at, sample in listed.items() if sample is not None}
        return found if len(found) > 1 else {}

    def _with_words(self, rtype: str, criteria: Sequence[Criterion], words: Sequence[Words]) -> list[Sieve]:
        return [*self.sieves(rtype, criteria), *(one.sieve(self._keys, self.tools, rtype) for one in words)]

    def mixed(self, columns: str, types: Sequence[str], criteria: Sequence[Criterion], more: Sequence[Part]) -> Part:
        """The same over several types, for criteria that do not depend on the type (``typeless``)."""
        sieves = [self._sieve("", one) for one in criteria]
        listed = among_texts("r.rtype", types, on_postgresql=self.tools.postgresql)
        return self._select(columns, "r", both([listed, self.visible("r")]), None, sieves, more)

    def these(self, columns: str, rtype: str, criteria: Sequence[Criterion], listing: Part) -> Part:
        """The same, of the few resources whose ``pk`` another SELECT lists."""
        own = Part("r.rtype = ?", (rtype,))
        driver = Sieve(-1, True, lambda _pk, _key: Part("1=1"), listing)
        return self._select(columns, "r", own, None, [driver, *self.sieves(rtype, criteria)])

    @property
    def place(self) -> str:
        """The SQL name of the number to page by: the driving list's own, whose order needs no sorting."""
        return "d_r.pk"

    def exact(self, rtype: str, criterion: Criterion) -> bool:
        """Whether the index alone decides a criterion."""
        return self._sieve(rtype, criterion).exact

    def visible(self, name: str) -> Part:
        """The condition that a resource of any type (named ``name``) is in reach; for includes and histories."""
        reach, tools = self._reach, self.tools
        tests: list[Part] = []
        if reach.types is not None:
            if not reach.types:
                return Part("1=0")
            tests.append(among_texts(f"{name}.rtype", sorted(reach.types), on_postgresql=tools.postgresql))
        if reach.patient is not None:
            mine = posted(tools, (self._keys.compartment(reach.compartment),), COMPARTMENT, exact=True)
            theirs = among_texts(f"{name}.rtype", sorted(patient_types()), on_postgresql=tools.postgresql)
            tests.append(part("(NOT {0} OR {1})", theirs, mine.test(f"{name}.pk", f"{name}.key")))
        return both(tests)

    def sieves(self, rtype: str, criteria: Sequence[Criterion]) -> list[Sieve]:
        """A sieve for each criterion (those on one date together) and for the reach."""
        if not self._reach.covers(rtype):
            return [nothing()]
        windows: dict[str, list[Condition]] = {}
        births: dict[str, list[Condition]] = {}
        found: list[Sieve] = []
        for one in criteria:
            if isinstance(one, Condition) and not one.parameter.code.startswith("_"):
                code = one.parameter.code
                if self._conditions.windowed(one):
                    windows.setdefault(code, []).append(one)
                    continue
                if rtype in BORN and code in _SINGLE_DATES and _single(one):
                    births.setdefault(code, []).append(one)
                    continue
            found.append(self._sieve(rtype, one))
        found += [self._conditions.window(some) for some in windows.values()]
        found += [self._conditions.born(some) for some in births.values()]
        if self._reach.narrows(rtype):
            found.append(
                posted(self.tools, (self._keys.compartment(self._reach.compartment),), COMPARTMENT, exact=True)
            )
        return found

    def _select(
        self,
        columns: str,
        name: str,
        rtype: Part,
        every: int | None,
        sieves: Sequence[Sieve],
        more: Sequence[Part] = (),
    ) -> Part:
        """The rarest list drives; ``every`` is the list of all when nothing else can."""
        ordered = sorted(sieves, key=lambda one: (one.listing is None, one.rank))
        driver = ordered[0].listing if ordered else None
        rest = ordered[1:] if driver is not None else ordered
        if driver is None and every is not None:
            driver = Part("SELECT pk FROM resource_eq WHERE h = ?", (every,))
        tests = both(
            [
                self._mine(name),
                rtype,
                Part(f"NOT {name}.deleted"),
                *(one.test(f"{name}.pk", f"{name}.key") for one in rest),
                *more,
            ]
        )
        if driver is None:
            driver = Part("SELECT pk FROM resource WHERE organisation_id = ?", (self._organisation,))
        row = self.tools.row(name, "pk", f"d_{name}.pk")
        return part(f"SELECT {columns} FROM ({{0}}) d_{name} {row} WHERE {{1}}", driver, tests)

    def _mine(self, name: str) -> Part:
        """The row is of the organisation."""
        return Part(f"{name}.organisation_id = ?", (self._organisation,))

    def _sieve(self, rtype: str, criterion: Criterion) -> Sieve:
        if isinstance(criterion, Condition):
            if criterion.parameter.code == "_id":
                return self._ids(rtype, criterion)
            if criterion.parameter.code == "_lastUpdated":
                return self._updated(rtype, criterion)
            return self._conditions.sieve(criterion)
        if isinstance(criterion, Chained):
            return any_of([self._hop(criterion, target, inner) for target, inner in criterion.inner])
        if isinstance(criterion, Reverse):
            return self._source(rtype, criterion)
        if isinstance(criterion, InList):
            return self._listed(criterion)
        return self._inside(criterion)

    def _inside(self, criterion: InCompartment) -> Sieve:
        place = f"{criterion.kind}/{criterion.id}"
        return posted(self.tools, (self._keys.compartment(place),), COMPARTMENT, exact=True)

    def _ids(self, rtype: str, criterion: Condition) -> Sieve:
        if criterion.missing is not None:
            return nothing() if criterion.missing else posted(self.tools, (self._keys.all(rtype),), ANY, exact=True)
        ids = [identity for one in criterion.asked if (identity := _identity(one)) is not None]
        keys = sorted(self._keys.resource(rtype, identity) for identity in ids)
        if not keys:
            return nothing()
        listing = part("SELECT pk FROM resource WHERE {0}", self.tools.among("key", keys))

        def test(pk: str, _key: str) -> Part:
            name = self.tools.names.new()
            asked = self.tools.among(f"{name}.key", keys)
            return part(
                f"EXISTS (SELECT 1 FROM resource {name} WHERE {name}.pk = {pk} AND {{0}}{self.tools.fence})", asked
            )

        found = Sieve(ID, True, test, listing)
        return none_of(found) if criterion.modifier == "not" else found

    def _updated(self, rtype: str, criterion: Condition) -> Sieve:
        if criterion.missing is not None:
            return nothing() if criterion.missing else posted(self.tools, (self._keys.all(rtype),), ANY, exact=True)
        asked = [one for one in criterion.asked if isinstance(one, AskedDate)]

        def test(pk: str, _key: str) -> Part:
            name = self.tools.names.new()
            compared = comparing.instants(asked, f"{name}.updated")
            return part(
                f"EXISTS (SELECT 1 FROM resource {name} WHERE {name}.pk = {pk} AND {{0}}{self.tools.fence})", compared
            )

        listing = part(
            "SELECT pk FROM resource WHERE {0} AND {1} AND {2}",
            Part("organisation_id = ?", (self._organisation,)),
            Part("rtype = ?", (rtype,)) if rtype else Part("1=1"),
            comparing.instants(asked, "updated"),
        )
        return Sieve(DATE, True, test, listing)

    def _hop(self, chain: Chained, target: str, inner: Criterion) -> Sieve:
        """Refers to a resource of one type that meets the inner criterion."""
        if not self._reach.covers(target):
            return nothing()
        pointer = Part("?", (self.pointer(chain.type, chain.parameter.code),))
        sieves = self.sieves(target, (inner,))
        exact = all(one.exact for one in sieves)

        def test(pk: str, _key: str) -> Part:
            ref, aim = self.tools.names.new(), self.tools.names.new()
            tests = self._present(aim, target, sieves)
            return part(
                f"EXISTS (SELECT 1 FROM resource_ref {ref} {self.tools.row(aim, 'key', f'{ref}.target')} "
                f"WHERE {ref}.pk = {pk} AND {ref}.p = {{0}} AND {{1}}{self.tools.fence})",
                pointer,
                tests,
            )

        aim, ref = self.tools.names.new(), self.tools.names.new()
        listing = part(
            f"SELECT DISTINCT {ref}.pk FROM ({{0}}) {aim} "
            f"{self.tools.references(ref, 'target', f'{aim}.key').format(pointer='{1}')}",
            self._inner(f"{aim}k", "{0}.pk, {0}.key", target, sieves),
            pointer,
        )
        listed = any(one.listing is not None and one.rank < ANY for one in sieves)
        return Sieve(CHAIN, exact, test, listing if listed else None)

    def _source(self, rtype: str, criterion: Reverse) -> Sieve:
        """Is referred to by a resource that meets the inner criterion (``_has``)."""
        if not self._reach.covers(criterion.source):
            return nothing()
        pointer = Part("?", (self.pointer(criterion.source, criterion.parameter.code),))
        sieves = self.sieves(criterion.source, (criterion.inner,))

        def test(_pk: str, key: str) -> Part:
            ref, source = self.tools.names.new(), self.tools.names.new()
            return part(
                f"EXISTS (SELECT 1 FROM resource_ref {ref} {self.tools.row(source, 'pk', f'{ref}.pk')} "
                f"WHERE {ref}.target = {key} AND {ref}.p = {{0}} AND {{1}}{self.tools.fence})",
                pointer,
                self._present(source, criterion.source, sieves),
            )

        source, ref, aim = (self.tools.names.new() for _ in range(3))
        listing = part(
            f"SELECT DISTINCT {aim}.pk FROM ({{0}}) {source} "
            f"{self.tools.references(ref, 'pk', f'{source}.pk').format(pointer='{1}')} "
            f"{self.tools.row(aim, 'key', f'{ref}.target')} WHERE {aim}.rtype = {{2}}",
            self._inner(f"{source}k", "{0}.pk", criterion.source, sieves),
            pointer,
            Part("?", (rtype,)),
        )
        return Sieve(CHAIN, all(one.exact for one in sieves), test, listing)

    def _listed(self, criterion: InList) -> Sieve:
        if not self._reach.covers("List"):
            return nothing()
        lists = [self._keys.resource("List", one) for one in criterion.lists]
        sieves = self.sieves("List", ())
        pointer = Part("?", (self._keys.pointer("List", "item"),))

        def tests(name: str) -> Part:
            return both([self.tools.among(f"{name}.key", lists), self._present(name, "List", sieves)])

        def test(_pk: str, key: str) -> Part:
            ref, source = self.tools.names.new(), self.tools.names.new()
            return part(
                f"EXISTS (SELECT 1 FROM resource_ref {ref} {self.tools.row(source, 'pk', f'{ref}.pk')} "
                f"WHERE {ref}.target = {key} AND {ref}.p = {{0}} AND {{1}}{self.tools.fence})",
                pointer,
                tests(source),
            )

        source, ref, aim = (self.tools.names.new() for _ in range(3))
        listing = part(
            f"SELECT DISTINCT {aim}.pk FROM resource {source} "
            f"{self.tools.references(ref, 'pk', f'{source}.pk').format(pointer='{0}')} "
            f"{self.tools.row(aim, 'key', f'{ref}.target')} WHERE {{1}}",
            pointer,
            tests(source),
        )
        return Sieve(COMPARTMENT, True, test, listing)

    def _inner(self, name: str, columns: str, rtype: str, sieves: Sequence[Sieve]) -> Part:
        own = Part(f"{name}.rtype = ?", (rtype,))
        return self._select(columns.format(name), name, own, self._keys.all(rtype), sieves)

    def _present(self, name: str, rtype: str, sieves: Sequence[Sieve]) -> Part:
        """A joined row is a present resource of the organisation and the type, and passes."""
        return both(
            [
                self._mine(name),
                Part(f"{name}.rtype = ?", (rtype,)),
                Part(f"NOT {name}.deleted"),
                *(one.test(f"{name}.pk", f"{name}.key") for one in sieves),
            ]
        )

    def pointer(self, rtype: str, code: str) -> int:
        """The number of a reference parameter in ``resource_ref``."""
        return self._keys.pointer(rtype, self._labels(rtype).get(code, code))


def typeless(criterion: Criterion) -> bool:
    """Whether a criterion means the same for every type, so that one list serves all of them."""
    if isinstance(criterion, InCompartment):
        return True
    return isinstance(criterion, Condition) and criterion.parameter.code == "_lastUpdated"


def _single(condition: Condition) -> bool:
    return len(condition.asked) == 1 and not condition.modifier and condition.missing is None


def _identity(asked: object) -> str | None:
    if isinstance(asked, AskedToken):
        return asked.code
    if isinstance(asked, AskedText):
        return asked.text
    return asked.reference.id if isinstance(asked, AskedReference) else None
