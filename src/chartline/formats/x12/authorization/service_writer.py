"""What a service is and when, as segments; the same in both directions.

Refuses a service whose kind of line has no code.
"""

from __future__ import annotations

from collections.abc import Iterator

from chartline.formats.x12.authorization.event_writer import write_attachments, write_delivery, write_message
from chartline.formats.x12.authorization.review import DentalService, FacilityService, ProfessionalService, Service
from chartline.formats.x12.inquiry_parts.value_writer import (
    fitting_count,
    pointers_element,
    procedure_element,
    write_date,
)
from chartline.formats.x12.inquiry_parts.values import QualifiedDate
from chartline.formats.x12.writer import MISSING, Draft, require

_MOST_TEETH = 32
_MOST_PARTS = 5


def write_service_days(service: Service) -> Iterator[Draft]:
    """The days of the service (DTP*472), when there are any."""
    if service.first_day is not None:
        yield write_date(QualifiedDate("472", service.first_day, service.last_day))
    elif service.last_day is not None:
        raise MISSING.error(field="first_day")


def write_service(service: Service) -> Iterator[Draft]:
    """SV1, SV2 or SV3 to MSG."""
    item = service.item
    if isinstance(item, ProfessionalService):
        yield _professional(item)
    elif isinstance(item, FacilityService):
        yield _facility(item)
    elif isinstance(item, DentalService):
        yield _dental(item)
    for tooth in fitting_count(service.teeth, _MOST_TEETH, "teeth"):
        surfaces = fitting_count(tooth.surfaces, _MOST_PARTS, "tooth.surfaces")
        yield ("TOO", "JP", require(tooth.number, "tooth"), tuple(surfaces))
    yield from write_delivery(service.delivery)
    yield from write_attachments(service.attachments)
    yield from write_message(service.message)


def _professional(item: ProfessionalService) -> Draft:
    return (
        "SV1",
        procedure_element(item.procedure),
        item.charge,
        item.unit if item.units is not None else None,
        item.units,
        None,
        None,
        pointers_element(item.pointers),
        *[None] * 3,
        item.screening,
        *[None] * 8,
        item.level_of_care,
    )


def _facility(item: FacilityService) -> Draft:
    if item.procedure is None:
        require(item.revenue_code, "revenue_code")
    return (
        "SV2",
        item.revenue_code,
        procedure_element(item.procedure),
        item.charge,
        item.unit if item.units is not None else None,
        item.units,
        item.rate,
        None,
        None,
        item.nursing_home_status,
        item.level_of_care,
    )


def _dental(item: DentalService) -> Draft:
    return (
        "SV3",
        procedure_element(item.procedure),
        item.charge,
        None,
        tuple(fitting_count(item.areas, _MOST_PARTS, "areas")),
        item.prosthesis,
        item.quantity,
        item.description,
    )
