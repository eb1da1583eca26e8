"""Blocked time and free time of schedule columns (vendor sheet 9.10, row 25)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from chartline.connect.simulation.web import Answer
from chartline.connectors.advancedmd.simulator.model import Hold, Item
from chartline.connectors.advancedmd.simulator.refusals import HttpRefusal
from chartline.connectors.advancedmd.simulator.rest import RestCall, answer, text, whole
from chartline.connectors.advancedmd.simulator.scheduler import span_of
from chartline.connectors.advancedmd.simulator.slots import clash
from chartline.connectors.advancedmd.simulator.values import iso_start, number, read_date, read_minute
from chartline.connectors.advancedmd.simulator.world import World

FARTHEST = 60
"""Days that a search for an opening looks ahead or back; our choice [O]."""

_HALVES = {"": (0, 1440), "any": (0, 1440), "am": (0, 720), "pm": (720, 1440)}


def block_holds(call: RestCall) -> Answer:
    """Holds of columns that touch a day, week or month.

    ``duration`` is the minutes between the two clock times and nothing else: right for one day and for a recurring
    hold, and far too short for a hold over several days, whose end is ``enddatetime``. ``isrecurring`` is ours [O]:
    the sheet says that recurring holds are daily windows, and not how a row shows it.
    """
    columns, first, last = span_of(call)
    holds = [hold for column in sorted(columns) for hold in call.world.ways.holds.at(column)]
    touching = [
        hold for hold in holds if hold.office == call.office.key and hold.begin_day <= last and hold.end_day >= first
    ]
    return answer([_row(hold) for hold in sorted(touching, key=lambda each: (each.begin_day, each.begin_minute))])


def _row(hold: Hold) -> dict[str, object]:
    return {
        "id": hold.id,
        "startdatetime": iso_start(hold.begin_day, hold.begin_minute),
        "enddatetime": iso_start(hold.end_day, hold.end_minute),
        "duration": (hold.end_minute - hold.begin_minute) % 1440,
        "columnid": hold.column,
        "note": hold.note,
        "isrecurring": hold.recurring,
    }


def openings(call: RestCall) -> Answer:
    """The first day with room for ``duration`` SLOTS (not minutes) in the columns asked for.

    ``appointmenttimerange`` is ``HH:MM-HH:MM``, ``am``, ``pm`` or empty, and the rows of ``columns`` are ours [O].
    ``observemaxapptsperslot`` lets a start be shared as far as the column allows; without it only empty time counts.
    """
    body = call.body()
    start, slots, days = read_date(text(body, "startdate")), whole(body, "duration"), text(body, "daysofweek")
    if start is None or not slots or not re.fullmatch(r"[01]{7}|", days):
        raise HttpRefusal(400, "startdate, duration or daysofweek is missing or not valid")
    earliest, latest = _range(text(body, "appointmenttimerange"))
    columns = _columns(call, body)
    step = -1 if body.get("forward") is False else 1
    for distance in range(FARTHEST):
        day = start + timedelta(days=step * distance)
        if days and days[_letter(call.world, day)] == "0":
            continue
        found = [
            (column, free)
            for column in columns
            if (free := _free(call.world, column, day, slots, earliest, latest, sharing=_truth(body)))
        ]
        if found:
            shown = [_opening(column, day, free, listed=body.get("includeopenslots") is True) for column, free in found]
            return answer({"hasopenslot": True, "openslotdate": day.isoformat(), "columns": shown})
    return answer({"hasopenslot": False, "openslotdate": None, "columns": []})


def _truth(body: dict[str, object]) -> bool:
    return body.get("observemaxapptsperslot") is True


def _range(written: str) -> tuple[int, int]:
    if written.lower() in _HALVES:
        return _HALVES[written.lower()]
    first, _, last = written.partition("-")
    earliest, latest = read_minute(first), read_minute(last)
    if earliest is None or latest is None:
        raise HttpRefusal(400, "appointmenttimerange is not valid")
    return earliest, latest


def _columns(call: RestCall, body: dict[str, object]) -> list[Item]:
    """The columns asked for by id, or those of the profiles asked for, or all."""
    wanted, profiles = _numbers(body.get("columnids")), _numbers(body.get("profileids"))
    every = call.world.catalogue(call.office.key, "column")
    if wanted:
        return [column for column in every if column.id in wanted]
    return [column for column in every if not profiles or number(column.extras.get("profile", ""), "") in profiles]


def _numbers(value: object) -> set[int]:
    items: list[object] = value if isinstance(value, list) else []
    return {found for item in items if (found := number(str(item), ""))}


def _letter(world: World, day: date) -> int:
    """The place of a day in seven letters; the sheet has evidence for both first days (``week_starts``)."""
    return day.weekday() if world.options.week_starts == "monday" else (day.weekday() + 1) % 7


def _free(world: World, column: Item, day: date, slots: int, earliest: int, latest: int, *, sharing: bool) -> list[int]:
    """Minutes at which so many slots are free: inside the column's hours, on its days, outside holds and visits."""
    setting = column.extras
    interval = number(setting.get("interval", ""), "") or 15
    opens, closes = read_minute(setting.get("start", "")) or 0, read_minute(setting.get("end", "")) or 1440
    if setting.get("workweek", "1111111")[day.weekday()] == "0":
        return []
    span, held = slots * interval, list(_held(world, column.id, day))
    minutes: list[int] = []
    for minute in range(opens, closes - span + 1, interval):
        if not earliest <= minute or minute + span > latest:
            continue
        if any(first < minute + span and minute < last for first, last in held):
            continue
        if clash(world, column.office, day, minute, span, column.id) is not None:
            continue
        if not sharing and _taken(world, column, day, minute):
            continue
        minutes.append(minute)
    return minutes


def _taken(world: World, column: Item, day: date, minute: int) -> bool:
    visits = world.ways.visits.at((column.office, day, column.id))
    return any(visit.standing() and visit.minute == minute for visit in visits)


def _held(world: World, column: int, day: date) -> Iterator[tuple[int, int]]:
    """Blocked minutes of a day: the window of a recurring hold, or what a longer one covers of the day."""
    for hold in world.ways.holds.at(column):
        if not hold.begin_day <= day <= hold.end_day:
            continue
        if hold.recurring:
            yield hold.begin_minute, hold.end_minute
        else:
            first = hold.begin_minute if day == hold.begin_day else 0
            yield first, hold.end_minute if day == hold.end_day else 1440


def _opening(column: Item, day: date, free: list[int], *, listed: bool) -> dict[str, object]:
    row: dict[str, object] = {"columnid": column.id, "heading": column.name, "openslots": []}
    if listed:
        row["openslots"] = [iso_start(day, minute) for minute in free]
    return row
