"""Made-up names from syllables. They sound like names and belong to nobody; no two patients share one."""

from __future__ import annotations

import random

_STARTS = "BRAN CAL DOR ELL FEN GAR HOL ISK JOR KEL LUN MAR NOV ORL PEL QUIN ROS SEL TAV ULM VEN WIL YAR ZEL".split()
_MIDDLES = "A E I O U AE IA EO".split()
_ENDS = "BRICK CROFT DANE FELD GROVE HAVEN LOCK MERE NESS QUIST RIDGE STROM THORN VALE WICK YARD".split()
_GIVEN_ENDS = "LA NA RA RIN SA TA VI DEN MON TH".split()


class NameMaker:
    """Draws names from one source of chance and never repeats a family name."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._used: set[str] = set()

    def word(self) -> str:
        """A word that could be a street."""
        return self._chance.choice(_STARTS) + self._chance.choice(_MIDDLES) + self._chance.choice(_ENDS)

    def person(self) -> tuple[str, str, str]:
        """Family, given and middle name in capitals, as practice systems keep them."""
        family = self.word()
        while family in self._used:
            family = self.word()
        self._used.add(family)
        given = self._chance.choice(_STARTS) + self._chance.choice(_MIDDLES) + self._chance.choice(_GIVEN_ENDS)
        return family, given, self._chance.choice("ABCDEGHJKLMNPRSTW")
