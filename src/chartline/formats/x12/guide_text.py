"""The grammar of a guide's table: its lines into loops, segments, elements and rules.

See the page on companion guides for the grammar by example. Refuses unknown segments, elements the base standard does
not have, and rules that name what is not there: a table with a mistake would silently check nothing.
"""

from __future__ import annotations

import re

from chartline.formats.x12.dictionary import SegmentDefinition, dictionary
from chartline.formats.x12.guide import ElementUse, Guide, LoopUse, SegmentUse, Situation, Term
from chartline.formats.x12.tables import Line, unquoted, words

_element = re.compile(r"(\d{1,2})(?:\.\.(\d{1,2}))?(\?)?(?:x(\d+))?(?:=([^\s(]+)|(\(.*\)))?")
_segment_id = re.compile(r"[A-Z][A-Z0-9]{1,2}")
_term = re.compile(
    r"(?P<not>not )?(?P<up>(?:\.\./)*)(?P<loops>(?:\d{4}[A-Z]{0,2}/)*)"
    r"(?:(?P<loop>\d{4}[A-Z]{0,2})|(?P<segment>[A-Z][A-Z0-9]{1,2}?)(?:\[(?P<key>[^\]]+)\])?"
    r"(?P<element>\d\d)?(?:-(?P<component>\d{1,2}))?)(?:(?P<op>!?=)(?P<values>\S+))?"
)
_situation = re.compile(r"(rule|advice) (\S+) (need|forbid|value) (\S+)(?: like (\S+))?(?: when (.+))?")
_header = ("guide", "also", "set", "group", "title", "source", "when", "name")


def read_guide(lines: list[Line]) -> Guide:
    """One guide from the lines of its table. Raises ``x12.bad_table``."""
    header: dict[str, str] = {}
    also: list[str] = []
    at = 0
    while at < len(lines) and lines[at].text.split(" ", 1)[0] in _header and lines[at].indent == 0:
        word, _, rest = lines[at].text.partition(" ")
        if word == "also":
            also += rest.split()
        else:
            header[word] = rest.strip()
        at += 1
    for name in ("guide", "set", "group", "title"):
        if name not in header:
            lines[0].wrong(f"the table does not say its {name}")
    root = LoopUse("ST", header["title"], True, 1, 0, 0, None, [], [], [])
    _fill(root, _joined(lines[at:]), {})
    when = None
    if "when" in header:
        element, _, value = header["when"].partition("=")
        when = (int(element.removeprefix("BHT")), value)
    return Guide(
        header["guide"],
        header["set"],
        header["group"],
        header["title"],
        root,
        tuple(also),
        when,
        header.get("name", header["set"]),
    )


def _joined(lines: list[Line]) -> list[Line]:
    """Continuation lines, which begin with a digit, joined to their segment."""
    found: list[Line] = []
    for line in lines:
        if line.text[0].isdigit() and found and line.indent > found[-1].indent:
            last = found[-1]
            found[-1] = Line(last.file, last.number, last.indent, f"{last.text} {line.text}")
        else:
            found.append(line)
    return found


def _fill(loop: LoopUse, lines: list[Line], known: dict[str, tuple[LoopUse, list[Line]]]) -> None:
    if not lines:
        return
    indent = lines[0].indent
    at = 0
    while at < len(lines):
        line = lines[at]
        if line.indent != indent:
            line.wrong("the indentation does not fit")
        end = at + 1
        while end < len(lines) and lines[end].indent > indent:
            end += 1
        inner = lines[at + 1 : end]
        first = line.text.split(" ", 1)[0]
        if first == "loop":
            _, name, usage, most, *title = words(line)
            _nested(loop, name, usage, most, " ".join(unquoted(t) for t in title), inner, known, line)
            known[name] = (loop.loops[-1], inner)
        elif first == "same":
            _, name, *changed = words(line)
            if name not in known:
                line.wrong(f"loop {name} is not described above")
            model, inner_lines = known[name]
            usage = changed[0] if changed else ("R" if model.required else "S")
            most = changed[1] if len(changed) > 1 else str(model.most or ">1")
            _nested(loop, name, usage, most, model.name, inner_lines, known, line)
        elif first in ("rule", "advice"):
            loop.situations.append(read_situation(line))
        elif first == "check":
            loop.checks += line.text.split()[1:]
        else:
            if inner:
                inner[0].wrong("nothing stands below a segment but its elements")
            loop.children.append(_segment(loop, line))
        at = end
    loop.required_bits = sum(child.bit for child in loop.children if child.required)
    loop.level_bits = sum(child.bit for child in loop.loops if child.start.id == "HL")


def _nested(
    loop: LoopUse,
    name: str,
    usage: str,
    most: str,
    title: str,
    inner: list[Line],
    known: dict[str, tuple[LoopUse, list[Line]]],
    line: Line,
) -> None:
    child = LoopUse(name, title, _required(usage, line), _most(most, line), 0, _bit(loop), loop, [], [], [])
    _fill(child, inner, known)
    if not child.children:
        line.wrong("the loop is empty")
    child.place = _place(loop, child.start.id)
    loop.children.append(child)


