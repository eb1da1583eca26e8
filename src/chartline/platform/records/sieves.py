"""One condition as SQL: a list of the resources that may meet it, and a test of one resource.

Both answer a superset where hashes cannot tell; ``exact`` says that they answer no more than what meets the condition,
and the body need not be asked. Lists and tests are of index rows alone: who uses them joins ``resource``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from chartline.kernel.sealed import Masked
from chartline.platform.records.statements import Part, among, both, either, joined, part


@dataclass(frozen=True, slots=True, repr=False)
class Sieve(Masked):
    """``listing`` selects ``pk`` (each once), or is None where only a test is possible.

    ``test`` takes the SQL names of a resource's ``pk`` and ``key``. ``rank`` orders sieves: the smallest list first.
    ``sample`` selects the rows of the list as they come, to see how many there are; None where that costs too much.
    """

    rank: int
    exact: bool
    test: Callable[[str, str], Part]
    listing: Part | None = None
    sample: Part | None = None


ID, IDENTIFIER, COMPARTMENT, REFERENCE, STRING, DATE, CHAIN, TOKEN, BEGINNING, ANY = range(10)
"""Ranks: what is usually rare comes first."""


class Names:
    """Fresh names for the tables of one statement, so that an inner one never hides an outer one."""

    def __init__(self) -> None:
        self._next = 0

    def new(self) -> str:
        """A name."""
        self._next += 1
        return f"t{self._next}"


@dataclass(frozen=True, slots=True)
class Tools:
    """What every sieve needs: names, and which database it is for."""

    names: Names
    postgresql: bool

    @property
    def fence(self) -> str:
        """Ends a test inside EXISTS, so that PostgreSQL makes it for each row, and not for all of them before.

        Without statistics it guesses badly which is cheaper.
        """
        return " OFFSET 0" if self.postgresql else ""

    def row(self, name: str, column: str, value: str) -> str:
        """Joins ``resource`` under a name: the row whose ``column`` is ``value``, looked up for each row on the left.

        Neither database may begin with the resources: there are too many, and PostgreSQL believes there are few.
        """
        if self.postgresql:
            return f"CROSS JOIN LATERAL (SELECT * FROM resource WHERE resource.{column} = {value} OFFSET 0) {name}"
        return f"CROSS JOIN resource {name} ON {name}.{column} = {value}"

    def references(self, name: str, column: str, value: str) -> str:
        """Joins ``resource_ref`` likewise; ``{pointer}`` of the text stands for the parameter's number."""
        if self.postgresql:
            return (
                f"CROSS JOIN LATERAL (SELECT * FROM resource_ref WHERE resource_ref.{column} = {value} "
                f"AND resource_ref.p = {{pointer}} OFFSET 0) {name}"
            )
        return f"CROSS JOIN resource_ref {name} ON {name}.{column} = {value} AND {name}.p = {{pointer}}"

    def among(self, column: str, numbers: Sequence[int]) -> Part:
        """A column is one of some numbers."""
        return among(column, numbers, on_postgresql=self.postgresql)


def nothing() -> Sieve:
    """Lets nothing through."""
    return Sieve(ID, True, lambda _pk, _key: Part("1=0"), Part("SELECT pk FROM resource_eq WHERE 1=0"))


def posted(tools: Tools, hashes: Sequence[int], rank: int, *, exact: bool) -> Sieve:
    """Stands in one of some posting lists."""
    if not hashes:
        return nothing()

    def test(pk: str, _key: str) -> Part:
        name = tools.names.new()
        listed = tools.among(f"{name}.h", hashes)
        return part(f"EXISTS (SELECT 1 FROM resource_eq {name} WHERE {name}.pk = {pk} AND {{0}}{tools.fence})", listed)

    distinct = "DISTINCT " if len(hashes) > 1 else ""
    listed = tools.among("h", hashes)
    listing = part(f"SELECT {distinct}pk FROM resource_eq WHERE {{0}}", listed)
    return Sieve(rank, exact, test, listing, part("SELECT 1 FROM resource_eq WHERE {0}", listed))


