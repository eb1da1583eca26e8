"""Tables for people: fixed columns, numbers with as many digits as mean something."""

from __future__ import annotations

from collections.abc import Sequence

from fhir_load_parts.measuring import Cell, Export, Race

_HEAD = (
    f"{'workload':<18}{'at':>3}{'req/s':>8}{'p50':>8}{'p95':>8}{'p99':>8}{'server':>8}{'db':>7}{'sum':>8}"
    f"{'floor/s':>9}{'floor us':>9}{'share':>7}{'by req/s':>9}{'wanted':>7}"
)


def cells(ours: Sequence[Cell], floors: Sequence[Cell], make: str) -> str:
    """All workloads of one database. Shares are of processor time a request; percentiles are milliseconds."""
    lines = [_HEAD]
    for mine, bare in zip(ours, floors, strict=True):
        wanted = mine.workload.wanted[make == "postgresql"]
        run = mine.run
        lines.append(
            f"{mine.workload.name:<18}{mine.clients:>3}{run.rate:>8.0f}{run.percentile(0.5):>8.2f}"
            f"{run.percentile(0.95):>8.2f}{run.percentile(0.99):>8.2f}{mine.server_us:>8.0f}{mine.database_us:>7.0f}"
            f"{mine.total_us:>8.0f}{bare.run.rate:>9.0f}{bare.total_us:>9.0f}"
            f"{_share(bare.total_us, mine.total_us):>7}{_share(run.rate, bare.run.rate):>9}"
            f"{f'{wanted} %' if wanted else '':>7}{_failures(mine)}"
        )
    return "\n".join(lines)


def _share(part: float, whole: float) -> str:
    return f"{part / whole * 100:.0f} %" if whole else "-"


def _failures(cell: Cell) -> str:
    return "".join(f"  {count} x {status}" for status, count in sorted(cell.run.failed.items()))


def races(race: Race) -> str:
    """The race in one line."""
    return (
        f"race               {race.asked} conditional creates by 32 clients: {race.made} made, {race.found} found, "
        f"{race.conflicts} refused, {race.twice} twice; {race.asked / race.seconds:.0f} a second"
    )


def exports(name: str, export: Export | None) -> str:
    """An export in one line."""
    if export is None:
        return f"{name:<18} not offered"
    cpu = (export.cpu.server + export.cpu.database) / max(export.resources, 1) * 1e6
    return (
        f"{name:<18} {export.resources} resources, {export.size / 1e6:.1f} MB in {export.seconds:.1f} s: "
        f"{export.resources / export.seconds:.0f} a second, {cpu:.0f} us of processor each"
    )


def growth(small: Sequence[Cell], large: Sequence[Cell], sizes: tuple[int, int]) -> str:
    """The same workloads on two sizes of one database."""
    lines = [f"{'workload':<18}{'at':>3}{f'us at {sizes[0]}':>16}{f'us at {sizes[1]}':>16}{'times':>7}"]
    for one, two in zip(small, large, strict=True):
        lines.append(
            f"{one.workload.name:<18}{one.clients:>3}{one.total_us:>16.0f}{two.total_us:>16.0f}"
            f"{two.total_us / one.total_us:>7.2f}"
        )
    return "\n".join(lines)