def _segment(loop: LoopUse, line: Line) -> SegmentUse:
    found = words(line)
    if len(found) < 3 or not _segment_id.fullmatch(found[0]):
        line.wrong('not a segment: id, R or S, how often, "name", elements')
    definition = dictionary().get(found[0])
    if definition is None:
        line.wrong(f"the dictionary has no segment {found[0]}")
    name = unquoted(found[3]) if len(found) > 3 and found[3].startswith('"') else definition.name
    tokens = found[4:] if len(found) > 3 and found[3].startswith('"') else found[3:]
    elements: dict[int, ElementUse] = {}
    for token in tokens:
        for use in _uses(token, definition, line):
            elements[use.number] = use
    return SegmentUse(
        found[0],
        name,
        _required(found[1], line),
        _most(found[2], line),
        _place(loop, found[0]),
        _bit(loop),
        elements,
        definition,
        _keys(elements, definition),
    )


def _uses(token: str, definition: SegmentDefinition, line: Line) -> list[ElementUse]:
    match = _element.fullmatch(token)
    if match is None:
        line.wrong(f"not an element: {token}")
    first, last, optional, repeats, codes, parts = match.groups()
    found: list[ElementUse] = []
    for number in range(int(first), int(last or first) + 1):
        element = definition.element(number)
        if element is None:
            line.wrong(f"{definition.id} has no element {number}")
        inner: list[ElementUse] = []
        if parts is not None:
            composite = dictionary().get(element.kind)
            if composite is None:
                line.wrong(f"{definition.id}{number:02d} is not a composite")
            inner_line = Line(line.file, line.number, line.indent, parts[1:-1])
            for part in words(inner_line):
                inner += _uses(part, composite, line)
        values = (codes or "").split("|") if codes else []
        found.append(
            ElementUse(
                number,
                optional is None,
                int(repeats or element.repeats),
                frozenset(value for value in values if not value.startswith("@")),
                tuple(value[1:] for value in values if value.startswith("@")),
                tuple(inner),
            )
        )
    return found


def _keys(elements: dict[int, ElementUse], definition: SegmentDefinition) -> frozenset[str]:
    number, component = definition.key
    use = elements.get(number)
    if use is not None and component:
        use = next((part for part in use.parts if part.number == component), None)
    elif use is not None and use.parts:
        return frozenset()
    return use.codes if use is not None and not use.lists else frozenset()


def _place(loop: LoopUse, name: str) -> int:
    """The place of the next child: that of the last one when both begin with the same segment."""
    if not loop.children:
        return 0
    last = loop.children[-1]
    same = (last.id if isinstance(last, SegmentUse) else last.start.id) == name
    # The segment that opens a loop is never at one place with what follows it.
    return last.place if same and len(loop.children) > 1 else last.place + 1


def _bit(loop: LoopUse) -> int:
    return 1 << len(loop.children)


def _required(usage: str, line: Line) -> bool:
    if usage not in ("R", "S"):
        line.wrong("the usage is R or S")
    return usage == "R"


def _most(most: str, line: Line) -> int:
    if most == ">1":
        return 0
    if not most.isdigit():
        line.wrong('how often is a number or ">1"')
    return int(most)


def read_situation(line: Line, level: int = 4) -> Situation:
    """A line ``rule CODE need|forbid PATH [when CONDITION] "say" "do"``, or ``advice ...`` for a warning."""
    quoted = re.findall(r'"([^"]*)"', line.text)
    body = line.text.split('"', 1)[0].strip()
    match = _situation.fullmatch(body)
    if match is None or len(quoted) != 2:
        line.wrong('not a rule: rule|advice CODE need|forbid PATH [when CONDITION] "say" "do"')
    kind, code, verb, target, value, condition = match.groups()
    terms = tuple(read_term(term, line) for term in (condition or "").split(" and ") if term)
    if (verb == "value") != bool(value):
        line.wrong("a rule about values gives the pattern they must match after like")
    return Situation(
        code,
        verb == "need",
        read_term(target, line),
        terms,
        quoted[0],
        quoted[1],
        kind == "advice",
        value or "",
        level,
    )


def read_term(text: str, line: Line) -> Term:
    """One term of a rule, such as ``not ../REF[F8]02`` or ``CLM05-3=7|8``."""
    match = _term.fullmatch(text.strip())
    if match is None or (match["op"] is None) != (match["values"] is None):
        line.wrong(f"not a place: {text}")
    loops = tuple(part for part in match["loops"].split("/") if part)
    if match["loop"]:
        loops = (*loops, match["loop"])
    return Term(
        text.strip(),
        len(match["up"]) // 3,
        loops,
        match["segment"] or "",
        match["key"] or "",
        int(match["element"] or 0),
        int(match["component"] or 0),
        frozenset((match["values"] or "").split("|")) - {""},
        bool(match["not"]) or match["op"] == "!=",
    )
