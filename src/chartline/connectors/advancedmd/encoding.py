"""The two spellings a connection can speak, JSON or XML, and the headers that go with each (vendor sheet 1.2).

Refuses any other name, so that a misspelt option is an error and not a silent default.
"""

from __future__ import annotations

from dataclasses import dataclass

from chartline.connectors.advancedmd.tree import Node, write_json, write_xml
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.sealed import Sealed

BAD_FORMAT = ErrorKind(
    "advancedmd.bad_format",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The option `format` of the AdvancedMD connection is neither json nor xml.",
    "Set it to json, or leave it out.",
)


@dataclass(frozen=True, slots=True)
class Encoding:
    """How messages are spelt: ``json`` or ``xml``. Raises ``advancedmd.bad_format``."""

    name: str = "json"

    def __post_init__(self) -> None:
        if self.name not in ("json", "xml"):
            raise BAD_FORMAT.error(format=self.name)

    def headers(self) -> dict[str, str]:
        """Content type and the wanted answer; without ``Accept`` a JSON post is answered in XML (trap 6)."""
        media = "application/json" if self.name == "json" else "text/xml"
        return {"content-type": media if self.name == "json" else f"{media}; charset=utf-8", "accept": media}

    def write(self, message: Node) -> Sealed[bytes]:
        """The bytes of a message, sealed: they bear passwords and patients."""
        return Sealed(write_json(message) if self.name == "json" else write_xml(message))
