"""The example resources of HL7, by file name, as bytes."""

from __future__ import annotations

from pathlib import Path

EXAMPLES = Path(__file__).parents[1] / "examples"
SAMPLES = {file.stem: file.read_bytes() for file in sorted(EXAMPLES.glob("*/*.json"))}
