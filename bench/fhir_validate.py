"""What it costs to find everything that is wrong with FHIR resources. Prints a table; takes about ten seconds.

    python bench/fhir_validate.py

Each row is one resource of the tests' examples: its bytes, then milliseconds of one core for the first validation of
its kind in a process (profiles are compiled) and for each one after it. The best of many rounds.
"""

from __future__ import annotations

import time
from pathlib import Path

from chartline.formats.fhir import JsonObject, encode, parse
from chartline.formats.fhir.terminology import shipped_terminology
from chartline.formats.fhir.validation import validate

EXAMPLES = Path(__file__).parent.parent / "tests/formats/fhir/examples"
ROUNDS = 100


def once(resource: JsonObject) -> float:
    """Milliseconds of processor time for one validation."""
    begun = time.process_time()
    validate(resource, terminology=shipped_terminology())
    return (time.process_time() - begun) * 1000


def main() -> None:
    """Print the table."""
    validate(parse(b'{"resourceType": "Basic"}'), terminology=shipped_terminology())
    bundle: JsonObject = {"resourceType": "Bundle", "type": "collection"}
    entries: list[object] = []
    print(f"{'resource':48} {'bytes':>8} {'first ms':>9} {'next ms':>9}")
    for file in [
        *sorted((EXAMPLES / "official").glob("*.json"))[::6],
        *sorted((EXAMPLES / "us_core").glob("*.json"))[::4],
    ]:
        content = file.read_bytes()
        resource = parse(content)
        entries.append({"resource": resource})
        first = once(resource)
        best = min(once(resource) for _ in range(ROUNDS))
        print(f"{file.name:48} {len(content):8} {first:9.2f} {best:9.3f}")
    bundle["entry"] = [parse(encode({"entry": entry}))["entry"] for _ in range(20) for entry in entries]
    first, best = once(bundle), min(once(bundle) for _ in range(3))
    print(f"{'a Bundle of ' + str(20 * len(entries)):48} {len(encode(bundle)):8} {first:9.2f} {best:9.3f}")


if __name__ == "__main__":
    main()
