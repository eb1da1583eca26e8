"""One service of an event as both directions describe it (loop 2000F).

Strict about amounts, quantities and dates; everything else may be missing.
"""

from __future__ import annotations

from chartline.formats.x12.authorization.event_reader import (
    read_attachments,
    read_delivery,
    read_message,
    read_review,
)
from chartline.formats.x12.authorization.review import (
    DentalService,
    FacilityService,
    ProfessionalService,
    Service,
    Tooth,
)
from chartline.formats.x12.elements import amount_or_none, quantity
from chartline.formats.x12.inquiry_parts.party_reader import read_party
from chartline.formats.x12.inquiry_parts.value_reader import (
    read_period,
    read_pointers,
    read_procedure,
    read_traces,
)
from chartline.formats.x12.inquiry_parts.values import Procedure
from chartline.formats.x12.tree import Loop


def read_service(loop: Loop, provider: str) -> Service:
    """The service of a loop; ``provider`` is the id of the loops of its providers."""
    first, last = read_period(loop, "472")
    return Service(
        item=_item(loop),
        review=read_review(loop),
        traces=read_traces(loop),
        prior_authorization=loop.value("REF", "BB"),
        administrative_number=loop.value("REF", "NT"),
        first_day=first,
        last_day=last,
        teeth=tuple(
            Tooth(too.at(2), tuple(surface for surface in too.components(3) if surface)) for too in loop.all("TOO")
        ),
        delivery=read_delivery(loop),
        attachments=read_attachments(loop),
        message=read_message(loop),
        providers=tuple(read_party(one) for one in loop.children(provider)),
    )


def _item(loop: Loop) -> ProfessionalService | FacilityService | DentalService | None:
    sv1, sv2, sv3 = loop.find("SV1"), loop.find("SV2"), loop.find("SV3")
    if sv1 is not None:
        return ProfessionalService(
            procedure=read_procedure(sv1, 1) or Procedure(""),
            charge=amount_or_none(sv1, 2),
            unit=sv1.at(3) or "UN",
            units=quantity(sv1, 4),
            pointers=read_pointers(sv1, 7),
            screening=sv1.at(11),
            level_of_care=sv1.at(20),
        )
    if sv2 is not None:
        return FacilityService(
            revenue_code=sv2.at(1),
            procedure=read_procedure(sv2, 2),
            charge=amount_or_none(sv2, 3),
            unit=sv2.at(4) or "UN",
            units=quantity(sv2, 5),
            rate=quantity(sv2, 6),
            nursing_home_status=sv2.at(9),
            level_of_care=sv2.at(10),
        )
    if sv3 is not None:
        return DentalService(
            procedure=read_procedure(sv3, 1) or Procedure(""),
            charge=amount_or_none(sv3, 2),
            areas=tuple(area for area in sv3.components(4) if area),
            prosthesis=sv3.at(5),
            quantity=quantity(sv3, 6),
            description=sv3.at(7),
        )
    return None
