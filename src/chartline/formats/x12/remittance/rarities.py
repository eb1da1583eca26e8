"""What most claims do not have, gathered apart, so that reading the others does not pay for it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from chartline.formats.x12.days import DAYS
from chartline.formats.x12.quantities import QUANTITIES
from chartline.formats.x12.remittance.contacts import read_contact
from chartline.formats.x12.remittance.institutional import Inpatient, Outpatient
from chartline.formats.x12.remittance.model import Contact, Insured, OtherPayer, Quantity
from chartline.formats.x12.remittance.parties import read_insured
from chartline.formats.x12.remittance.pricing import read_inpatient, read_outpatient, remarks_of
from chartline.formats.x12.remittance.segments import Segments

Rest = tuple[
    str,
    str,
    str,
    OtherPayer | None,
    Insured | None,
    date | None,
    str,
    Decimal | None,
    Decimal | None,
    Inpatient | None,
    Outpatient | None,
    tuple[Contact, ...],
    tuple[Quantity, ...],
]
"""The last fields of ``RemittanceClaim``, in its order."""

_BLANK = [""] * 14


class Rarities:
    """The rare fields of one claim; the first of each kind counts, as everywhere."""

    __slots__ = (
        "_contacts",
        "_corrected_payer",
        "_crossover",
        "_discharge_fraction",
        "_drg",
        "_drg_weight",
        "_expired",
        "_inpatient",
        "_other_insured",
        "_outpatient",
        "_quantities",
        "remarks",
    )

    def __init__(self, clp: list[str]) -> None:
        """Begin with CLP11 to CLP13. Raises ValueError for what is no number."""
        drg, weight, fraction = [*clp, *_BLANK][11:14]
        self._drg = drg
        self._drg_weight = QUANTITIES[weight] if weight else None
        self._discharge_fraction = QUANTITIES[fraction] if fraction else None
        self._crossover: OtherPayer | None = None
        self._corrected_payer: OtherPayer | None = None
        self._other_insured: Insured | None = None
        self._expired: date | None = None
        self._inpatient: Inpatient | None = None
        self._outpatient: Outpatient | None = None
        self._contacts: tuple[Contact, ...] = ()
        self._quantities: tuple[Quantity, ...] = ()
        self.remarks: tuple[str, ...] = ()
        """Remark codes of MIA and MOA."""

    def take(self, elements: list[str], segments: Segments) -> None:
        """Keep what a segment says, or nothing if the model has no place for it.

        Raises ValueError for what is no amount, quantity or date, and ``x12.unreadable`` for what is no segment.
        """
        match elements[0]:
            case "NM1":
                self._name(elements + _BLANK)
            case "DTM":
                self._expired = self._expired or DAYS[elements[2]]
            case "PER":
                self._contacts += (read_contact(elements),)
            case "QTY":
                if len(elements) > 2 and elements[2]:
                    self._quantities += (Quantity(elements[1], QUANTITIES[elements[2]]),)
            case "MIA":
                self._inpatient = self._inpatient or read_inpatient(elements, segments.amounts)
                self.remarks += remarks_of(elements)
            case "MOA":
                self._outpatient = self._outpatient or read_outpatient(elements, segments.amounts)
                self.remarks += remarks_of(elements)
            case _:
                segments.last()

    def fields(self) -> Rest:
        """The last fields of the claim."""
        passed_to = self._crossover
        return (
            passed_to.name if passed_to else "",
            passed_to.id if passed_to else "",
            passed_to.id_kind if passed_to else "PI",
            self._corrected_payer,
            self._other_insured,
            self._expired,
            self._drg,
            self._drg_weight,
            self._discharge_fraction,
            self._inpatient,
            self._outpatient,
            self._contacts,
            self._quantities,
        )

    def _name(self, elements: list[str]) -> None:
        match elements[1]:
            case "TT":
                self._crossover = self._crossover or _payer(elements)
            case "PR":
                self._corrected_payer = self._corrected_payer or _payer(elements)
            case "GB":
                self._other_insured = self._other_insured or read_insured(elements)


def _payer(elements: list[str]) -> OtherPayer:
    return OtherPayer(name=elements[3], id=elements[9], id_kind=(elements[8] or "PI") if elements[9] else "PI")