def refers(tools: Tools, pointer: int, targets: Sequence[int], rank: int, *, exact: bool) -> Sieve:
    """Refers by one parameter to one of some targets (keys)."""

    def test(pk: str, _key: str) -> Part:
        name = tools.names.new()
        return part(
            f"EXISTS (SELECT 1 FROM resource_ref {name} WHERE {name}.pk = {pk} AND {{0}} AND {{1}}{tools.fence})",
            Part(f"{name}.p = ?", (pointer,)),
            tools.among(f"{name}.target", targets),
        )

    distinct = "DISTINCT " if len(targets) > 1 else ""
    listing = part(
        f"SELECT {distinct}pk FROM resource_ref WHERE {{0}} AND {{1}}",
        tools.among("target", targets),
        Part("p = ?", (pointer,)),
    )
    return Sieve(rank, exact, test, listing)


def refers_at_all(tools: Tools, pointer: int) -> Sieve:
    """Refers to anything in this server by one parameter."""

    def test(pk: str, _key: str) -> Part:
        name = tools.names.new()
        own = Part(f"{name}.p = ?", (pointer,))
        return part(f"EXISTS (SELECT 1 FROM resource_ref {name} WHERE {name}.pk = {pk} AND {{0}}{tools.fence})", own)

    return Sieve(ANY, True, test)


def spans(
    tools: Tools,
    table: str,
    hashes: Sequence[int],
    compared: Part,
    rank: int,
    *,
    exact: bool,
    single: bool = False,
) -> Sieve:
    """Has a span (``lo``, ``hi``) in one of some lists of ``resource_range`` or ``resource_number`` that compares.

    ``single`` says that a resource stands in these lists once at most.
    """

    def test(pk: str, _key: str) -> Part:
        name = tools.names.new()
        return part(
            f"EXISTS (SELECT 1 FROM {table} {name} WHERE {name}.pk = {pk} AND {{0}} AND {{1}}{tools.fence})",
            tools.among(f"{name}.h", hashes),
            compared,
        )

    listed = tools.among("h", hashes)
    distinct = "" if single else "DISTINCT "
    listing = part(f"SELECT {distinct}pk FROM {table} WHERE {{0}} AND {{1}}", listed, compared)
    return Sieve(rank, exact, test, listing, part(f"SELECT 1 FROM {table} WHERE {{0}} AND {{1}}", listed, compared))


def any_of(sieves: Sequence[Sieve], *, apart: bool = False) -> Sieve:
    """Lets through what one of the sieves does; ``apart`` says that no resource is let through by two."""
    if not sieves:
        return nothing()
    if len(sieves) == 1:
        return sieves[0]
    listings = [one.listing for one in sieves if one.listing is not None]
    samples = [one.sample for one in sieves if one.sample is not None]
    return Sieve(
        max(one.rank for one in sieves),
        all(one.exact for one in sieves),
        lambda pk, key: either([one.test(pk, key) for one in sieves]),
        joined(" UNION ALL " if apart else " UNION ", listings) if len(listings) == len(sieves) else None,
        joined(" UNION ALL ", samples) if len(samples) == len(sieves) else None,
    )


def all_of(sieves: Sequence[Sieve]) -> Sieve:
    """Lets through what all of the sieves do; at least one is given."""
    first, *rest = sorted(sieves, key=lambda one: (one.listing is None, one.rank))
    if not rest:
        return first
    listing = None
    if first.listing is not None:
        tests = both([one.test("d.pk", "NULL") for one in rest])
        listing = part("SELECT d.pk FROM ({0}) d WHERE {1}", first.listing, tests)
    return Sieve(
        first.rank,
        all(one.exact for one in sieves),
        lambda pk, key: both([one.test(pk, key) for one in sieves]),
        listing,
        first.sample,
    )


def none_of(sieve: Sieve) -> Sieve:
    """Lets through what an exact sieve does not: a test only."""
    return Sieve(ANY, True, lambda pk, key: part("NOT {0}", sieve.test(pk, key)))
