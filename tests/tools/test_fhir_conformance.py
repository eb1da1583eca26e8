"""The conformance page is made from marks that name rows and say why; anything else is refused by place."""

from __future__ import annotations

import ast
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

FILE = Path(__file__).resolve().parents[2] / "tools" / "fhir_conformance.py"


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("fhir_conformance", FILE)
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    sys.modules["fhir_conformance"] = made
    spec.loader.exec_module(made)
    return made


def read(tool: ModuleType, text: str) -> list[tuple[str, str, str]]:
    found = tool.marks_of(Path("test_x.py"), ast.parse(text))
    return [(each.row, each.test, each.gap) for each in found]


def test_marks_of_tests_classes_files_and_parameters_are_read(tool: ModuleType) -> None:
    text = """
pytestmark = [pytest.mark.conformance("S2"), pytest.mark.faults]
@pytest.mark.conformance("I1", "Claim/$submit")
def test_one(): ...
@pytest.mark.conformance("$meta, $meta-add")
class TestTwo:
    @pytest.mark.parametrize("x", [pytest.param(1, marks=pytest.mark.conformance("I3"))])
    def test_two(self, x): ...
def helper(): ...
"""
    assert read(tool, text) == [
        ("S2", "test_one", ""),
        ("I1", "test_one", ""),
        ("op:$submit", "test_one", ""),
        ("S2", "test_two", ""),
        ("op:$meta", "test_two", ""),
        ("op:$meta-add", "test_two", ""),
        ("I3", "test_two", ""),
    ]


@pytest.mark.parametrize(
    "decorators",
    [
        '@pytest.mark.conformance("I24", gap="")',
        '@pytest.mark.conformance("I24", hole="x")',
        "@pytest.mark.conformance(ROW)",
        '@pytest.mark.xfail\n@pytest.mark.conformance("I24", gap="not there")'.replace("xfail", "xfail()"),
    ],
)
def test_a_mark_that_does_not_say_why_is_refused(tool: ModuleType, decorators: str) -> None:
    with pytest.raises(tool.BadMark):
        read(tool, f"{decorators}\ndef test_one(): ...\n")


def test_a_gap_is_shown_as_one(tool: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        'import pytest\n@pytest.mark.conformance("I24", gap="JSON alone")\ndef test_it_is_refused(): ...\n'
    )
    page = "\n".join(tool.conformance_page(tmp_path))
    assert "| `I24` | XML Patch | may | gap: JSON alone | [test_it.py](test_it.py): it is refused |" in page
    assert "| `I1` |" in page
    (tmp_path / "test_it.py").write_text('@pytest.mark.conformance("I99")\ndef test_it(): ...\n')
    with pytest.raises(tool.BadMark, match="I99"):
        list(tool.conformance_page(tmp_path))
